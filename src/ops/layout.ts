/**
 * How matrices lie in device memory. Every matrix is kept in both layouts, each extent padded to fours,
 * so that both operands of any product are read along their contiguous axis (see `shaders/dense.wgsl`).
 *
 * @module
 */
import type { Gpu } from "../gpu/device.ts";
import { Tensor } from "../gpu/tensor.ts";

/** `extent` rounded up to a multiple of four. */
export function padded(extent: number): number {
  return Math.ceil(extent / 4) * 4;
}

/** `floats` rounded up so that what follows starts at a multiple of 256 bytes, as a uniform window must. */
export function aligned(floats: number): number {
  return Math.ceil(floats / 64) * 64;
}

/** How many matrices of which size each member has. */
export type MatricesSize = readonly [members: number, count: number, rows: number, columns: number];

/** The shape of what {@linkcode createMatrices} makes. */
export function matricesShape([members, count, rows, columns]: MatricesSize): [number, number, number] {
  return [members, 2 * count, aligned(padded(rows) * padded(columns))];
}

/**
 * `count` matrices `[rows, columns]` of each of `members`, each in both layouts:
 * `[members, 2 * count, rows * columns]`, padded.
 */
export function createMatrices(
  gpu: Gpu,
  size: MatricesSize,
  label: string,
): Tensor<"f32"> {
  return new Tensor(gpu, matricesShape(size), {
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
