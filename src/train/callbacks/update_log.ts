/** The loss of every update as a CSV file. @module */
import type { ProgressEvent, TrainEvent } from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import type { Callback } from "./callback.ts";
import { LineFile } from "./line_file.ts";

/** Where {@linkcode UpdateLog} writes. */
export interface UpdateLogOptions {
  /** Folder of the file, made when missing. A file of the same name is replaced when a run begins. */
  readonly folder: string;
}

/** Columns of `updates.csv`. */
export const updateColumns = ["update", "loss", "meanQ"] as const;

/** Writes `updates.csv`: a row per update with its number, from 1, its loss and the mean Q value of its batch's actions. */
export class UpdateLog implements Callback {
  readonly #file: LineFile;

  /** Writes nothing yet. */
  constructor({ folder }: UpdateLogOptions) {
    this.#file = new LineFile({ folder, name: "updates.csv", header: updateColumns.join() });
  }

  notify(event: TrainEvent): void | Promise<void> {
    if (event.kind === "start") return this.#file.open(event);
    if (event.kind === "progress") this.#write(event);
    if (event.kind === "end") return this.#file.sync().then(() => {});
  }

  close(): void {
    this.#file.close();
  }

  async save(): Promise<State> {
    return { length: await this.#file.sync() };
  }

  load(state: State): void {
    this.#file.load(new StateReader(state, "UpdateLog"), "length");
  }

  #write({ update, losses, meanQ }: ProgressEvent): void {
    for (const [i, loss] of losses.entries()) {
      this.#file.add(`${update - losses.length + i + 1},${loss},${meanQ[i]}`);
    }
    this.#file.flush();
  }
}
