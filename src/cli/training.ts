/** A training run from its config to its folder. @module */
import { createRun } from "../config/build.ts";
import type { TrainingRun } from "../config/training_run.ts";
import type { LoadedConfig } from "../config/load.ts";
import { TrainingError } from "../core/errors.ts";
import type { EndEvent, Evaluation } from "../core/events.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { writeWhole } from "../train/write_whole.ts";
import { animateBest, drawPolicy } from "./outputs.ts";
import { drawRun } from "./run_pictures.ts";
import {
  defaultFolder,
  formatVersion,
  prepareFolder,
  type RunPaths,
  runPaths,
  type Summary,
  writeEpisodes,
} from "./run_folder.ts";
import { describeEnd, describeRun, describeTable, kernelTable, printTestPhase } from "./texts.ts";
import { watchers } from "./watchers.ts";

/** How {@linkcode trainToFolder} trains. */
export interface TrainingOptions {
  /** The run's folder. */
  readonly out?: string | undefined;
  /** Whether only the result is printed. */
  readonly quiet: boolean;
  /** Whether nothing at all is printed. */
  readonly silent?: boolean;
  /** Whether kernels are timed. */
  readonly profile?: boolean;
  /** Ends the run cleanly when aborted. */
  readonly signal: AbortSignal;
  /** Whether an aborted run is given up: its best checkpoint is not evaluated, and the signal's reason is thrown. */
  readonly giveUp?: boolean;
  /** The device to run on; one of its own by default. */
  readonly gpu?: Gpu | undefined;
  /** Watches the run, beside what the config asks for. */
  readonly watch?: Callback;
}

/** Trains, writes everything into the run's folder, and prints how it went. */
export async function trainToFolder(loaded: LoadedConfig, options: TrainingOptions): Promise<Summary> {
  const { config, name } = loaded;
  const paths = runPaths(options.out ?? defaultFolder(name, config.seed));
  const takeBack = prepareFolder(paths.folder);
  let run: TrainingRun | undefined;
  try {
    const { callbacks, print } = watchers(loaded, paths, { quiet: options.quiet });
    run = await createRun(config, {
      callbacks: [...callbacks, ...options.watch ? [options.watch] : []],
      print,
      profile: options.profile ?? false,
      ...options.gpu ? { gpu: options.gpu } : {},
    });
  } finally {
    if (!run) takeBack();
  }
  try {
    await writeConfig(run, paths);
    if (!options.quiet) console.log(describeRun(run, { name, folder: paths.folder }));
    const end = await run.train({ signal: options.signal }).catch((error) => {
      if (!(error instanceof TrainingError)) throw error;
      throw new TrainingError(`${error.message}\nThe run's folder is ${paths.folder}`, { cause: error });
    });
    if (options.giveUp) options.signal.throwIfAborted();
    const summary = await finishRun(run, { name, end, paths, options });
    if (!options.silent) console.log(describeEnd(summary, paths.folder));
    if (run.gpu?.profiler) {
      console.log(`\n${kernelTable(run.gpu.profiler.table(), run.gpu.profiler.untimed)}`);
    }
    return summary;
  } finally {
    run.dispose();
  }
}

/** Writes the run's `config.json`. */
export async function writeConfig({ config }: TrainingRun, paths: RunPaths): Promise<void> {
  await writeWhole(paths.config, `${JSON.stringify({ formatVersion, ...config }, null, 2)}\n`);
}

/** A run whose training is over. */
export interface EndedRun {
  readonly name: string;
  readonly end: EndEvent;
  readonly paths: RunPaths;
  readonly options: Pick<TrainingOptions, "quiet" | "signal">;
}

/** What is left when training is over: evaluation and test of the best checkpoint, the summary, pictures, animation. */
export async function finishRun(
  run: TrainingRun,
  { name, end, paths, options }: EndedRun,
): Promise<Summary> {
  const { config, gpu } = run;
  run.agent.load((await loadCheckpoint(paths.best)).state);
  const note = (text: string) => void (options.quiet || console.error(text));
  note(`evaluating the best checkpoint over ${config.evaluation.final.episodes} episodes ...`);
  const evaluation = await unlessAborted(options.signal, (signal) => run.evaluate(signal));
  const test = evaluation && await unlessAborted(options.signal, (signal) => run.test(signal));
  if (test) {
    await writeEpisodes(paths.test, test);
    if (!options.quiet) printTestPhase(config.log.print, test);
  }
  const summary: Summary = {
    preset: name,
    seed: config.seed,
    environmentSteps: end.step,
    updates: end.update,
    episodes: end.episode,
    wallSeconds: Number(end.seconds.toFixed(3)),
    stopReason: end.reason,
    adapter: gpu?.adapter ?? "none",
    kernelProfile: gpu?.kernelProfile.name ?? "none",
    evaluation: evaluation ? statistics(evaluation) : null,
    ...test ? { test: statistics(test) } : {},
  };
  await writeWhole(paths.summary, `${JSON.stringify(summary, null, 2)}\n`);
  const table = describeTable(run);
  if (table && !options.quiet) console.log(table);
  if (config.log.pictures && end.episode > 0) {
    note("drawing ...");
    await drawRun(paths.folder);
    await drawPolicy(run, paths);
  }
  if (config.log.animation) {
    note("animating ...");
    await unlessAborted(options.signal, ({ signal }) => animateBest(run, paths, signal));
  }
  return summary;
}

/** A run that was ended early still has its best checkpoint evaluated; an interrupt that comes meanwhile ends that. */
async function unlessAborted<T>(
  signal: AbortSignal,
  play: (options: { signal?: AbortSignal }) => Promise<T>,
): Promise<T | undefined> {
  if (signal.aborted) return await play({});
  try {
    return await play({ signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function statistics(
  { episodes, mean, std, min, max, winRate }: Evaluation,
): NonNullable<Summary["evaluation"]> {
  return { episodes, mean, std, min, max, ...winRate === undefined ? {} : { winRate } };
}
