/** A sweep: every run of an experiment that is not done yet, and what came out. @module */
import { SharedDevices } from "../config/devices.ts";
import type { Experiment } from "../config/experiment.ts";
import { assertPopulation, groupPopulations } from "../config/population_groups.ts";
import { count, whole } from "../core/numbers.ts";
import { makeFolder } from "../train/atomic_write.ts";
import { FolderLock } from "../runs/folder_lock.ts";
import { tellInterrupt } from "./interrupt.ts";
import { ExitCode } from "../command/main.ts";
import { describeResults } from "./results_table.ts";
import { openSweep, type PlannedRun, planRuns, type SweepPaths, sweepPaths } from "./sweep_folder.ts";
import { fittingGroups, runGroup, type SweepWork, trainMissing } from "./sweep_groups.ts";
import { HalvingSearch } from "./sweep_halving.ts";
import { drawSchedules, drawSweep } from "./sweep_pictures.ts";
import { askToDraw, askToWrite } from "./permissions.ts";
import { exists, runPaths } from "../runs/run_folder.ts";
import { note, print } from "../command/printing.ts";
import { SweepProgress } from "./sweep_progress.ts";
import { type ConfigurationResult, SweepResults } from "./sweep_results.ts";
import { writeTables } from "./sweep_tables.ts";

/** How {@linkcode runSweepAndReport} goes. */
export interface SweepCommandOptions extends Omit<SweepOptions, "paths"> {
  readonly folder: string;
  /** How an interrupted sweep is gone on with. */
  readonly again: string;
}

/** Does a sweep, prints what came out, and tells how the process is to exit. @throws As {@linkcode runSweep}. */
export async function runSweepAndReport(
  experiment: Experiment,
  { folder, again, ...options }: SweepCommandOptions,
): Promise<number> {
  const paths = sweepPaths(folder);
  const { results, done, trained, begun, total } = await runSweep(experiment, { ...options, paths });
  if (results.length > 0) print(describeResults(results));
  if (experiment.kind === "training" && !options.signal.aborted) {
    await drawSweep(experiment, { results, folder: paths.pictures });
  }
  print(`folder: ${folder}`);
  if (done === total) return ExitCode.fine;
  const more = [[trained, "trained"], [begun, "begun"]] as const;
  const parts = more.flatMap(([count, what]) =>
    count > 0 ? [`, ${count} more ${count === 1 ? "is" : "are"} ${what}`] : []
  );
  note(`interrupted: ${done} of ${total} runs are done${parts.join("")}; ${again}`);
  return ExitCode.interrupted;
}

/** How {@linkcode runSweep} goes. */
export interface SweepOptions {
  readonly paths: SweepPaths;
  /** Whether progress is not told. */
  readonly quiet: boolean;
  /** Ends the sweep when aborted; runs at hand keep what they have learned, and go on the next time. */
  readonly signal: AbortSignal;
}

/** How far a sweep came. */
export interface SweepOutcome {
  readonly results: readonly ConfigurationResult[];
  /** Runs that are done; where they are halved, each counts at each of its rungs. */
  readonly done: number;
  /** Runs that are trained, and whose best checkpoints are yet to be evaluated. */
  readonly trained: number;
  /** Runs that go on the next time from what they have learned. */
  readonly begun: number;
  /** The same in all. */
  readonly total: number;
}

/**
 * Does what of an experiment is not done yet: runs on the device that share a shape train together, as many as fit, and
 * the others one after another. Tables are written after each. A run that cannot go on is noted as failed.
 *
 * @throws {UsageError} When the folder holds something else, or a run cannot be made.
 * @throws {TrainingError} When the device is lost or a file cannot be written, which says nothing of the run at hand.
 */
export async function runSweep(
  experiment: Experiment,
  { paths, quiet, signal }: SweepOptions,
): Promise<SweepOutcome> {
  await askToDraw({ charts: true, pixels: true });
  askToWrite(paths.folder);
  if (experiment.kind === "schedule") {
    using _taken = await openSweep(paths, experiment);
    await drawSchedules(experiment, paths);
    return { results: [], done: 0, trained: 0, begun: 0, total: 0 };
  }
  const runs = planRuns(experiment, paths);
  const groups = groupsOf(experiment, runs).map((group) => group.map(({ config }) => config));
  using devices = new SharedDevices(groups);
  if (experiment.singlePopulation) assertPopulation(groups[0]!, await devices.of(groups[0]![0]!));
  using _taken = await openSweep(paths, experiment);
  const search = experiment.halving && new HalvingSearch(experiment, { runs, path: paths.rungs });
  await search?.open();
  const results = new SweepResults(runs, search);
  for (const run of runs) await results.read(run);
  for (const { run } of results.runs) FolderLock.ofKilled(run.folder)?.close(); // All others are locked by whoever goes on with them.
  await makeFolder(paths.runs);
  await writeTables(experiment, { results, paths });
  const counts = search
    ? { done: search.done, total: search.expected }
    : { done: results.runs.length, total: runs.length };
  const { length: seeds } = experiment.seeds;
  const progress = quiet ? undefined : new SweepProgress({ ...counts, results, seeds });
  using _told = tellInterrupt(signal, (line) => progress?.say(line));
  if (counts.done > 0) {
    progress?.say(`${counts.done} of ${counts.total} ${search ? "trainings" : "runs"} are done already`);
  }
  const work = { results, devices, signal, progress };
  const tables = async () => await writeTables(experiment, { results, paths });
  let isOver = true;
  try {
    if (search) isOver = await trainHalving(search, { work, tables });
    else await trainMissing(work, { groupsOf: (missing) => groupsOf(experiment, missing), then: tables });
  } finally {
    progress?.close();
  }
  const { configurations: found, trained, missing } = results;
  const begun = missing.filter(({ folder }) => exists(runPaths(folder).states));
  const outcome = { results: found, trained: trained.length, begun: begun.length };
  if (search) return { ...outcome, done: search.done, total: isOver ? search.done : search.expected };
  return { ...outcome, done: results.runs.length, total: runs.length };
}

/** What trains, and what writes down how far that is. */
interface Training {
  readonly work: SweepWork;
  readonly tables: () => Promise<void>;
}

/** Trains runs from rung to rung, those that are among the best. @returns Whether that came to its end. */
async function trainHalving(search: HalvingSearch, { work, tables }: Training): Promise<boolean> {
  const { results, signal, progress } = work;
  for (let next = search.next(); next; next = search.next()) {
    const { rung, steps, configurations, runs } = next;
    const who = count(configurations, "configuration");
    progress?.say(`rung ${rung + 1} of ${search.rungs}: ${who} to ${whole(steps)} steps`);
    for await (const group of fittingGroups(groupPopulations(runs), work)) {
      if (signal.aborted) return false;
      await runGroup(group, work);
      const done = group.filter((run) => results.has(run));
      await search.take(done, { rung, failed: (run) => results.of(run)!.failed });
      await tables();
    }
    if (signal.aborted) return false;
  }
  await tables();
  return true;
}

/** Runs that train together: all of them, or those that share a shape. */
function groupsOf({ singlePopulation }: Experiment, runs: readonly PlannedRun[]): PlannedRun[][] {
  return singlePopulation && runs.length > 0 ? [[...runs]] : groupPopulations(runs);
}
