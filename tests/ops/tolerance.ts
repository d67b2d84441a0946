/**
 * How far a float32 computation may be from the exact numbers. No tolerance is found by trial: each comes from the
 * number of roundings behind a result and the size of what was rounded.
 *
 * @module
 */
import { fail } from "@std/assert";

/** Unit roundoff of float32: the largest relative error of one rounding. */
const unit = 2 ** -24;

/** The smallest normal float32. A GPU may flush what is below it to zero. */
const smallestNormal = 2 ** -126;

/** Roundings that WGSL allows in a division (2.5 ULP) and in a square root (a division by an inverse root of 2 ULP). */
export const roundingsOf = { division: 5, sqrt: 9 } as const;

/**
 * Bound for the error of a sum or product after `roundings` roundings, however its terms are grouped, where the
 * absolute values of the terms add up to `magnitude`: n u / (1 - n u) times the magnitude (Higham, "Accuracy and
 * Stability of Numerical Algorithms", 2nd ed., section 3.1).
 */
export function roundingBound(roundings: number, magnitude: number): number {
  const relative = roundings * unit;
  return relative / (1 - relative) * magnitude + roundings * smallestNormal;
}

/** Numbers, and how far float32 may be from each. */
export interface Estimate {
  readonly value: Float64Array;
  readonly error: Float64Array;
}

/** Numbers that float32 has exactly. */
export function exact(values: ArrayLike<number>): Estimate {
  return { value: Float64Array.from(values), error: new Float64Array(values.length) };
}

/** `length` numbers with their errors, entry by entry. */
export function estimate(
  length: number,
  entry: (i: number) => readonly [value: number, error: number],
): Estimate {
  const result = { value: new Float64Array(length), error: new Float64Array(length) };
  for (let i = 0; i < length; i++) [result.value[i], result.error[i]] = entry(i);
  return result;
}

/**
 * A sum of products and its error: the roundings of the sum itself, and what the operands bring along. Errors of the
 * operands add up as independent ones do, or, `together`, as if all had one sign.
 */
export class SumOfProducts {
  value = 0;
  #magnitude = 0;
  #terms = 0;
  #squares = 0;
  #linear = 0;

  /** Adds entry i of `a` times entry j of `b`. */
  add(a: Estimate, i: number, b: Estimate, j: number): void {
    const product = a.value[i]! * b.value[j]!;
    const inherited = Math.abs(a.value[i]!) * b.error[j]! + Math.abs(b.value[j]!) * a.error[i]! +
      a.error[i]! * b.error[j]!;
    this.#terms++;
    this.value += product;
    this.#magnitude += Math.abs(product);
    this.#squares += inherited ** 2;
    this.#linear += inherited;
  }

  /** The sum's error. */
  error(operands: "independent" | "together"): number {
    const inherited = operands === "together" ? this.#linear : Math.sqrt(this.#squares);
    return roundingBound(this.#terms + 1, this.#magnitude) + inherited;
  }
}

/** Fails unless every number is within its error. */
export function assertWithin(actual: ArrayLike<number>, { value, error }: Estimate, label: string): void {
  if (actual.length !== value.length) fail(`${label}: ${actual.length} numbers, wanted ${value.length}`);
  for (let i = 0; i < value.length; i++) {
    const difference = Math.abs(actual[i]! - value[i]!);
    if (difference <= error[i]!) continue;
    fail(`${label}, entry ${i}: ${actual[i]}, wanted ${value[i]} +- ${error[i]}, off by ${difference}`);
  }
}

/** Fails unless every number is zero. */
export function assertZero(actual: ArrayLike<number>, label: string): void {
  for (let i = 0; i < actual.length; i++) {
    if (actual[i] !== 0) fail(`${label}, entry ${i}: ${actual[i]}, wanted 0`);
  }
}
