/** Pictures of what an agent learns: its loss, its greedy evaluations, its exploration. @module */
import { type Schedule, scheduleValue } from "../../core/schedule.ts";
import { drawLines, type Line, type Series } from "../chart.ts";
import { lineColors } from "../palette.ts";
import { thresholdLine } from "./episodes.ts";
import { assertSome, type PictureOptions } from "./common.ts";

/** What {@linkcode lossPicture} shows. */
export interface LossOptions extends PictureOptions {
  /** `Loss` by default. */
  readonly title?: string;
  /** Name of the x axis, `Environment step` by default; `Update` where each update has a value. */
  readonly over?: string;
  /** Powers of ten evenly spaced: by default where the greatest loss is over 100 times the least. */
  readonly log?: boolean;
  /** Loss on transitions that are held out. */
  readonly validation?: Series;
}

/**
 * The loss in the course of training.
 *
 * @param loss Of each update, or means over updates.
 * @returns SVG.
 * @throws {UsageError} When there is no value.
 */
export async function lossPicture(loss: Series, options: LossOptions = {}): Promise<string> {
  const { title = "Loss", subtitle, over = "Environment step", validation } = options;
  assertSome(loss.x.length, "the loss", "the run has no updates");
  const log = options.log ?? spansDecades([loss, ...validation ? [validation] : []]);
  return await drawLines({
    title,
    subtitle,
    x: { name: over },
    y: { name: log ? "Loss (log scale)" : "Loss", log },
    lines: [
      { name: "Loss", ...loss, width: 1.5 },
      ...validation ? [{ name: "Validation loss", ...validation }] : [],
    ],
  });
}

function spansDecades(series: readonly Series[]): boolean {
  let [low, high] = [Infinity, 0];
  for (const { y } of series) {
    for (let i = 0; i < y.length; i++) {
      if (!(y[i]! > 0)) continue;
      low = Math.min(low, y[i]!);
      high = Math.max(high, y[i]!);
    }
  }
  return high > 100 * low;
}

/** Greedy evaluations in the order of their steps, all arrays of one length. */
export interface Evaluations {
  /** Environment steps. */
  readonly step: ArrayLike<number>;
  /** Mean returns. */
  readonly mean: ArrayLike<number>;
  /** Lower edge of the spread: the least return, or mean minus standard deviation. */
  readonly low: ArrayLike<number>;
  /** Upper edge of the spread. */
  readonly high: ArrayLike<number>;
}

/** What {@linkcode evaluationPicture} shows. */
export interface EvaluationOptions extends PictureOptions {
  /** `Greedy evaluation` by default. */
  readonly title?: string;
  /** What `low` to `high` is, in the legend; `Least to greatest return` by default. */
  readonly spread?: string;
  /** A mean that counts as solved. */
  readonly threshold?: number;
}

/**
 * Greedy play in the course of training: mean return with its spread.
 *
 * @returns SVG.
 * @throws {UsageError} When there is no evaluation.
 */
export async function evaluationPicture(
  evaluations: Evaluations,
  options: EvaluationOptions = {},
): Promise<string> {
  const { title = "Greedy evaluation", subtitle, spread = "Least to greatest return", threshold } = options;
  const { step: x, mean, low, high } = evaluations;
  assertSome(x.length, "the evaluations", "the run has no evaluations");
  return await drawLines({
    title,
    subtitle,
    x: { name: "Environment step" },
    y: { name: "Return" },
    lines: [
      { name: "Mean return", x, y: mean, points: x.length <= 60 },
      ...threshold === undefined ? [] : [thresholdLine(threshold, [x[0]!, x[x.length - 1]!])],
    ],
    areas: [{ name: spread, x, low, high }],
  });
}

/** A metric over a run: any column of `metrics.csv`. */
export interface MetricOptions extends PictureOptions {
  /** Above the chart. */
  readonly title: string;
  /** Of the line, and of the y axis. */
  readonly name: string;
  /** Name of the x axis, `Environment step` by default. */
  readonly over?: string;
  /** Bounds of the y axis; chosen by the data by default. */
  readonly range?: readonly [number, number];
}

/**
 * One metric in the course of training: a win rate, a learning rate.
 *
 * @returns SVG.
 * @throws {UsageError} When there is no value.
 */
export async function metricPicture(metric: Series, options: MetricOptions): Promise<string> {
  const { title, subtitle, name, over = "Environment step", range } = options;
  assertSome(metric.x.length, `the ${name}`, "the run has no such values");
  return await drawLines({
    title,
    subtitle,
    x: { name: over },
    y: { name, ...range ? { min: range[0], max: range[1] } : {} },
    lines: [{ name, ...metric, points: metric.x.length <= 60 }],
  });
}

/** What {@linkcode epsilonPicture} shows. */
export interface EpsilonOptions {
  /** `Epsilon vs N` by default. */
  readonly title?: string;
  /** Largest count, 1,000 by default. */
  readonly most?: number;
}

/**
 * Epsilon by count, for several schedules.
 *
 * @param schedules With their names in the legend, as `Decay 100`; N is what each counts: steps, updates or episodes.
 * @returns SVG.
 * @throws {UsageError} When there is no schedule.
 */
export async function epsilonPicture(
  schedules: readonly { readonly name: string; readonly schedule: Schedule }[],
  { title = "Epsilon vs N", most = 1000 }: EpsilonOptions = {},
): Promise<string> {
  assertSome(schedules.length, "epsilon", "there are no schedules");
  const units = new Set(
    schedules.flatMap(({ schedule }) => schedule.kind === "constant" ? [] : [schedule.per]),
  );
  const points = Math.min(most, 1000);
  const x = Float64Array.from({ length: points + 1 }, (_, i) => Math.round(i * most / points));
  const lines: Line[] = schedules.map(({ name, schedule }, i) => ({
    name,
    x,
    y: x.map((count) => scheduleValue(schedule, { steps: count, updates: count, episodes: count })),
    color: lineColors[i % lineColors.length]!,
  }));
  return await drawLines({
    title,
    x: { name: units.size === 1 ? `N (${[...units][0]}s)` : "N" },
    y: { name: "Epsilon", min: 0, max: 1 },
    lines,
  });
}
