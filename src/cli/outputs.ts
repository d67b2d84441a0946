/** What a run leaves to look at: charts, its policy and values, an animation of its best model. @module */
import { join } from "@std/path";
import { isDeviceOnly } from "../config/environments.ts";
import type { TrainingRun } from "../config/training_run.ts";
import { stateGridPicture } from "../report/pictures/state_grid.ts";
import { animateEpisode, frameDelay } from "../train/play.ts";
import { makeFolder, writeWhole } from "../train/write_whole.ts";
import type { RunPaths } from "./run_folder.ts";
import { algorithmName, drawRun } from "./run_pictures.ts";

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
    await drawRun(paths.folder, { signal });
    signal.throwIfAborted();
    await drawPolicy(run, paths);
    signal.throwIfAborted();
  }
  if (!animation) return;
  note("animating ...");
  await animateBest(run, paths, signal);
}

/** Draws policy and values of the agent over the states of its environment, where those lie in rows and columns. */
async function drawPolicy(run: TrainingRun, { pictures }: RunPaths): Promise<void> {
  if (isDeviceOnly(run.config)) return;
  const environment = run.makeEnvironment();
  if (!environment.stateGrid || run.config.agent.kind === "random") return;
  environment.reset({ seed: run.episodeSeed(0) });
  const grid = environment.stateGrid();
  const states = grid.observations.filter((seen) => seen !== undefined);
  const width = states[0] instanceof Float32Array ? states[0].length : 1;
  const rows = new Float32Array(states.length * width);
  for (const [i, seen] of states.entries()) rows.set(typeof seen === "number" ? [seen] : seen, i * width);
  const q = await run.agent.getQ(rows);
  const actions = grid.actions.length;
  let state = 0;
  const cells = grid.observations.map((seen) =>
    seen === undefined ? undefined : q.subarray(state * actions, ++state * actions)
  );
  const { agent, environment: { id } } = run.config;
  const picture = await stateGridPicture(grid, cells, { subtitle: `${algorithmName(agent)} on ${id}` });
  await makeFolder(pictures);
  await writeWhole(join(pictures, "policy.svg"), picture);
}

/** Frames of the longest animation; longer episodes are cut. */
const mostFrames = 1000;

/** Writes an animation of the episode that the final evaluation begins with, where the environment draws itself. */
async function animateBest(
  run: TrainingRun,
  { animation: path }: RunPaths,
  signal: AbortSignal,
): Promise<void> {
  if (isDeviceOnly(run.config)) return;
  const environment = run.makeEnvironment();
  if (!environment.render) return;
  const policy = run.agent.policy(1);
  try {
    const seed = run.episodeSeed(0);
    const { animation } = await animateEpisode(policy, environment, {
      seed,
      maxSteps: mostFrames,
      delay: frameDelay(environment),
      signal,
    });
    await writeWhole(path, animation);
  } finally {
    policy.dispose();
  }
}
