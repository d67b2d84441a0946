/** Transitions as agents observe them: one step of every environment, say. @module */
import type { TransitionLayout } from "../ops/replay.ts";
import type { Transitions } from "./agent.ts";

/** Checks `count` transitions. @throws {RangeError} When an array has not one entry, or row, for each of them. */
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
  if (given.masks) checkLength("masks", given.masks, count * actions);
  if (given.nextMasks) checkLength("nextMasks", given.nextMasks, count * actions);
}

function checkLength(name: string, rows: ArrayLike<number>, length: number): void {
  if (rows.length === length) return;
  throw new RangeError(`Cannot observe: ${name} hold ${rows.length} numbers, wanted ${length}`);
}

/** Writes transitions into the `rows` of a replay memory, `[N, row]`. */
export function packTransitions(rows: Float32Array, from: Transitions, layout: TransitionLayout): void {
  const { width, actions, masked, next, outcome, mask, ownMask, row } = layout;
  for (let i = 0; i < from.actions.length; i++) {
    const first = i * row;
    for (let j = 0; j < width; j++) {
      rows[first + j] = from.observations[i * width + j]!;
      rows[first + next + j] = from.nextObservations[i * width + j]!;
    }
    rows[first + outcome] = from.actions[i]!;
    rows[first + outcome + 1] = from.rewards[i]!;
    rows[first + outcome + 2] = from.terminated[i]!;
    rows[first + outcome + 3] = from.truncated[i]!;
    for (let a = 0; masked && a < actions; a++) {
      rows[first + mask + a] = from.nextMasks?.[i * actions + a] ?? 1;
      if (ownMask !== undefined) rows[first + ownMask + a] = from.masks?.[i * actions + a] ?? 1;
    }
  }
}
