/** What things need to go on, as plain data: saved by one run, and taken over by another that goes on as if it were the same. @module */
import { excerpt, UsageError } from "./errors.ts";

/** Arrays that a {@linkcode State} may hold. */
export type StateArray = Float32Array | Float64Array | Uint32Array | Int32Array | Uint8Array;

/** Plain data, any number included; a key whose value is undefined is left out. Arrays of numbers keep their kind. */
export type State =
  | null
  | boolean
  | number
  | string
  | StateArray
  | StateRows
  | readonly State[]
  | { readonly [key: string]: State | undefined };

/**
 * Rows of a ring too large to copy at once: row number i, counted from 0, lies at place i mod `capacity`, so that a writer
 * who knows how many had been `written` takes what is new. Reading waits for nothing but the device: between saving and
 * reading nothing may be written.
 */
export class StateRows {
  /** Rows written so far, those included that newer ones have replaced. */
  readonly written: number;
  /** Places. */
  readonly capacity: number;
  /** Numbers of a row. */
  readonly width: number;
  /** The rows at `count` places from `place` on, `[count, width]`. */
  readonly read: (place: number, count: number) => Promise<Float32Array<ArrayBuffer>>;

  /** A ring of this shape. @param read Reads places that have been written. */
  constructor(
    { written, capacity, width }: Pick<StateRows, "written" | "capacity" | "width">,
    read: StateRows["read"],
  ) {
    this.written = written;
    this.capacity = capacity;
    this.width = width;
    this.read = read;
  }

  /** Places that hold a row. */
  get filled(): number {
    return Math.min(this.written, this.capacity);
  }
}

/** The kinds of arrays by their names. */
export interface StateArrays {
  /** The kind of this name. */
  readonly Float32Array: Float32Array<ArrayBuffer>;
  /** The kind of this name. */
  readonly Float64Array: Float64Array<ArrayBuffer>;
  /** The kind of this name. */
  readonly Uint32Array: Uint32Array<ArrayBuffer>;
  /** The kind of this name. */
  readonly Int32Array: Int32Array<ArrayBuffer>;
  /** The kind of this name. */
  readonly Uint8Array: Uint8Array<ArrayBuffer>;
}

/** Reads a {@linkcode State} that may come from anywhere: what is not as it should be is told with its path. */
export class StateReader {
  readonly #state: { readonly [key: string]: State | undefined };
  readonly #path: string;

  /** Reads an object. @param path What it is of, for messages. @throws {UsageError} When it is no object. */
  constructor(state: State | undefined, path: string) {
    this.#path = path;
    if (!isRecord(state)) throw wrong(path, state, "an object");
    this.#state = state;
  }

  /** All there are. */
  get keys(): string[] {
    return Object.keys(this.#state).filter((key) => this.#state[key] !== undefined);
  }

  /** Whether there is a value under `key`. */
  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  /** Whatever is under `key`. */
  value(key: string): State | undefined {
    return Object.hasOwn(this.#state, key) ? this.#state[key] : undefined;
  }

  /** An object. @throws {UsageError} When it is none; so do the others for what they want. */
  child(key: string): StateReader {
    return new StateReader(this.value(key), this.#at(key));
  }

  /** An object where there is a value, else undefined. */
  optional(key: string): StateReader | undefined {
    return this.has(key) ? this.child(key) : undefined;
  }

  /** A list of values, of `length` if that is given. */
  list(key: string, length?: number): readonly State[] {
    const value = this.value(key);
    const wanted = length === undefined ? "a list" : `a list of ${length}`;
    if (!Array.isArray(value) || length !== undefined && value.length !== length) {
      throw wrong(this.#at(key), value, wanted);
    }
    return value;
  }

  /** A list of objects. */
  children(key: string, length?: number): StateReader[] {
    return this.list(key, length).map((item, i) => new StateReader(item, `${this.#at(key)}[${i}]`));
  }

  /** A list of integers from 0 on. */
  counts(key: string): readonly number[] {
    const list = this.list(key);
    const bad = list.findIndex((item) => !isCount(item, Number.MAX_SAFE_INTEGER));
    if (bad < 0) return list as readonly number[];
    throw wrong(`${this.#at(key)}[${bad}]`, list[bad], "an integer of 0 or more");
  }

  /** Any number. */
  number(key: string): number {
    const value = this.value(key);
    if (typeof value !== "number") throw wrong(this.#at(key), value, "a number");
    return value;
  }

  /** An integer from 0 to `most`. */
  count(key: string, most: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.value(key);
    if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most) {
      return value as number;
    }
    throw wrong(this.#at(key), value, `an integer in [0, ${most}]`);
  }

  /** True or false. */
  flag(key: string): boolean {
    const value = this.value(key);
    if (typeof value !== "boolean") throw wrong(this.#at(key), value, "true or false");
    return value;
  }

  /** A text. */
  text(key: string): string {
    const value = this.value(key);
    if (typeof value !== "string") throw wrong(this.#at(key), value, "a text");
    return value;
  }

  /** Texts. */
  texts(key: string): readonly string[] {
    const list = this.list(key);
    const bad = list.findIndex((item) => typeof item !== "string");
    if (bad < 0) return list as readonly string[];
    throw wrong(`${this.#at(key)}[${bad}]`, list[bad], "a text");
  }

  /** All there are, numbers by their names, whatever these are. */
  numbers(): Record<string, number> {
    return Object.fromEntries(this.keys.map((key) => [key, this.number(key)]));
  }

  /** An array of a kind, as in `"Float32Array"`, of `length` numbers if that is given. */
  array<K extends keyof StateArrays>(key: string, kind: K, length?: number): StateArrays[K] {
    const value = this.value(key);
    const fits = ArrayBuffer.isView(value) && value.constructor.name === kind;
    if (fits && (length === undefined || (value as StateArray).length === length)) {
      return value as StateArrays[K];
    }
    throw wrong(this.#at(key), value, length === undefined ? `a ${kind}` : `a ${kind} of ${length}`);
  }

  /** A ring of rows of this shape. */
  rows(key: string, { capacity, width }: Pick<StateRows, "capacity" | "width">): StateRows {
    const value = this.value(key);
    if (value instanceof StateRows && value.capacity === capacity && value.width === width) return value;
    throw wrong(this.#at(key), value, `${capacity} rows of ${width} numbers`);
  }

  /** For what this class cannot tell. @throws {UsageError} Always: what is under `key` is not as `wanted`. */
  refuse(key: string, wanted: string): never {
    throw wrong(this.#at(key), this.value(key), wanted);
  }

  #at(key: string): string {
    return `${this.#path}.${key}`;
  }
}

function isRecord(state: State | undefined): state is { readonly [key: string]: State | undefined } {
  return typeof state === "object" && state !== null && !Array.isArray(state) && !ArrayBuffer.isView(state) &&
    !(state instanceof StateRows);
}

function isCount(value: State | undefined, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function wrong(path: string, found: State | undefined, wanted: string): UsageError {
  return new UsageError(`Cannot restore ${excerpt(path)}: it is ${describe(found)}, wanted ${wanted}`);
}

function describe(value: State | undefined): string {
  if (value === undefined) return "missing";
  if (value instanceof StateRows) return `${value.capacity} rows of ${value.width} numbers`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${(value as StateArray).length}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return excerpt(typeof value === "string" ? JSON.stringify(value) : String(value));
}
