/** A training run from its config to its folder. @module */
import { createRun } from "../config/build.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { RunWatchers, TrainingRun } from "../config/training_run.ts";
import type { LoadedConfig } from "../config/load.ts";
import { deviceErrorOf, TrainingError, WriteError } from "../core/errors.ts";
import { type EndEvent, type Evaluation, interrupted } from "../core/events.ts";
import { whole } from "../core/numbers.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { latestState, stepOf } from "../train/latest_state.ts";
import { StateFolder } from "../train/state_folder.ts";
import { writeAtomically } from "../train/atomic_write.ts";
import { type HeldFolder, NewFolder, ResumedFolder } from "./held_folder.ts";
import { FolderLock } from "../runs/folder_lock.ts";
import { resumeAdvice } from "./resume_advice.ts";
import { graceAfter, tellInterrupt, unlessAborted } from "./interrupt.ts";
import { drawOutputs } from "./outputs.ts";
import { askToDraw, askToWrite, drawingNeeds } from "./permissions.ts";
import { note, print } from "../command/printing.ts";
import { defaultFolder, exists, type RunPaths, runPaths, writeEpisodes } from "../runs/run_folder.ts";
import { isDone, isOfTheRun, type Summary, writeFailure } from "../runs/summary.ts";
import { describeQTable } from "./q_values.ts";
import { describeEnd, describeParameters, describeRun, describeTestPhase, kernelTable } from "./texts.ts";
import { type Watchers, watchers } from "./watchers.ts";

/** How {@linkcode trainRun} trains. */
export interface TrainRunOptions {
  /** The run's folder. */
  readonly out?: string | undefined;
  /** Whether only the result is printed. */
  readonly quiet: boolean;
  /** Whether every key of the config is printed. */
  readonly verbose?: boolean;
  /** Whether nothing at all is printed. */
  readonly silent?: boolean;
  /** Whether kernels are timed. */
  readonly profile?: boolean;
  /** Ends the run cleanly when aborted. */
  readonly signal: AbortSignal;
  /**
   * Whether an aborted run is given up: training that was not over throws the signal's reason, and of what was over the best
   * checkpoint is not evaluated, so that the summary has no evaluation.
   */
  readonly giveUp?: boolean;
  /** The device to run on; one of its own by default. */
  readonly gpu?: Gpu | undefined;
  /** Watches the run, beside what the config asks for. */
  readonly watch?: Callback;
  /** The folder `out`, where the run was begun before. */
  readonly held?: HeldFolder | undefined;
}

/**
 * Trains, writes everything into the run's folder, and prints how it went. A run that loses its device goes on from its latest
 * state on another one, once.
 */
export async function trainRun(loaded: LoadedConfig, options: TrainRunOptions): Promise<Summary> {
  const { config, name } = loaded;
  await askToDraw(drawingNeeds(config.log));
  const paths = runPaths(options.out ?? defaultFolder(name, config.seed));
  askToWrite(paths.folder);
  const held = options.held ?? new NewFolder(paths);
  const work = { loaded, paths, options };
  try {
    return await trainHeld(held, work);
  } catch (error) {
    const lost = options.gpu ? undefined : deviceErrorOf(error);
    const latest = lost && await latestState(paths.states);
    if (!latest) throw error;
    note(`${lost.message}\nGoing on from step ${whole(stepOf(latest))} on a new device`);
    return await trainHeld(new ResumedFolder(paths, held, latest), work);
  } finally {
    held.close();
  }
}

/** What is trained into a folder. */
interface Work {
  readonly loaded: LoadedConfig;
  readonly paths: RunPaths;
  readonly options: TrainRunOptions;
}

async function trainHeld(held: HeldFolder, { loaded, paths, options }: Work): Promise<Summary> {
  const { config, name } = loaded;
  const watching = watchersOf(held, { loaded, paths, options });
  using _told = tellInterrupt(options.signal, watching.print);
  let run: TrainingRun | undefined;
  try {
    run = await createRun(config, {
      callbacks: [...watching.callbacks, ...options.watch ? [options.watch] : []],
      print: watching.print,
      ...stateOptions(config, paths, held),
      profile: options.profile ?? false,
      ...options.gpu ? { gpu: options.gpu } : {},
    });
  } finally {
    if (!run) held.takeBack();
  }
  try {
    await held.writeConfig({ name, config: run.config });
    if (!options.quiet) print(describeRun(run, { name, folder: paths.folder }));
    if (options.verbose) print(describeParameters(config));
    const start = performance.now();
    const end = await run.train({ signal: options.signal }).catch(async (error) => {
      if (options.silent) throw error;
      const seconds = (performance.now() - start) / 1000;
      if (isOfTheRun(error)) await writeFailure(paths.folder, { error, seconds }).catch(() => {});
      throw withAdvice(error, paths);
    });
    if (options.giveUp && end.reason === interrupted) throw options.signal.reason;
    const summary = await finishRun(run, { trained: summaryOf(run, name, end), paths, options });
    if (!options.silent) print(describeEnd(summary, { folder: paths.folder, agent: config.agent }));
    if (options.signal.aborted && !isDone(summary) && !options.silent) {
      note(`interrupted: ${resumeAdvice(paths.folder)}`);
    }
    if (run.gpu?.profiler) {
      print(`\n${kernelTable(run.gpu.profiler.table(), run.gpu.profiler.untimed)}`);
    }
    return summary;
  } finally {
    run.dispose();
  }
}

