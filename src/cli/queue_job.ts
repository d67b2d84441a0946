/** A job of a queue, from the hands of the queue to its results. @module */
import { SharedDevices } from "../config/devices.ts";
import { groupPopulations } from "../config/population_groups.ts";
import { deviceErrorOf, WriteError } from "../core/errors.ts";
import { count } from "../core/numbers.ts";
import { parseCsv } from "../format/csv.ts";
import { failJob, giveBackJob, type HeldJob, type HeldRun, JobLost, WorkerLacks } from "../queue/hand_out.ts";
import { QueueUnreachable } from "../queue/database_error.ts";
import { StoreRefused } from "../queue/file_store.ts";
import type { Queue } from "../queue/queue.ts";
import { finishJob, readKeptFiles, type RunOutcome } from "../queue/results.ts";
import { makeFolder, removePath } from "../train/atomic_write.ts";
import { failurePath, readFailure, readSummary } from "../runs/summary.ts";
import { exists, runPaths } from "../runs/run_folder.ts";
import { JobKeeper } from "./job_keeper.ts";
import { patiently } from "./queue_patience.ts";
import { heldRuns } from "./queue_runs.ts";
import { filesOf, FolderMirror, readRunFile, writeRunFiles } from "./run_files.ts";
import { graceAfter } from "./interrupt.ts";
import type { PlannedRun } from "./sweep_folder.ts";
import { trainMissing } from "./sweep_groups.ts";
import { SweepResults } from "./sweep_results.ts";

/** What a worker does its jobs with. */
export interface JobOptions {
  readonly queue: Queue;
  /** A folder for the job alone, which is made and removed. */
  readonly folder: string;
  /** Where it ran, for whoever asks later. */
  readonly host: unknown;
  readonly devices: WorkerDevices;
  /** Ends the job cleanly when aborted: its states are kept, and it is given back. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** The devices of a worker, opened once for all of its jobs. */
export class WorkerDevices implements Disposable {
  #devices: SharedDevices | undefined;

  /** Those of a job; tuned for the first. */
  of(runs: readonly PlannedRun[]): SharedDevices {
    return this.#devices ??= new SharedDevices([runs.map(({ config }) => config)]);
  }

  [Symbol.dispose](): void {
    this.#devices?.[Symbol.dispose]();
  }
}

/** Milliseconds that a worker which ends waits for a queue that cannot be reached. */
const grace = 10_000;

/** How a job ended: its results are in, it was given back, also as this worker lacks what it needs, another has it, or it failed here. */
export type JobEnd = "done" | "given back" | "left" | "lost" | "failed";

/**
 * Does a job.
 *
 * @throws {TrainingError} When the disk is full, the device is lost or the files are refused: other jobs would fare no better here.
 * It has been given to others.
 */
export async function workJob(job: HeldJob, options: JobOptions): Promise<JobEnd> {
  const { queue, folder, signal, say } = options;
  using late = graceAfter(signal, grace);
  const patience = { say, signal: late.signal };
  try {
    const end = await train(job, options);
    if (end === "given back") await patiently(() => giveBackJob(queue, job), patience);
    return end;
  } catch (error) {
    if (error instanceof JobLost) return "lost";
    if (error instanceof WorkerLacks) {
      say(error.message);
      await patiently(() => giveBackJob(queue, job), patience);
      return "left";
    }
    if (error instanceof StoreRefused || error instanceof QueueUnreachable) {
      await patiently(() => giveBackJob(queue, job), patience);
      if (error instanceof QueueUnreachable && signal.aborted) return "given back";
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    await patiently(() => failJob(queue, job, reason), patience);
    if (error instanceof WriteError || deviceErrorOf(error) || !(error instanceof Error)) throw error;
    say(reason);
    return "failed";
  } finally {
    removePath(folder);
  }
}

/** Trains the runs of a job, from where they are, and takes in what came of them, unless it is to end before. @throws {JobLost} */
async function train(
  job: HeldJob,
  { queue, folder, host, devices, signal, say }: JobOptions,
): Promise<"done" | "given back"> {
  removePath(folder);
  await makeFolder(folder);
  const runs = heldRuns(job, folder);
  const mirrors = runs.map(({ folder }, i) => new FolderMirror(folder, job.runs[i]!.id));
  const keeper = new JobKeeper(job, { queue, mirrors, say });
  try {
    const ending = AbortSignal.any([signal, keeper.lost]);
    for (const [i, { folder }] of runs.entries()) {
      const restore = () => writeRunFiles(folder, readKeptFiles(queue, job.runs[i]!));
      await patiently(restore, { say, signal: ending }).catch((error) => {
        throw keeper.lost.aborted ? keeper.lost.reason : error;
      });
    }
    const begun = runs.filter(({ folder }) => exists(runPaths(folder).states)).length;
    if (begun > 0) {
      say(`${count(begun, "run")} of it ${begun === 1 ? "goes" : "go"} on from the latest states`);
    }
    const results = new SweepResults(runs);
    for (const run of runs) await results.read(run);
    const work = { results, devices: devices.of(runs), signal: ending, progress: keeper };
    await trainMissing(work, { groupsOf: groupPopulations });
    if (keeper.lost.aborted) throw keeper.lost.reason;
    using late = graceAfter(signal, grace);
    const patience = { say, signal: late.signal };
    if (!runs.every((run) => results.has(run))) {
      await patiently(() => keeper.send(), patience);
      return "given back";
    }
    await keeper.stopSending(); // What is done stays as its outcome has it.
    const outcomes = await Promise.all(runs.map((run, i) => outcomeOf(run, { job, held: job.runs[i]! })));
    await patiently(() => finishJob(queue, job, { outcomes, host }), patience);
    return "done";
  } finally {
    await keeper.close();
  }
}

/** What came of a run, without its states unless it may go on to another rung. */
async function outcomeOf(
  { folder }: PlannedRun,
  { job: { metric }, held: { id, rung } }: { readonly job: HeldJob; readonly held: HeldRun },
): Promise<RunOutcome> {
  const paths = runPaths(folder);
  const summary = await readSummary(paths.summary);
  const mayGoOn = rung !== undefined && !rung.isLast;
  const files = filesOf(folder).filter((path) => mayGoOn || !path.startsWith("state/"));
  const curve = exists(paths.metrics) ? curveOf(await Deno.readTextFile(paths.metrics)) : [];
  return {
    id,
    summary: summary ?? null,
    failure: summary ? null : await readFailure(failurePath(folder)) ?? null,
    value: summary && metric !== undefined ? latestOf(curve, metric) : null,
    curve,
    files: files.flatMap((path) => readRunFile(folder, path) ?? []),
  };
}

/** The latest value of a metric; null where there is none. */
function latestOf(curve: RunOutcome["curve"], metric: string): number | null {
  return curve.findLast(({ values }) => Number.isFinite(values[metric]))?.values[metric] ?? null;
}

/** Rows of `metrics.csv`. */
function curveOf(text: string): RunOutcome["curve"] {
  const { header, rows } = parseCsv(text);
  return rows.map((row) => {
    const values = Object.fromEntries(
      header.flatMap((name, i) => row[i] ? [[name, Number(row[i])] as const] : []),
    );
    return { step: values["step"] ?? 0, values };
  });
}
