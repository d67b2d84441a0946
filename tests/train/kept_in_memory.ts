/** States kept in memory, for tests. @module */
import { type State, StateRows } from "../../src/core/state.ts";

/** A state whose rings of rows hold what they hold now: kept ones are read when a run has gone on. */
export async function withoutRows(state: State): Promise<State> {
  if (state instanceof StateRows) {
    const rows = state.filled > 0 ? await state.read(0, state.filled) : new Float32Array();
    return new StateRows(
      state,
      (place, count) => Promise.resolve(rows.slice(place * state.width, (place + count) * state.width)),
    );
  }
  if (Array.isArray(state)) return await Promise.all(state.map(withoutRows));
  if (typeof state !== "object" || state === null || ArrayBuffer.isView(state)) return state;
  const entries = Object.entries(state).map(async ([key, value]) =>
    [key, value === undefined ? undefined : await withoutRows(value)] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}
