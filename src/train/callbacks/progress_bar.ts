/** How far a run has come, on the terminal. @module */
import {
  atStart,
  type FillEvent,
  type Progress,
  type ProgressEvent,
  type TrainEvent,
} from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import { count, decimal, whole } from "../../core/numbers.ts";
import type { Budget } from "../member_run.ts";
import type { Callback } from "./callback.ts";
import {
  changedStream,
  clearedLine,
  type LiveDisplay,
  type ProgressStream,
  standardError,
} from "./progress_stream.ts";
import { describeFilling, fitParts, formatDuration, nearestBound } from "./progress_text.ts";
import { WindowMean } from "./window_mean.ts";

export type { LiveDisplay, ProgressStream };

/** What a {@linkcode ProgressBar} measures against, and where it writes. */
export interface ProgressBarOptions {
  /** That of the run. */
  readonly budget: Budget;
  /** Standard error by default. */
  readonly stream?: ProgressStream;
}

/** What is used of a `SingleBar` of cli-progress. */
export interface Bar {
  /** Draws it for the first time. */
  start(total: number, value: number, payload: { readonly text: string }): void;
  /** Draws it anew; `value` is from 0 to 1. */
  update(value: number, payload: { readonly text: string }): void;
  /** Ends its line. */
  stop(): void;
}

/** A moment of training. */
interface Sample {
  readonly step: number;
  /** Share of the budget that is spent. */
  readonly share: number;
  /** Wall time, evaluations left out. */
  readonly seconds: number;
}

/** Seconds between two lines where there is no terminal. */
const linePeriod = 5;
/** Seconds over which the speed is averaged. */
const window = 10;
const barWidth = 10;
/** Columns of a line that the bar leaves to its text: it needs its own, and those of brackets and percentage. */
export const textColumns = (stream: ProgressStream): number => (stream.columns ?? 80) - barWidth - 9;

/**
 * Shows how much of the budget is spent (of the bound that is nearest), the mean return of the last episodes, the speed,
 * the time left, epsilon and the last evaluation; before that, how far the replay memory is filled. On a terminal that
 * is a bar, above which others print by `lines`; elsewhere it is a line every 5 s and one at each evaluation:
 *
 * ```
 * step 12,000 of 50,000  episode 213  return 187.4  epsilon 0.05  1,840 steps/s  eta 0:21
 * ```
 */
export class ProgressBar implements Callback, LiveDisplay {
  readonly lines: ProgressStream;
  readonly #budget: Budget;
  readonly #stream: ProgressStream;
  #bar: Bar | undefined;
  /** Where the budget begins. */
  #from: Progress = atStart;
  #latest: ProgressEvent | undefined;
  #samples: Sample[] = [{ step: 0, share: 0, seconds: 0 }];
  /** Seconds spent on evaluations. */
  #paused = 0;
  readonly #returns = new WindowMean(100);
  #evaluation: number | undefined;
  /** The latest line's. */
  #written: Pick<Progress, "step" | "seconds"> = { step: -1, seconds: 0 };

  /** Shows nothing yet. */
  constructor({ budget, stream = standardError }: ProgressBarOptions) {
    this.#budget = budget;
    this.#stream = stream;
    this.lines = changedStream(stream, (text) => clearedLine(stream) + text); // The bar draws itself anew below.
  }

