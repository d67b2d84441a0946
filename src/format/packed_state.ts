/** A {@linkcode State} in two parts: JSON, and the arrays that it names. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import { type State, type StateArray, StateRows } from "../core/state.ts";
import type { StoredTensor } from "./safetensors.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A state in its parts. */
export interface PackedState {
  /** The state with `{ "$array": name }` and `{ "$rows": name }` for what lies elsewhere. */
  readonly values: Json;
  /** The arrays by the paths at which they stand. */
  readonly arrays: Readonly<Record<string, StoredTensor>>;
  /** The rings of rows, likewise. */
  readonly rows: ReadonlyMap<string, StateRows>;
}

/** Numbers that JSON cannot hold. */
const numbers: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity, "-0": -0 };

const types = {
  Float32Array: "F32",
  Float64Array: "F64",
  Uint32Array: "U32",
  Int32Array: "I32",
  Uint8Array: "U8",
};

/**
 * Takes a state apart. An object of a `shape` and the `data` of that many numbers is stored as an array of that shape.
 *
 * @throws {TypeError} When a key begins with "$", or a value is of a kind that no state has.
 */
export function packState(state: State): PackedState {
  const arrays: Record<string, StoredTensor> = {};
  const rows = new Map<string, StateRows>();
  const taken = (path: string) => {
    if (!Object.hasOwn(arrays, path) && !rows.has(path)) return path;
    throw new TypeError(`Cannot save ${path}: two arrays have this path`);
  };
  const pack = (value: State, path: string): Json => {
    if (typeof value === "number") return packNumber(value);
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (value instanceof StateRows) {
      rows.set(taken(path), value);
      return { $rows: path };
    }
    if (ArrayBuffer.isView(value)) {
      arrays[taken(path)] = tensorOf(value as StateArray, [(value as StateArray).length], path);
      return { $array: path };
    }
    if (Array.isArray(value)) return value.map((item, i) => pack(item, join(path, i)));
    if (typeof value !== "object") {
      throw new TypeError(`Cannot save ${path}: it is a ${typeof value}, wanted plain data`);
    }
    const { shape, data } = value as { readonly shape?: State; readonly data?: State };
    if (isShapeOf(shape, data)) {
      arrays[taken(path)] = tensorOf(data as StateArray, shape, path);
      return { shape, data: { $array: path } };
    }
    const entries = Object.entries(value as Record<string, State | undefined>).filter(([, item]) =>
      item !== undefined
    );
    return Object.fromEntries(entries.map(([key, item]) => {
      if (key.startsWith("$")) {
        throw new TypeError(`Cannot save ${join(path, key)}: keys that begin with $ are taken`);
      }
      return [key, pack(item!, join(path, key))];
    }));
  };
  return { values: pack(state, ""), arrays, rows };
}

/** Puts a state together again. @throws {UsageError} When the parts do not fit each other. */
export function unpackState({ values, arrays, rows }: PackedState): State {
  const unpack = (value: Json): State => {
    if (Array.isArray(value)) return value.map(unpack);
    if (typeof value !== "object" || value === null) return value as State;
    const [[key, name] = [], ...more] = Object.entries(value);
    if (key?.startsWith("$") && more.length === 0 && typeof name === "string") return part(key, name);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)]));
  };
  const part = (key: string, name: string): State => {
    const found = key === "$number"
      ? own(numbers, name)
      : key === "$array"
      ? own(arrays, name)?.data
      : key === "$rows"
      ? rows.get(name)
      : undefined;
    if (found === undefined) throw unreadable(`there is no ${excerpt(`${key.slice(1)} "${name}"`)}`);
    return found as State;
  };
  return unpack(values);
}

function packNumber(value: number): Json {
  const known = Object.keys(numbers).find((name) => Object.is(numbers[name], value));
  return known === undefined ? value : { $number: known };
}

function tensorOf(data: StateArray, shape: readonly number[], path: string): StoredTensor {
  const dtype = own(types, data.constructor.name);
  if (dtype === undefined) throw new TypeError(`Cannot save ${path}: it is a ${data.constructor.name}`);
  return { dtype, shape, data } as StoredTensor;
}

function isShapeOf(shape: State | undefined, data: State | undefined): shape is readonly number[] {
  if (!Array.isArray(shape) || !ArrayBuffer.isView(data)) return false;
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) return false;
  return shape.reduce((size, extent) => size * extent, 1) === (data as StateArray).length;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function join(path: string, key: string | number): string {
  return path === "" ? `${key}` : `${path}.${key}`;
}

function unreadable(reason: string): UsageError {
  return new UsageError(`Cannot read the state: ${reason}`);
}
