/** Numbers of CSV lines, read from bytes: a log of a hundred thousand lines is read each time that somebody looks at it. @module */

const comma = 44;
const lineEnd = 10;
const carriageReturn = 13;
const minus = 45;
const zero = 48;
const dot = -2;

/** Powers of ten that a float64 holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Characters of a number that are read: more than the shortest form of any without an exponent has. */
const mostCharacters = 22;

/** What is read of a line. */
export interface Wanted {
  /** Columns in ascending order, by number. */
  readonly columns: readonly number[];
  /** Takes the fields of a line in that order: NaN where one is empty, missing, or no number. The array is used again. */
  readonly take: (fields: Float64Array) => void;
}

/**
 * Reads lines of numbers. Fields are not quoted, as no number is.
 *
 * @param end Byte behind the last line end.
 */
export function scanLines(bytes: Uint8Array, end: number, { columns, take }: Wanted): void {
  const fields = new Float64Array(columns.length);
  const reader = new FieldReader(bytes);
  while (reader.at < end) {
    let column = 0;
    for (let i = 0; i < fields.length; i++) {
      reader.skip(columns[i]! - column);
      fields[i] = reader.number();
      column = columns[i]!;
    }
    take(fields);
    reader.at = bytes.indexOf(lineEnd, reader.at) + 1;
  }
}

/** Goes through lines field by field. */
class FieldReader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Steps over so many fields, as far as the line has them. */
  skip(count: number): void {
    const bytes = this.#bytes;
    let at = this.at;
    for (; count > 0 && bytes[at] !== lineEnd; at++) if (bytes[at] === comma) count--;
    this.at = at;
  }

  /** The field here, up to its end. */
  number(): number {
    const bytes = this.#bytes;
    const start = this.at;
    let at = start;
    if (bytes[at] === minus) at++;
    const most = at + mostCharacters;
    const first = at;
    let digits = 0;
    let scale = 0;
    let digit = bytes[at]! - zero;
    for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - zero) digits = digits * 10 + digit;
    let isNumber = at > first;
    if (digit === dot) {
      const point = at;
      digit = bytes[++at]! - zero;
      for (; digit >= 0 && digit <= 9 && at < most; digit = bytes[++at]! - zero) digits = digits * 10 + digit;
      scale = at - point - 1;
      while (digit >= 0 && digit <= 9) digit = bytes[++at]! - zero;
      isNumber &&= scale > 0;
    }
    this.at = at;
    const byte = digit + zero;
    if (!isNumber || (byte !== comma && byte !== lineEnd && byte !== carriageReturn)) {
      return this.#other(start);
    }
    const value = digits / powers[scale]!;
    return bytes[start] === minus ? -value : value;
  }

  /** A field that is empty, has an exponent, or is no number. */
  #other(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    while (at < bytes.length && bytes[at] !== comma && bytes[at] !== lineEnd) at++;
    this.at = at;
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(at, start + 40))).trim();
    return text === "" ? NaN : Number(text);
  }
}
