/** Results of a sweep on a queue, taken into its folder as they come. @module */
import type { Experiment } from "../config/experiment.ts";
import { note } from "../command/printing.ts";
import { UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import { type FinishedRun, nextResults, standingOf } from "../queue/follow.ts";
import { putAside } from "../queue/hand_out.ts";
import type { Queue } from "../queue/queue.ts";
import { readFiles } from "../queue/results.ts";
import { removePath } from "../train/atomic_write.ts";
import { patiently, sleep } from "./queue_patience.ts";
import { QueueProgress } from "./queue_progress.ts";
import { writeRunFiles } from "./run_files.ts";
import { type PlannedRun, runName, type SweepPaths } from "./sweep_folder.ts";
import type { HalvingSearch } from "./sweep_halving.ts";
import type { SweepResults } from "./sweep_results.ts";
import { writeTables } from "./sweep_tables.ts";

/** Milliseconds from one look at the queue to the next. */
const look = 1000;
/** Milliseconds from one writing of tables to the next, at least: they grow with the sweep. */
const tablesEvery = 5000;
/** Results that are asked for at once. */
const page = 100;

/** A sweep that is followed. */
export interface FollowedSweep {
  /** What the queue calls it. */
  readonly id: string;
  readonly experiment: Experiment;
  readonly paths: SweepPaths;
  readonly runs: readonly PlannedRun[];
  readonly results: SweepResults;
  /** Where not all configurations are trained to the end. */
  readonly search: HalvingSearch | undefined;
  readonly quiet: boolean;
  /** Ends the following when aborted. */
  readonly signal: AbortSignal;
}

/** Takes in results as they come. */
export class QueueFollower {
  readonly #queue: Queue;
  readonly #sweep: FollowedSweep;
  readonly #planned: ReadonlyMap<string, PlannedRun>;
  readonly #progress: QueueProgress | undefined;
  #after = 0;
  #hasNew = false;
  #written = performance.now();

  /** Takes in nothing yet. */
  constructor(queue: Queue, sweep: FollowedSweep) {
    const { runs, results, search, quiet, experiment: { seeds: { length: seeds } } } = sweep;
    this.#queue = queue;
    this.#sweep = sweep;
    this.#planned = new Map(runs.map((run) => [runName(run.configuration.slug, run.seed), run]));
    this.#progress = quiet
      ? undefined
      : new QueueProgress({ total: search?.expected ?? runs.length, results, seeds });
  }

  /** Until every job is done or put aside, or the signal is aborted. */
  async follow(): Promise<void> {
    const { signal } = this.#sweep;
    try {
      for (;;) {
        const isOver = await patiently(() => this.#look(), { say: (text) => this.#say(text), signal })
          .catch((error) => {
            if (!signal.aborted) throw error;
            return true;
          });
        if (isOver || signal.aborted) break;
        await sleep(look, signal);
      }
    } finally {
      this.#progress?.close();
      await this.#writeTables();
    }
  }

  /** @returns Whether nothing more will come. */
  async #look(): Promise<boolean> {
    const { id, results, search, signal } = this.#sweep;
    await putAside(this.#queue);
    const standing = await standingOf(this.#queue, id); // Before the results, so that none comes unseen.
    for (;;) {
      const found = await nextResults(this.#queue, id, { after: this.#after, most: page });
      for (const run of found) {
        if (signal.aborted) return true;
        const planned = this.#planned.get(runName(run.slug, run.seed));
        const isKnown = planned && results.has(planned) && (!search || search.has(planned, run.rung));
        if (planned && !isKnown) await this.#takeIn(planned, run);
        this.#after = run.result;
      }
      await this.#progress?.show(search?.done ?? results.runs.length, standing);
      if (found.length < page) break;
    }
    await this.#writeTablesNowAndThen();
    return standing.waiting + standing.active === 0;
  }

  async #takeIn(planned: PlannedRun, { id, rung, value }: FinishedRun): Promise<void> {
    const { results, search } = this.#sweep;
    removePath(planned.folder); // What an earlier sweep began there is not gone on with.
    await writeRunFiles(planned.folder, readFiles(this.#queue, id));
    if (!await results.read(planned)) {
      throw new UsageError(
        `Cannot take in ${planned.configuration.name}, seed ${
          whole(planned.seed)
        }: its files on the queue are not whole, ` +
          "wanted those of a run that is done",
      );
    }
    this.#progress?.take(results.of(planned)!);
    search?.add(planned, { rung, value: value ?? -Infinity }); // After the files: without it they are taken in again.
    this.#hasNew = true;
    await this.#writeTablesNowAndThen();
  }

  async #writeTablesNowAndThen(): Promise<void> {
    if (!this.#hasNew || performance.now() - this.#written < tablesEvery) return;
    this.#hasNew = false;
    this.#written = performance.now();
    await this.#writeTables();
  }

  async #writeTables(): Promise<void> {
    const { experiment, results, search, paths } = this.#sweep;
    search?.next();
    await search?.write();
    await writeTables(experiment, { results, paths });
  }

  #say(text: string): void {
    if (this.#progress) this.#progress.say(text);
    else note(text);
  }
}
