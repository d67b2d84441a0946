/** Saving the agent in the course of training. @module */
import {
  atStart,
  type Due,
  type EndEvent,
  type EvaluationEvent,
  type Interval,
  isDue,
  type MetricsEvent,
  nextDue,
  type Progress,
  type TrainEvent,
} from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import { saveCheckpoint } from "../checkpoint.ts";
import { FileSnapshot } from "./file_snapshot.ts";
import { makeFolder, removeDurably } from "../atomic_write.ts";
import type { Callback, Run } from "./callback.ts";
import { evaluationValues, type MetricValues } from "./metrics.ts";
import { isSameMoment, type Moment, readMoment } from "./moment.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";

/** Where, with what and how often {@linkcode SaveCheckpoints} saves, and what makes a checkpoint the best. */
export interface SaveCheckpointsOptions {
  /** Folder of the files, made when missing. */
  readonly folder: string;
  /** Texts to keep in each file: the resolved configuration as JSON under `config`, say. None by default. */
  readonly metadata?: Record<string, string>;
  /** When to write `last.safetensors`, at each evaluation by default. */
  readonly interval?: Interval;
  /** Name of the metric by which checkpoints are compared, `evaluationMean` by default. */
  readonly monitor?: string;
  /** Whether it is to be small or large, `max` by default. */
  readonly mode?: MonitorMode;
  /** How many of the best to keep, 1 by default: `best.safetensors` alone. */
  readonly topK?: number;
}

/** Names of the files, in the run's folder. */
export const checkpointFiles = { best: "best.safetensors", last: "last.safetensors" } as const;

/** Names of the best and of each of the best. */
const bestFiles = /^(best|top-\d+(-\d+)?)\.safetensors$/;

/** A checkpoint and what it is worth. */
interface Saved extends Moment {
  readonly value: number;
  /** Name of its own file, used where more than one is kept. */
  readonly file: string;
}

/**
 * Writes `best.safetensors`, what the agent needs to act, each time that the watched metric is logged with its best
 * value so far (of equal ones the later counts, as its parameters have seen more), and `last.safetensors`, what it needs
 * to go on learning, at each interval and at the end of the run, interrupted or not. With `topK` above 1 that many of the
 * best are also kept, as `top-<step>.safetensors`, or `top-<step>-<update>.safetensors` where the former is taken, as one
 * step may have several updates; `best.safetensors` is a copy of the first of them.
 *
 * A run in which the metric is never logged, one without evaluations say, has the last parameters for the best.
 * `step`, `update` and `episode` go into the metadata, and into that of the best ones also the watched metric, and
 * `evaluationMean` if these parameters were evaluated, be it before or after that metric was logged.
 *
 * A file is replaced whole or not at all: a run that fails, on parameters that are not finite say, keeps the former ones.
 */
export class SaveCheckpoints implements Callback {
  readonly #options: SaveCheckpointsOptions;
  readonly #monitor: Monitor;
  readonly #topK: number;
  readonly #files: FileSnapshot;
  #due: Due = {};
  /** What is kept, the best first. */
  #top: readonly Saved[] = [];
  /** All that is known of the latest moment with metrics. */
  #known: Moment & { readonly values: Record<string, number> } | undefined;
  /** Of the latest `last.safetensors`. */
  #last: Moment | undefined;
  /** Whether the metric has to be logged. */
  readonly #required: boolean;
  #end: EndEvent | undefined;

  /** Begins to count. @throws {RangeError} When the interval is not positive, or topK no positive integer. */
  constructor(options: SaveCheckpointsOptions) {
    const { monitor = "evaluationMean", mode = "max", topK = 1 } = options;
    if (!Number.isInteger(topK) || topK < 1) {
      throw new RangeError(`Cannot keep checkpoints: topK is ${topK}, wanted a positive integer`);
    }
    this.#options = options;
    this.#monitor = new Monitor(monitor, mode);
    this.#topK = topK;
    this.#files = new FileSnapshot(options.folder, bestFiles);
    this.#required = monitor !== "evaluationMean";
    this.#advance(atStart);
  }

  due(): Due {
    return this.#due;
  }

