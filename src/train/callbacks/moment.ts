/** What happens at once. @module */
import type { Progress } from "../../core/events.ts";

import type { StateReader } from "../../core/state.ts";

/** A moment of a run: while neither count goes on, the parameters stay. One step may have several updates. */
export type Moment = Pick<Progress, "step" | "update">;

/** Whether it is the same moment. */
export function isSameMoment(one: Moment, other: Moment): boolean {
  return one.step === other.step && one.update === other.update;
}

/** A moment that was saved. @throws {UsageError} When it is something else. */
export function readMoment(saved: StateReader): Moment {
  return { step: saved.count("step"), update: saved.count("update") };
}
