/** Metrics as JSON lines. @module */
import type { StartEvent, TrainEvent } from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import { makeFolder } from "../atomic_write.ts";
import type { Callback } from "./callback.ts";
import { LineFile, readLength } from "./line_file.ts";

/** Where {@linkcode JsonLines} writes. */
export interface JsonLinesOptions {
  /** Folder of the file, made when missing. A file of the same name is replaced when a run begins. */
  readonly folder: string;
}

/**
 * Writes `metrics.jsonl`: a line for each `metrics` event as it happens, an object of `step`, `update`, `episode`,
 * `seconds` and its metrics, whatever their names. An evaluation has a line of its own. A run that is killed leaves whole lines;
 * at the end all are durable.
 */
export class JsonLines implements Callback {
  readonly #folder: string;
  #file: LineFile | undefined;
  /** Bytes of the file that a run goes on behind. */
  #length: number | undefined;

  /** Writes nothing yet. */
  constructor({ folder }: JsonLinesOptions) {
    this.#folder = folder;
  }

  notify(event: TrainEvent): void | Promise<void> {
    if (event.kind === "start") return this.#open(event);
    if (event.kind === "end") return this.#file?.sync().then(() => {});
    if (event.kind !== "metrics") return;
    const { step, update, episode, seconds, values } = event;
    this.#file?.add(JSON.stringify({ step, update, episode, seconds, ...values }));
    this.#file?.flush();
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  async save(): Promise<State> {
    return { length: await this.#file?.sync() };
  }

  load(state: State): void {
    this.#length = readLength(new StateReader(state, "JsonLines"), "length");
  }

  async #open(start: StartEvent): Promise<void> {
    await makeFolder(this.#folder);
    this.#file = new LineFile(`${this.#folder}/metrics.jsonl`, start, { length: this.#length });
    this.#length = undefined;
  }
}
