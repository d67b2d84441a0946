/** The pictures of a sweep, and of an experiment of kind "schedule", which trains nothing. @module */
import { join } from "@std/path";
import type { Configuration } from "../config/configurations.ts";
import type { Experiment } from "../config/experiment.ts";
import { sharedThreshold } from "../config/threshold.ts";
import { toSchedule } from "../config/learner_options.ts";
import { distinct, showValue } from "../config/values.ts";
import { count } from "../core/numbers.ts";
import { scheduleValue } from "../core/schedule.ts";
import { encodeCsvRow } from "../format/csv.ts";
import { type Axis, drawLines } from "../report/chart.ts";
import { heatMapPicture } from "../report/pictures/heat_map.ts";
import { epsilonPicture } from "../report/pictures/learning.ts";
import { svgToPng } from "../report/raster.ts";
import { makeFolder, removePath, writeAtomically } from "../train/atomic_write.ts";
import { nameExperiment } from "../runs/run_names.ts";
import { drawCurves, type SweepPictures } from "./sweep_curves.ts";
import type { SweepPaths } from "./sweep_folder.ts";
import type { ConfigurationResult, ResultInterval } from "./sweep_results.ts";

/** A number of each configuration, with its interval. */
interface Outcome {
  /** Of the files. */
  readonly file: string;
  /** In titles and on axes. */
  readonly name: string;
  /** What the values are, and the intervals where these are shown. */
  readonly subtitle: (interval: boolean) => string;
  readonly of: (
    result: ConfigurationResult,
  ) => { readonly middle: number; readonly interval?: ResultInterval };
}

/**
 * Draws learning curves and, over one or two keys of a grid, what came of each value: SVG and PNG. A picture of former
 * seeds that could not be drawn anew is removed.
 */
export async function drawSweep(
  experiment: Experiment,
  { results, folder }: { readonly results: readonly ConfigurationResult[]; readonly folder: string },
): Promise<void> {
  await makeFolder(folder);
  const outcomes = outcomesOf(experiment, results);
  const pictures: SweepPictures = { ...await drawCurves(experiment, results) };
  const [first, second] = experiment.keys;
  if (experiment.keys.length === 1 && isNumeric(experiment, first!)) {
    for (const outcome of outcomes) {
      pictures[`effect-${outcome.file}`] = await drawEffect(experiment, { results, key: first!, outcome });
    }
  } else if (experiment.keys.length === 2 && isGrid(experiment)) {
    for (const outcome of outcomes) {
      const svg = await drawGrid(experiment, { results, rows: first!, columns: second!, outcome });
      pictures[`heat-map-${outcome.file}`] = svg;
    }
  }
  for (const [name, svg] of Object.entries(pictures)) {
    const path = join(folder, name);
    if (svg !== undefined) await writePicture(path, svg);
    else for (const ending of ["svg", "png"]) removePath(`${path}.${ending}`);
  }
}

/** Writes a picture as SVG and as PNG of twice the size. @param path Without extension. */
export async function writePicture(path: string, svg: string): Promise<void> {
  await writeAtomically(`${path}.svg`, svg);
  await writeAtomically(`${path}.png`, await svgToPng(svg, { width: 1600 }));
}

/** Of an experiment of kind "schedule": writes epsilon at counts 0, 1, ... of every configuration, `epsilon.csv` and a picture. */
export async function drawSchedules(experiment: Experiment, paths: SweepPaths): Promise<void> {
  const { configurations, counts } = experiment;
  const schedules = configurations.flatMap(({ name, config: { agent } }) =>
    agent.kind === "random" ? [] : [{ name, schedule: toSchedule(agent.exploration) }]
  );
  const rows = Array.from({ length: counts + 1 }, (_, count) => [
    count,
    ...schedules.map(({ schedule }) =>
      scheduleValue(schedule, { steps: count, updates: count, episodes: count })
    ),
  ]);
  const header = ["count", ...schedules.map(({ name }) => name)];
  await writeAtomically(paths.epsilon, `${[header, ...rows].map(encodeCsvRow).join("\n")}\n`);
  await makeFolder(paths.pictures);
  await writePicture(join(paths.pictures, "epsilon"), await epsilonPicture(schedules, { most: counts }));
}

