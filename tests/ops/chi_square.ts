/** Pearson's chi-square test. @module */
import { assertLess } from "@std/assert";

/** Standard deviations of the normal that a fair source exceeds about three times in ten million tests. */
const deviations = 5;

/**
 * Fails unless `counts` are what a source with these probabilities gives, equal ones by default. The limit is the
 * chi-square quantile by Wilson and Hilferty's cube root. The draws of a test are the same in each run.
 */
export function assertChiSquare(
  counts: readonly number[],
  label: string,
  probabilities: readonly number[] = counts.map(() => 1 / counts.length),
): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const chiSquare = counts.reduce((sum, count, cell) => {
    const expected = total * probabilities[cell]!;
    return expected === 0 && count === 0 ? sum : sum + (count - expected) ** 2 / expected;
  }, 0);
  const freedom = probabilities.filter((probability) => probability > 0).length - 1;
  if (freedom === 0) return;
  const spread = 2 / (9 * freedom);
  const limit = freedom * (1 - spread + deviations * Math.sqrt(spread)) ** 3;
  assertLess(chiSquare, limit, `${label}: counts ${counts.slice(0, 40)}`);
}
