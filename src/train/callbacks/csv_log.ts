/** Metrics and episodes as CSV files. @module */
import {
  type EpisodeEvent,
  type MetricsEvent,
  readProgress,
  saveProgress,
  type TrainEvent,
} from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import { encodeCsvRow } from "../../format/csv.ts";
import type { Callback } from "./callback.ts";
import { LineFile } from "./line_file.ts";
import { metricNames } from "./metrics.ts";
import { isSameMoment } from "./moment.ts";

/** Where {@linkcode CsvLog} writes, and what beside the usual. */
export interface CsvLogOptions {
  /** Folder of the files, made when missing. Files of the same names are replaced when a run begins. */
  readonly folder: string;
  /** Metrics that callbacks of one's own emit, for further columns of `metrics.csv`. */
  readonly columns?: readonly string[];
}

/** Columns of `metrics.csv`, before those of {@linkcode CsvLogOptions}. */
export const metricsColumns: readonly string[] = [
  "step",
  "update",
  "episode",
  "seconds",
  ...Object.keys(metricNames),
];

/** Columns of {@linkcode metricsColumns} that are no metrics. */
const counts = 4;

/** Columns of `episodes.csv`. */
export const episodeColumns: readonly string[] = [
  "episode",
  "step",
  "return",
  "length",
  "terminated",
  "truncated",
  "epsilon",
  "seconds",
];

/**
 * Writes two files as the run goes on:
 *
 * - `metrics.csv`: a row for each step and update with `metrics` events; the values of all of them go into it, with the
 *   episode and the time of the first. Every run has the same columns, empty where a metric is not known; one that goes
 *   on has those that it began with.
 * - `episodes.csv`: a row per episode of training. `terminated` and `truncated` are 1 or 0.
 *
 * Rows go out once a chunk, lines at a time: a run that is killed leaves whole lines, and at the end all are durable. The
 * latest row of metrics waits for the next chunk, as its evaluation may be still to come.
 */
export class CsvLog implements Callback {
  #names: readonly string[];
  readonly #metrics: LineFile;
  readonly #episodes: LineFile;
  /** The latest row of metrics, perhaps not whole yet. */
  #row: Omit<MetricsEvent, "kind"> | undefined;

  /** Writes nothing yet. */
  constructor({ folder, columns = [] }: CsvLogOptions) {
    this.#names = [...new Set([...metricsColumns, ...columns])].slice(counts);
    const header = encodeCsvRow([...metricsColumns.slice(0, counts), ...this.#names]);
    this.#metrics = new LineFile({ folder, name: "metrics.csv", header });
    this.#episodes = new LineFile({ folder, name: "episodes.csv", header: encodeCsvRow(episodeColumns) });
  }

  notify(event: TrainEvent): void | Promise<void> {
    switch (event.kind) {
      case "start":
        return this.#metrics.open(event).then(() => this.#episodes.open(event));
      case "episode":
        return this.#episodes.add(episodeRow(event));
      case "progress":
        return this.#flush();
      case "end":
        this.#addRow();
        return this.#sync().then(() => {});
      case "metrics":
        if (this.#row && !isSameMoment(this.#row, event)) this.#addRow();
        this.#row = { ...event, ...this.#row, values: { ...this.#row?.values, ...event.values } };
    }
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      this.#metrics.close();
      this.#episodes.close();
    }
  }

  async save(): Promise<State> {
    const row = this.#row && { ...saveProgress(this.#row), values: this.#row.values };
    return { ...await this.#sync(), row, names: [...this.#names] };
  }

  load(state: State): void {
    const saved = new StateReader(state, "CsvLog");
    const row = saved.optional("row");
    // The rows that follow go with the first line of the file, which an earlier version may have written.
    if (saved.has("metrics")) this.#names = saved.has("names") ? saved.texts("names") : this.#namesBefore();
    this.#metrics.load(saved, "metrics");
    this.#episodes.load(saved, "episodes");
    this.#row = row && { ...readProgress(row), values: row.child("values").numbers() };
  }

  /** The metrics of files whose runs did not say which they have. */
  #namesBefore(): readonly string[] {
    return this.#names.filter((name) => name !== "returnsOutside");
  }

  /** Makes all lines outlast a crash; gives the files' lengths. */
  async #sync(): Promise<{ metrics: number | undefined; episodes: number | undefined }> {
    return { metrics: await this.#metrics.sync(), episodes: await this.#episodes.sync() };
  }

  /** The row is whole. */
  #addRow(): void {
    if (!this.#row) return;
    const { step, update, episode, seconds, values } = this.#row;
    const fields = this.#names.map((name) => values[name]);
    this.#metrics.add(encodeCsvRow([step, update, episode, seconds, ...fields]));
    this.#row = undefined;
  }

  #flush(): void {
    this.#addRow();
    this.#metrics.flush();
    this.#episodes.flush();
  }
}

/** Numbers alone need no quotes, and there are very many of these rows. */
function episodeRow(event: EpisodeEvent): string {
  const { episode, step, return: total, length, terminated, truncated, epsilon, seconds } = event;
  return `${episode},${step},${total},${length},${+terminated},${+truncated},${epsilon},${seconds}`;
}