  /** Saves what is due. @throws {UsageError} When an evaluation lacks the metric, though only evaluations log it. */
  notify(event: TrainEvent, run: Run): void | Promise<void> {
    if (this.#required) this.#monitor.follow(event);
    switch (event.kind) {
      case "start":
        return this.#start(event, run);
      case "progress": {
        const due = isDue(this.#due, event);
        this.#advance(event);
        return due ? this.#saveLast(event, run) : undefined;
      }
      case "evaluation":
        return this.#takeEvaluation(event, run);
      case "metrics":
        return this.#compare(event, run);
      case "end":
        return this.#finish(event, run);
    }
  }

  /** The best files go with it: those that are written later are none of a run that goes on from here. */
  async save(): Promise<State> {
    return {
      top: this.#top.map((saved) => ({ ...saved })),
      known: this.#known && { ...this.#known },
      last: this.#last && { ...this.#last },
      monitor: this.#monitor.save(),
      files: await this.#files.save(),
    };
  }

  load(state: State): void {
    const saved = new StateReader(state, "SaveCheckpoints");
    const known = saved.optional("known");
    this.#top = saved.children("top").map((each) => ({
      ...readMoment(each),
      value: each.number("value"),
      file: this.#files.readName(each, "file"),
    }));
    this.#known = known && { ...readMoment(known), values: known.child("values").numbers() };
    this.#last = saved.has("last") ? readMoment(saved.child("last")) : undefined;
    this.#monitor.load(saved.child("monitor"));
    this.#files.load(saved.children("files"));
    this.#end = undefined;
  }

  /**
   * Once all callbacks have seen the end.
   *
   * @throws {UsageError} When the watched metric was never logged; `evaluationMean` need not be.
   */
  close(): void {
    if (this.#end && this.#required) this.#monitor.assertLogged(this.#end);
  }

  #advance(progress: Progress): void {
    if (this.#options.interval) this.#due = nextDue(this.#options.interval, progress);
  }

  async #start(progress: Progress, run: Run): Promise<void> {
    await makeFolder(this.#options.folder);
    await this.#files.restore();
    this.#advance(progress);
    await this.#saveLast(progress, run); // A run that diverges early leaves a checkpoint too.
  }

  async #finish(event: EndEvent, run: Run): Promise<void> {
    this.#end = event;
    if (this.#top.length === 0) await this.#saveBest([checkpointFiles.best], event, run);
    if (!this.#last || !isSameMoment(event, this.#last)) await this.#saveLast(event, run);
  }

  async #takeEvaluation(event: EvaluationEvent, run: Run): Promise<void> {
    if (!this.#options.interval) await this.#saveLast(event, run);
    this.#note(event, evaluationValues(event.evaluation));
    const rank = this.#top.findIndex((saved) => isSameMoment(saved, event));
    if (rank >= 0) await this.#saveBest(this.#filesOf(rank, this.#top[rank]!), event, run);
  }

  #note({ step, update }: Progress, values: MetricValues): void {
    const known = this.#known && isSameMoment({ step, update }, this.#known) ? this.#known.values : {};
    this.#known = { step, update, values: { ...known, ...values } };
  }

  #compare(event: MetricsEvent, run: Run): void | Promise<void> {
    this.#note(event, event.values);
    const value = this.#monitor.read(event);
    if (value === undefined || !Number.isFinite(value)) return;
    if (this.#top.some((saved) => isSameMoment(saved, event))) return; // Its parameters are kept already.
    const worse = this.#top.findIndex((saved) => this.#monitor.gain(value, saved.value) >= 0);
    const rank = worse < 0 ? this.#top.length : worse;
    if (rank < this.#topK) return this.#keep(event, { rank, value, run });
  }

  /** Saves a checkpoint that is one of the best, then removes the one that no longer is. */
  async #keep(
    event: Progress,
    { rank, value, run }: { rank: number; value: number; run: Run },
  ): Promise<void> {
    const { step, update } = event;
    const simple = `top-${step}.safetensors`;
    const isTaken = this.#top.some(({ file }) => file === simple);
    const saved = { step, update, value, file: isTaken ? `top-${step}-${update}.safetensors` : simple };
    await this.#saveBest(this.#filesOf(rank, saved), event, run);
    const top = this.#top.toSpliced(rank, 0, saved);
    this.#top = top.slice(0, this.#topK);
    if (this.#topK === 1) return;
    for (const { file } of top.slice(this.#topK)) await removeDurably(`${this.#options.folder}/${file}`);
  }

  /** Where a checkpoint goes that is the best but `rank`. */
  #filesOf(rank: number, { file }: Saved): string[] {
    return [...rank === 0 ? [checkpointFiles.best] : [], ...this.#topK > 1 ? [file] : []];
  }

  async #saveBest(files: readonly string[], progress: Progress, { agent }: Run): Promise<void> {
    const known = this.#known;
    const values: Readonly<Record<string, number>> = known && isSameMoment(progress, known)
      ? known.values
      : {};
    const worth = [this.#monitor.name, "evaluationMean"]
      .filter((name) => values[name] !== undefined)
      .map((name) => [name, String(values[name])]);
    const metadata = { ...this.#metadata(progress), ...Object.fromEntries(worth) };
    const state = await agent.save();
    for (const file of files) await saveCheckpoint(`${this.#options.folder}/${file}`, state, metadata);
  }

  async #saveLast(progress: Progress, { agent }: Run): Promise<void> {
    const path = `${this.#options.folder}/${checkpointFiles.last}`;
    await saveCheckpoint(path, await agent.save({ full: true }), this.#metadata(progress));
    this.#last = { step: progress.step, update: progress.update };
  }

  #metadata({ step, update, episode }: Progress): Record<string, string> {
    return { ...this.#options.metadata, step: `${step}`, update: `${update}`, episode: `${episode}` };
  }
}
