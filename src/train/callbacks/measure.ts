/** Metrics out of what happens in a run. @module */
import {
  type Due,
  type Interval,
  isDue,
  nextDue,
  type Progress,
  type ProgressEvent,
  type TrainEvent,
} from "../../core/events.ts";
import type { Callback, Run } from "./callback.ts";
import { evaluationValues, type MetricValues } from "./metrics.ts";
import { WindowMean } from "./window_mean.ts";

export { metricNames } from "./metrics.ts";

/** How often {@linkcode Measure} measures. */
export interface MeasureOptions {
  /** Every 500 steps by default. */
  readonly interval?: Interval;
}

/**
 * Emits `metrics` events, from which all writers, early stopping and the choice of the best checkpoint take their
 * numbers: a row of `loss`, `meanQ`, `return100`, `epsilon`, `learningRate` and `stepsPerSecond` at each interval, at
 * each evaluation and when training stops, once a step; and an evaluation's numbers after each evaluation. What is not
 * known, the loss before the first update say, is absent. {@linkcode metricNames} has the meaning of each.
 */
export class Measure implements Callback {
  readonly #interval: Interval;
  #due: Due;
  /** Step and time that `stepsPerSecond` counts from. */
  #mark: Pick<Progress, "step" | "seconds"> = { step: 0, seconds: 0 };
  #latest: ProgressEvent | undefined;
  readonly #loss = new Mean();
  readonly #meanQ = new Mean();
  readonly #returns = new WindowMean(100);
  /** Step of the latest row. */
  #row = 0;

  /** Begins to count. @throws {RangeError} When the interval is not positive. */
  constructor({ interval = { every: 500, unit: "step" } }: MeasureOptions = {}) {
    this.#interval = interval;
    this.#due = nextDue(interval, { step: 0, update: 0, episode: 0, seconds: 0 });
  }

  due(): Due {
    return this.#due;
  }

  notify(event: TrainEvent, run: Run): void {
    switch (event.kind) {
      case "episode":
        return this.#returns.add(event.return);
      case "fill": // Neither the time before training counts ...
        this.#mark = { step: 0, seconds: event.seconds };
        return;
      case "progress":
        this.#latest = event;
        for (const loss of event.losses) this.#loss.add(loss);
        for (const q of event.meanQ) this.#meanQ.add(q);
        if (!isDue(this.#due, event)) return;
        this.#due = nextDue(this.#interval, event);
        return this.#emitRow(run);
      case "evaluation":
        this.#emitRow(run);
        this.#mark = event;
        return emit(run, event, evaluationValues(event.evaluation));
      case "metrics": // ... nor that of other callbacks' measuring at this step.
        if (event.step === this.#mark.step && event.seconds > this.#mark.seconds) this.#mark = event;
        return;
      case "stop":
        return this.#emitRow(run);
    }
  }

  /** At the latest progress, unless there was a row at its step. */
  #emitRow(run: Run): void {
    if (!this.#latest || this.#latest.step === this.#row) return;
    const { step, seconds, epsilon, learningRate } = this.#latest;
    const stepsPerSecond = (step - this.#mark.step) / (seconds - this.#mark.seconds);
    const [loss, meanQ, return100] = [this.#loss.take(), this.#meanQ.take(), this.#returns.mean];
    this.#mark = this.#latest;
    this.#row = step;
    emit(run, this.#latest, {
      ...Number.isFinite(stepsPerSecond) ? { stepsPerSecond } : {},
      epsilon,
      learningRate,
      ...loss === undefined ? {} : { loss },
      ...meanQ === undefined ? {} : { meanQ },
      ...return100 === undefined ? {} : { return100 },
    });
  }
}

function emit(run: Run, { step, update, episode, seconds }: Progress, values: MetricValues): void {
  run.emit({ kind: "metrics", step, update, episode, seconds, values });
}

/** The mean of the numbers added since it was last taken. */
class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  take(): number | undefined {
    const result = this.#count > 0 ? this.#sum / this.#count : undefined;
    this.#sum = this.#count = 0;
    return result;
  }
}
