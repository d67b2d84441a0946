/** The parts of a run's full state. @module */
import { type Progress, readProgress } from "../core/events.ts";
import { type State, StateReader } from "../core/state.ts";
import type { Callback } from "./callbacks/callback.ts";

/** What a run goes on from. */
export interface RunState {
  /** How far it has come. */
  readonly progress: Progress;
  /** Where its budget is counted from. */
  readonly from: Progress;
  /** Why it is to end, if a callback has said so. */
  readonly reason: string | undefined;
  /** How often it has gone back, each time with half the learning rate. */
  readonly wentBack: number;
  /** The collector's. */
  readonly loop: State;
  /** As {@linkcode saveCallbacks} gave them. */
  readonly callbacks: readonly StateReader[];
}

/** Reads a run's full state. @throws {UsageError} When it is none. */
export function readRunState(state: State): RunState {
  const reader = new StateReader(state, "run");
  return {
    progress: readProgress(reader.child("progress")),
    from: readProgress(reader.child("from")),
    reason: reader.has("reason") ? reader.text("reason") : undefined,
    wentBack: reader.count("wentBack"),
    loop: reader.value("loop") ?? null,
    callbacks: reader.children("callbacks"),
  };
}

/** The states of those that have one, with the names by which they are found again. */
export async function saveCallbacks(callbacks: readonly Callback[]): Promise<State> {
  const saved = [];
  for (const callback of callbacks) {
    if (callback.save) saved.push({ name: nameOf(callback), state: await callback.save() });
  }
  return saved;
}

/**
 * Gives each callback the state of the one of its name, of several those in their order.
 *
 * @returns Sentences about those that begin anew.
 */
export async function loadCallbacks(
  callbacks: readonly Callback[],
  saved: readonly StateReader[],
): Promise<string[]> {
  const byName = Map.groupBy(saved, (each) => each.text("name"));
  const anew: string[] = [];
  for (const callback of callbacks) {
    const name = nameOf(callback);
    const state = byName.get(name)?.shift()?.value("state");
    if (!callback.save) anew.push(`${name} keeps no state and begins anew`);
    else if (state !== undefined) await callback.load?.(state); // Else it did not watch the run before.
  }
  return anew;
}

function nameOf(callback: Callback): string {
  return callback.constructor.name;
}
