/** A metric that decides something. @module */
import { didYouMean, UsageError } from "../../core/errors.ts";
import {
  type EndEvent,
  type EvaluationEvent,
  interrupted,
  type MetricsEvent,
  type TrainEvent,
} from "../../core/events.ts";
import type { State, StateReader } from "../../core/state.ts";
import { evaluationMetrics } from "./metrics.ts";

/** Which way a metric gets better. */
export type MonitorMode = "min" | "max";

/** A metric by its name, and which of its values is better. */
export class Monitor {
  /** The metric's. */
  readonly name: string;
  readonly #mode: MonitorMode;
  readonly #logged = new Set<string>();
  /** Whether the metric would have been logged by now. */
  #overdue = false;

  /** Has seen nothing yet. */
  constructor(name: string, mode: MonitorMode) {
    this.name = name;
    this.#mode = mode;
  }

  /** What has been seen so far. */
  save(): State {
    return { logged: [...this.#logged], overdue: this.#overdue };
  }

  /** Takes over what one of the same metric saved. @throws {UsageError} When it is something else. */
  load(saved: StateReader): void {
    const logged = saved.texts("logged");
    this.#overdue = saved.flag("overdue");
    this.#logged.clear();
    for (const name of logged) this.#logged.add(name);
  }

  /** The metric's value in this event, `undefined` when it is not there. */
  read({ values }: MetricsEvent): number | undefined {
    if (!this.#logged.has(this.name)) {
      for (const name in values) this.#logged.add(name); // Only a name that never comes needs the others.
    }
    return values[this.name];
  }

  /** How much better `value` is than another: negative when it is worse, NaN when it is no number. */
  gain(value: number, other: number): number {
    if (value === other) return 0; // Also of infinities.
    return this.#mode === "max" ? value - other : other - value;
  }

  /**
   * Tells early of a name that is no metric of this run: when training goes on after an evaluation that has not logged
   * it, though only evaluations do. Given every event.
   *
   * @throws {UsageError} As `assertLogged`.
   */
  follow(event: TrainEvent): void {
    if (event.kind === "evaluation") this.#overdue ||= this.#isDue(event);
    else if (event.kind === "progress" && this.#overdue) this.#assert();
  }

  /**
   * Tells of a name that is no metric of this run, once it is over.
   *
   * @throws {UsageError} When the metric was never logged, with those that were.
   */
  assertLogged({ reason }: EndEvent): void {
    if (reason !== interrupted) this.#assert();
  }

  /** Whether an evaluation surely logs the metric, if any does. */
  #isDue({ evaluation: { lengths } }: EvaluationEvent): boolean {
    if (this.name !== "winRate") return evaluationMetrics.includes(this.name);
    // Perhaps a time limit cut off all of them, and only those that end by themselves tell whether they were won.
    return lengths.some((length) => length !== lengths[0]);
  }

  #assert(): void {
    if (this.#logged.has(this.name)) return;
    const logged = [...this.#logged];
    const names = logged.length > 0 ? logged.join(", ") : "(no metric was logged)";
    throw new UsageError(
      `Cannot watch the metric "${this.name}": it was never logged, wanted one of ${names}` +
        didYouMean(this.name, logged),
    );
  }
}
