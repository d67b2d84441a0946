/** Lines about a run, in words of one's own. @module */
import {
  atStart,
  type Due,
  type EpisodeEvent,
  isDue,
  nextDue,
  type Progress,
  type TrainEvent,
} from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import type { Callback } from "./callback.ts";
import { assertPlaceholders, fillText, type LineValues, placeholders } from "./line_template.ts";
import { evaluationMetrics, evaluationValues, metricNames } from "./metrics.ts";
import { type ProgressStream, standardOutput, writeLine } from "./progress_stream.ts";

/** What {@linkcode PrintLines} prints, when and where. */
export interface PrintLinesOptions {
  /** Counts from one line to the next, a positive integer. */
  readonly every: number;
  /** What `every` counts. */
  readonly unit: "episode" | "evaluation" | "step";
  /**
   * The line. `{name}` stands for a number: `step`, `update`, `episode`, `seconds` of the moment, `return`, `length` and
   * `epsilon` of the latest episode, or a metric as it was last logged.
   */
  readonly text: string;
  /** Standard output by default. */
  readonly stream?: ProgressStream;
  /** Metrics that callbacks of one's own emit, if the line has any. */
  readonly metrics?: readonly string[];
}

/** Placeholders beside metrics. */
const counts = ["step", "update", "episode", "seconds", "return", "length"];
/** Those in the evaluation's own event; the loss on held-out transitions is taken after it. */
const ofEvaluations = evaluationMetrics.filter((name) => name !== "validation/loss");
/** What is known at the very moment. */
const known = {
  episode: new Set(["step", "episode", "seconds", "return", "length", "epsilon"]),
  evaluation: new Set([...counts, "epsilon", ...ofEvaluations]),
  step: new Set([...counts, "epsilon"]),
} as const;

/**
 * Prints a line every so many episodes, evaluations or steps:
 *
 * ```ts
 * new PrintLines({ every: 10, unit: "episode", text: "Episode: {episode}, Reward: {return}, Steps: {length}" });
 * ```
 *
 * A line with metrics in it waits until all that belongs to its moment is logged, at most until the end of the next
 * chunk. On a terminal the line comes above the progress bar.
 */
export class PrintLines implements Callback {
  readonly #options: PrintLinesOptions;
  readonly #stream: ProgressStream;
  /** Whether lines wait for metrics. */
  readonly #waits: boolean;
  #due: Due = {};
  #evaluations = 0;
  /** The latest of everything. */
  #values: Record<string, number> = {};
  /** What was known of the lines that wait. */
  #held: Readonly<Record<string, number>>[] = [];
  /** Whether the latest chunk has been told to its end, but for what is emitted there. */
  #told = false;

  /**
   * Prints nothing yet.
   *
   * @throws {UsageError} For a placeholder that is not known, with those that are.
   * @throws {RangeError} When `every` is no positive integer.
   */
  constructor(options: PrintLinesOptions) {
    const { every, unit, text, stream = standardOutput, metrics = [] } = options;
    if (!Number.isInteger(every) || every < 1) {
      throw new RangeError(`Cannot print lines: every is ${every}, wanted a positive integer`);
    }
    assertPlaceholders(text, [...new Set([...counts, ...Object.keys(metricNames), ...metrics])]);
    this.#options = options;
    this.#stream = stream;
    this.#waits = placeholders(text).some((name) => !known[unit].has(name));
    this.#advance(atStart);
  }

  due(): Due {
    return this.#due;
  }

  notify(event: TrainEvent): void {
    const { every, unit } = this.#options;
    switch (event.kind) {
      case "start":
        return this.#advance(event);
      case "episode":
        if (this.#told) this.#release();
        this.#told = false;
        this.#takeEpisode(event);
        if (unit === "episode" && event.episode % every === 0) this.#print();
        return;
      case "progress":
        if (this.#told) this.#release();
        this.#told = true;
        this.#takeCounts(event);
        this.#values["epsilon"] = event.epsilon;
        if (unit === "step" && isDue(this.#due, event)) this.#print();
        return this.#advance(event);
      case "metrics":
        Object.assign(this.#values, event.values);
        return;
      case "evaluation":
        this.#takeCounts(event);
        Object.assign(this.#values, evaluationValues(event.evaluation));
        if (unit === "evaluation" && ++this.#evaluations % every === 0) this.#print();
        return;
      case "end":
        return this.#release();
    }
  }

  save(): State {
    const values = { ...this.#values };
    return { evaluations: this.#evaluations, values, held: [...this.#held], told: this.#told };
  }

  load(state: State): void {
    const saved = new StateReader(state, "PrintLines");
    this.#evaluations = saved.count("evaluations");
    this.#values = saved.child("values").numbers();
    this.#held = saved.children("held").map((held) => held.numbers());
    this.#told = saved.flag("told");
  }

  /** Prints what still waits. */
  close(): void {
    this.#release();
  }

  /** Training is cut where a line needs the numbers of its very moment. */
  #advance(progress: Progress): void {
    const { every, unit } = this.#options;
    if (unit === "step" || unit === "episode" && this.#waits) this.#due = nextDue({ every, unit }, progress);
  }

  #takeCounts({ step, update, episode, seconds }: Progress): void {
    Object.assign(this.#values, { step, update, episode, seconds });
  }

  #takeEpisode({ step, episode, seconds, return: total, length, epsilon }: EpisodeEvent): void {
    const values = this.#values;
    values["step"] = step;
    values["episode"] = episode;
    values["seconds"] = seconds;
    values["return"] = total;
    values["length"] = length;
    values["epsilon"] = epsilon;
  }

  #print(): void {
    if (!this.#waits) return this.#write(this.#values);
    const now = known[this.#options.unit];
    this.#held.push(Object.fromEntries(Object.entries(this.#values).filter(([name]) => now.has(name))));
  }

  #release(): void {
    for (const values of this.#held) this.#write({ ...this.#values, ...values });
    this.#held = [];
  }

  #write(values: LineValues): void {
    writeLine(this.#stream, fillText(this.#options.text, values));
  }
}
