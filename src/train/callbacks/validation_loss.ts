/** The loss on transitions that training never sees. @module */
import type { Transitions } from "../../agents/agent.ts";
import type { EvaluationEvent, TrainEvent } from "../../core/events.ts";
import type { State } from "../../core/state.ts";
import { validationLoss, type ValidationRules } from "../held_out.ts";
import type { Callback, Run } from "./callback.ts";

/** What {@linkcode ValidationLoss} measures on, and how. */
export interface ValidationLossOptions extends ValidationRules {
  /** Held-out transitions, of `collectTransitions` say. */
  readonly transitions: Transitions;
}

/** Emits the metric `validation/loss` after every evaluation. */
export class ValidationLoss implements Callback {
  readonly #options: ValidationLossOptions;

  /** Measures nothing yet. */
  constructor(options: ValidationLossOptions) {
    this.#options = options;
  }

  notify(event: TrainEvent, run: Run): void | Promise<void> {
    if (event.kind === "evaluation") return this.#measure(event, run);
  }

  save(): State {
    return null;
  }

  async #measure({ step, update, episode, seconds }: EvaluationEvent, run: Run): Promise<void> {
    const started = performance.now();
    const loss = await validationLoss(run.agent, this.#options.transitions, this.#options);
    const now = seconds + (performance.now() - started) / 1000;
    run.emit({ kind: "metrics", step, update, episode, seconds: now, values: { "validation/loss": loss } });
  }
}
