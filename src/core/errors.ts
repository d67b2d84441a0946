/** Errors that callers catch, and help with misspelt names. @module */
import { closest, distance } from "npm:fastest-levenshtein@1.0.16";

/**
 * A mistake in what the user gave: a config, a command line, an environment, a file.
 * The command line prints its message without a stack trace and ends with exit code 2.
 */
export class UsageError extends Error {
  /** What `String(error)` puts before the message. */
  override readonly name = "UsageError";

  /** Control characters of the message, which may come from a file, are escaped, line breaks and tabs left out. */
  constructor(message: string, options?: ErrorOptions) {
    super(escaped(message, otherControls), options);
  }
}

/**
 * Training cannot go on: a loss became NaN, a device was lost.
 * The command line prints its message without a stack trace and ends with exit code 1.
 */
export class TrainingError extends Error {
  /** What `String(error)` puts before the message. */
  override readonly name: string = "TrainingError";

  /** As that of {@linkcode UsageError}. */
  constructor(message: string, options?: ErrorOptions) {
    super(escaped(message, otherControls), options);
  }
}

/**
 * Training came to a number that is not finite: a loss, or what an environment gave. Nothing that was learned from it is worth
 * keeping; a run may go back to where all was well.
 */
export class DivergenceError extends TrainingError {
  /** What `String(error)` puts before the message. */
  override readonly name: string = "DivergenceError";
}

/** A device was lost, or refused what it was given: what ran on it can go on elsewhere. */
export class DeviceError extends TrainingError {
  /** What `String(error)` puts before the message. */
  override readonly name: string = "DeviceError";
}

/**
 * A file or folder cannot be written: the disk is full, a permission is missing. It says nothing of the run that was to
 * write it.
 */
export class WriteError extends TrainingError {
  /** What `String(error)` puts before the message. */
  override readonly name = "WriteError";
}

/**
 * What `look` gives, which is called before anything is trained: an environment that fails then is a mistake in what the user
 * gave. A lost device is none.
 *
 * @throws {UsageError} In place of other TrainingErrors, which say that training cannot go on.
 */
export function beforeTraining<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof TrainingError) || deviceErrorOf(error)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/** The error of a device that an error is, or that led to it. */
export function deviceErrorOf(error: unknown): DeviceError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof DeviceError) return each;
  }
  return undefined;
}

/** What the system says of a file, without its path, which messages have already. */
export function reasonOf(error: unknown): string {
  return String((error as Error)?.message ?? error).replace(/: \w+ '.*$/s, "");
}

/** What moves a terminal's cursor, colours its text or turns its direction round. */
// deno-lint-ignore no-control-regex
const controls = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
// deno-lint-ignore no-control-regex
const otherControls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escaped(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => {
    const short = JSON.stringify(character).slice(1, -1);
    return short.startsWith("\\") ? short : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A text from outside as a message shows it: on one line, and no more than `length` characters of it. */
export function excerpt(text: string, length = 100): string {
  return escaped(text.length > length ? `${text.slice(0, length - 3)}...` : text, controls);
}

/** A value from outside as text, one that has no text too, such as `{ "toString": 0 }`. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "an object";
  }
}

/** Longer ones are no misspelt names. */
const longestName = 100;

/** `; did you mean "x"?` for the nearest of `known`, or the empty string when nothing is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0 || given.length > longestName) return "";
  const nearest = closest(given, known);
  const isNear = distance(given, nearest) <= Math.max(2, given.length / 2) ||
    given.length > 2 && nearest.includes(given);
  return isNear ? `; did you mean "${nearest}"?` : "";
}
