/** Metrics as JSON lines. @module */
import type { TrainEvent } from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import type { Callback } from "./callback.ts";
import { LineFile } from "./line_file.ts";

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
  readonly #file: LineFile;

  /** Writes nothing yet. */
  constructor({ folder }: JsonLinesOptions) {
    this.#file = new LineFile({ folder, name: "metrics.jsonl" });
  }

  notify(event: TrainEvent): void | Promise<void> {
    if (event.kind === "start") return this.#file.open(event);
    if (event.kind === "end") return this.#file.sync().then(() => {});
    if (event.kind !== "metrics") return;
    const { step, update, episode, seconds, values } = event;
    this.#file.add(JSON.stringify({ step, update, episode, seconds, ...values }));
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }

  async save(): Promise<State> {
    return { length: await this.#file.sync() };
  }

  load(state: State): void {
    this.#file.load(new StateReader(state, "JsonLines"), "length");
  }
}
