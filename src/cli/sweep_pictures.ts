/** The pictures of a sweep. @module */
import { join } from "@std/path";
import type { Experiment } from "../config/experiment.ts";
import { showValue } from "../config/expansion.ts";
import { type Axis, drawLines, type Series } from "../report/chart.ts";
import { comparisonPicture } from "../report/pictures/comparison.ts";
import { heatMapPicture } from "../report/pictures/heat_map.ts";
import { svgToPng } from "../report/raster.ts";
import { movingMean } from "../report/statistics.ts";
import { makeFolder, writeWhole } from "../train/write_whole.ts";
import { type ConfigurationResult, rank, type RunResult } from "./sweep_results.ts";

/** Colours that tell lines apart: more lines are not drawn. */
const mostLines = 7;
/** Training episodes that a point of a curve averages. */
const smoothing = 20;

/** A number of each configuration, with its interval. */
interface Outcome {
  /** Of the files. */
  readonly file: string;
  /** In titles and on axes. */
  readonly name: string;
  /** What the values and the interval are. */
  readonly subtitle: string;
  readonly of: (result: ConfigurationResult) => {
    readonly middle: number;
    readonly low: number;
    readonly high: number;
  };
}

/** Draws learning curves and, over one or two keys of a grid, what came of each value: SVG and PNG. */
export async function drawSweep(
  experiment: Experiment,
  { results, folder }: { readonly results: readonly ConfigurationResult[]; readonly folder: string },
): Promise<void> {
  await makeFolder(folder);
  const outcomes = outcomesOf(experiment);
  const pictures: Record<string, string> = { ...await drawCurves(experiment, results) };
  const [first, second] = experiment.keys;
  if (experiment.keys.length === 1 && isNumeric(results, first!)) {
    for (const outcome of outcomes) {
      const svg = await drawEffect(results, { key: first!, outcome });
      if (svg) pictures[`effect-${outcome.file}`] = svg;
    }
  } else if (experiment.keys.length === 2 && isGrid(experiment)) {
    for (const outcome of outcomes) {
      const svg = await drawGrid(experiment, { results, rows: first!, columns: second!, outcome });
      if (svg) pictures[`heat-map-${outcome.file}`] = svg;
    }
  }
  for (const [name, svg] of Object.entries(pictures)) await writePicture(join(folder, name), svg);
}

/** Writes a picture as SVG and as PNG of twice the size. @param path Without extension. */
export async function writePicture(path: string, svg: string): Promise<void> {
  await writeWhole(`${path}.svg`, svg);
  await writeWhole(`${path}.png`, await svgToPng(svg, { width: 1600 }));
}

function outcomesOf({ seeds, threshold }: Experiment): Outcome[] {
  const over = `over ${seeds.length} seed${seeds.length === 1 ? "" : "s"}`;
  const final: Outcome = {
    file: "return",
    name: "Greedy return",
    subtitle: `best checkpoints: inter-quartile mean and 95% interval ${over}`,
    of: ({ final }) => ({ middle: final?.mean ?? NaN, low: final?.low ?? NaN, high: final?.high ?? NaN }),
  };
  if (threshold === undefined) return [final];
  const steps: Outcome = {
    file: "steps",
    name: `Steps to a return of ${threshold}`,
    subtitle: `median and quartiles ${over}; left out where half of the runs never get there`,
    of: ({ steps: { median, low, high } }) => ({ middle: median, low, high }),
  };
  return [final, steps];
}

/** What a number in a config does; undefined when there is nothing to draw. */
async function drawEffect(
  results: readonly ConfigurationResult[],
  { key, outcome }: { readonly key: string; readonly outcome: Outcome },
): Promise<string | undefined> {
  const points = results
    .map((result) => ({ x: result.configuration.values[key] as number, ...outcome.of(result) }))
    .filter(({ middle }) => Number.isFinite(middle))
    .sort((a, b) => a.x - b.x);
  if (points.length === 0) return undefined;
  const x = points.map((point) => point.x);
  return await drawLines({
    title: `${outcome.name} by ${key}`,
    subtitle: outcome.subtitle,
    x: axisOf(key, x),
    y: { name: outcome.name },
    lines: [{ name: outcome.name, x, y: points.map(({ middle }) => middle), points: true }],
    areas: [{ name: "Interval", x, low: points.map(({ low }) => low), high: points.map(({ high }) => high) }],
  });
}