/** Who watches the run; where they cannot, as its environment fails when they play it, the folder is given back. */
function watchersOf(held: HeldFolder, { loaded, paths, options: { quiet } }: Work): Watchers {
  try {
    return watchers(loaded, paths, { quiet });
  } catch (error) {
    held.takeBack();
    throw error;
  }
}

/** What keeps a run's states in its folder, and what it goes on from. */
export function stateOptions(
  { checkpoints: { state } }: RunConfig,
  { states }: RunPaths,
  { latest }: HeldFolder,
): Pick<RunWatchers, "keeper" | "resume"> {
  return { keeper: new StateFolder(states, state, latest), ...latest ? { resume: latest.state } : {} };
}

/** An error of a run with what to do about it, where there is something. */
function withAdvice(error: unknown, { folder, states }: RunPaths): unknown {
  if (!(error instanceof TrainingError)) return error;
  const isMendable = error instanceof WriteError || deviceErrorOf(error) !== undefined;
  const advice = isMendable && exists(states) ? resumeAdvice(folder) : `The run's folder is ${folder}`;
  const Same = error instanceof WriteError ? WriteError : TrainingError;
  return new Same(`${error.message}\n${advice}`, { cause: error });
}

/** The summary of a run whose training is over, before its best checkpoint is evaluated. */
export function summaryOf({ config, gpu }: TrainingRun, name: string, end: EndEvent): Summary {
  return {
    preset: name,
    seed: config.seed,
    environmentSteps: end.step,
    updates: end.update,
    episodes: end.episode,
    wallSeconds: Number(end.seconds.toFixed(3)),
    stopReason: end.reason,
    device: gpu?.kind ?? "none",
    adapter: gpu?.adapter ?? "none",
    kernelProfile: gpu?.kernelProfile.name ?? "none",
    evaluation: null,
  };
}

/** A run whose training is over. */
export interface TrainedRun {
  /** As {@linkcode summaryOf} has it. */
  readonly trained: Summary;
  readonly paths: RunPaths;
  readonly options: Pick<TrainRunOptions, "quiet" | "signal" | "giveUp">;
}

/**
 * What is left when training is over: evaluation and test of the best checkpoint, the summary, pictures, animation. The
 * summary is written before that, too: whoever ends the process meanwhile loses no training.
 */
export async function finishRun(
  run: TrainingRun,
  { trained, paths, options }: TrainedRun,
): Promise<Summary> {
  const { config } = run;
  await writeSummary(trained, paths);
  run.agent.load((await loadCheckpoint(paths.best)).state);
  const tell = options.quiet ? () => {} : note;
  tell(`evaluating the best checkpoint over ${config.evaluation.final.episodes} episodes ...`);
  using grace = graceAfter(options.signal, options.giveUp ? 0 : 1000);
  const evaluation = await unlessAborted(grace.signal, () => run.evaluate(grace));
  const test = evaluation && await unlessAborted(grace.signal, () => run.test(grace));
  if (options.giveUp && options.signal.aborted) return trained;
  if (test) {
    await writeEpisodes(paths.test, test);
    if (!options.quiet) print(describeTestPhase(config.log.print, test));
  }
  const summary: Summary = {
    ...trained,
    evaluation: evaluation ? statistics(evaluation) : null,
    ...test ? { test: statistics(test) } : {},
  };
  const { pictures, animation } = config.log;
  await writeSummary(pictures || animation ? { ...summary, drawn: false } : summary, paths);
  const table = describeQTable(run);
  if (table && !options.quiet) print(table);
  const { signal } = options;
  const outputs = { paths, signal, note: tell, episodes: trained.episodes };
  const drawn = await unlessAborted(signal, async () => {
    await drawOutputs(run, outputs);
    return true;
  });
  if (!drawn) return { ...summary, drawn: false };
  await writeSummary(summary, paths);
  return summary;
}

/** Does what is left of a run in a folder whose training is over. @throws {UsageError} When its checkpoint is not whole. */
export async function finishInFolder(
  { config }: LoadedConfig,
  { gpu, ...left }: TrainedRun & Pick<TrainRunOptions, "gpu">,
): Promise<Summary> {
  using _lock = new FolderLock(left.paths.folder);
  const run = await createRun(config, gpu ? { gpu } : {});
  try {
    return await finishRun(run, left);
  } finally {
    run.dispose();
  }
}

async function writeSummary(summary: Summary, paths: RunPaths): Promise<void> {
  await writeAtomically(paths.summary, `${JSON.stringify(summary, null, 2)}\n`);
}

function statistics(
  { episodes, mean, std, min, max, winRate }: Evaluation,
): NonNullable<Summary["evaluation"]> {
  return { episodes, mean, std, min, max, ...winRate === undefined ? {} : { winRate } };
}
