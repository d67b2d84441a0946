/** A chart of the episodes, in the terminal. @module */
import type { Progress, TrainEvent } from "../../core/events.ts";
import { decimal, whole } from "../../core/numbers.ts";
import { type State, StateReader } from "../../core/state.ts";
import type { Callback } from "./callback.ts";
import { changedStream, type LiveDisplay, type ProgressStream, standardError } from "./progress_stream.ts";
import { FoldedMeans } from "./folded_means.ts";
import { describeFilling } from "./progress_text.ts";
import { drawTextChart } from "./text_chart.ts";
import { WindowMean } from "./window_mean.ts";

/** What a {@linkcode LiveChart} shows, and where. */
export interface LiveChartOptions {
  /** What is drawn of each episode: its steps, by default, or its sum of rewards. */
  readonly metric?: "length" | "return";
  /** While the run goes on, `Training...` by default. */
  readonly title?: string;
  /** When it has ended, `Result` by default. */
  readonly finalTitle?: string;
  /** Of the horizontal axis, `Episode` by default. */
  readonly xName?: string;
  /** Of the vertical axis, `Duration` or `Return` by default. */
  readonly yName?: string;
  /** Episodes that the mean is over, 100 by default. */
  readonly window?: number;
  /**
   * What the mean is taken to be until there are that many: by default the mean of those so far of returns, which may lie
   * anywhere, and 0 of lengths, as in the chart of PyTorch's DQN tutorial.
   */
  readonly meanBeforeFull?: number | "partial";
  /** Standard error by default. */
  readonly stream?: ProgressStream;
}

/** Seconds between two drawings. */
const period = 0.25;
/** Lines of a chart beside those between the axes: title, names, scale, legend, status, and one for the cursor. */
const overhead = 7;
const mostLines = 16;
const leastLines = 4;
/** Numbers that are kept of each line: with more episodes, means of as many neighbours as need be. */
const columns = 512;

/**
 * Draws the length or return of each episode and their running mean as a line chart, in place of a progress bar: on a
 * terminal anew four times a second, with step, epsilon, speed and the latest evaluation beneath; elsewhere once, at the
 * end, without escape sequences. Others that print to the same terminal write to `lines`. However many episodes there
 * are, the chart keeps a few hundred numbers: from 513 on, means of neighbours.
 */
export class LiveChart implements Callback, LiveDisplay {
  readonly lines: ProgressStream;
  readonly #options: Required<LiveChartOptions>;
  readonly #values = new FoldedMeans(columns);
  readonly #means = new FoldedMeans(columns);
  readonly #mean: WindowMean;
  #status = { step: "", epsilon: "", speed: "", evaluation: "" };
  /** Lines of the drawing on the terminal, above the cursor. */
  #height = 0;
  /** When the chart was drawn last. */
  #drawn = -Infinity;

  /** Draws nothing yet. */
  constructor(options: LiveChartOptions = {}) {
    const { metric = "length", window = 100, stream = standardError } = options;
    this.#options = {
      metric,
      window,
      stream,
      title: "Training...",
      finalTitle: "Result",
      xName: "Episode",
      yName: metric === "length" ? "Duration" : "Return",
      meanBeforeFull: metric === "length" ? 0 : "partial",
      ...options,
    };
    this.#mean = new WindowMean(window);
    this.lines = changedStream(stream, (text) => this.#clear() + text);
  }

  notify(event: TrainEvent): void {
    const { metric, meanBeforeFull } = this.#options;
    const status = this.#status;
    switch (event.kind) {
      case "episode":
        this.#values.add(event[metric]);
        this.#mean.add(event[metric]);
        this.#means.add(this.#mean.full || meanBeforeFull === "partial" ? this.#mean.mean! : meanBeforeFull);
        return;
      case "fill":
        status.step = describeFilling(event);
        return this.#draw(event);
      case "progress":
        status.step = `step ${whole(event.step)}  episode ${whole(event.episode)}`;
        status.epsilon = `  epsilon ${Number(event.epsilon.toPrecision(2))}`;
        return this.#draw(event);
      case "metrics": {
        const { stepsPerSecond } = event.values;
        if (stepsPerSecond !== undefined) status.speed = `  ${whole(stepsPerSecond)} steps/s`;
        return;
      }
      case "evaluation":
        status.evaluation = `  eval ${decimal(event.evaluation.mean)}`;
        return this.#draw(event);
      case "end":
        return this.#finish();
    }
  }

  save(): State {
    return {
      values: this.#values.save(),
      means: this.#means.save(),
      mean: this.#mean.save(),
      status: { ...this.#status },
    };
  }

  load(state: State): void {
    const saved = new StateReader(state, "LiveChart");
    const status = saved.child("status");
    this.#values.load(saved.child("values"));
    this.#means.load(saved.child("means"));
    this.#mean.load(saved.child("mean"));
    this.#status = {
      step: status.text("step"),
      epsilon: status.text("epsilon"),
      speed: status.text("speed"),
      evaluation: status.text("evaluation"),
    };
    this.#height = 0;
    this.#drawn = -Infinity;
  }

  #draw({ seconds }: Progress): void {
    const { stream, title } = this.#options;
    if (!stream.isTTY || seconds < this.#drawn + period) return;
    this.#drawn = seconds;
    this.#show(title);
  }

  #finish(): void {
    const { stream, finalTitle } = this.#options;
    if (stream.isTTY) this.#show(finalTitle);
    else if (this.#values.count > 0) stream.write(`${this.#chart(finalTitle).join("\n")}\n`);
    this.#height = 0; // The result stays: what others write from now on comes beneath.
  }

  /** Draws over the former drawing; the cursor stays beneath. */
  #show(title: string): void {
    const { step, epsilon, speed, evaluation } = this.#status;
    const status = `${step}${epsilon}${speed}${evaluation}`.slice(0, this.#width);
    const lines = [...this.#chart(title), status];
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : "";
    this.#options.stream.write(`\r${up}${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
    this.#height = lines.length;
  }

  #chart(title: string): string[] {
    const { xName, yName, window, stream } = this.#options;
    const { count } = this.#values;
    if (count === 0) return [];
    const series = [
      { name: yName, values: this.#values.values },
      { name: `mean of the last ${window}`, values: this.#means.values },
    ] as const;
    const height = Math.max(leastLines, Math.min(mostLines, (stream.rows ?? 24) - overhead));
    return drawTextChart({ title, xName, yName, series, count }, {
      width: this.#width,
      height,
      colour: stream.isTTY ?? false,
    });
  }

  get #width(): number {
    return (this.#options.stream.columns ?? 80) - 1; // A full line would break.
  }

  /** The escape sequences that clear the drawing away; the next one comes at once, beneath what is written meanwhile. */
  #clear(): string {
    const up = this.#height > 0 ? `\r\x1b[${this.#height}A\x1b[J` : "";
    this.#height = 0;
    this.#drawn = -Infinity;
    return up;
  }
}
