/** Pictures of the episodes of a run. @module */
import { drawLines, type Line } from "../chart.ts";
import { inks } from "../chart_style.ts";
import { lineColors } from "../palette.ts";
import { exponentialMean, movingMean } from "../statistics.ts";
import { assertSome, type PictureOptions, upTo } from "./common.ts";

/** What {@linkcode durationsPicture} shows. */
export interface DurationsOptions extends PictureOptions {
  /** `Result` by default; `Training...` while a run goes on. */
  readonly title?: string;
}

/**
 * How long each episode was, with the mean of the latest 100, or of those so far.
 *
 * @param durations Steps of each episode.
 * @returns SVG.
 * @throws {UsageError} When there is no episode.
 */
export async function durationsPicture(
  durations: ArrayLike<number>,
  { title = "Result", subtitle }: DurationsOptions = {},
): Promise<string> {
  assertSome(durations.length, "the durations", "the run has no episodes");
  const x = upTo(durations.length);
  return await drawLines({
    title,
    subtitle,
    x: { name: "Episode" },
    y: { name: "Duration (steps)", min: 0 },
    lines: [
      { name: "Duration", x, y: durations, color: lineColors[0]!, width: 1 },
      { name: latestMean(100), x, y: movingMean(durations, 100), color: lineColors[1]! },
    ],
  });
}

/** Whose returns they are. */
export interface RewardsOptions extends PictureOptions {
  /** As in `Training` or `Testing`. */
  readonly phase: string;
  /** The adapter, where it is known. */
  readonly device?: string | undefined;
  /** As in `DQN`. */
  readonly algorithm: string;
  /** As in `CartPole-v0`. */
  readonly environment: string;
  /** Weight of what came before in the smoothed line, 0.9 by default. */
  readonly weight?: number;
}

/**
 * Return of each episode, raw and smoothed: exponential, starting at the first value.
 *
 * @param returns Of each episode.
 * @returns SVG.
 * @throws {UsageError} When there is no episode.
 */
export async function rewardsPicture(returns: ArrayLike<number>, options: RewardsOptions): Promise<string> {
  const { phase, device, algorithm, environment, weight = 0.9 } = options;
  const subtitle = [options.subtitle, device].filter((part) => part !== undefined).join("; ");
  assertSome(returns.length, `the rewards of ${phase.toLowerCase()}`, "the run has no episodes");
  const x = upTo(returns.length);
  return await drawLines({
    title: `${phase}: ${algorithm} on ${environment}`,
    subtitle,
    x: { name: "Episode" },
    y: { name: "Return" },
    lines: [
      { name: "Return", x, y: returns, color: inks.faint, width: 1 },
      { name: `Smoothed, weight ${weight}`, x, y: exponentialMean(returns, weight), color: lineColors[1]! },
    ],
  });
}

/** What {@linkcode runningRewardPicture} shows. */
export interface RunningRewardOptions extends PictureOptions {
  /** `Running reward` by default. */
  readonly title?: string;
  /** Episodes that are averaged, 100 by default. */
  readonly window?: number;
  /** A return that counts as solved. */
  readonly threshold?: number;
}

/**
 * Mean return of the latest episodes.
 *
 * @param returns Of each episode.
 * @returns SVG.
 * @throws {UsageError} When there is no episode.
 */
export async function runningRewardPicture(
  returns: ArrayLike<number>,
  { title = "Running reward", subtitle, window = 100, threshold }: RunningRewardOptions = {},
): Promise<string> {
  assertSome(returns.length, "the running reward", "the run has no episodes");
  const x = upTo(returns.length);
  return await drawLines({
    title,
    subtitle,
    x: { name: "Episode" },
    y: { name: "Mean return" },
    lines: [
      { name: latestMean(window), x, y: movingMean(returns, window) },
      ...threshold === undefined ? [] : [thresholdLine(threshold, [1, x.length])],
    ],
  });
}

/** Of the line, which begins before there are `window` episodes. */
function latestMean(window: number): string {
  return `Mean of the latest ${window} episodes, or of all so far`;
}

/** A dashed line at `threshold`, over an extent of x. */
export function thresholdLine(threshold: number, x: readonly [number, number]): Line {
  return {
    name: `Threshold ${threshold}`,
    x,
    y: [threshold, threshold],
    color: inks.threshold,
    width: 1.5,
    dashed: true,
  };
}
