/** Curves that never grow too long. @module */

/** Numbers of a moment by name. */
export type Row = { readonly step: number } & { readonly [name: string]: number | undefined };

/** Rows that are kept at most. */
const mostRows = 1200;

/**
 * Rows in the order of their steps. When there are too many, each two that follow one another become their mean: a curve keeps
 * its shape from its first step on, however long it grows.
 */
export class History {
  #rows: Row[] = [];
  /** Rows that go into one. */
  #share = 1;
  #open: Row[] = [];
  readonly #most: number;

  /** Keeps `most` rows at most. */
  constructor(most = mostRows) {
    this.#most = most;
  }

  /** Adds a row. */
  add(row: Row): void {
    this.#open.push(row);
    if (this.#open.length < this.#share) return;
    this.#rows.push(meanOf(this.#open));
    this.#open = [];
    if (this.#rows.length < this.#most) return;
    const halved: Row[] = [];
    for (let i = 0; i < this.#rows.length; i += 2) halved.push(meanOf(this.#rows.slice(i, i + 2)));
    this.#rows = halved;
    this.#share *= 2;
  }

  /** The rows, the one that is still being gathered included. */
  get rows(): readonly Row[] {
    return this.#open.length === 0 ? this.#rows : [...this.#rows, meanOf(this.#open)];
  }

  /** Columns of the rows by name; null where a row has no such number. */
  columns(names: readonly string[]): (number | null)[][] {
    const { rows } = this;
    return ["step", ...names].map((name) => rows.map((row) => row[name] ?? null));
  }

  /** Forgets everything. */
  clear(): void {
    this.#rows = [];
    this.#open = [];
    this.#share = 1;
  }
}

/** Means of what the rows have, at the last one's step. */
function meanOf(rows: readonly Row[]): Row {
  if (rows.length === 1) return rows[0]!;
  const sums = new Map<string, { sum: number; count: number }>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (value === undefined) continue;
      const entry = sums.get(name) ?? { sum: 0, count: 0 };
      entry.sum += value;
      entry.count++;
      sums.set(name, entry);
    }
  }
  const means = [...sums].map(([name, { sum, count }]) => [name, sum / count]);
  return { ...Object.fromEntries(means), step: rows.at(-1)!.step };
}
