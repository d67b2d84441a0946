/** A training run from its config to its folder. @module */
import { createRun, type TrainingRun } from "../config/build.ts";
import type { LoadedConfig } from "../config/load.ts";
import { TrainingError } from "../core/errors.ts";
import type { EndEvent, Evaluation } from "../core/events.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { CsvLog } from "../train/callbacks/csv_log.ts";
import { ProgressBar } from "../train/callbacks/progress_bar.ts";
import { SaveCheckpoints } from "../train/callbacks/save_checkpoints.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { writeWhole } from "../train/write_whole.ts";
import { ExitCode } from "./main.ts";
import { defaultFolder, prepareFolder, type RunPaths, runPaths, type Summary } from "./run_folder.ts";
import { describeEnd, describeRun, kernelTable } from "./texts.ts";

/** How {@linkcode trainToFolder} trains. */
export interface TrainingOptions {
  /** The run's folder. */
  readonly out: string | undefined;
  /** Whether only the result is printed. */
  readonly quiet: boolean;
  /** Whether kernels are timed. */
  readonly profile: boolean;
}

/** Trains, writes everything into the run's folder, and prints how it went. @returns Whether it was interrupted. */
export async function trainToFolder(loaded: LoadedConfig, options: TrainingOptions): Promise<boolean> {
  const { config, name } = loaded;
  const interrupt = listenForInterrupt();
  const paths = runPaths(options.out ?? defaultFolder(name, config.seed));
  const takeBack = prepareFolder(paths.folder);
  let run: TrainingRun | undefined;
  try {
    run = await createRun(config, { callbacks: watchers(loaded, paths, options), profile: options.profile });
  } finally {
    if (!run) takeBack();
  }
  await writeWhole(paths.config, `${JSON.stringify(run.config, null, 2)}\n`);
  if (!options.quiet) console.log(describeRun(run, { name, folder: paths.folder }));
  const end = await run.train({ signal: interrupt.signal }).catch((error) => {
    if (!(error instanceof TrainingError)) throw error;
    throw new TrainingError(`${error.message}\nThe run's folder is ${paths.folder}`, { cause: error });
  });
  run.agent.load((await loadCheckpoint(paths.best)).state);
  const evaluation = await evaluateBest(run, { interrupt, quiet: options.quiet });
  const summary = summarize(run, { name, end, evaluation });
  await writeWhole(paths.summary, `${JSON.stringify(summary, null, 2)}\n`);
  console.log(describeEnd(summary, paths.folder));
  if (run.gpu.profiler) console.log(`\n${kernelTable(run.gpu.profiler.table(), run.gpu.profiler.untimed)}`);
  run.dispose();
  return interrupt.signal.aborted;
}

/** Plays the final evaluation. An interrupt that comes during it ends it, and then there is none. */
async function evaluateBest(
  run: TrainingRun,
  { interrupt, quiet }: { interrupt: AbortController; quiet: boolean },
): Promise<Evaluation | null> {
  const { episodes } = run.config.evaluation.final;
  if (!quiet) console.error(`evaluating the best checkpoint over ${episodes} episodes ...`);
  if (interrupt.signal.aborted) return await run.evaluate(); // The run was ended early; its best is still told.
  try {
    return await run.evaluate({ signal: interrupt.signal });
  } catch (error) {
    if (interrupt.signal.aborted) return null;
    throw error;
  }
}

function watchers({ config, name }: LoadedConfig, paths: RunPaths, options: TrainingOptions): Callback[] {
  const metadata = { preset: name, config: JSON.stringify(config) };
  const callbacks: Callback[] = [
    new SaveCheckpoints({ folder: paths.checkpoints, metadata }),
    new CsvLog({ folder: paths.folder, interval: config.log }),
  ];
  if (!options.quiet) callbacks.push(new ProgressBar({ budget: config.budget }));
  return callbacks;
}

function summarize(
  { config, gpu }: TrainingRun,
  { name, end, evaluation }: { name: string; end: EndEvent; evaluation: Evaluation | null },
): Summary {
  return {
    preset: name,
    seed: config.seed,
    environmentSteps: end.step,
    updates: end.update,
    episodes: end.episode,
    wallSeconds: Number(end.seconds.toFixed(3)),
    stopReason: end.reason,
    adapter: gpu.adapter,
    kernelProfile: gpu.kernelProfile.name,
    evaluation: evaluation && statistics(evaluation),
  };
}

function statistics({ episodes, mean, std, min, max }: Evaluation): NonNullable<Summary["evaluation"]> {
  return { episodes, mean, std, min, max };
}

/** Aborted at the first SIGINT or SIGTERM; the second one ends the process. */
function listenForInterrupt(): AbortController {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) Deno.exit(ExitCode.interrupted);
    console.error("\ninterrupted: ending the run; once more ends it at once");
    controller.abort();
  };
  Deno.addSignalListener("SIGINT", interrupt);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", interrupt);
  return controller;
}