  notify(event: TrainEvent): void | Promise<void> {
    switch (event.kind) {
      case "start":
        this.#from = event.from ?? event;
        this.#samples = [this.#sample(event)];
        return this.#stream.isTTY ? this.#open() : undefined;
      case "fill":
        return this.#showFill(event);
      case "episode":
        return this.#returns.add(event.return);
      case "progress":
        this.#take(event);
        if (this.#bar) this.#draw(event);
        else if (event.seconds >= this.#written.seconds + linePeriod) this.#write(event);
        return;
      case "evaluation": {
        this.#evaluation = event.evaluation.mean;
        this.#paused += event.seconds - (this.#latest?.seconds ?? event.seconds);
        if (this.#bar) return this.#draw(event);
        const { mean, std, episodes } = event.evaluation;
        const result = `mean ${decimal(mean)}  std ${decimal(std)}  of ${count(episodes, "episode")}`;
        this.#stream.write(
          `evaluation at step ${whole(event.step)}: ${result}${event.best ? "  best" : ""}\n`,
        );
        return;
      }
      case "end":
        if (this.#bar) this.#draw(event);
        else if (event.step > this.#written.step) this.#write(event);
        this.close();
    }
  }

  /** But for the speed, which is taken anew. */
  save(): State {
    return {
      paused: this.#paused,
      returns: this.#returns.save(),
      evaluation: this.#evaluation,
      written: { ...this.#written },
    };
  }

  load(state: State): void {
    const saved = new StateReader(state, "ProgressBar");
    const written = saved.child("written");
    this.#paused = saved.number("paused");
    this.#returns.load(saved.child("returns"));
    this.#evaluation = saved.has("evaluation") ? saved.number("evaluation") : undefined;
    this.#written = { step: written.number("step"), seconds: written.number("seconds") };
  }

  /** Ends the line of the bar. */
  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  async #open(): Promise<void> {
    this.#bar = await openBar(this.#stream);
  }

  /** Its time counts neither for the speed nor for the time left. */
  #showFill(event: FillEvent): void {
    this.#samples = [{ step: 0, share: 0, seconds: event.seconds }];
    if (this.#bar) return this.#bar.update(event.done / event.total, { text: describeFilling(event) });
    if (event.done < event.total && event.seconds < this.#written.seconds + linePeriod) return;
    this.#written = { step: -1, seconds: event.seconds };
    this.#stream.write(`${describeFilling(event)}\n`);
  }

  #take(event: ProgressEvent): void {
    this.#latest = event;
    const sample = this.#sample(event);
    const { seconds } = sample;
    this.#samples.push(sample);
    while (this.#samples.length > 2 && this.#samples[1]!.seconds <= seconds - window) this.#samples.shift();
  }

  #sample(progress: Progress): Sample {
    const { share } = nearestBound(this.#budget, progress, this.#from);
    return { step: progress.step, share, seconds: progress.seconds - this.#paused };
  }

  #draw(progress: Progress): void {
    const width = textColumns(this.#stream);
    const { share, done } = nearestBound(this.#budget, progress, this.#from);
    const { returns, eta, speed, epsilon, evaluation } = this.#parts(progress);
    this.#bar!.update(share, { text: fitParts([done, returns, eta, evaluation, speed, epsilon], width) });
  }

  #write(progress: Progress): void {
    this.#written = { step: progress.step, seconds: progress.seconds };
    const { done, unit } = nearestBound(this.#budget, progress, this.#from);
    const { returns, eta, speed, epsilon } = this.#parts(progress);
    const other = unit === "episodes" ? `step ${whole(progress.step)}` : `episode ${whole(progress.episode)}`;
    this.#stream.write(`${fitParts([done, other, returns, epsilon, speed, eta], Infinity)}\n`);
  }

  /** What there is to say, each part empty when unknown. */
  #parts(progress: Progress): Record<"returns" | "eta" | "speed" | "epsilon" | "evaluation", string> {
    const [first, last] = [this.#samples[0]!, this.#samples.at(-1)!];
    const seconds = last.seconds - first.seconds;
    const speed = (last.step - first.step) / seconds;
    // What evaluations have cost so far is added to what is left, in proportion.
    const overhead = progress.seconds / (progress.seconds - this.#paused);
    const eta = (1 - last.share) / ((last.share - first.share) / seconds) * overhead;
    const { mean } = this.#returns;
    return {
      returns: mean === undefined ? "" : `return ${decimal(mean)}`,
      eta: Number.isFinite(eta) ? `eta ${formatDuration(eta)}` : "",
      speed: Number.isFinite(speed) ? `${whole(speed)} steps/s` : "",
      epsilon: this.#latest ? `epsilon ${Number(this.#latest.epsilon.toPrecision(2))}` : "",
      evaluation: this.#evaluation === undefined ? "" : `eval ${decimal(this.#evaluation)}`,
    };
  }
}

/** A bar from 0 to 1 with a text, in a line of a terminal. */
export async function openBar(stream: ProgressStream): Promise<Bar> {
  const { SingleBar } = await import("npm:cli-progress@3.12.0"); // Only a terminal pays for it.
  const bar: Bar = new SingleBar({
    stream: withoutSavedCursor(stream),
    format: "[{bar}] {percentage}%  {text}",
    barsize: barWidth,
    forceRedraw: true, // Where others have printed a line, the bar's own is gone.
    linewrap: true, // The terminal's state is left alone, so a killed run leaves nothing to restore.
  });
  bar.start(1, 0, { text: "" });
  return bar;
}

/**
 * The bar's library saves the cursor at the start and goes back there at the end, over whatever others have printed
 * meanwhile. Without that it stays where it is.
 */
function withoutSavedCursor(stream: ProgressStream): ProgressStream {
  // deno-lint-ignore no-control-regex
  return changedStream(stream, (text) => text.replace(/\x1b[78]/g, ""));
}
