/** A sweep: every run of an experiment that is not done yet, one after another, and what came out. @module */
import { SharedDevices } from "../config/devices.ts";
import type { Experiment } from "../config/experiment.ts";
import { TrainingError } from "../core/errors.ts";
import { makeFolder, writeWhole } from "../train/write_whole.ts";
import { openSweep, plan, type PlannedRun, removePath, type SweepPaths } from "./sweep_folder.ts";
import { drawSweep } from "./sweep_pictures.ts";
import { SweepProgress } from "./sweep_progress.ts";
import {
  type ConfigurationResult,
  type Failure,
  failurePath,
  readResult,
  SweepResults,
} from "./sweep_results.ts";
import { drawSchedules } from "./sweep_schedule.ts";
import { writeTables } from "./sweep_tables.ts";
import { trainToFolder } from "./training.ts";

/** How {@linkcode sweep} goes. */
export interface SweepOptions {
  readonly paths: SweepPaths;
  /** Whether progress is not told. */
  readonly quiet: boolean;
  /** Ends the sweep when aborted; the run at hand is taken back. */
  readonly signal: AbortSignal;
}

/** How far a sweep came. */
export interface SweepOutcome {
  readonly results: readonly ConfigurationResult[];
  /** Runs that are done. */
  readonly done: number;
  /** Runs in all. */
  readonly total: number;
}

/**
 * Does what of an experiment is not done yet. Tables are written after every run, pictures at the end. A run that cannot go
 * on is noted as failed.
 *
 * @throws {UsageError} When the folder holds something else, or a run cannot be made.
 * @throws {TrainingError} When the device is lost or a file cannot be written.
 */
export async function sweep(
  experiment: Experiment,
  { paths, quiet, signal }: SweepOptions,
): Promise<SweepOutcome> {
  using _taken = await openSweep(paths, experiment);
  if (experiment.kind === "schedule") {
    await drawSchedules(experiment, paths);
    return { results: [], done: 0, total: 0 };
  }
  const runs = plan(experiment, paths);
  const { threshold } = experiment;
  const results = new SweepResults(runs);
  for (const run of runs) {
    const result = await readResult(run, threshold);
    if (result) results.add(result);
  }
  const missing = runs.filter((run) => !results.has(run));
  const done = runs.length - missing.length;
  const progress = quiet ? undefined : new SweepProgress({ total: runs.length, done });
  if (done > 0) progress?.say(`${done} of ${runs.length} runs are done already`);
  await makeFolder(paths.runs);
  const devices = new SharedDevices(missing.map(({ config }) => config));
  try {
    for (const run of missing) {
      if (signal.aborted) break;
      await progress?.begin(run.configuration.name, run.seed);
      const reason = await trainOnce(run, { devices, signal });
      const result = await readResult(run, threshold);
      if (!result) {
        await removePath(run.folder); // Interrupted.
        break;
      }
      if (reason !== undefined) {
        progress?.say(`${run.configuration.name}, seed ${run.seed} failed: ${reason}`);
      }
      progress?.end();
      results.add(result);
      await writeTables(experiment, { results, paths });
    }
  } finally {
    progress?.close();
    devices.close();
  }
  await writeTables(experiment, { results, paths });
  const { configurations } = results;
  await drawSweep(experiment, { results: configurations, folder: paths.pictures });
  return { results: configurations, done: results.runs.length, total: runs.length };
}

/** Trains into the run's folder; why it failed, if it did, which is then noted there. */
async function trainOnce(
  { config, configuration, folder }: PlannedRun,
  { devices, signal }: { readonly devices: SharedDevices; readonly signal: AbortSignal },
): Promise<string | undefined> {
  await removePath(folder); // What a killed sweep left.
  const gpu = await devices.of(config);
  const started = performance.now();
  try {
    const options = { out: folder, quiet: true, silent: true, signal, giveUp: true, gpu };
    await trainToFolder({ name: configuration.name, config }, options);
    return undefined;
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    if (!(error instanceof TrainingError)) throw error;
    gpu?.check(); // No other run could do better on a device that is lost.
    const [reason] = error.message.split("\n");
    const failure: Failure = { reason: reason!, wallSeconds: round((performance.now() - started) / 1000) };
    await writeWhole(failurePath(folder), `${JSON.stringify(failure, null, 2)}\n`);
    return reason;
  }
}

function round(seconds: number): number {
  return Number(seconds.toFixed(3));
}
