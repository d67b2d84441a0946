/** A wrapper that observes a box as the number of a bin, for tables. @module */
import { UsageError } from "../core/errors.ts";
import { type Box, describe, discrete, type Space } from "../core/spaces.ts";
import type { Environment } from "./environment.ts";
import { TransformObservation } from "./transform.ts";
import { addSaving } from "./wrapper.ts";

/** The bins. Dimensions are the entries of the box. */
export interface DiscretizeOptions {
  /** Bins of each dimension, at least 2. */
  readonly bins: readonly number[];
  /** Where the bins of each dimension begin. Default: the low bounds of the space, which must be finite then. */
  readonly low?: readonly number[];
  /** Where they end. Default: the high bounds of the space, which must be finite then. */
  readonly high?: readonly number[];
}

/**
 * `inner` with observations that say in which bin they lie. The bins of a dimension are of equal width
 * between `low` and `high`; each holds its lower edge and not its upper one, as those of numpy.digitize, and what lies
 * outside belongs to the outer bin on its side. Bins are numbered row-major: the last dimension's number changes fastest.
 */
export class Discretize extends TransformObservation<Float32Array, number> {
  /** Throws UsageError unless the space is a Box and each of its dimensions has its bins and finite bounds. */
  constructor(inner: Environment, options: DiscretizeOptions) {
    const { bins, low, high } = checkBins(inner.observationSpace, options);
    const spans = bins.map((count, i) => span(count, low[i]!, high[i]!));
    super(inner, {
      space: discrete(product(bins)),
      transform(observation) {
        let index = 0;
        for (let i = 0; i < bins.length; i++) {
          index = index * bins[i]! + binOf(observation[i]!, spans[i]!);
        }
        return index;
      },
    });
    addSaving(this, Discretize);
  }
}

/** One dimension and its bins. */
interface Span {
  readonly count: number;
  /** Of all numbers; below 1 where the width would overflow otherwise. A power of two changes no digit. */
  readonly scale: number;
  readonly low: number;
  readonly width: number;
}

function span(count: number, low: number, high: number): Span {
  const scale = Math.max(Math.abs(low), Math.abs(high)) > 2 ** 900 ? 2 ** -100 : 1;
  return { count, scale, low: scale * low, width: scale * high - scale * low };
}

/** How many of the edges between the bins are no greater than `value`. */
function binOf(value: number, { count, scale, low, width }: Span): number {
  const scaled = scale * value;
  const edge = (bin: number) => low + bin * width / count;
  const near = Math.floor((scaled - low) * count / width); // But for rounding.
  const bin = near + +(scaled >= edge(near + 1)) - +(scaled < edge(near));
  return Math.min(Math.max(bin, 0), count - 1);
}

/** The options with their defaults, looked at. */
function checkBins(space: Space, options: DiscretizeOptions): Required<DiscretizeOptions> {
  if (space.kind !== "box") fail(`the observation space is ${describe(space)}, wanted a Box`);
  const { bins, low = space.low, high = space.high } = options;
  for (const [what, list] of Object.entries({ bins, low, high })) {
    if (list.length === space.low.length) continue;
    fail(
      `${what} has length ${list.length}, wanted ${space.low.length}, one for each entry of ${
        describe(space)
      }`,
    );
  }
  bins.forEach((count, i) => checkDimension(i, count, [low[i]!, high[i]!], space));
  if (!Number.isSafeInteger(product(bins))) {
    fail(`bins are [${bins.join(", ")}], ${product(bins)} in all, wanted at most 2^53 - 1`);
  }
  return { bins, low, high };
}

function checkDimension(i: number, count: number, [low, high]: readonly [number, number], space: Box): void {
  if (!Number.isSafeInteger(count) || count < 2) {
    fail(`dimension ${i} has ${count} bin${count === 1 ? "" : "s"}, wanted 2 or more`);
  }
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return;
  const found = `dimension ${i} reaches from ${low} to ${high}`;
  const wanted = `wanted finite bounds, the lower one first: give low and high for ${describe(space)}`;
  fail(`${found}, ${wanted}`);
}

function product(counts: readonly number[]): number {
  return counts.reduce((total, count) => total * count, 1);
}

function fail(state: string): never {
  throw new UsageError(`Cannot discretize: ${state}`);
}
