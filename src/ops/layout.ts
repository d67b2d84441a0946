/**
 * How networks and matrices lie in device memory. Every matrix is kept in both layouts, each extent padded to fours,
 * so that both operands of any product are read along their contiguous axis (see `shaders/dense.wgsl`).
 *
 * @module
 */
import type { Gpu } from "../gpu/device.ts";
import { Tensor } from "../gpu/tensor.ts";

/** One dense layer of a network: a matrix `[inputs + 1, outputs]` whose last row is the bias. */
export interface Layer {
  /** Place in the network, from 0. */
  readonly index: number;
  /** Width of what goes in, without the bias. */
  readonly inputs: number;
  /** Width of what comes out. */
  readonly outputs: number;
  /** First float among the network's. */
  readonly offset: number;
  /** Rows, bias included, padded to a multiple of four. */
  readonly rows: number;
  /** Outputs, padded to a multiple of four. */
  readonly columns: number;
}

/** The layers of a network and the floats they take. */
export interface NetworkLayout {
  /** Widths from observation to Q values, as in `[4, 128, 128, 2]`. */
  readonly sizes: readonly number[];
  /** From the observation's on, one fewer than `sizes`. */
  readonly layers: readonly Layer[];
  /** Floats of one member's network in one layout. */
  readonly total: number;
}

/** `extent` rounded up to a multiple of four. */
export function padded(extent: number): number {
  return Math.ceil(extent / 4) * 4;
}

/** `floats` rounded up so that what follows starts at a multiple of 256 bytes, as a uniform window must. */
export function aligned(floats: number): number {
  return Math.ceil(floats / 64) * 64;
}

/** The layout of a network with these widths: the observation's, the hidden layers', the number of actions. */
export function networkLayout(sizes: readonly number[]): NetworkLayout {
  const layers: Layer[] = [];
  let offset = 0;
  for (const [index, inputs] of sizes.slice(0, -1).entries()) {
    const outputs = sizes[index + 1]!;
    const layer = { index, inputs, outputs, offset, rows: padded(inputs + 1), columns: padded(outputs) };
    layers.push(layer);
    offset = aligned(offset + layer.rows * layer.columns);
  }
  return { sizes, layers, total: offset };
}

/**
 * `count` matrices `[rows, columns]` of each of `members`, each in both layouts:
 * `[members, 2 * count, rows * columns]`, padded.
 */
export function createMatrices(
  gpu: Gpu,
  [members, count, rows, columns]: [number, number, number, number],
  label: string,
): Tensor<"f32"> {
  return new Tensor(gpu, [members, 2 * count, aligned(padded(rows) * padded(columns))], {
    label,
    windowed: gpu.kernelProfile.windows,
  });
}

/** One matrix `[rows, columns]` of each of `members`, in both layouts: `[members, 2, rows * columns]`, padded. */
export function createMatrix(
  gpu: Gpu,
  [members, rows, columns]: [number, number, number],
  label: string,
): Tensor<"f32"> {
  return createMatrices(gpu, [members, 1, rows, columns], label);
}

/** The floats that {@linkcode createMatrix} holds for one member whose matrix is `values`, row-major. */
export function packMatrix(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const half = aligned(padded(rows) * padded(columns));
  const packed = new Float32Array(2 * half);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      packed[row * padded(columns) + column] = value;
      packed[half + column * padded(rows) + row] = value;
    }
  }
  return packed;
}

/** The row-major matrix `[rows, columns]` in floats laid out as by {@linkcode packMatrix}. */
export function unpackMatrix(packed: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    values.set(packed.subarray(row * padded(columns), row * padded(columns) + columns), row * columns);
  }
  return values;
}
