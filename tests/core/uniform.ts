/** A test of uniformity. @module */
import { assertLess } from "@std/assert";

const cells = 32;

/**
 * Mean, cells - 1, plus six standard deviations, sqrt(2 (cells - 1)), of chi-square: a fair generator exceeds it about
 * once in a million tests, and the draws of a test are the same in each run.
 */
const chiSquareLimit = cells - 1 + 6 * Math.sqrt(2 * (cells - 1));

/** Fails unless `values` pass the chi-square test for uniformity on [0, 1) over 32 cells. */
export function assertUniform(values: readonly number[]): void {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) {
    const cell = Math.floor(value * cells);
    if (!(cell >= 0 && cell < cells)) {
      throw new RangeError(`Cannot count ${value}, wanted a number in [0, 1)`);
    }
    counts[cell]!++;
  }
  const expected = values.length / cells;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  assertLess(chiSquare, chiSquareLimit, `counts ${counts}`);
}
