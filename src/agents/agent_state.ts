/** What agents save: entries by name, checked where they are loaded. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import type { Counts } from "../core/schedule.ts";
import type { StateReader } from "../core/state.ts";
import type { AgentState } from "./agent.ts";

/** One entry of an {@linkcode AgentState}. */
type Entry = AgentState[string];

/** The numbers of an entry. @throws {UsageError} When it is missing, of another shape or not finite. */
export function entryOf(
  state: AgentState,
  key: string,
  { shape, of }: { readonly shape: readonly number[]; readonly of: string },
): AgentState[string]["data"] {
  const given = state[key];
  if (given?.shape.join() === shape.join()) {
    if (given.data.every(Number.isFinite)) return given.data;
    throw new UsageError(`Cannot load ${key}: it holds a number that is not finite`);
  }
  const found = given ? `[${excerpt(given.shape.join())}]` : "missing";
  throw new UsageError(`Cannot load ${key}: it is ${found}, wanted [${shape}] for ${of}`);
}

/** The named arrays of a full state, without `others`, which are something else. @throws {UsageError} When one is none. */
export function agentStateOf(reader: StateReader, others: readonly string[]): AgentState {
  const keys = reader.keys.filter((key) => !others.includes(key));
  return Object.fromEntries(keys.map((key) => {
    const entry = reader.child(key);
    const shape = entry.counts("shape");
    const data = entry.value("data") instanceof Uint32Array
      ? entry.array("data", "Uint32Array")
      : entry.array("data", "Float32Array");
    return [key, { shape, data }];
  }));
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
