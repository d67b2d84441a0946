/** Histograms as TensorBoard draws them. @module */

/** How many values lie where. */
export interface Histogram {
  /** The least value; 0 when there is none, as for `max`. */
  readonly min: number;
  /** The greatest value. */
  readonly max: number;
  /** How many values were counted. */
  readonly count: number;
  /** Sum of the values. */
  readonly sum: number;
  /** Sum of their squares. */
  readonly sumOfSquares: number;
  /** Right edge of each bucket, ascending; the last is `max`. The first bucket begins at `min`. */
  readonly limits: readonly number[];
  /** Values in each bucket: left edge included, right edge not, but in the last one. */
  readonly counts: readonly number[];
}

/** TensorBoard's own number of buckets: `DEFAULT_BUCKET_COUNT` of `tensorboard/plugins/histogram/summary_v2.py`. */
const buckets = 30;

/** The finite ones of `values` in 30 buckets of equal width; in one when all are equal, in none when there is none. */
export function histogram(values: ArrayLike<number>): Histogram {
  let [min, max, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    count++;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return { min: 0, max: 0, count, sum, sumOfSquares, limits: [], counts: [] };
  const last = max > min ? buckets - 1 : 0;
  const width = (max - min) / (last + 1);
  const limits = Array.from({ length: last + 1 }, (_, i) => i === last ? max : min + width * (i + 1));
  const counts = limits.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) counts[width > 0 ? Math.min(last, Math.floor((value - min) / width)) : 0]!++;
  }
  return { min, max, count, sum, sumOfSquares, limits, counts };
}
