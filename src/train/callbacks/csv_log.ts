/** Metrics and episodes as CSV files. @module */
import {
  type Due,
  type EvaluationEvent,
  type Interval,
  isDue,
  nextDue,
  type Progress,
  type ProgressEvent,
  type TrainEvent,
} from "../../core/events.ts";
import { makeFolder } from "../write_whole.ts";
import type { Callback } from "./callback.ts";
import { CsvFile, type Row } from "./csv_file.ts";

/** Where and how often {@linkcode CsvLog} writes. */
export interface CsvLogOptions {
  /** Folder of the files, made when missing. Files of the same names are replaced. */
  readonly folder: string;
  /** How often `metrics.csv` gets a row, every 500 steps by default. */
  readonly interval?: Interval;
}

/** Columns of `metrics.csv`. */
export const metricsColumns = [
  "step",
  "update",
  "episode",
  "seconds",
  "stepsPerSecond",
  "epsilon",
  "learningRate",
  "loss",
  "meanQ",
  "return100",
  "evaluationMean",
  "evaluationStd",
  "evaluationMin",
  "evaluationMax",
] as const;

/** Columns of `episodes.csv`. */
export const episodeColumns = [
  "episode",
  "step",
  "return",
  "length",
  "terminated",
  "truncated",
  "epsilon",
  "seconds",
] as const;

/**
 * Writes two files as the run goes on:
 *
 * - `metrics.csv`: a row at each interval, at each evaluation and at the end. `loss` and `meanQ` are means over the
 *   updates since the row before, empty when there were none; `return100` is the mean return of the last 100 episodes;
 *   `stepsPerSecond` is that since the row before, evaluations left out. An evaluation goes into the row of its step.
 * - `episodes.csv`: a row per episode of training. `terminated` and `truncated` are 1 or 0.
 *
 * Rows go out once a chunk, lines at a time: a run that is killed leaves whole lines. The latest row of metrics waits for
 * the next chunk, as its evaluation may be still to come.
 */
export class CsvLog implements Callback {
  readonly #folder: string;
  readonly #interval: Interval;
  #metrics: CsvFile | undefined;
  #episodes: CsvFile | undefined;
  #due: Due;
  /** Step and time that `stepsPerSecond` counts from. */
  #mark: Pick<Progress, "step" | "seconds"> = { step: 0, seconds: 0 };
  #latest: ProgressEvent | undefined;
  readonly #loss = new Mean();
  readonly #meanQ = new Mean();
  readonly #returns: number[] = [];
  /** The latest row, not written yet. */
  #pending: Row | undefined;
  /** Step of the latest row. */
  #row = 0;

  /** Begins to count. @throws {RangeError} When the interval is not positive. */
  constructor({ folder, interval = { every: 500, unit: "step" } }: CsvLogOptions) {
    this.#folder = folder;
    this.#interval = interval;
    this.#due = nextDue(interval, { step: 0, update: 0, episode: 0, seconds: 0 });
  }

  due(): Due {
    return this.#due;
  }

  async notify(event: TrainEvent): Promise<void> {
    switch (event.kind) {
      case "start":
        await makeFolder(this.#folder);
        this.#metrics = new CsvFile(`${this.#folder}/metrics.csv`, metricsColumns);
        this.#episodes = new CsvFile(`${this.#folder}/episodes.csv`, episodeColumns);
        return;
      case "episode":
        this.#returns.push(event.return);
        if (this.#returns.length > 100) this.#returns.shift();
        this.#episodes?.add({ ...event, terminated: +event.terminated, truncated: +event.truncated });
        return;
      case "progress":
        this.#flush();
        this.#latest = event;
        for (const loss of event.losses) this.#loss.add(loss);
        for (const q of event.meanQ) this.#meanQ.add(q);
        if (!isDue(this.#due, event)) return;
        this.#due = nextDue(this.#interval, event);
        this.#pending = this.#makeRow(event);
        return;
      case "evaluation":
        if (this.#pending?.step !== event.step) {
          this.#flush();
          this.#pending = this.#makeRow(this.#latest ?? event);
        }
        this.#addEvaluation(event);
        return;
      case "end":
        if (this.#latest && event.step > this.#row) {
          this.#flush();
          this.#pending = this.#makeRow(this.#latest);
        }
        this.#flush();
    }
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      this.#metrics?.close();
      this.#episodes?.close();
      this.#metrics = this.#episodes = undefined;
    }
  }

  #makeRow({ step, update, episode, seconds }: Progress): Row {
    const stepsPerSecond = (step - this.#mark.step) / (seconds - this.#mark.seconds);
    this.#mark = { step, seconds };
    this.#row = step;
    return {
      step,
      update,
      episode,
      seconds,
      stepsPerSecond: Number.isFinite(stepsPerSecond) ? stepsPerSecond : undefined,
      epsilon: this.#latest?.epsilon,
      learningRate: this.#latest?.learningRate,
      loss: this.#loss.take(),
      meanQ: this.#meanQ.take(),
      return100: mean(this.#returns),
    };
  }

  #addEvaluation({ step, seconds, evaluation: { mean, std, min, max } }: EvaluationEvent): void {
    Object.assign(this.#pending!, {
      evaluationMean: mean,
      evaluationStd: std,
      evaluationMin: min,
      evaluationMax: max,
    });
    this.#mark = { step, seconds };
  }

  #flush(): void {
    if (this.#pending) this.#metrics?.add(this.#pending);
    this.#pending = undefined;
    this.#metrics?.flush();
    this.#episodes?.flush();
  }
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

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
