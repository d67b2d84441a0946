/** Stopping when the goal is reached. @module */
import type { TrainEvent } from "../../core/events.ts";
import type { State } from "../../core/state.ts";
import type { Callback, Run } from "./callback.ts";

/** Ends the run when an evaluation's mean return is at least `threshold`. */
export class StopAtThreshold implements Callback {
  readonly #threshold: number;

  /** With the mean return that is enough. */
  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  notify(event: TrainEvent, run: Run): void {
    if (event.kind === "evaluation" && event.evaluation.mean >= this.#threshold) {
      run.stop(`threshold of ${this.#threshold} reached`);
    }
  }

  save(): State {
    return null;
  }
}
