/** A sweep: every run of an experiment that is not done yet, and what came out. @module */
import { SharedDevices } from "../config/devices.ts";
import type { Experiment } from "../config/experiment.ts";
import { assertPopulation, groupPopulations, splitGroup } from "../config/population_groups.ts";
import { TrainingError } from "../core/errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { makeFolder, writeWhole } from "../train/write_whole.ts";
import { ExitCode } from "./main.ts";
import { openSweep, plan, type PlannedRun, removePath, type SweepPaths, sweepPaths } from "./sweep_folder.ts";
import { drawSweep } from "./sweep_pictures.ts";
import { PopulationProgress } from "./population_progress.ts";
import { type FolderRun, type PopulationTrainingOptions, trainPopulation } from "./population_training.ts";
import { type Stint, SweepProgress } from "./sweep_progress.ts";
import {
  type ConfigurationResult,
  type Failure,
  failurePath,
  readResult,
  SweepResults,
} from "./sweep_results.ts";
import { drawSchedules } from "./sweep_schedule.ts";
import { describeResults, writeTables } from "./sweep_tables.ts";
import { trainToFolder } from "./training.ts";

/** How {@linkcode sweepAndTell} goes. */
export interface SweepCommandOptions extends Omit<SweepOptions, "paths"> {
  readonly folder: string;
  /** How an interrupted sweep is gone on with. */
  readonly again: string;
}

/** Does a sweep, prints what came out, and tells how the process is to exit. @throws As {@linkcode sweep}. */
export async function sweepAndTell(
  experiment: Experiment,
  { folder, again, ...options }: SweepCommandOptions,
): Promise<number> {
  const { results, done, total } = await sweep(experiment, { ...options, paths: sweepPaths(folder) });
  if (results.length > 0) console.log(describeResults(experiment, results));
  console.log(`folder: ${folder}`);
  if (done === total) return ExitCode.fine;
  console.error(`interrupted: ${done} of ${total} runs are done; ${again}`);
  return ExitCode.interrupted;
}