function outcomesOf(experiment: Experiment, results: readonly ConfigurationResult[]): Outcome[] {
  const { seeds, configurations } = experiment;
  const several = seeds.length > 1;
  const over = `over ${count(seeds.length, "seed")}`;
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const note = (how: string) => failed > 0 ? `; ${count(failed, "failed run")} ${how}` : "";
  const final: Outcome = {
    file: "return",
    name: "Greedy return",
    subtitle: (interval) =>
      (several
        ? `best checkpoints: inter-quartile mean${interval ? " and 95% interval" : ""} ${over}`
        : "best checkpoint of one seed") + note("left out"),
    of: ({ final: { mean: middle, ...spread } = { mean: NaN } }) => ({ middle, ...spread }),
  };
  const thresholds = configurations.map(({ threshold }) => threshold);
  if (thresholds.every((threshold) => threshold === undefined)) return [final];
  const shared = sharedThreshold(thresholds);
  const steps: Outcome = {
    file: "steps",
    name: shared === undefined ? "Steps to the threshold" : `Steps to a return of ${shared}`,
    subtitle: (interval) =>
      (several
        ? `median${interval ? " and quartiles" : ""} ${over}; left out where half of the runs never get there`
        : "one seed; left out where it never gets there") + note("never did"),
    of: ({ steps: { median: middle, ...spread } }) => ({ middle, ...spread }),
  };
  return [final, steps];
}

/** What a number in a config does, over all values that are tried; undefined when there is nothing to draw. */
async function drawEffect(
  experiment: Experiment,
  { results, key, outcome }: {
    readonly results: readonly ConfigurationResult[];
    readonly key: string;
    readonly outcome: Outcome;
  },
): Promise<string | undefined> {
  const valueOf = ({ values }: Configuration) => values[key] as number;
  const points = results
    .map((result) => ({ x: valueOf(result.configuration), ...outcome.of(result) }))
    .filter(({ middle }) => Number.isFinite(middle))
    .sort((a, b) => a.x - b.x);
  if (points.length === 0) return undefined;
  const x = points.map((point) => point.x);
  const hasArea = points.some(({ interval }) => interval);
  const edge = (which: "low" | "high") => points.map(({ interval }) => interval?.[which] ?? NaN);
  return await drawLines({
    title: `${outcome.name} by ${key}`,
    subtitle: `${nameExperiment(experiment)}\n${outcome.subtitle(hasArea)}`,
    x: axisOf(key, experiment.configurations.map(valueOf)),
    y: { name: outcome.name },
    lines: [{ name: outcome.name, x, y: points.map(({ middle }) => middle), points: true }],
    areas: hasArea ? [{ name: "ResultInterval", x, low: edge("low"), high: edge("high") }] : [],
  });
}

/** From the least value to the greatest; powers of ten are evenly spaced where these lie far apart. */
function axisOf(name: string, values: readonly number[]): Axis {
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  return low > 0 && high >= 20 * low
    ? { name, log: true, min: low, max: high }
    : { name, min: low, max: high };
}

async function drawGrid(
  experiment: Experiment,
  { results, rows, columns, outcome }: {
    readonly results: readonly ConfigurationResult[];
    readonly rows: string;
    readonly columns: string;
    readonly outcome: Outcome;
  },
): Promise<string | undefined> {
  const { configurations } = experiment;
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
    subtitle: `${nameExperiment(experiment)}\n${outcome.subtitle(false)}`,
    rows: parameter(rows),
    columns: parameter(columns),
  });
}

function isNumeric({ configurations }: Experiment, key: string): boolean {
  return configurations.length > 1 && configurations.every(({ values }) => typeof values[key] === "number");
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
