/** The pictures of one run. @module */
import { join } from "@std/path";
import { gridValues } from "../agents/grid_values.ts";
import { isDeviceOnly, makeEnvironment } from "../config/environments.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { TrainingRun } from "../config/training_run.ts";
import { UsageError } from "../core/errors.ts";
import { gymnasiumPrefix } from "../envs/gymnasium/gymnasium.ts";
import { assertPlainPaths } from "../format/untrusted_file.ts";
import { durationsPicture, rewardsPicture, runningRewardPicture } from "../report/pictures/episodes.ts";
import { evaluationPicture, lossPicture, metricPicture } from "../report/pictures/learning.ts";
import { stateGridPicture } from "../report/pictures/state_grid.ts";
import { makeFolder, writeAtomically } from "../train/atomic_write.ts";
import { column, readRunData, type RunData, series } from "./run_data.ts";
import { algorithmName, nameRuns } from "../runs/run_names.ts";

/** Kinds of files. */
export type PictureFormat = "svg" | "png" | "both";

/** Where pictures go, and as what. */
export interface DrawOptions {
  /** `pictures` in the run's folder by default. */
  readonly out?: string;
  /** `svg` by default. */
  readonly format?: PictureFormat;
  /** Aborted when no more is to be drawn; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** A picture's name, without an ending, and its SVG. */
export type Picture = readonly [name: string, svg: string];

/** How {@linkcode drawRun} draws. */
export interface DrawRunOptions extends DrawOptions {
  /** The run with its trained agent; made from its folder and the best checkpoint by default. */
  readonly trained?: TrainingRun;
}

/**
 * Draws what a run wrote: `durations`, `rewards-train`, `rewards-test` where it had a test phase, `running-reward`, `loss`,
 * `evaluation`, `win-rate` where its environment tells of wins, and `policy` where states lie in rows and columns.
 *
 * @returns The files.
 * @throws {UsageError} When the folder is no run, a run without an episode, or its checkpoint is not whole.
 */
export async function drawRun(folder: string, options: DrawRunOptions = {}): Promise<string[]> {
  const run = await readRunData(folder);
  const { trained, ...left } = options;
  if (left.out === undefined) assertPlainPaths([run.paths.pictures]);
  return await writePictures(runPictures(run, trained), { out: run.paths.pictures, ...left });
}

/** The policy of the best checkpoint; undefined where the run did not come to one. */
async function savedPolicyPicture({ name, config, paths }: RunData): Promise<string | undefined> {
  if (!hasPolicyPicture(config) || !await isThere(paths.best)) return undefined;
  const { openRun } = await import("./saved_run.ts");
  const { run } = await openRun(paths.folder, { checkpoint: "best" });
  try {
    return await policyPicture(run, name);
  } finally {
    run.dispose();
  }
}

/** Whether the states of a run's environment lie in rows and columns, and its agent has Q values of them. */
function hasPolicyPicture(config: RunConfig): boolean {
  if (config.agent.kind === "random" || isDeviceOnly(config)) return false;
  // Python is not started to learn that what it makes has none.
  return !config.environment.id.startsWith(gymnasiumPrefix) &&
    makeEnvironment(config, "evaluation").stateGrid !== undefined;
}

/**
 * Policy and values of the agent over the states of its environment, of the board that its final evaluation begins with.
 *
 * @param name The preset's.
 * @returns SVG; undefined unless {@linkcode hasPolicyPicture}.
 */
async function policyPicture(run: TrainingRun, name: string): Promise<string | undefined> {
  const { config } = run;
  const { agent } = config;
  if (agent.kind === "random" || !hasPolicyPicture(config)) return undefined;
  const environment = run.makeEnvironment();
  environment.reset({ seed: run.episodeSeed(0) });
  const grid = environment.stateGrid!();
  return await stateGridPicture(grid, await gridValues(run.agent, grid), {
    title: `Policy and values: ${algorithmName(agent)}`,
    subtitle: nameRuns([{ name, config }]),
    initial: agent.kind === "tabular" ? agent.initial : undefined,
  });
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The running reward of a run so far, as a PNG file; none before an episode has ended. @param name The preset's. */
export async function drawReturns(
  folder: string,
  name: string,
): Promise<{ png: Uint8Array; width: number; height: number } | undefined> {
  const { episodes, config } = await readRunData(folder);
  const returns = column(episodes, "return");
  if (returns.length === 0) return undefined;
  const { svgToPng } = await import("../report/raster.ts");
  const png = await svgToPng(await runningRewardPicture(returns, { subtitle: nameRuns([{ name, config }]) }));
  const header = new DataView(png.buffer, png.byteOffset); // Of IHDR: width and height.
  return { png, width: header.getUint32(16), height: header.getUint32(20) };
}

async function* runPictures(run: RunData, trained?: TrainingRun): AsyncGenerator<Picture> {
  const { config, episodes, metrics, updates, test, paths } = run;
  const returns = column(episodes, "return");
  if (returns.length === 0) {
    throw new UsageError(`Cannot draw ${paths.folder}: the run has no episodes, wanted at least one`);
  }
  const subtitle = nameRuns([run]);
  const threshold = config.evaluation.threshold === undefined
    ? {}
    : { threshold: config.evaluation.threshold };
  const whose = {
    subtitle,
    device: run.summary?.adapter === "none" ? "CPU" : run.summary?.adapter,
    algorithm: algorithmName(config.agent),
    environment: config.environment.id,
  };
  yield ["durations", await durationsPicture(column(episodes, "length"), { subtitle })];
  yield ["rewards-train", await rewardsPicture(returns, { phase: "Training", ...whose })];
  if (column(test, "return").length > 0) {
    yield [
      "rewards-test",
      await rewardsPicture(column(test, "return"), { phase: "Testing", ...whose }),
    ];
  }
  yield ["running-reward", await runningRewardPicture(returns, { subtitle, ...threshold })];
  const [loss, validation] = [series(metrics, "step", "loss"), series(metrics, "step", "validation/loss")];
  const each = series(updates, "update", "loss");
  if (each.x.length > 0) yield ["loss-updates", await lossPicture(each, { subtitle, over: "Update" })];
  if (loss.x.length > 0) {
    const held = validation.x.length > 0 ? { validation } : {};
    yield ["loss", await lossPicture(loss, { subtitle, ...held })];
  }
  const evaluated = series(metrics, "step", "evaluationMean");
  if (evaluated.x.length > 0) {
    const [low, high] = ["evaluationMin", "evaluationMax"].map((name) => series(metrics, "step", name).y);
    const evaluations = { step: evaluated.x, mean: evaluated.y, low: low!, high: high! };
    yield ["evaluation", await evaluationPicture(evaluations, { subtitle, ...threshold })];
  }
  const won = series(metrics, "step", "winRate");
  if (won.x.length > 0) {
    yield [
      "win-rate",
      await metricPicture(won, { title: "Greedy win rate", subtitle, name: "Win rate", range: [0, 1] }),
    ];
  }
  const policy = trained ? await policyPicture(trained, run.name) : await savedPolicyPicture(run);
  if (policy !== undefined) yield ["policy", policy];
}

/** Writes pictures into a folder, which is made when missing. @returns The files. */
export async function writePictures(
  pictures: Iterable<Picture> | AsyncIterable<Picture>,
  { out, format = "svg", signal }: DrawOptions & { readonly out: string },
): Promise<string[]> {
  const files: string[] = [];
  const writes: Promise<void>[] = []; // The next picture is drawn while the disk takes this one.
  const write = (name: string, data: string | Uint8Array) => {
    const path = join(out, name);
    files.push(path);
    const written = makeFolder(out).then(() => writeAtomically(path, data));
    written.catch(() => {}); // Told when all are done.
    writes.push(written);
  };
  try {
    for await (const [name, svg] of pictures) {
      signal?.throwIfAborted();
      if (format !== "png") write(`${name}.svg`, svg);
      if (format === "svg") continue;
      const { svgToPng } = await import("../report/raster.ts");
      write(`${name}.png`, await svgToPng(svg));
    }
  } finally {
    await Promise.allSettled(writes);
  }
  await Promise.all(writes);
  return files;
}
