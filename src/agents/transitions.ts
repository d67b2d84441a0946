/** Transitions as agents observe them: one step of every environment, say. @module */
import { packBits } from "../ops/bits.ts";
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

/**
 * Writes transitions into the `rows` of a replay memory, `[N, row]`.
 *
 * @throws {RangeError} Where that holds bits, for an observation of other numbers than 0 and 1.
 */
export function packTransitions(rows: Float32Array, from: Transitions, layout: TransitionLayout): void {
  const { width, actions, masked, bits, next, outcome, mask, ownMask, row } = layout;
  const words = new Uint32Array(rows.buffer, rows.byteOffset, rows.length);
  for (let i = 0; i < from.actions.length; i++) {
    const first = i * row;
    for (const [start, all] of [[first, from.observations], [first + next, from.nextObservations]] as const) {
      const observation = all.subarray(i * width, (i + 1) * width);
      if (bits) packBits(observation, words.subarray(start, start + next));
      else rows.set(observation, start);
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
