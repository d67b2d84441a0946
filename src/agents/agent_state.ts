/** What agents save: entries by name, checked where they are loaded. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import type { StateReader } from "../core/state.ts";
import type { AgentState } from "./agent.ts";

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

/** @throws {UsageError} When the state holds something beside `names`; `of` says what this agent does. */
export function assertKnownEntries(
  state: AgentState,
  { names, of }: { readonly names: readonly string[]; readonly of: string },
): void {
  const stranger = Object.keys(state).find((key) => !names.includes(key));
  if (stranger === undefined) return;
  throw new UsageError(`Cannot load ${excerpt(stranger)}: it is not of this agent, which ${of}`);
}
