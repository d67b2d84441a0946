/** What the latest batch of an agent comes to, in numbers. @module */

/** Values that fall into parts of a range of equal width. */
export interface Histogram {
  /** The lower end of the first part; the upper end of the last is `-low` where the range lies around zero. */
  readonly low: number;
  /** The upper end of the last part. */
  readonly high: number;
  /** How many fall into each. */
  readonly counts: readonly number[];
}

/** Counts numbers in an even number of parts around zero, as wide as the largest of them takes. */
export function aroundZero(numbers: ArrayLike<number>, parts = 24): Histogram {
  const most = Array.prototype.reduce.call(
    numbers,
    (a, b) => Math.max(a as number, Math.abs(b)),
    0,
  ) as number;
  const high = most || 1;
  const counts = Array<number>(parts).fill(0);
  for (const number of Array.from(numbers)) {
    const part = Math.floor((number + high) / (2 * high) * parts);
    counts[Math.max(0, Math.min(parts - 1, part))]!++;
  }
  return { low: -high, high, counts };
}

/** Mean, mean size, least and most of numbers of which there is at least one. */
export function describeNumbers(
  numbers: ArrayLike<number>,
): Record<"mean" | "size" | "least" | "most", number> {
  const all = Array.from(numbers);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    mean: sum(all) / all.length,
    size: sum(all.map(Math.abs)) / all.length,
    least: Math.min(...all),
    most: Math.max(...all),
  };
}
