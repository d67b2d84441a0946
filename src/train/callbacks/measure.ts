/** Metrics out of what happens in a run. @module */
import {
  atStart,
  type Due,
  type Interval,
  isDue,
  nextDue,
  type Progress,
  type ProgressEvent,
  readProgress,
  saveProgress,
  type TrainEvent,
} from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import type { Callback, Run } from "./callback.ts";
import { evaluationValues, type MetricValues } from "./metrics.ts";
import { isSameMoment, type Moment, readMoment } from "./moment.ts";
import { WindowMean } from "./window_mean.ts";

export { metricNames } from "./metrics.ts";

/** How often {@linkcode Measure} measures. */
export interface MeasureOptions {
  /** Every 500 steps by default. */
  readonly interval?: Interval;
}

/**
 * Emits `metrics` events, from which all writers, early stopping and the choice of the best checkpoint take their
 * numbers: a row of `loss`, `meanQ`, `returnsOutside`, `return100`, `epsilon`, `learningRate` and `stepsPerSecond` at
 * each interval, at each evaluation and when training stops, once for each step and update; and an evaluation's numbers after each
 * evaluation. What is not known, the loss before the first update say, or the speed where updates alone have gone on, is
 * absent. {@linkcode metricNames} has the meaning of each.
 */
export class Measure implements Callback {
  readonly #interval: Interval;
  #due: Due;
  /** Step and time that `stepsPerSecond` counts from; what is not training moves the time on. */
  #mark: Pick<Progress, "step" | "seconds"> = { step: 0, seconds: 0 };
  /** Time of the latest event. */
  #now = 0;
  #latest: (Progress & Pick<ProgressEvent, "epsilon" | "learningRate">) | undefined;
  readonly #loss = new Mean();
  readonly #meanQ = new Mean();
  readonly #outside = new Mean();
  readonly #returns = new WindowMean(100);
  /** Of the latest row. */
  #row: Moment = { step: 0, update: 0 };

  /** Begins to count. @throws {RangeError} When the interval is not positive. */
  constructor({ interval = { every: 500, unit: "step" } }: MeasureOptions = {}) {
    this.#interval = interval;
    this.#due = nextDue(interval, atStart);
  }

  due(): Due {
    return this.#due;
  }

  notify(event: TrainEvent, run: Run): void {
    switch (event.kind) {
      case "start":
        this.#due = nextDue(this.#interval, event);
        return;
      case "episode":
        return this.#returns.add(event.return);
      case "fill": // Neither the time before training counts ...
        this.#mark = { step: 0, seconds: event.seconds };
        this.#now = event.seconds;
        return;
      case "progress":
        this.#latest = event;
        this.#now = event.seconds;
        for (const loss of event.losses) this.#loss.add(loss);
        for (const q of event.meanQ) this.#meanQ.add(q);
        for (const count of event.outside?.counts ?? []) this.#outside.add(count);
        if (!isDue(this.#due, event)) return;
        this.#due = nextDue(this.#interval, event);
        return this.#emitRow(run);
      case "evaluation":
        this.#emitRow(run);
        this.#leaveOut(event);
        return emit(run, event, evaluationValues(event.evaluation));
      case "metrics": // ... nor that of other callbacks' measuring.
        return this.#leaveOut(event);
      case "stop":
        return this.#emitRow(run);
    }
  }

  save(): State {
    const latest = this.#latest;
    return {
      mark: { step: this.#mark.step, seconds: this.#mark.seconds },
      now: this.#now,
      latest: latest &&
        { ...saveProgress(latest), epsilon: latest.epsilon, learningRate: latest.learningRate },
      loss: this.#loss.save(),
      meanQ: this.#meanQ.save(),
      outside: this.#outside.save(),
      returns: this.#returns.save(),
      row: { ...this.#row },
    };
  }

  load(state: State): void {
    const saved = new StateReader(state, "Measure");
    const [mark, row] = [saved.child("mark"), saved.child("row")];
    this.#mark = { step: mark.count("step"), seconds: mark.number("seconds") };
    this.#now = saved.number("now");
    this.#latest = saved.has("latest") ? readLatest(saved.child("latest")) : undefined;
    this.#loss.load(saved.child("loss"));
    this.#meanQ.load(saved.child("meanQ"));
    if (saved.has("outside")) this.#outside.load(saved.child("outside")); // States of before have none.
    this.#returns.load(saved.child("returns"));
    this.#row = readMoment(row);
  }

  /** The time up to this event was none of training. */
  #leaveOut({ seconds }: Progress): void {
    const idle = Math.max(0, seconds - this.#now);
    this.#mark = { step: this.#mark.step, seconds: this.#mark.seconds + idle };
    this.#now += idle;
  }

  /** At the latest progress, unless there was a row already. */
  #emitRow(run: Run): void {
    if (!this.#latest || isSameMoment(this.#latest, this.#row)) return;
    const { step, update, seconds, epsilon, learningRate } = this.#latest;
    const steps = step - this.#mark.step;
    const stepsPerSecond = steps > 0 ? steps / (seconds - this.#mark.seconds) : NaN;
    const [loss, meanQ, returnsOutside] = [this.#loss.take(), this.#meanQ.take(), this.#outside.take()];
    const return100 = this.#returns.mean;
    if (steps > 0) this.#mark = this.#latest;
    this.#row = { step, update };
    emit(run, this.#latest, {
      ...Number.isFinite(stepsPerSecond) ? { stepsPerSecond } : {},
      epsilon,
      ...learningRate === undefined ? {} : { learningRate },
      ...loss === undefined ? {} : { loss },
      ...meanQ === undefined ? {} : { meanQ },
      ...returnsOutside === undefined ? {} : { returnsOutside },
      ...return100 === undefined ? {} : { return100 },
    });
  }
}

function readLatest(saved: StateReader): Progress & Pick<ProgressEvent, "epsilon" | "learningRate"> {
  const learningRate = saved.has("learningRate") ? { learningRate: saved.number("learningRate") } : {};
  return { ...readProgress(saved), epsilon: saved.number("epsilon"), ...learningRate };
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

  save(): State {
    return { sum: this.#sum, count: this.#count };
  }

  load(saved: StateReader): void {
    const count = saved.count("count");
    this.#sum = saved.number("sum");
    this.#count = count;
  }

  take(): number | undefined {
    const result = this.#count > 0 ? this.#sum / this.#count : undefined;
    this.#sum = this.#count = 0;
    return result;
  }
}
