/** Few combinations that hold every pair of choices. @module */
import type { Random } from "../../src/core/random.ts";

/** What there is to choose from, by the names of the choices. */
export type Choices = Readonly<Record<string, readonly unknown[]>>;

/** One of each. */
export type Combination<T extends Choices> = { readonly [K in keyof T]: T[K][number] };

/** Combinations tried for each that is taken. */
const tried = 30;

/**
 * Combinations such that any two choices of different names stand together in at least one: each is that of some random
 * ones that holds the most new pairs, so that there are not many more of them than pairs of the two longest lists.
 */
export function coverPairs<T extends Choices>(choices: T, random: Random): Combination<T>[] {
  const names = Object.keys(choices);
  const sizes = names.map((name) => choices[name]!.length);
  const missing = new Set<string>();
  for (const [a, b] of pairsOf(names.length)) {
    for (let i = 0; i < sizes[a]!; i++) {
      for (let j = 0; j < sizes[b]!; j++) missing.add(keyOf([a, i], [b, j]));
    }
  }
  const gainOf = (row: readonly number[]) => keysIn(row).filter((key) => missing.has(key)).length;
  const rows: number[][] = [];
  while (missing.size > 0) {
    const [a, i, b, j] = missing.values().next().value!.split(" ").map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const candidates = Array.from({ length: tried }, () => {
      const row = sizes.map((size) => random.below(size));
      [row[a], row[b]] = [i, j];
      return row;
    });
    const best = candidates.reduce((best, row) => gainOf(row) > gainOf(best) ? row : best);
    for (const key of keysIn(best)) missing.delete(key);
    rows.push(best);
  }
  return rows.map((row) =>
    Object.fromEntries(names.map((name, i) => [name, choices[name]![row[i]!]])) as Combination<T>
  );
}

function keysIn(row: readonly number[]): string[] {
  return pairsOf(row.length).map(([a, b]) => keyOf([a, row[a]!], [b, row[b]!]));
}

function keyOf([a, i]: readonly [number, number], [b, j]: readonly [number, number]): string {
  return `${a} ${i} ${b} ${j}`;
}

function pairsOf(count: number): [number, number][] {
  return Array.from(
    { length: count },
    (_, a) => Array.from({ length: count - a - 1 }, (_, i): [number, number] => [a, a + 1 + i]),
  ).flat();
}
