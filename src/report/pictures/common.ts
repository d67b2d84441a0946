/** What pictures of runs have in common. @module */
import { UsageError } from "../../core/errors.ts";

/** What all pictures take. */
export interface PictureOptions {
  /** Under the title: preset, environment, seed. */
  readonly subtitle?: string | undefined;
}

/**
 * Throws UsageError unless there are things to draw.
 *
 * @param count How many there are.
 * @param picture What is drawn, as `the durations`.
 * @param things What is missing, as `the run has no episodes`.
 */
export function assertSome(count: number, picture: string, things: string): void {
  if (count > 0) return;
  throw new UsageError(`Cannot draw ${picture}: ${things}, wanted at least one`);
}

/** 1, 2, ..., count: numbers of episodes. */
export function upTo(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => i + 1);
}
