/** One step of every environment, as agents observe it. @module */
import type { Transitions } from "./agent.ts";

/**
 * Checks one step of `count` environments.
 *
 * @throws {RangeError} When an array has not one entry, or row, for each environment.
 */
export function checkTransitions(
  given: Transitions,
  count: number,
  { width, actions }: { readonly width: number; readonly actions: number },
): void {
  checkLength("observations", given.observations, count * width);
  checkLength("nextObservations", given.nextObservations, count * width);
  checkOutcomes(given, count, actions);
}

/**
 * The same without the observations, for an agent that does not look at them.
 *
 * @throws {RangeError} When an array has not one entry, or row, for each environment.
 */
export function checkOutcomes(given: Transitions, count: number, actions: number): void {
  checkLength("actions", given.actions, count);
  checkLength("rewards", given.rewards, count);
  checkLength("terminated", given.terminated, count);
  checkLength("truncated", given.truncated, count);
  if (given.nextMasks) checkLength("nextMasks", given.nextMasks, count * actions);
}

function checkLength(name: string, rows: ArrayLike<number>, length: number): void {
  if (rows.length === length) return;
  throw new RangeError(`Cannot observe: ${name} hold ${rows.length} numbers, wanted ${length}`);
}
