/** The loss on transitions that training never sees. @module */
import type { Transitions } from "../../agents/agent.ts";
import type { EvaluationEvent, TrainEvent } from "../../core/events.ts";
import type { State } from "../../core/state.ts";
import type { Callback, Run } from "./callback.ts";

/** What {@linkcode ValidationLoss} measures on. */
export interface ValidationLossOptions {
  /** Held-out transitions, of `collectTransitions` say. */
  readonly transitions: Transitions;
}

/** Emits the metric `validation/loss` after every evaluation, of an agent that can tell its loss. */
export class ValidationLoss implements Callback {
  readonly #transitions: Transitions;

  /** Measures nothing yet. */
  constructor({ transitions }: ValidationLossOptions) {
    this.#transitions = transitions;
  }

  notify(event: TrainEvent, run: Run): void | Promise<void> {
    if (event.kind === "evaluation") return this.#measure(event, run);
  }

  save(): State {
    return null;
  }

  async #measure({ step, update, episode, seconds }: EvaluationEvent, run: Run): Promise<void> {
    const started = performance.now();
    const loss = await run.agent.lossOf?.(this.#transitions);
    if (loss === undefined) return; // Nothing is learned.
    const now = seconds + (performance.now() - started) / 1000;
    run.emit({ kind: "metrics", step, update, episode, seconds: now, values: { "validation/loss": loss } });
  }
}
