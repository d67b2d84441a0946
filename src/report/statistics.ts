/** Means, spreads and intervals of returns, losses and scores. @module */
import { Random, Stream } from "../core/random.ts";

/** The mean of one value or more. @throws {RangeError} When there is none. */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError("Cannot take the mean: 0 values, wanted at least 1");
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * Of each value, the mean of the latest `window` values up to it, or of all where there are fewer.
 *
 * @throws {RangeError} When the window is no positive integer.
 */
export function movingMean(values: ArrayLike<number>, window: number): Float64Array {
  if (!(Number.isInteger(window) && window > 0)) {
    throw new RangeError(`Cannot take a moving mean: the window is ${window}, wanted a positive integer`);
  }
  const means = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    if (i >= window) sum -= values[i - window]!;
    means[i] = sum / Math.min(i + 1, window);
  }
  return means;
}

/**
 * `s_0 = v_0`, `s_i = weight s_(i-1) + (1 - weight) v_i`.
 *
 * @param weight Of what came before, in [0, 1).
 * @throws {RangeError} When it is not.
 */
export function exponentialMean(values: ArrayLike<number>, weight = 0.9): Float64Array {
  if (!(weight >= 0 && weight < 1)) {
    throw new RangeError(`Cannot smooth: the weight is ${weight}, wanted a number in [0, 1)`);
  }
  const smooth = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    smooth[i] = i === 0 ? values[0]! : weight * smooth[i - 1]! + (1 - weight) * values[i]!;
  }
  return smooth;
}

/**
 * The value below which a share `p` of the values lies, linear between them: numpy's default, type 7 of R. Hyndman and
 * Y. Fan, "Sample Quantiles in Statistical Packages", 1996.
 *
 * @param p In [0, 1]; 0.5 is the median.
 * @throws {RangeError} When it is not, or there are no values.
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw new RangeError(`Cannot take a quantile: p is ${p}, wanted a number in [0, 1]`);
  }
  if (values.length === 0) throw new RangeError("Cannot take a quantile: 0 values, wanted at least 1");
  const sorted = Float64Array.from(values).sort();
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const value = sorted[below]!;
  return position > below ? value + (position - below) * (sorted[below + 1]! - value) : value; // Never 0 * Infinity.
}

/**
 * The mean of the middle half: a quarter of the values, rounded down, is dropped at each end. Less noisy than the median,
 * and one odd run cannot move it as it moves the mean. Source: Agarwal et al. 2021, see {@linkcode bootstrapInterval}.
 *
 * @throws {RangeError} When there are no values.
 */
export function interquartileMean(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const dropped = Math.floor(sorted.length / 4);
  return mean(sorted.subarray(dropped, sorted.length - dropped));
}

/** How {@linkcode bootstrapInterval} draws. */
export interface BootstrapOptions {
  /** Draws of the whole experiment, 2,000 by default. */
  readonly resamples?: number;
  /** Share of the draws inside the interval, 0.95 by default. */
  readonly level?: number;
  /** 0 by default: equal scores give equal intervals. */
  readonly seed?: number;
}

/**
 * The percentile interval of a statistic, by stratified bootstrap: the runs of each task are drawn again from that
 * task's runs, with replacement, and the statistic is taken over all of them.
 * Source: R. Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice", NeurIPS 2021.
 *
 * @param tasks Of each task, a score a run (a seed); tasks of one experiment, or a single one.
 * @param statistic As {@linkcode interquartileMean}.
 * @returns Undefined where every task has a single run: one run says nothing of how runs differ.
 * @throws {RangeError} When there is no task, or one without runs.
 */
export function bootstrapInterval(
  tasks: readonly ArrayLike<number>[],
  statistic: (scores: Float64Array) => number,
  { resamples = 2000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): [low: number, high: number] | undefined {
  const runs = tasks.map(({ length }) => length);
  if (runs.length === 0 || runs.includes(0)) {
    throw new RangeError(
      `Cannot resample: tasks with [${runs}] runs, wanted at least 1 task with at least 1 run`,
    );
  }
  if (runs.every((count) => count === 1)) return undefined;
  const random = new Random(seed, Stream.host);
  const scores = new Float64Array(runs.reduce((sum, count) => sum + count, 0));
  const found = Float64Array.from({ length: resamples }, () => {
    let at = 0;
    for (const task of tasks) {
      for (let i = 0; i < task.length; i++) scores[at++] = task[random.below(task.length)]!;
    }
    return statistic(scores);
  });
  return [quantile(found, (1 - level) / 2), quantile(found, (1 + level) / 2)];
}
