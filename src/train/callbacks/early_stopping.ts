/** Stopping when a metric no longer improves. @module */
import type { EndEvent, MetricsEvent, TrainEvent } from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import type { Callback, Run } from "./callback.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";
import { standardError, writeLine } from "./progress_stream.ts";

export type { MonitorMode };

/** What {@linkcode EarlyStopping} watches, and for how long. */
export interface EarlyStoppingOptions {
  /** Name of the metric. */
  readonly monitor: string;
  /** Whether it is to be small or large. */
  readonly mode: MonitorMode;
  /** Checks in a row without improvement that end the run, at least 1. There is a check each time that the metric is logged. */
  readonly patience: number;
  /** A value that is better by no more than this is no improvement; 0 or more, 0 by default. */
  readonly minDelta?: number;
  /** A value at least as good as this ends the run at once. */
  readonly stoppingThreshold?: number;
  /** Whether improvements are told, not by default. */
  readonly verbose?: boolean;
  /** Takes the lines of `verbose`, without their breaks; they go to standard error by default. */
  readonly print?: (line: string) => void;
}

/**
 * Ends the run when a metric has not improved for so many checks, or has reached a threshold.
 * An improvement is a value better than the best so far by more than `minDelta`; NaN is none.
 *
 * Source: `EarlyStopping` of PyTorch Lightning 2. There a metric has to pass `stopping_threshold`; here it may equal it.
 */
export class EarlyStopping implements Callback {
  readonly #monitor: Monitor;
  readonly #options: EarlyStoppingOptions;
  #best: { readonly value: number; readonly step: number } | undefined;
  /** Checks since the best. */
  #waited = 0;
  #end: EndEvent | undefined;

  /** Has checked nothing yet. @throws {RangeError} When patience is no positive integer, or minDelta is negative. */
  constructor(options: EarlyStoppingOptions) {
    const { monitor, mode, patience, minDelta = 0 } = options;
    if (!Number.isInteger(patience) || patience < 1) {
      throw new RangeError(`Cannot stop early: patience is ${patience}, wanted a positive integer`);
    }
    if (!(minDelta >= 0)) {
      throw new RangeError(`Cannot stop early: minDelta is ${minDelta}, wanted 0 or more`);
    }
    this.#monitor = new Monitor(monitor, mode);
    this.#options = options;
  }

  /** Checks the metric when it is logged. @throws {UsageError} When an evaluation lacks it, though only evaluations log it. */
  notify(event: TrainEvent, run: Run): void {
    this.#monitor.follow(event);
    if (event.kind === "end") this.#end = event;
    if (event.kind !== "metrics") return;
    const value = this.#monitor.read(event);
    if (value !== undefined) this.#check(value, event, run);
  }

  /** Once all callbacks have seen the end. @throws {UsageError} When the metric was never logged. */
  close(): void {
    if (this.#end) this.#monitor.assertLogged(this.#end);
  }

  save(): State {
    return { best: this.#best, waited: this.#waited, monitor: this.#monitor.save() };
  }

  load(state: State): void {
    const saved = new StateReader(state, "EarlyStopping");
    const best = saved.optional("best");
    this.#best = best && { value: best.number("value"), step: best.count("step") };
    this.#waited = saved.count("waited");
    this.#monitor.load(saved.child("monitor"));
    this.#end = undefined;
  }

  #check(value: number, { step }: MetricsEvent, run: Run): void {
    const { monitor, patience, stoppingThreshold: threshold, minDelta = 0 } = this.#options;
    if (!this.#best ? !Number.isNaN(value) : this.#monitor.gain(value, this.#best.value) > minDelta) {
      this.#tell(value, step);
      this.#best = { value, step };
      this.#waited = 0;
    } else {
      this.#waited++;
    }
    if (threshold !== undefined && this.#monitor.gain(value, threshold) >= 0) {
      run.stop(`threshold of ${threshold} reached: ${monitor} ${value}`);
    } else if (this.#waited >= patience) {
      const best = this.#best
        ? `best ${monitor} ${this.#best.value} at step ${this.#best.step}`
        : `no ${monitor} that is a number`;
      run.stop(`patience of ${patience} checks over: ${best}`);
    }
  }

  #tell(value: number, step: number): void {
    const { monitor, verbose, print = (line) => writeLine(standardError, line) } = this.#options;
    if (!verbose) return;
    const gain = this.#best && Math.abs(value - this.#best.value);
    const by = gain === undefined ? "" : ` improved by ${Number(gain.toPrecision(4))}`;
    print(`${monitor}${by}: ${Number(value.toPrecision(6))} at step ${step}`);
  }
}
