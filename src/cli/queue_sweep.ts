/** A sweep on a queue: laid out, and followed until all of it is done. @module */
import { join } from "@std/path";
import type { Experiment } from "../config/experiment.ts";
import { ExitCode } from "../command/main.ts";
import { note, print } from "../command/printing.ts";
import { count, whole } from "../core/numbers.ts";
import { UsageError } from "../core/errors.ts";
import { parseJson } from "../format/json_text.ts";
import { readUntrustedTextIfThere } from "../format/untrusted_file.ts";
import type { QueueAddress } from "../queue/address.ts";
import { asideJobs, nextResults, standingOf } from "../queue/follow.ts";
import { putAside } from "../queue/hand_out.ts";
import { cancelSweep, laidOutRuns, layOut, takeUpAside } from "../queue/lay_out.ts";
import { Queue } from "../queue/queue.ts";
import { readFiles } from "../queue/results.ts";
import { makeFolder, writeAtomically } from "../train/atomic_write.ts";
import { askToDraw, askToWrite } from "./permissions.ts";
import { patiently, sleep } from "./queue_patience.ts";
import { QueueProgress } from "./queue_progress.ts";
import { jobsOf, queuedConfigurations, queuedRun, runKey } from "./queue_runs.ts";
import { writeRunFiles } from "./run_files.ts";
import {
  openSweep,
  type PlannedRun,
  planRuns,
  removePath,
  type SweepPaths,
  sweepPaths,
} from "./sweep_folder.ts";
import { drawSweep } from "./sweep_pictures.ts";
import { SweepResults } from "./sweep_results.ts";
import { describeResults, writeTables } from "./sweep_tables.ts";

/** How {@linkcode followSweep} goes. */
export interface QueueSweepOptions {
  readonly folder: string;
  readonly quiet: boolean;
  /** A folder that workers write files to; by default they lie in the database. */
  readonly files: string | undefined;
  /** Runs that a job trains together at most. */
  readonly together: number;
  /** Seconds after which a worker that says nothing is taken for lost. */
  readonly lease: number;
  /** Of two jobs that wait, that of the greater number goes first. */
  readonly priority: number;
  /** Ends the following when aborted; the queue goes on. */
  readonly signal: AbortSignal;
}

/** Milliseconds from one look at the queue to the next. */
const look = 1000;
/** Milliseconds from one writing of tables to the next, at least: they grow with the sweep. */
const tablesEvery = 5000;
/** Results that are asked for at once. */
const page = 100;

/**
 * Lays out what of an experiment is not done, unless it is laid out already, follows the queue, and prints what came out.
 *
 * @returns How the process is to exit.
 * @throws {UsageError} When the folder holds something else, or the queue cannot be used.
 */
export async function followSweep(
  address: QueueAddress,
  experiment: Experiment,
  options: QueueSweepOptions,
): Promise<number> {
  assertQueueable(experiment);
  await askToDraw({ charts: true, pixels: true });
  askToWrite(options.folder);
  const paths = sweepPaths(options.folder);
  const runs = planRuns(experiment, paths);
  await using queue = await Queue.open(address, {
    name: "qernel sweep",
    install: true,
    files: options.files,
  });
  using _taken = await openSweep(paths, experiment);
  const id = await sweepId(paths);
  const results = new SweepResults(runs);
  for (const run of runs) await results.read(run);
  await makeFolder(paths.runs);
  await writeTables(experiment, { results, paths });
  await layOutMissing(queue, { id, experiment, results, runs, options });
  const follower = new Follower(queue, { id, experiment, paths, results, runs, options });
  await follower.follow();
  const found = results.configurations;
  if (found.length > 0) print(describeResults(found));
  const done = results.runs.length;
  if (options.signal.aborted) {
    print(`folder: ${options.folder}`);
    note(
      `${done} of ${
        count(runs.length, "run")
      } are done; the workers go on, and the same command follows them again, ` +
        "or takes the rest from the queue with --cancel",
    );
    return ExitCode.interrupted;
  }
  await drawSweep(experiment, { results: found, folder: paths.pictures });
  print(`folder: ${options.folder}`);
  if (done === runs.length) return ExitCode.fine;
  for (const { runs, reason } of await asideJobs(queue, id)) {
    note(`put aside after three workers failed at it: ${runs.join("; ")}: ${reason}`);
  }
  note("the same command hands out again what was put aside or cancelled");
  return ExitCode.failure;
}

/** Takes from a queue what of a sweep is not done. @returns How the process is to exit. @throws {UsageError} When it is on none. */
export async function cancelQueuedSweep(address: QueueAddress, folder: string): Promise<number> {
  const id = await readSweepId(sweepPaths(folder));
  await using queue = await Queue.open(address, { name: "qernel sweep", install: false });
  const runs = id === undefined ? undefined : await cancelSweep(queue, id);
  if (runs === undefined) {
    throw new UsageError(
      `Cannot cancel the sweep in ${folder}: it is not on the queue, wanted the folder of one that is`,
    );
  }
  print(`cancelled: ${count(runs, "run")} taken from the queue; what is done stays`);
  return ExitCode.fine;
}

