/** Pictures that set several configurations side by side, each run with several seeds. @module */
import { type BandOptions, meanBand, type Spread } from "../band.ts";
import { type Axis, drawLines, type Series } from "../chart.ts";
import { lineColors } from "../palette.ts";
import { thresholdLine } from "./episodes.ts";
import { assertSome, type PictureOptions } from "./common.ts";

/** One configuration. */
export interface Group {
  /** What sets it apart, as `learningRate 0.001`. */
  readonly name: string;
  /** A series a seed. */
  readonly series: readonly Series[];
}

/** What {@linkcode comparisonPicture} shows. */
export interface ComparisonOptions extends BandOptions, PictureOptions {
  /** As in `Effect of the replay capacity`. */
  readonly title: string;
  /** From left to right. */
  readonly x: Axis;
  /** From bottom to top. */
  readonly y: Axis;
  /** A value that counts as solved. */
  readonly threshold?: number;
}

const spreads: Readonly<Record<Spread, string>> = {
  quartiles: "inter-quartile mean, with the middle half of the seeds",
  std: "mean, with one standard deviation over the seeds",
};

/**
 * The middle of each configuration over its seeds, with a band; a configuration of one seed is a line. Under the title
 * stands what the bands are.
 *
 * @returns SVG.
 * @throws {UsageError} When there is no configuration, or one without points.
 */
export async function comparisonPicture(
  groups: readonly Group[],
  options: ComparisonOptions,
): Promise<string> {
  const { title, x, y, threshold, spread = "quartiles" } = options;
  assertSome(groups.length, `"${title}"`, "there are no configurations");
  for (const { name, series } of groups) {
    assertSome(
      Math.min(series.length, ...series.map((one) => one.x.length)),
      `"${title}" of ${name}`,
      "there are no points",
    );
  }
  const bands = groups.map(({ name, series }, i) => ({
    name: series.length > 1 ? `${name} (${series.length} seeds)` : name,
    color: lineColors[i % lineColors.length]!,
    dashed: i >= lineColors.length, // Then colours come again.
    hasSpread: series.length > 1,
    ...meanBand(series, { ...options, spread }),
  }));
  const some = bands.some(({ hasSpread }) => hasSpread);
  const last = Math.max(...bands.map((band) => band.x.at(-1)!));
  const notes = [
    ...some ? [spreads[spread]] : [],
    ...options.beyond === "hold" && groups.some(({ series }) => endsDiffer(series))
      ? ["a run that ended early keeps its last value"]
      : [],
  ];
  const subtitle = [
    ...options.subtitle ? [options.subtitle] : [],
    ...notes.length > 0 ? [notes.join("; ")] : [],
  ];
  return await drawLines({
    title,
    subtitle: subtitle.join("\n"),
    x,
    y,
    lines: [
      ...bands.map(({ name, color, dashed, x, middle }) => ({ name, color, dashed, x, y: middle })),
      ...threshold === undefined ? [] : [thresholdLine(threshold, [Math.min(0, x.min ?? 0), last])],
    ],
    areas: bands.filter(({ hasSpread }) => hasSpread),
  });
}

function endsDiffer(series: readonly Series[]): boolean {
  return new Set(series.map(({ x }) => x[x.length - 1])).size > 1;
}
