/** Entries of a saved agent. @module */
import { UsageError } from "../core/errors.ts";
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
  const found = given ? `[${given.shape}]` : "missing";
  throw new UsageError(`Cannot load ${key}: it is ${found}, wanted [${shape}] for ${of}`);
}
