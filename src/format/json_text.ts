/** JSON that others wrote: the one reader for all of it. @module */
import { type ParseErrorCode, printParseErrorCode, visit } from "npm:jsonc-parser@3.3.1";
import { excerpt, UsageError } from "../core/errors.ts";

/** How many objects and lists may lie in one another: far more than files need, far fewer than a stack holds. */
const deepest = 100;

/** The value of a text; or its first mistake, with line and column. */
export type Parsed = { readonly value: unknown } | { readonly mistake: string };

/** How a text is read. */
export interface JsonOptions {
  /**
   * Whether it is held to what JSON is, as a program writes it. By default it may be as people write it into files: with
   * comments, trailing commas and, from some editors, a byte order mark.
   */
  readonly strict?: boolean;
}

/** The value of a text. @throws {UsageError} With line and column of the first mistake. */
export function parseJson(text: string, place: string, options?: JsonOptions): unknown {
  const parsed = tryJson(text, options);
  if ("value" in parsed) return parsed.value;
  throw new UsageError(`Cannot read ${place}: ${parsed.mistake}`);
}

/** Reads JSON. A key that is given twice is a mistake: one of the two would be lost. */
export function tryJson(text: string, { strict = false }: JsonOptions = {}): Parsed {
  const reader = new Reader();
  try {
    const bare = strict ? text : text.replace(/^\ufeff/, "");
    visit(bare, reader, { allowTrailingComma: !strict, disallowComments: strict });
    return { value: reader.value };
  } catch (error) {
    if (error instanceof Mistake) return { mistake: error.message };
    throw error;
  }
}

/** Ends the reading: what comes after a mistake is not looked at. */
class Mistake extends Error {
  constructor(reason: string, [line, column]: readonly [line: number, column: number]) {
    super(`line ${line + 1}, column ${column + 1}: ${reason}`);
  }
}

/** An object that has begun: its values, and the lines of its keys. */
interface OpenObject {
  readonly values: Map<string, unknown>;
  readonly lines: Map<string, number>;
  key: string;
}

/** Puts the value together as the library goes through the text. Its methods are called on their own. */
class Reader {
  value: unknown;
  readonly #open: (OpenObject | unknown[])[] = [];

  readonly onObjectBegin = (_: number, __: number, line: number, column: number): void => {
    this.#begin({ values: new Map(), lines: new Map(), key: "" }, [line, column]);
  };

  readonly onArrayBegin = (_: number, __: number, line: number, column: number): void => {
    this.#begin([], [line, column]);
  };

  readonly onObjectProperty = (key: string, _: number, __: number, line: number, column: number): void => {
    const object = this.#open.at(-1) as OpenObject;
    const first = object.lines.get(key);
    if (first !== undefined) {
      const where = `the first is in line ${first + 1}`;
      throw new Mistake(`key "${excerpt(key)}" is given twice, wanted once; ${where}`, [line, column]);
    }
    object.lines.set(key, line);
    object.key = key;
  };

  // As properties of their own, `__proto__` among them.
  readonly onObjectEnd = (): void => this.#add(Object.fromEntries((this.#open.pop() as OpenObject).values));
  readonly onArrayEnd = (): void => this.#add(this.#open.pop());
  readonly onLiteralValue = (value: unknown): void => this.#add(value);

  readonly onError = (code: ParseErrorCode, _: number, __: number, line: number, column: number): void => {
    const reason = printParseErrorCode(code).replace(/(?<=[a-z])[A-Z]/g, " $&").toLowerCase();
    throw new Mistake(`${reason}, wanted JSON`, [line, column]);
  };

  #begin(value: OpenObject | unknown[], at: readonly [line: number, column: number]): void {
    if (this.#open.length === deepest) {
      throw new Mistake(`values are nested too deeply, wanted at most ${deepest} levels`, at);
    }
    this.#open.push(value);
  }

  #add(value: unknown): void {
    const outer = this.#open.at(-1);
    if (outer === undefined) this.value = value;
    else if (Array.isArray(outer)) outer.push(value);
    else outer.values.set(outer.key, value);
  }
}
