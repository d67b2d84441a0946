/** What agents without a GPU share: random legal actions, and their counts as arrays. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import { below } from "../core/random.ts";
import type { Counts } from "../core/schedule.ts";
import type { AgentState } from "./agent.ts";
import { entryOf } from "./state_entry.ts";

/** One entry of an {@linkcode AgentState}. */
type Entry = AgentState[string];

/**
 * A uniform one of the legal actions of row `index`, from a random 32-bit `word`; the draw of `shaders/policy.wgsl`.
 *
 * @param masks Legal actions as 0 or 1, `[N, actions]`; all are legal without.
 */
export function randomLegal(
  word: number,
  masks: Uint8Array | undefined,
  { index, actions }: { readonly index: number; readonly actions: number },
): number {
  if (masks === undefined) return below(word, actions);
  const first = index * actions;
  let legal = 0;
  for (let a = 0; a < actions; a++) legal += masks[first + a]!;
  let remaining = below(word, legal);
  for (let a = 0; a < actions; a++) {
    if (masks[first + a] === 1 && remaining-- === 0) return a;
  }
  return 0;
}

/** Steps, updates and episodes, each as the low and the high half of a 64-bit integer: `[3, 2]`. */
export function countsEntry({ steps, updates, episodes }: Counts): Entry {
  const words = [steps, updates, episodes].flatMap((count) => [count >>> 0, Math.floor(count / 2 ** 32)]);
  return { shape: [3, 2], data: Uint32Array.from(words) };
}

/** The counts that a state was saved at, 0 where it holds none. @throws {UsageError} When they are no counts. */
export function loadCounts(state: AgentState): { steps: number; updates: number; episodes: number } {
  if (!("counts" in state)) return { steps: 0, updates: 0, episodes: 0 };
  const words = entryOf(state, "counts", { shape: [3, 2], of: "steps, updates and episodes" });
  const [steps, updates, episodes] = [0, 2, 4].map((i) => words[i]! + words[i + 1]! * 2 ** 32);
  return { steps: steps!, updates: updates!, episodes: episodes! };
}

/** @throws {UsageError} When the state holds something beside `names`; `of` says what this agent does. */
export function refuseStrangers(
  state: AgentState,
  { names, of }: { readonly names: readonly string[]; readonly of: string },
): void {
  const stranger = Object.keys(state).find((key) => !names.includes(key));
  if (stranger === undefined) return;
  throw new UsageError(`Cannot load ${excerpt(stranger)}: it is not of this agent, which ${of}`);
}
