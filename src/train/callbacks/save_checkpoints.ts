/** Saving the agent in the course of training. @module */
import type { Due, EvaluationEvent, Interval, Progress, TrainEvent } from "../../core/events.ts";
import { isDue, nextDue } from "../../core/events.ts";
import { saveCheckpoint } from "../checkpoint.ts";
import { makeFolder } from "../write_whole.ts";
import type { Callback, Run } from "./callback.ts";

/** Where, with what and how often {@linkcode SaveCheckpoints} saves. */
export interface SaveCheckpointsOptions {
  /** Folder of the files, made when missing. */
  readonly folder: string;
  /** Texts to keep in each file: the resolved configuration as JSON under `config`, say. */
  readonly metadata: Record<string, string>;
  /** When to write `last.safetensors`, at each evaluation by default. */
  readonly interval?: Interval;
}

/** Names of the files, in the run's folder. */
export const checkpointFiles = { best: "best.safetensors", last: "last.safetensors" } as const;

/**
 * Writes `best.safetensors`, what the agent needs to act, at each evaluation that is the best so far, and
 * `last.safetensors`, what it needs to go on learning, at each interval and at the end of the run, interrupted or not.
 * Without any evaluation, the best are the last parameters. `step`, `update` and `episode` go into the metadata, and
 * into that of the best its `evaluationMean`.
 *
 * A file is replaced whole or not at all: a run that fails, on parameters that are not finite say, keeps the former ones.
 */
export class SaveCheckpoints implements Callback {
  readonly #options: SaveCheckpointsOptions;
  #due: Due = {};
  #evaluated = false;
  /** Step of the latest `last.safetensors`. */
  #saved = -1;

  /** Begins to count. @throws {RangeError} When the interval is not positive. */
  constructor(options: SaveCheckpointsOptions) {
    this.#options = options;
    this.#advance({ step: 0, update: 0, episode: 0, seconds: 0 });
  }

  due(): Due {
    return this.#due;
  }

  async notify(event: TrainEvent, run: Run): Promise<void> {
    switch (event.kind) {
      case "start":
        await makeFolder(this.#options.folder);
        return await this.#saveLast(event, run); // A run that diverges early leaves a checkpoint too.
      case "progress":
        if (isDue(this.#due, event)) await this.#saveLast(event, run);
        return this.#advance(event);
      case "evaluation":
        this.#evaluated = true;
        if (event.best) await this.#saveBest(event, run);
        if (!this.#options.interval) await this.#saveLast(event, run);
        return;
      case "end":
        if (!this.#evaluated) await this.#saveBest(event, run);
        if (event.step > this.#saved) await this.#saveLast(event, run);
    }
  }

  #advance(progress: Progress): void {
    if (this.#options.interval) this.#due = nextDue(this.#options.interval, progress);
  }

  async #saveBest(event: EvaluationEvent | Progress, { agent }: Run): Promise<void> {
    const mean = "evaluation" in event ? { evaluationMean: String(event.evaluation.mean) } : {};
    const path = `${this.#options.folder}/${checkpointFiles.best}`;
    await saveCheckpoint(path, await agent.save(), { ...this.#metadata(event), ...mean });
  }

  async #saveLast(progress: Progress, { agent }: Run): Promise<void> {
    const path = `${this.#options.folder}/${checkpointFiles.last}`;
    await saveCheckpoint(path, await agent.save({ full: true }), this.#metadata(progress));
    this.#saved = progress.step;
  }

  #metadata({ step, update, episode }: Progress): Record<string, string> {
    return { ...this.#options.metadata, step: `${step}`, update: `${update}`, episode: `${episode}` };
  }
}
