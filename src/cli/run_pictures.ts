/** The pictures of one run. @module */
import { join } from "@std/path";
import { UsageError } from "../core/errors.ts";
import { durationsPicture, rewardsPicture, runningRewardPicture } from "../report/pictures/episodes.ts";
import { evaluationPicture, lossPicture, metricPicture } from "../report/pictures/learning.ts";
import { makeFolder, writeWhole } from "../train/write_whole.ts";
import { column, readRunData, type RunData, series } from "./run_data.ts";

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

/**
 * Draws what a run wrote: `durations`, `rewards-train`, `rewards-test` where it had a test phase, `running-reward`, `loss`,
 * `evaluation`, and `win-rate` where its environment tells of wins.
 *
 * @returns The files.
 * @throws {UsageError} When the folder is no run, or a run without an episode.
 */
export async function drawRun(folder: string, options: DrawOptions = {}): Promise<string[]> {
  const run = await readRunData(folder);
  return await writePictures(runPictures(run), { out: run.paths.pictures, ...options });
}

/** The running reward of a run so far, as a PNG file; none before an episode has ended. */
export async function drawReturns(
  folder: string,
): Promise<{ png: Uint8Array; width: number; height: number } | undefined> {
  const returns = column((await readRunData(folder)).episodes, "return");
  if (returns.length === 0) return undefined;
  const { svgToPng } = await import("../report/raster.ts");
  const png = await svgToPng(await runningRewardPicture(returns));
  const header = new DataView(png.buffer, png.byteOffset); // Of IHDR: width and height.
  return { png, width: header.getUint32(16), height: header.getUint32(20) };
}

async function* runPictures(run: RunData): AsyncGenerator<Picture> {
  const { config, episodes, metrics, updates, test, paths } = run;
  const returns = column(episodes, "return");
  if (returns.length === 0) {
    throw new UsageError(`Cannot draw ${paths.folder}: the run has no episodes, wanted at least one`);
  }
  const threshold = config.evaluation.threshold === undefined
    ? {}
    : { threshold: config.evaluation.threshold };
  const whose = {
    device: run.summary?.adapter === "none" ? "CPU" : run.summary?.adapter,
    algorithm: algorithmName(config.agent),
    environment: config.environment.id,
  };
  yield ["durations", await durationsPicture(column(episodes, "length"))];
  yield ["rewards-train", await rewardsPicture(returns, { phase: "Training", ...whose })];
  if (column(test, "return").length > 0) {
    yield [
      "rewards-test",
      await rewardsPicture(column(test, "return"), { phase: "Testing", ...whose }),
    ];
  }
  yield ["running-reward", await runningRewardPicture(returns, threshold)];
  const [loss, validation] = [series(metrics, "step", "loss"), series(metrics, "step", "validation/loss")];
  const each = series(updates, "update", "loss");
  if (each.x.length > 0) yield ["loss-updates", await lossPicture(each, { over: "Update" })];
  if (loss.x.length > 0) {
    yield ["loss", await lossPicture(loss, validation.x.length > 0 ? { validation } : {})];
  }
  const evaluated = series(metrics, "step", "evaluationMean");
  if (evaluated.x.length > 0) {
    const [low, high] = ["evaluationMin", "evaluationMax"].map((name) => series(metrics, "step", name).y);
    const evaluations = { step: evaluated.x, mean: evaluated.y, low: low!, high: high! };
    yield ["evaluation", await evaluationPicture(evaluations, threshold)];
  }
  const won = series(metrics, "step", "winRate");
  if (won.x.length > 0) {
    yield [
      "win-rate",
      await metricPicture(won, { title: "Greedy win rate", name: "Win rate", range: [0, 1] }),
    ];
  }
}

/** As in `Double DQN`. */
export function algorithmName(agent: RunData["config"]["agent"]): string {
  if (agent.kind === "dqn") return agent.double ? "Double DQN" : "DQN";
  return agent.kind === "tabular" ? "Q-learning" : "Random policy";
}

/** Writes pictures into a folder, which is made when missing. @returns The files. */
export async function writePictures(
  pictures: Iterable<Picture> | AsyncIterable<Picture>,
  { out, format = "svg", signal }: DrawOptions & { readonly out: string },
): Promise<string[]> {
  const files: string[] = [];
  const write = async (name: string, data: string | Uint8Array) => {
    files.push(join(out, name));
    await makeFolder(out);
    await writeWhole(files.at(-1)!, data);
  };
  for await (const [name, svg] of pictures) {
    signal?.throwIfAborted();
    if (format !== "png") await write(`${name}.svg`, svg);
    if (format === "svg") continue;
    const { svgToPng } = await import("../report/raster.ts");
    await write(`${name}.png`, await svgToPng(svg));
  }
  return files;
}
