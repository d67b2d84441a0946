/** Where the ticks of an axis stand. @module */
import { formatNumber } from "./chart_style.ts";

/** A step of 1, 2 or 5 times a power of ten, that cuts `span` into at most `most` parts. */
export function niceStep(span: number, most = 8): number {
  const power = 10 ** Math.floor(Math.log10(span / most));
  for (const factor of [1, 2, 5]) if (span / (factor * power) <= most) return factor * power;
  return 10 * power;
}

/** Bounds and ticks of an axis, as the chart library takes them. */
export interface Ticks {
  /** Where the axis begins. */
  readonly min: number;
  /** Where it ends. */
  readonly max: number;
  /** From tick to tick; equal to `maxInterval`. */
  readonly minInterval: number;
  /** From tick to tick. */
  readonly maxInterval: number;
  /** The label of a tick, empty at a bound that is none. */
  formatter(value: number): string;
}

/**
 * Ticks of 1, 2 or 5 times a power of ten between any two bounds, which stay without a label unless they are ticks. A
 * single value gets room around it.
 */
export function evenTicks(low: number, high: number): Ticks {
  if (low === high) {
    const room = Math.abs(low) / 2 || 1;
    return evenTicks(low - room, high + room);
  }
  const interval = niceStep(high - low);
  const size = Math.max(Math.abs(low), Math.abs(high));
  const digits = Math.min(15, Math.max(6, Math.ceil(Math.log10(size / interval)) + 1)); // Neighbours differ.
  const isTick = (value: number) => Math.abs(value / interval - Math.round(value / interval)) < 1e-6;
  return {
    min: low,
    max: high,
    minInterval: interval, // The library's own `interval` would count from `low`.
    maxInterval: interval,
    formatter: (value: number) => isTick(value) ? formatNumber(value, digits) : "",
  };
}

/**
 * Ticks of a log axis between two positive bounds: powers of ten, as many apart as suits the span; where there would be
 * fewer than three of them, 1, 2 and 5 times the powers, and where these are too few as well, even ones.
 */
export function logTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const within = (values: number[]) =>
    values.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const times = (factors: readonly number[], wanted: readonly number[] = exponents) =>
    within(wanted.flatMap((exponent) => factors.map((factor) => Number(`${factor}e${exponent}`))));
  const step = Math.max(1, niceStep(last - first, 10));
  const powers = times([1], exponents.filter((exponent) => exponent % step === 0));
  if (powers.length >= 3) return powers;
  const finer = times([1, 2, 5]);
  if (finer.length >= 3) return finer;
  const even = niceStep(high - low, 5);
  const start = Math.ceil(low / even);
  const digits = Array.from({ length: 6 }, (_, i) => Number(((start + i) * even).toPrecision(12)));
  return within(digits);
}