/** How {@linkcode sweep} goes. */
export interface SweepOptions {
  readonly paths: SweepPaths;
  /** Whether progress is not told. */
  readonly quiet: boolean;
  /** Ends the sweep when aborted; the run or population at hand is taken back. */
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
 * Does what of an experiment is not done yet: runs on the device that share a shape train together, as many as fit, and
 * the others one after another. Tables are written after each, pictures at the end. A run that cannot go on is noted as
 * failed.
 *
 * @throws {UsageError} When the folder holds something else, or a run cannot be made.
 * @throws {TrainingError} When the device is lost or a file cannot be written.
 */
export async function sweep(
  experiment: Experiment,
  { paths, quiet, signal }: SweepOptions,
): Promise<SweepOutcome> {
  if (experiment.kind === "schedule") {
    using _taken = await openSweep(paths, experiment);
    await drawSchedules(experiment, paths);
    return { results: [], done: 0, total: 0 };
  }
  const runs = plan(experiment, paths);
  const groups = groupsOf(experiment, runs).map((group) => group.map(({ config }) => config));
  using devices = new SharedDevices(groups);
  if (experiment.singlePopulation) assertPopulation(groups[0]!, await devices.of(groups[0]![0]!));
  using _taken = await openSweep(paths, experiment);
  const results = new SweepResults(runs);
  for (const run of runs) {
    const result = await readResult(run, experiment.threshold);
    if (result) results.add(result);
  }
  await makeFolder(paths.runs);
  await writeTables(experiment, { results, paths });
  const done = results.runs.length;
  const progress = quiet ? undefined : new SweepProgress({ total: runs.length, done });
  if (done > 0) progress?.say(`${done} of ${runs.length} runs are done already`);
  try {
    for await (const group of missingGroups(experiment, { results, devices, runs })) {
      if (signal.aborted) break;
      await doGroup(group, { experiment, results, devices, signal, progress });
      await writeTables(experiment, { results, paths });
    }
  } finally {
    progress?.close();
  }
  const { configurations } = results;
  await drawSweep(experiment, { results: configurations, folder: paths.pictures });
  return { results: configurations, done: results.runs.length, total: runs.length };
}

/** Runs that train together: all of them, or those that share a shape. */
function groupsOf({ singlePopulation }: Experiment, runs: readonly PlannedRun[]): PlannedRun[][] {
  return singlePopulation && runs.length > 0 ? [[...runs]] : groupPopulations(runs);
}

/** What a sweep goes on with. */
interface Sweeping {
  readonly results: SweepResults;
  readonly devices: SharedDevices;
}

/** The runs that are not done, in groups that fit their device. */
async function* missingGroups(
  experiment: Experiment,
  { results, devices, runs }: Sweeping & { readonly runs: readonly PlannedRun[] },
): AsyncGenerator<PlannedRun[]> {
  for (const group of groupsOf(experiment, runs.filter((run) => !results.has(run)))) {
    const gpu = group.length > 1 ? await devices.of(group[0]!.config) : undefined;
    yield* gpu ? splitGroup(group, gpu) : [group];
  }
}

/** Trains a group of runs and takes in what came of them; folders of runs that were interrupted are removed. */
async function doGroup(
  group: readonly PlannedRun[],
  { experiment: { threshold }, results, devices, signal, progress }: Sweeping & {
    readonly experiment: Experiment;
    readonly signal: AbortSignal;
    readonly progress: SweepProgress | undefined;
  },
): Promise<void> {
  const followed = new PopulationProgress(group.map(({ config }) => config), threshold);
  await progress?.begin(stintOf(group, followed));
  for (const { folder } of group) await removePath(folder); // What a killed sweep left.
  const gpu = await devices.of(group[0]!.config);
  const reasons = await trainGroup(group, { gpu, signal, followed });
  for (const [i, run] of group.entries()) {
    const result = await readResult(run, threshold);
    if (result) results.add(result);
    else await removePath(run.folder);
    if (reasons[i] === undefined) continue;
    progress?.say(`${run.configuration.name}, seed ${run.seed} failed: ${reasons[i]}`);
  }
  progress?.end();
}

/** What the progress tells of a run, or of several. */
function stintOf(group: readonly PlannedRun[], followed: PopulationProgress): Stint {
  const [{ configuration: { name }, seed }] = group as [PlannedRun];
  if (group.length === 1) return { runs: 1, share: 0, parts: [name, `seed ${seed}`] };
  return {
    runs: group.length,
    get share() {
      return followed.share;
    },
    get parts() {
      return followed.parts;
    },
  };
}

/** What trains a group of runs. */
interface GroupOptions {
  /** Undefined for agents that need none. */
  readonly gpu: Gpu | undefined;
  readonly signal: AbortSignal;
  readonly followed: PopulationProgress;
}

/**
 * Trains runs into their folders, several as a population.
 *
 * @returns For each run why it failed, if it did, which is then noted in its folder; nothing when they were interrupted.
 */
async function trainGroup(
  group: readonly PlannedRun[],
  { gpu, signal, followed }: GroupOptions,
): Promise<readonly (string | undefined)[]> {
  const runs = group.map((run) => ({ ...run, name: run.configuration.name }));
  const watch = (member: number) => followed.watch(member);
  try {
    const errors = runs.length > 1
      ? await trainPopulation(runs, { gpu: gpu!, signal, watch })
      : [await trainAlone(runs[0]!, { gpu, signal, watch })];
    if (signal.aborted && errors.includes(signal.reason)) return [];
    const stranger = errors.find((error) => error && !(error instanceof TrainingError));
    if (stranger) throw stranger;
    gpu?.check(); // No other run could do better on a device that is lost.
    const reasons = errors.map((error) => error?.message.split("\n")[0]);
    for (const [i, reason] of reasons.entries()) {
      if (reason === undefined) continue;
      const failure: Failure = { reason, wallSeconds: round(followed.secondsOf(i)) };
      await writeWhole(failurePath(runs[i]!.folder), `${JSON.stringify(failure, null, 2)}\n`);
    }
    return reasons;
  } catch (error) {
    if (signal.aborted && error === signal.reason) return [];
    throw error;
  }
}

/** Trains one run; why it failed, if it did. */
async function trainAlone(
  { config, name, folder }: FolderRun,
  { gpu, signal, watch }: Omit<PopulationTrainingOptions, "gpu"> & { readonly gpu: Gpu | undefined },
): Promise<Error | undefined> {
  const options = { out: folder, quiet: true, silent: true, signal, giveUp: true, gpu, watch: watch(0) };
  return await trainToFolder({ name, config }, options).then(() => undefined, (error) => error as Error);
}

function round(seconds: number): number {
  return Number(seconds.toFixed(3));
}