/** @throws {UsageError} For a kind of experiment that a queue cannot carry. */
function assertQueueable({ name, kind }: Experiment): void {
  if (kind === "training") return;
  throw new UsageError(`Cannot lay out ${name} on a queue: its kind is "${kind}", wanted "training"`);
}

/** Of `queue.json`. */
const formatVersion = 1;

function idPath({ folder }: SweepPaths): string {
  return join(folder, "queue.json");
}

/** What a sweep is called on queues; the same whenever its folder is. */
async function sweepId(paths: SweepPaths): Promise<string> {
  const known = await readSweepId(paths);
  if (known !== undefined) return known;
  const sweep = crypto.randomUUID();
  await writeAtomically(idPath(paths), `${JSON.stringify({ formatVersion, sweep }, null, 2)}\n`);
  return sweep;
}

async function readSweepId(paths: SweepPaths): Promise<string | undefined> {
  const path = idPath(paths);
  const text = await readUntrustedTextIfThere(path);
  if (text === undefined) return undefined;
  const { sweep } = (parseJson(text, path) ?? {}) as { readonly sweep?: unknown };
  if (typeof sweep === "string" && /^[\da-f-]{36}$/.test(sweep)) return sweep;
  throw new UsageError(
    `Cannot read ${path}: its sweep is none that a queue has, wanted the file as it was written`,
  );
}

/** A sweep that is followed. */
interface FollowedSweep {
  readonly id: string;
  readonly experiment: Experiment;
  readonly results: SweepResults;
  readonly runs: readonly PlannedRun[];
  readonly options: QueueSweepOptions;
}

/** Lays out runs that are neither done nor laid out. */
async function layOutMissing(
  queue: Queue,
  { id, experiment, results, runs, options: { lease, priority, together, quiet } }: FollowedSweep,
): Promise<void> {
  const say = quiet ? () => {} : note;
  const { configurations: _, ...rest } = experiment;
  const sweep = { id, name: experiment.name, experiment: rest, lease, priority };
  const known = await laidOutRuns(queue, id);
  const missing = runs.filter((run) => !results.has(run) && !known.has(runKey(queuedRun(run))));
  if (missing.length > 0) {
    const jobs = jobsOf(experiment, missing, together);
    await layOut(queue, sweep, {
      configurations: queuedConfigurations(missing),
      jobs: jobs.map((job) => job.map(queuedRun)),
    });
    say(`${count(missing.length, "run")} laid out in ${count(jobs.length, "job")}`);
  }
  const again = await takeUpAside(queue, sweep);
  if (again > 0) say(`${count(again, "job")} that had been put aside: handed out again`);
}

/** Takes in results as they come. */
class Follower {
  readonly #queue: Queue;
  readonly #sweep: FollowedSweep & { readonly paths: SweepPaths };
  readonly #planned: ReadonlyMap<string, PlannedRun>;
  readonly #progress: QueueProgress | undefined;
  #after = 0;
  #written = performance.now();

  constructor(queue: Queue, sweep: FollowedSweep & { readonly paths: SweepPaths }) {
    const { runs, options: { quiet } } = sweep;
    this.#queue = queue;
    this.#sweep = sweep;
    this.#planned = new Map(runs.map((run) => [runKey(queuedRun(run)), run]));
    this.#progress = quiet ? undefined : new QueueProgress({ total: runs.length });
  }

  /** Until every job is done or put aside, or the signal is aborted. */
  async follow(): Promise<void> {
    const { options: { signal }, results, experiment, paths } = this.#sweep;
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
      await writeTables(experiment, { results, paths });
    }
  }

  /** @returns Whether nothing more will come. */
  async #look(): Promise<boolean> {
    const { id, results, options: { signal } } = this.#sweep;
    await putAside(this.#queue);
    const standing = await standingOf(this.#queue, id); // Before the results, so that none comes unseen.
    for (;;) {
      const found = await nextResults(this.#queue, id, { after: this.#after, most: page });
      for (const { id: run, result, slug, seed } of found) {
        if (signal.aborted) return true;
        const planned = this.#planned.get(runKey({ slug, seed }));
        if (planned && !results.has(planned)) await this.#takeIn(planned, run);
        this.#after = result;
      }
      await this.#progress?.show(results.runs.length, standing);
      if (found.length < page) break;
    }
    return standing.waiting + standing.active === 0;
  }

  async #takeIn(planned: PlannedRun, run: string): Promise<void> {
    const { experiment, paths, results } = this.#sweep;
    removePath(planned.folder); // What an earlier sweep began there is not gone on with.
    await writeRunFiles(planned.folder, readFiles(this.#queue, run));
    if (!await results.read(planned)) {
      throw new UsageError(
        `Cannot take in ${planned.configuration.name}, seed ${
          whole(planned.seed)
        }: its files on the queue are not whole, ` +
          "wanted those of a run that is done",
      );
    }
    if (performance.now() - this.#written < tablesEvery) return;
    this.#written = performance.now();
    await writeTables(experiment, { results, paths });
  }

  #say(text: string): void {
    if (this.#progress) this.#progress.say(text);
    else note(text);
  }
}
