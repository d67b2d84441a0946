/** CSV rows, quoted as RFC 4180 has it. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";

/** What a field may hold; `undefined` and `null` are written as empty fields. */
export type CsvValue = string | number | bigint | boolean | null | undefined;

/** A parsed file: the names in its first line, and the fields of the others as text. */
export interface Csv {
  /** The first line. */
  header: string[];
  /** The other lines, each as long as the header. */
  rows: string[][];
}

/**
 * One row without its line break. Numbers take their shortest form that reads back as the same number,
 * -0 and NaN included.
 */
export function encodeCsvRow(values: readonly CsvValue[]): string {
  const row = values.map(encodeField).join(",");
  return row === "" && values.length === 1 ? '""' : row; // a lone empty field would be an empty line
}

function encodeField(value: CsvValue): string {
  if (value === undefined || value === null) return "";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The header and rows of CSV text, with `\n` or `\r\n` line breaks and quoted fields. Empty lines are
 * skipped, and so is a byte-order mark.
 *
 * @throws {UsageError} For a row that is longer or shorter than the header, a quote left open, or over 1000 columns.
 */
export function parseCsv(text: string): Csv {
  const [header = [], ...rows] = readRows(text);
  return { header, rows };
}

/** Columns of a file: far more than anybody looks at. */
const mostColumns = 1000;

/** Numbers of a file: half a gigabyte of them. */
const mostNumbers = 2 ** 26;

/**
 * The columns of CSV text by their names, as numbers: NaN where a field is empty or none. Takes 8 bytes a number, 512 MiB at
 * most.
 *
 * @throws {UsageError} As {@linkcode parseCsv}; also for two columns of one name, and for over 2^26 numbers.
 */
export function parseCsvColumns(text: string): Map<string, Float64Array<ArrayBuffer>> {
  const rows = readRows(text);
  const header = rows.next().value ?? [];
  const twice = header.find((name, i) => header.indexOf(name) < i);
  if (twice !== undefined) {
    throw new UsageError(
      `Cannot read CSV: two columns are named "${excerpt(twice)}", wanted names that differ`,
    );
  }
  const lines = countLines(text); // At least as many as rows, whose number is not yet known.
  if (lines * header.length > mostNumbers) {
    throw new UsageError(
      `Cannot read CSV: it has ${whole(lines)} lines of ${header.length} fields, ` +
        `wanted at most ${whole(mostNumbers)} numbers`,
    );
  }
  const columns = header.map(() => new Float64Array(lines));
  let count = 0;
  for (const row of rows) {
    for (const [i, field] of row.entries()) columns[i]![count] = field.trim() === "" ? NaN : Number(field);
    count++;
  }
  return new Map(header.map((name, i) => [name, columns[i]!.subarray(0, count)]));
}

function countLines(text: string): number {
  let count = 1;
  for (const mark of ["\n", "\r"]) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++;
  }
  return count;
}

/** The lines that are not empty, each as long as the first. */
function* readRows(text: string): Generator<string[], undefined> {
  const reader = new Reader(text);
  let wanted: number | undefined;
  while (!reader.done) {
    const { line } = reader;
    const fields = reader.row();
    if (fields === undefined) continue;
    wanted ??= fields.length;
    if (fields.length !== wanted) {
      throw new UsageError(
        `Cannot read CSV line ${line}: ${fields.length} fields, wanted ${wanted} as in its header`,
      );
    }
    yield fields;
  }
}

/** Goes through text field by field: no pattern, as one that repeats itself over a long field overflows the stack. */
class Reader {
  readonly #text: string;
  #at: number;
  /** The line here, counted from 1. */
  line = 1;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.startsWith("\ufeff") ? 1 : 0;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The fields up to the next line break outside quotes, which is stepped over; undefined for an empty line. */
  row(): string[] | undefined {
    if (this.#acceptBreak()) return undefined;
    const fields: string[] = [];
    do {
      if (fields.length === mostColumns) {
        throw new UsageError(
          `Cannot read CSV line ${this.line}: over ${mostColumns} fields, wanted fewer`,
        );
      }
      fields.push(this.#text[this.#at] === '"' ? this.#quoted() : this.#bare());
    } while (this.#accept(","));
    if (!this.done && !this.#acceptBreak()) throw this.#openQuote();
    return fields;
  }

  #bare(): string {
    const end = /[,\r\n]/g;
    end.lastIndex = this.#at;
    const { index } = end.exec(this.#text) ?? { index: this.#text.length };
    const field = this.#text.slice(this.#at, index);
    this.#at = index;
    return field;
  }

  #quoted(): string {
    const start = ++this.#at;
    for (;;) {
      const quote = this.#text.indexOf('"', this.#at);
      if (quote < 0) throw this.#openQuote();
      this.#at = quote + 1;
      if (!this.#accept('"')) break;
    }
    const field = this.#text.slice(start, this.#at - 1);
    if (!/[\r\n"]/.test(field)) return field;
    this.line += countLines(field.replaceAll("\r\n", "\n")) - 1;
    return field.replaceAll('""', '"');
  }

  #accept(mark: string): boolean {
    const found = this.#text[this.#at] === mark;
    if (found) this.#at++;
    return found;
  }

  #acceptBreak(): boolean {
    const found = this.#accept("\r");
    if (!this.#accept("\n") && !found) return false;
    this.line++;
    return true;
  }

  #openQuote(): UsageError {
    return new UsageError(
      `Cannot read CSV line ${this.line}: a quoted field does not end, wanted a quote and a comma`,
    );
  }
}