/** Powers of ten are evenly spaced where the values lie far apart. */
function axisOf(name: string, values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low > 0 && high >= 20 * low
    ? { name, log: true, min: low, max: high }
    : { name, min: low, max: high };
}

async function drawGrid(
  { configurations }: Experiment,
  { results, rows, columns, outcome }: {
    readonly results: readonly ConfigurationResult[];
    readonly rows: string;
    readonly columns: string;
    readonly outcome: Outcome;
  },
): Promise<string | undefined> {
  const valuesOf = (key: string) => distinct(configurations.map(({ values }) => values[key]));
  const cells = configurations.map((configuration) => {
    const result = results.find((one) => one.configuration === configuration);
    const middle = result ? outcome.of(result).middle : NaN;
    return Number.isFinite(middle) ? middle : undefined;
  });
  if (cells.every((cell) => cell === undefined)) return undefined;
  const parameter = (key: string) => ({
    name: key,
    values: valuesOf(key).map((value) => typeof value === "number" ? value : showValue(value)),
  });
  return await heatMapPicture(cells, {
    title: outcome.name,
    subtitle: outcome.subtitle.replace(/ and (95% interval|quartiles)/, ""),
    rows: parameter(rows),
    columns: parameter(columns),
  });
}

/** Learning curves of the best configurations, as many as colours can tell apart. */
async function drawCurves(
  { configurations, threshold }: Experiment,
  results: readonly ConfigurationResult[],
): Promise<Record<string, string>> {
  const drawn = rank(results).filter(({ final }) => final).slice(0, mostLines);
  const shown = results.filter((result) => drawn.includes(result)); // In the experiment's order.
  if (shown.length === 0) return {};
  const best = shown.length < configurations.length
    ? `; the best ${shown.length} of ${configurations.length}`
    : "";
  const options = {
    x: { name: "Environment step" },
    beyond: "hold" as const,
    subtitle: `mean, with the middle half of the seeds; a run that is over keeps its last value${best}`,
    ...threshold === undefined ? {} : { threshold },
  };
  const groups = (series: (run: RunResult) => Series) =>
    shown.map(({ configuration: { name }, runs }) => ({
      name,
      series: runs.filter(({ failed }) => !failed).map(series).filter(({ x }) => x.length > 0),
    })).filter((group) => group.series.length > 0);
  const smooth = ({ training: { x, y } }: RunResult) => ({ x, y: movingMean(y, smoothing) });
  const [evaluations, training] = [groups((run) => run.evaluations), groups(smooth)];
  return {
    ...evaluations.length === 0 ? {} : {
      "curves-evaluation": await comparisonPicture(evaluations, {
        ...options,
        title: "Greedy evaluation",
        y: { name: "Mean return" },
      }),
    },
    ...training.length === 0 ? {} : {
      "curves-training": await comparisonPicture(training, {
        ...options,
        title: "Training",
        y: { name: `Mean return of ${smoothing} episodes` },
      }),
    },
  };
}

function isNumeric(results: readonly ConfigurationResult[], key: string): boolean {
  return results.length > 1 &&
    results.every(({ configuration }) => typeof configuration.values[key] === "number");
}

/** Whether the configurations are the product of the values of two keys, the second changing fastest. */
function isGrid({ configurations, keys: [rows, columns] }: Experiment): boolean {
  const values = (key: string) => distinct(configurations.map((configuration) => configuration.values[key]));
  const wanted = values(rows!).flatMap((row) =>
    values(columns!).map((column) => JSON.stringify([row, column]))
  );
  const found = configurations.map((configuration) =>
    JSON.stringify([configuration.values[rows!], configuration.values[columns!]])
  );
  return found.length === wanted.length && found.every((pair, i) => pair === wanted[i]);
}

function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
