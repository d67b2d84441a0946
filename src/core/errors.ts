/** Errors that callers catch, and help with misspelt names. @module */
import { closest, distance } from "npm:fastest-levenshtein@1.0.16";

/**
 * A mistake in what the user gave: a config, a command line, an environment, a file.
 * The command line prints its message without a stack trace and ends with exit code 2.
 */
export class UsageError extends Error {
  /** What `String(error)` puts before the message. */
  override readonly name = "UsageError";
}

/**
 * Training cannot go on: a loss became NaN, a device was lost.
 * The command line prints its message without a stack trace and ends with exit code 1.
 */
export class TrainingError extends Error {
  /** What `String(error)` puts before the message. */
  override readonly name = "TrainingError";
}

/** `; did you mean "x"?` for the nearest of `known`, or the empty string when nothing is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(given, known);
  return distance(given, nearest) <= Math.max(2, given.length / 2) ? `; did you mean "${nearest}"?` : "";
}
