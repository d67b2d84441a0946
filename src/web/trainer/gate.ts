/** Where a run waits: pause, single steps and pace. @module */
import {
  atStart,
  type Due,
  isDue,
  type MetricsEvent,
  type Progress,
  type TrainEvent,
} from "../../core/events.ts";
import type { Callback, Run } from "../../train/callbacks/callback.ts";
import type { StepCommand } from "./commands.ts";

/** Milliseconds from one look around to the next while a run waits. */
const restTurn = 30;

/** Milliseconds of training between two turns of messages, at most one chunk more. */
const busyTurn = 8;

/** Chunks a second of a run that is kept to a pace. */
const pacedChunks = 20;

/** How a {@linkcode Gate} works with what is around it. */
export interface GateOptions {
  /** The page's own work, done between two chunks and while the run waits. */
  between(): Promise<void>;
  /** Told when it opens and closes. */
  changed(training: boolean): void;
  /** Told of milliseconds that were none of training. */
  leftOut(milliseconds: number): void;
}

/**
 * Holds a run between two chunks, until the run is to end. It waits where callbacks are waited for, and cuts chunks by counts that
 * are due, neither of which ever changes a result.
 */
export class Gate implements Callback {
  readonly #options: GateOptions;
  #training = false;
  /** Of the run that it holds: aborted when that is to end. */
  #signal: AbortSignal | undefined;
  /** Counts at which it closes. */
  #goal: Due | undefined;
  #stepsPerSecond = Infinity;
  #progress: Progress = atStart;
  /** When the run may go on, by its pace. */
  #from = 0;
  #turned = 0;
  /** Comes behind all that is told of the chunk at hand. */
  #mark: MetricsEvent | undefined;
  /** Ends a wait. */
  wake: () => void = () => {};
  readonly #channel = new MessageChannel();

  /** Closed. */
  constructor(options: GateOptions) {
    this.#options = options;
  }

  due(progress: Progress): Due {
    const { step = Infinity, ...goal } = this.#goal ?? {};
    const paced = progress.step + Math.max(1, Math.round(this.#stepsPerSecond / pacedChunks));
    return { ...goal, step: Math.min(step, paced) };
  }

  notify(event: TrainEvent, run: Run): void | Promise<void> {
    if (event === this.#mark) return this.#pass();
    switch (event.kind) {
      case "start":
      case "fill":
      case "progress": {
        const { step, update, episode, seconds } = event;
        this.#signal = run.signal;
        this.#wait(step - this.#progress.step);
        this.#progress = { step, update, episode, seconds };
        this.#mark = { ...this.#progress, kind: "metrics", values: {} };
        run.emit(this.#mark);
      }
    }
  }

  /** Lets the run go on. */
  open(): void {
    this.#goal = undefined;
    this.#set(true);
  }

  /** Lets it go on by so many counts. */
  step({ unit, count }: Omit<StepCommand, "kind">): void {
    this.#goal = { [unit]: this.#progress[unit] + count };
    this.#set(true);
  }

  /** Holds the run. */
  hold(): void {
    this.#set(false);
  }

  /** Keeps the run to a pace; Infinity for none. */
  pace(stepsPerSecond: number): void {
    this.#stepsPerSecond = stepsPerSecond;
    this.#from = 0;
    this.wake();
  }

  #set(training: boolean): void {
    if (training !== this.#training) {
      this.#training = training;
      this.#options.changed(training);
    }
    this.wake();
  }

  /** Puts off the next chunk by what the last one has used up of the pace. */
  #wait(steps: number): void {
    const now = performance.now();
    this.#from = Math.max(this.#from, now - 100) + 1000 * steps / this.#stepsPerSecond;
  }

  async #pass(): Promise<void> {
    const began = performance.now();
    if (this.#goal && isDue(this.#goal, this.#progress)) {
      this.#goal = undefined;
      this.#set(false);
    }
    do {
      if (performance.now() - this.#turned > busyTurn || this.#rests()) {
        await this.#turn();
        await this.#options.between();
      }
    } while (this.#rests());
    this.#options.leftOut(performance.now() - began);
  }

  #rests(): boolean {
    return !this.#signal?.aborted && (!this.#training || performance.now() < this.#from);
  }

  /** Lets messages in, and waits for one where the run rests. */
  async #turn(): Promise<void> {
    if (this.#rests()) {
      const left = this.#training ? this.#from - performance.now() : restTurn;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(restTurn, left));
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    } else {
      // A timer of a worker that comes again and again is put off by 4 ms.
      await new Promise<unknown>((resolve) => {
        this.#channel.port1.onmessage = resolve;
        this.#channel.port2.postMessage(undefined);
      });
    }
    this.#turned = performance.now();
  }
}
