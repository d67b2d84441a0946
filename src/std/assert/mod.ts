/**
 * The part of `@std/assert` used here, over `node:` built-ins: same names, signatures and behaviour.
 *
 * @module
 */
import { AssertionError, suffix } from "./assertion_error.ts";
import { difference, show } from "./difference.ts";
import { equal } from "./equal.ts";

export { AssertionError } from "./assertion_error.ts";
export { equal } from "./equal.ts";
export { assertIsError, assertRejects, assertThrows } from "./errors.ts";

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Fails always. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${suffix(msg)}`);
}

/** Fails unless the two are deeply equal ({@linkcode equal}). */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(`Values are not equal${suffix(msg)}${difference(actual, expected)}`);
}

/** Fails if the two are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(
    `Expected actual: ${show(actual)} not to be: ${show(expected)}${suffix(msg)}`,
  );
}

/** Fails unless `Object.is` holds: NaN is itself, 0 is not -0. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const [left, right] = [show(actual), show(expected)];
  throw new AssertionError(
    left === right
      ? `Values have the same structure but are not reference-equal${suffix(msg)}\n\n    ${left}\n`
      : `Values are not strictly equal${suffix(msg)}${difference(actual, expected)}`,
  );
}

/** Fails unless the two differ by at most `tolerance`, by default 1e-7 of the expected value. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const delta = Math.abs(expected - actual);
  if (delta <= tolerance) return;
  const [a, e, d, t] = [actual, expected, delta, tolerance].map((n) =>
    Number.isInteger(n) ? String(n) : n.toExponential()
  );
  throw new AssertionError(
    `Expected actual: "${a}" to be close to "${e}": delta "${d}" is greater than "${t}"${suffix(msg)}`,
  );
}

/** Fails if `actual` is null or undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  throw new AssertionError(`Expected actual: "${actual}" to not be null or undefined${suffix(msg)}`);
}

/** Fails unless `actual` is an instance of `expectedType`. */
// deno-lint-ignore no-explicit-any
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  const given = typeof actual === "object" ? actual?.constructor?.name ?? "null" : typeof actual;
  throw new AssertionError(
    `Expected object to be an instance of "${expectedType.name || "anonymous class"}" but was "${given}"${
      suffix(msg)
    }`,
  );
}

/** Fails unless `expected` is a part of `actual`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(`Expected actual: "${actual}" to contain: "${expected}"${suffix(msg)}`);
}

/** Fails unless `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  throw new AssertionError(`Expected actual: "${actual}" to match: "${expected}"${suffix(msg)}`);
}

/** Fails unless every entry of `expected` is deeply equal to an entry of `actual`. */
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void {
  const missing = Array.from(expected).filter((entry) =>
    !Array.from(actual).some((own) => equal(entry, own))
  );
  if (missing.length === 0) return;
  throw new AssertionError(
    `Expected actual: "${show(actual)}" to include: "${show(expected)}"${suffix(msg)}\nmissing: ${
      show(missing)
    }`,
  );
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) refuse(`${show(actual)} > ${show(expected)}`, msg);
}

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) refuse(`${show(actual)} >= ${show(expected)}`, msg);
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) refuse(`${show(actual)} < ${show(expected)}`, msg);
}

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) refuse(`${show(actual)} <= ${show(expected)}`, msg);
}

function refuse(comparison: string, msg: string | undefined): never {
  throw new AssertionError(`Expect ${comparison}${suffix(msg)}`);
}
