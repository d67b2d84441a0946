/** CSV rows, quoted as RFC 4180 has it. @module */
import { UsageError } from "../core/errors.ts";

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
 * @throws {UsageError} For a row that is longer or shorter than the header, or a quote left open.
 */
export function parseCsv(text: string): Csv {
  const lines = splitFields(text.replace(/^\uFEFF/, ""));
  const header = lines.shift()?.fields ?? [];
  for (const { fields, line } of lines) {
    if (fields.length !== header.length) {
      throw new UsageError(
        `Cannot read CSV line ${line}: ${fields.length} fields, wanted ${header.length} as in its header`,
      );
    }
  }
  return { header, rows: lines.map(({ fields }) => fields) };
}

interface Line {
  fields: string[];
  /** Where it starts, counted from 1. */
  line: number;
}

/** A quoted field or a bare one, then what ends it: a comma, a line break or the end of the text. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*|))(,|\r\n|\n|\r|$)/y;

function splitFields(text: string): Line[] {
  const lines: Line[] = [];
  let fields: string[] = [];
  let [line, start] = [1, 1];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length || fields.length > 0) {
    const found = FIELD.exec(text);
    if (!found) {
      throw new UsageError(
        `Cannot read CSV line ${line}: a quoted field does not end, wanted a quote and a comma`,
      );
    }
    const [all, quoted, bare, end] = found;
    fields.push(quoted?.replaceAll('""', '"') ?? bare!);
    line += all.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === ",") continue;
    if (fields.length > 1 || all !== end) lines.push({ fields, line: start });
    fields = [];
    start = line;
  }
  return lines;
}
