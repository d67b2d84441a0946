/** What a run leaves to look at: pictures, an animation of its best model. @module */
import { isDeviceOnly } from "../config/environments.ts";
import { UsageError } from "../core/errors.ts";
import type { TrainingRun } from "../config/training_run.ts";
import { animateEpisode, frameDelay } from "../train/play.ts";
import { writeAtomically } from "../train/atomic_write.ts";
import type { RunPaths } from "../runs/run_folder.ts";
import { drawRun } from "./run_pictures.ts";

/** Draws what the config asks for; an aborted signal is thrown between two works of some length. */
export async function drawOutputs(
  run: TrainingRun,
  { paths, episodes, signal, note }: {
    readonly paths: RunPaths;
    /** Those that ended in training; without one there is nothing for pictures to show. */
    readonly episodes: number;
    readonly signal: AbortSignal;
    /** Takes lines about what goes on. */
    readonly note: (line: string) => void;
  },
): Promise<void> {
  const { pictures, animation } = run.config.log;
  if (pictures && episodes > 0) {
    note("drawing ...");
    await drawRun(paths.folder, { signal, trained: run });
    signal.throwIfAborted();
  }
  if (!animation) return;
  note("animating ...");
  await animateBest(run, paths, { signal, note });
}

/** Of what moves smoothly: half of its states on a smaller picture, as an episode may have hundreds. */
const smooth = { stride: 2, width: 450, height: 300 };

/** Frames of the longest animation; longer episodes are cut. */
const mostFrames = 1000;

/** Writes an animation of the episode that the final evaluation begins with, where the environment draws itself. */
async function animateBest(
  run: TrainingRun,
  { animation: path }: RunPaths,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<void> {
  if (isDeviceOnly(run.config)) return;
  const environment = run.makeEnvironment();
  if (!environment.render) return;
  const policy = run.policy();
  try {
    const seed = run.episodeSeed(0);
    const { animation } = await animateEpisode(policy, environment, {
      seed,
      maxSteps: mostFrames,
      delay: frameDelay(environment),
      ...environment.renderText ? {} : smooth,
      signal,
    });
    await writeAtomically(path, animation);
  } catch (error) {
    // It may take what is not installed, and that is no reason to fail what has been trained.
    if (!(error instanceof UsageError)) throw error;
    note(`no animation: ${error.message}`);
  } finally {
    policy.dispose();
  }
}
