/** A sweep on a queue: laid out, and followed until all of it is done. @module */
import type { Experiment } from "../config/experiment.ts";
import { ExitCode } from "../command/main.ts";
import { note, print } from "../command/printing.ts";
import { UsageError } from "../core/errors.ts";
import { count } from "../core/numbers.ts";
import type { QueueAddress } from "../queue/address.ts";
import { asideJobs } from "../queue/follow.ts";
import { cancelSweep, laidOutRuns, layOut, type QueuedSweep, takeUpAside } from "../queue/lay_out.ts";
import { layOutHalved } from "../queue/next_rung.ts";
import { Queue } from "../queue/queue.ts";
import { makeFolder } from "../train/atomic_write.ts";
import { askToDraw, askToWrite } from "./permissions.ts";
import { type FollowedSweep, QueueFollower } from "./queue_follower.ts";
import { readSweepId, sweepId } from "./queue_identity.ts";
import { givenFiles } from "./queue_option.ts";
import { halvedConfigurations, jobsOf, queuedConfigurations, queuedRun } from "./queue_runs.ts";
import { describeResults } from "./results_table.ts";
import { openSweep, planRuns, runName, sweepPaths } from "./sweep_folder.ts";
import { HalvingSearch } from "./sweep_halving.ts";
import { drawSweep } from "./sweep_pictures.ts";
import { SweepResults } from "./sweep_results.ts";
import { writeTables } from "./sweep_tables.ts";

/** How {@linkcode followSweep} goes. */
export interface QueueSweepOptions {
  readonly folder: string;
  readonly quiet: boolean;
  /** The folder or bucket that workers write files to; by default they lie in the database. */
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
  const files = await givenFiles(options.files);
  await files?.assertReadable();
  await using queue = await Queue.open(address, { name: "qernel sweep", install: true, files });
  using _taken = await openSweep(paths, experiment);
  const id = await sweepId(paths);
  const search = experiment.halving && new HalvingSearch(experiment, { runs, path: paths.rungs });
  await search?.open();
  const results = new SweepResults(runs, search);
  for (const run of runs) await results.read(run);
  await makeFolder(paths.runs);
  await writeTables(experiment, { results, paths });
  const sweep = { id, experiment, paths, runs, results, search };
  await (search ? layOutRung : layOutMissing)(queue, { ...sweep, options });
  const { quiet, signal } = options;
  await new QueueFollower(queue, { ...sweep, quiet, signal }).follow();
  const found = results.configurations;
  if (found.length > 0) print(describeResults(found));
  const [done, total] = search
    ? [search.done, search.next() ? search.expected : search.done]
    : [results.runs.length, runs.length];
  if (signal.aborted) {
    print(`folder: ${options.folder}`);
    note(
      `${done} of ${
        count(total, search ? "training" : "run")
      } are done; the workers go on, and the same command follows them again, ` +
        "or takes the rest from the queue with --cancel",
    );
    return ExitCode.interrupted;
  }
  await drawSweep(experiment, { results: found, folder: paths.pictures });
  print(`folder: ${options.folder}`);
  if (done === total) return ExitCode.fine;
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

/** What is laid out, and how. */
interface LayOutOptions extends Omit<FollowedSweep, "quiet" | "signal"> {
  readonly options: QueueSweepOptions;
}

/** Lays out runs that are neither done nor laid out. */
async function layOutMissing(
  queue: Queue,
  { id, experiment, results, runs, options: { lease, priority, together, quiet } }: LayOutOptions,
): Promise<void> {
  const say = quiet ? () => {} : note;
  const { configurations: _, ...rest } = experiment;
  const sweep = { id, name: experiment.name, experiment: rest, lease, priority };
  const known = await laidOutRuns(queue, id);
  const missing = runs.filter((run) =>
    !results.has(run) && !known.has(runName(run.configuration.slug, run.seed))
  );
  if (missing.length > 0) {
    const jobs = jobsOf(experiment, missing, together);
    await layOut(queue, sweep, {
      configurations: queuedConfigurations(missing),
      jobs: jobs.map((job) => job.map(queuedRun)),
    });
    say(`${count(missing.length, "run")} laid out in ${count(jobs.length, "job")}`);
  }
  await layOutAside(queue, sweep, say);
}

/** Lays out the next rung of an experiment that is halved, unless it is laid out; those behind it are laid out by workers. */
async function layOutRung(
  queue: Queue,
  { id, experiment, runs, search, options }: LayOutOptions,
): Promise<void> {
  const { lease, priority, together, quiet } = options;
  const say = quiet ? () => {} : note;
  const { configurations: _, ...rest } = experiment;
  const sweep = { id, name: experiment.name, experiment: rest, lease, priority, rungs: search!.steps };
  const laidOut = await layOutHalved(queue, sweep, halvedConfigurations(runs, together));
  if (laidOut) {
    const { rung, runs, jobs } = laidOut;
    say(`rung ${rung + 1} of ${search!.rungs}: ${count(runs, "run")} laid out in ${count(jobs, "job")}`);
  }
  await layOutAside(queue, sweep, say);
}

/** Hands out again what was put aside. */
async function layOutAside(queue: Queue, sweep: QueuedSweep, say: (text: string) => void): Promise<void> {
  const again = await takeUpAside(queue, sweep);
  if (again > 0) say(`${count(again, "job")} that had been put aside: handed out again`);
}
