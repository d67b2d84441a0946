/** Inputs for tests of kernels. @module */
import type { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { type DType, type HostArray, Tensor } from "../../src/gpu/tensor.ts";
import {
  type Clock,
  createMembers,
  type HyperParameters,
  type Members,
  plainHyperParameters,
  type SyncUnit,
  writeClock,
} from "../../src/ops/member.ts";

/** `length` float32 numbers, uniform in [low, high). */
export function uniform(length: number, random: Random, [low, high] = [-1, 1]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, () => random.uniform(low, high));
}

/** Row-major `[columns, rows]` of row-major `[rows, columns]`. */
export function transposed(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: rows * columns },
    (_, at) => values[at % rows * columns + Math.floor(at / rows)]!,
  );
}

/** The arrays one after another. */
export function joined(arrays: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(arrays.flatMap((array) => [...array]));
}

/** A tensor that holds `values`. */
export function tensorOf<D extends DType>(
  gpu: Gpu,
  shape: readonly number[],
  values: { readonly dtype: D; readonly values: HostArray<D> },
): Tensor<D> {
  const tensor = new Tensor<D>(gpu, shape, { dtype: values.dtype });
  tensor.write(values.values);
  return tensor;
}

/** A tensor of floats. */
export function floats(gpu: Gpu, shape: readonly number[], values: Float32Array): Tensor<"f32"> {
  return tensorOf(gpu, shape, { dtype: "f32", values: values as HostArray<"f32"> });
}

/** Hyper-parameters under which nothing is clipped, decayed or explored, with `changes`. */
export function hyperParameters(changes: Partial<HyperParameters> = {}): HyperParameters {
  return { ...plainHyperParameters, seed: 1, capacity: 64, ...changes };
}

const zeroClock: Clock = {
  steps: 0,
  updates: 0,
  episodes: 0,
  stored: 0,
  halted: 0,
  sync: 0,
  correction1: 0,
  correction2: 0,
  learningRate: 0,
  exploration: 0,
};

/** What a population of tests has of each member: hyper-parameters, and its clock, of which what is left out is 0. */
export interface MemberValues {
  readonly hyper?: HyperParameters;
  readonly clock?: Partial<Clock>;
}

/** A population of these members, whose target networks count `sync`, by default nothing. */
export function membersOf(gpu: Gpu, values: readonly MemberValues[], sync: SyncUnit = "none"): Members {
  const members = createMembers(gpu, values.map(({ hyper }) => hyper ?? hyperParameters()), sync);
  for (const [member, { clock }] of values.entries()) {
    if (clock) writeClock(members, member, { ...zeroClock, ...clock });
  }
  return members;
}
