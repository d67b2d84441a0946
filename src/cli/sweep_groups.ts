/** Runs of a sweep that train together, from their plan to their results. @module */
import type { SharedDevices } from "../config/devices.ts";
import { splitGroup } from "../config/population_groups.ts";
import { deviceErrorOf } from "../core/errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { assertPlainPaths } from "../format/untrusted_file.ts";
import { PopulationProgress } from "./population_progress.ts";
import { type FolderRun, trainPopulation, type TrainPopulationOptions } from "./train_population.ts";
import { runPaths } from "../runs/run_folder.ts";
import { openForResume } from "./resume_run.ts";
import type { PlannedRun } from "./sweep_folder.ts";
import type { ActiveRuns, SweepProgress } from "./sweep_progress.ts";
import { isOfTheRun, readSummary, writeFailure } from "../runs/summary.ts";
import type { RunResult, SweepResults } from "./sweep_results.ts";
import { finishInFolder, trainRun } from "./train_run.ts";

/** What a sweep goes on with. */
export interface SweepWork {
  readonly results: SweepResults;
  readonly devices: SharedDevices;
  /** Ends the work when aborted. */
  readonly signal: AbortSignal;
  readonly progress: Pick<SweepProgress, "begin" | "say" | "end"> | undefined;
}

/** How {@linkcode trainMissing} goes. */
export interface MissingOptions {
  /** Which runs train together. */
  readonly groupsOf: (runs: readonly PlannedRun[]) => PlannedRun[][];
  /** Called when results have come in; nothing by default. */
  readonly then?: () => Promise<void>;
}

/** Trains every run to the end that is not there, until the work is ended. */
export async function trainMissing(
  work: SweepWork,
  { groupsOf, then = () => Promise.resolve() }: MissingOptions,
): Promise<void> {
  const { results, signal } = work;
  for (const run of results.trained) {
    if (signal.aborted) return;
    await finishTrainedRun(run, work);
    await then();
  }
  for await (const group of fittingGroups(groupsOf(results.missing), work)) {
    if (signal.aborted) return;
    await runGroup(group, work);
    await then();
  }
}

/** Groups of runs that fit their device. */
export async function* fittingGroups(
  groups: readonly PlannedRun[][],
  { devices }: Pick<SweepWork, "devices">,
): AsyncGenerator<PlannedRun[]> {
  for (const group of groups) {
    const gpu = group.length > 1 ? await devices.of(group[0]!.config) : undefined;
    yield* gpu ? splitGroup(group, gpu) : [group];
  }
}

/** Evaluates a run that is trained, and takes in its result. */
async function finishTrainedRun(
  run: PlannedRun,
  { results, devices, signal, progress }: SweepWork,
): Promise<void> {
  const { config, configuration: { name }, folder, seed } = run;
  await progress?.begin({ runs: 1, share: 0, parts: [name, `seed ${seed}`, "evaluation"], isTrained: true });
  const paths = runPaths(folder);
  assertPlainPaths([folder, paths.pictures]);
  await finishInFolder({ name, config }, {
    trained: (await readSummary(paths.summary))!,
    paths,
    options: { signal, quiet: true, giveUp: true },
    gpu: await devices.of(config),
  });
  await results.read(run);
  progress?.end(found([run], results));
}

/**
 * Trains a group of runs and takes in what came of them. Those that were begun before go on from their states. When they are
 * interrupted, all keep what they have learned.
 *
 * @throws {TrainingError} When the device is lost or a file cannot be written.
 */
export async function runGroup(
  group: readonly PlannedRun[],
  { results, devices, signal, progress }: SweepWork,
): Promise<void> {
  const followed = new PopulationProgress(group);
  await progress?.begin(activeRuns(group, followed));
  const [{ config }] = group as [PlannedRun];
  const train = async () => {
    const runs: FolderRun[] = [];
    for (const { config, folder, configuration: { name } } of group) {
      runs.push({ name, config, folder, held: await openForResume(folder, config) });
    }
    await trainGroup(runs, { gpu: await devices.of(config), signal, followed });
  };
  await train().catch(async (error) => {
    const lost = deviceErrorOf(error);
    if (!lost) throw error;
    progress?.say(`${lost.message}\nGoing on from the latest states on a new device`);
    devices.close(config);
    await train();
  });
  for (const run of group) await results.read(run);
  progress?.end(found(group, results));
}

/** The results that there are of runs. */
function found(runs: readonly PlannedRun[], results: SweepResults): RunResult[] {
  return runs.flatMap((run) => results.of(run) ?? []);
}

/** What the progress tells of a run, or of several. */
function activeRuns(group: readonly PlannedRun[], followed: PopulationProgress): ActiveRuns {
  const [{ configuration: { name }, seed }] = group as [PlannedRun];
  if (group.length === 1) {
    return {
      runs: 1,
      share: 0,
      parts: [name, `seed ${seed}`],
      get step() {
        return followed.step;
      },
    };
  }
  return {
    runs: group.length,
    get step() {
      return followed.step;
    },
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

/** Trains runs into their folders, several as a population; why one failed is noted in its own. */
async function trainGroup(
  runs: readonly FolderRun[],
  { gpu, signal, followed }: GroupOptions,
): Promise<void> {
  const watch = (member: number) => followed.watch(member);
  const errors = runs.length > 1
    ? await trainPopulation(runs, { gpu: gpu!, signal, watch })
    : [await trainAlone(runs[0]!, { gpu, signal, watch })];
  gpu?.check(); // No other run could do better on a device that is lost.
  for (const [i, error] of errors.entries()) {
    if (isOfTheRun(error)) await writeFailure(runs[i]!.folder, { error, seconds: followed.secondsOf(i) });
  }
  const stranger = errors.find((error) => error && !isOfTheRun(error));
  if (stranger) throw stranger;
}

/** Trains one run; why it failed, if it did. */
async function trainAlone(
  { config, name, folder, held }: FolderRun,
  { gpu, signal, watch }: Omit<TrainPopulationOptions, "gpu"> & { readonly gpu: Gpu | undefined },
): Promise<Error | undefined> {
  const options = {
    out: folder,
    quiet: true,
    silent: true,
    signal,
    giveUp: true,
    gpu,
    watch: watch(0),
    held,
  };
  try {
    await trainRun({ name, config }, options);
    return undefined;
  } catch (error) {
    return signal.aborted && error === signal.reason ? undefined : error as Error;
  }
}
