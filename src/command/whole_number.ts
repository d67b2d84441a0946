/** An option that is a number. @module */
import { UsageError } from "../core/errors.ts";

/** A whole number of at least `least` that was given as an option. @throws {UsageError} When it is none. */
export function wholeNumber(
  text: string,
  { option, least, most = 0xffffffff }: { option: string; least: number; most?: number },
): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`Option --${option} is "${text}", wanted an integer from ${least} to ${most}`);
}
