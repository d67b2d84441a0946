/** How a quantity grows. @module */

/** A line through measurements, by least squares. */
export interface Slope {
  /** Mean of the measurements. */
  readonly mean: number;
  /** What it grows by from the first measurement to the last, by the line. */
  readonly growth: number;
  /** Of the growth, 95%. */
  readonly interval: readonly [low: number, high: number];
}

/** Student's 97.5% quantile for many measurements. */
const quantile = 2;

/** The slope of values that were taken at equal distances; at least 30 of them. */
export function slopeOf(values: readonly number[]): Slope {
  const count = values.length;
  if (count < 30) throw new RangeError(`Cannot measure a slope: ${count} values, wanted at least 30`);
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const spread = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  const slope = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
  const rest = values.reduce((sum, value, i) => sum + (value - mean - slope * (i - middle)) ** 2, 0);
  const error = quantile * Math.sqrt(rest / (count - 2) / spread);
  const [growth, low, high] = [slope, slope - error, slope + error].map((one) => one * (count - 1));
  return { mean, growth: growth!, interval: [low!, high!] };
}
