/**
 * The safetensors format: named tensors and text metadata in one file that is safe to read.
 *
 * Layout: the header's length (8 bytes, little-endian), the header (JSON, padded with spaces to a
 * multiple of 8), the tensors' bytes without gaps. Numbers are stored little-endian and are read and
 * written as the platform's own, which is little-endian wherever Deno and WebGPU run.
 * Source: https://github.com/huggingface/safetensors#format
 *
 * @module
 */
import { excerpt, UsageError } from "../core/errors.ts";
import { type Header, readHeader } from "./safetensors_header.ts";

/** The array that holds each kind of number. */
export interface TensorArrays {
  /** 0 or 1. */
  BOOL: Uint8Array<ArrayBuffer>;
  /** Unsigned 8-bit integers. */
  U8: Uint8Array<ArrayBuffer>;
  /** Signed 8-bit integers. */
  I8: Int8Array<ArrayBuffer>;
  /** Unsigned 16-bit integers. */
  U16: Uint16Array<ArrayBuffer>;
  /** Signed 16-bit integers. */
  I16: Int16Array<ArrayBuffer>;
  /** Unsigned 32-bit integers. */
  U32: Uint32Array<ArrayBuffer>;
  /** Signed 32-bit integers. */
  I32: Int32Array<ArrayBuffer>;
  /** 32-bit floats. */
  F32: Float32Array<ArrayBuffer>;
  /** Unsigned 64-bit integers. */
  U64: BigUint64Array<ArrayBuffer>;
  /** Signed 64-bit integers. */
  I64: BigInt64Array<ArrayBuffer>;
  /** 64-bit floats. */
  F64: Float64Array<ArrayBuffer>;
}

/** A kind of number, named as the format names it. */
export type TensorType = keyof TensorArrays;

/** One tensor: the kind of its numbers, its sizes, the numbers in row-major order. */
export type StoredTensor = {
  [D in TensorType]: { dtype: D; shape: readonly number[]; data: TensorArrays[D] };
}[TensorType];

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by name. */
  tensors: Record<string, StoredTensor>;
  /** The header's `__metadata__`; empty where it has none. */
  metadata: Record<string, string>;
}

/** The constructors, widest numbers first: written in this order, every tensor is aligned. */
const ARRAYS = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  U32: Uint32Array,
  I32: Int32Array,
  F32: Float32Array,
  U16: Uint16Array,
  I16: Int16Array,
  U8: Uint8Array,
  I8: Int8Array,
  BOOL: Uint8Array,
} as const;

const TYPES = Object.keys(ARRAYS) as TensorType[];

/** Bytes before the header: its length. */
const LENGTH_BYTES = 8;

/**
 * The bytes of a safetensors file. The same input gives the same bytes, whatever the order of its keys.
 *
 * @param tensors The tensors by name. Their data is copied.
 * @param metadata Texts for the header's `__metadata__`; none by default.
 * @throws {TypeError} For an unknown `dtype`, an array of another kind, metadata that is not text.
 * @throws {RangeError} For a shape whose product is not the length of the data, or a reserved name.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors).sort(byWidthThenName);
  const fields: [string, unknown][] = [];
  let end = 0;
  for (const [name, tensor] of entries) {
    checkTensor(name, tensor);
    const start = end;
    end += tensor.data.byteLength;
    fields.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [start, end] }]);
  }
  const texts = Object.entries(metadata).sort(([a], [b]) => compareText(a, b));
  for (const [key, text] of texts) {
    if (typeof text !== "string") {
      throw new TypeError(`Cannot store metadata "${key}": it is a ${typeof text}, wanted a string`);
    }
  }
  if (texts.length > 0) fields.unshift(["__metadata__", Object.fromEntries(texts)]);
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors and metadata of a safetensors file. The tensors own their data: `bytes` is not kept.
 *
 * @param bytes The whole file.
 * @throws {UsageError} When the bytes are not a whole, well-formed safetensors file, or hold a kind of
 * number outside {@linkcode TensorArrays} (the 16-bit and 8-bit floats).
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const reading = readSafetensors(bytes.length);
  let at = 0;
  let next = reading.next();
  while (!next.done) next = reading.next(bytes.slice(at, at += next.value));
  return next.value;
}

/**
 * Reads a safetensors file of `size` bytes from its start to its end: yields how many bytes it wants next, and is given them
 * in an array of their own, which it keeps. Nothing is asked for before all that says how much it must be is known to be sound.
 *
 * @param accept Told of the metadata before the tensors are read; what it throws ends the reading.
 * @throws {UsageError} As {@linkcode decodeSafetensors}.
 */
export function* readSafetensors(
  size: number,
  accept: (metadata: Safetensors["metadata"]) => void = () => {},
): Generator<number, Safetensors, Uint8Array<ArrayBuffer>> {
  const { entries, metadata } = yield* readHeader(size);
  accept(metadata);
  const kinds = entries.map(([name, entry]) => checkKind(name, entry));
  const tensors: [string, StoredTensor][] = [];
  for (const [i, [name, { shape, data_offsets: [start, end] }]] of entries.entries()) {
    const dtype = kinds[i]!;
    const { buffer } = yield end - start;
    tensors.push([name, { dtype, shape, data: new ARRAYS[dtype](buffer) } as StoredTensor]);
  }
  return { tensors: Object.fromEntries(tensors), metadata };
}

/** The kind of a tensor's numbers, which must be one that we read and have the bytes that its shape wants. */
function checkKind(name: string, { dtype, shape, data_offsets: [start, end] }: Header): TensorType {
  if (!isTensorType(dtype)) {
    throw new UsageError(
      `Cannot read tensor "${excerpt(name)}": its dtype is ${excerpt(dtype)}, wanted one of ${
        TYPES.join(", ")
      }`,
    );
  }
  const wanted = product(shape) * ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (end - start === wanted) return dtype;
  throw new UsageError(
    `Cannot read tensor "${excerpt(name)}": it spans ${end - start} bytes, ` +
      `wanted ${wanted} for shape [${excerpt(shape.join(", "))}] of ${dtype}`,
  );
}

function checkTensor(name: string, { dtype, shape, data }: StoredTensor): void {
  if (name === "__metadata__") {
    throw new RangeError(`Cannot store tensor "${name}": the format keeps this name for its metadata`);
  }
  if (!isTensorType(dtype)) {
    throw new TypeError(
      `Cannot store tensor "${name}": its dtype is ${dtype}, wanted one of ${TYPES.join(", ")}`,
    );
  }
  if (!(data instanceof ARRAYS[dtype])) {
    const [given, wanted] = [(data as object)?.constructor?.name, ARRAYS[dtype].name];
    throw new TypeError(
      `Cannot store tensor "${name}" of ${dtype}: its data is a ${given}, wanted a ${wanted}`,
    );
  }
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || product(shape) !== data.length) {
    throw new RangeError(
      `Cannot store tensor "${name}": its data holds ${data.length} numbers, ` +
        `wanted ${product(shape)} for shape [${shape.join(", ")}]`,
    );
  }
}

function isTensorType(dtype: string): dtype is TensorType {
  return Object.hasOwn(ARRAYS, dtype);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}

function byWidthThenName([a, left]: [string, StoredTensor], [b, right]: [string, StoredTensor]): number {
  return TYPES.indexOf(left.dtype) - TYPES.indexOf(right.dtype) || compareText(a, b);
}

/** By code unit, not by the user's language: the bytes must not depend on it. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
