/** The results of a sweep as files. @module */
import { relative } from "@std/path";
import type { Experiment } from "../config/experiment.ts";
import { count, decimal } from "../core/numbers.ts";
import { type CsvValue, encodeCsvRow } from "../format/csv.ts";
import { removePath, writeAtomically } from "../train/atomic_write.ts";
import { between } from "./results_table.ts";
import type { SweepPaths } from "./sweep_folder.ts";
import { type ConfigurationResult, rank, type RunResult, type SweepResults } from "./sweep_results.ts";

/** Writes `runs.csv`, `configurations.csv` and, once a run has not failed, `best.json`; one of other seeds is removed. */
export async function writeTables(
  experiment: Experiment,
  { results: { runs, configurations }, paths }: {
    readonly results: SweepResults;
    readonly paths: SweepPaths;
  },
): Promise<void> {
  await writeAtomically(paths.runTable, runTable(experiment, { runs, folder: paths.folder }));
  await writeAtomically(paths.configurationTable, configurationTable(experiment, configurations));
  const [best] = rank(configurations);
  if (best?.final) await writeAtomically(paths.best, bestPreset(experiment, best));
  else removePath(paths.best);
}

function runTable(
  { keys, halving }: Experiment,
  { runs, folder }: { readonly runs: readonly RunResult[]; readonly folder: string },
): string {
  const header = [
    "configuration",
    ...keys,
    "seed",
    "solved",
    "stepsToThreshold",
    "finalMean",
    "finalStd",
    ...halving ? ["steps"] : [],
    "wallSeconds",
    "stopReason",
    "folder",
  ];
  const rows = runs.map(({ run, stepsToThreshold, final, steps, wallSeconds, stopReason }) => [
    run.configuration.name,
    ...keys.map((key) => field(run.configuration.values[key])),
    run.seed,
    run.configuration.threshold === undefined ? undefined : Number.isFinite(stepsToThreshold) ? 1 : 0,
    finite(stepsToThreshold),
    final?.mean,
    final?.std,
    ...halving ? [steps] : [],
    wallSeconds,
    stopReason,
    relative(folder, run.folder).replaceAll("\\", "/"),
  ]);
  return csv([header, ...rows]);
}

function configurationTable(
  { keys, halving }: Experiment,
  results: readonly ConfigurationResult[],
): string {
  const header = [
    "configuration",
    ...keys,
    "runs",
    "failed",
    "solvedShare",
    "stepsToThresholdMedian",
    "stepsToThresholdLowerQuartile",
    "stepsToThresholdUpperQuartile",
    "finalInterquartileMean",
    "finalLow",
    "finalHigh",
    ...halving ? ["rungSteps", "rungValue"] : [],
  ];
  const rows = results.map((
    { configuration: { name, values, threshold }, runs, failed, solved, steps, final, rung },
  ) => [
    name,
    ...keys.map((key) => field(values[key])),
    runs.length,
    failed,
    threshold === undefined ? undefined : solved,
    ...[steps.median, steps.interval?.low, steps.interval?.high].map(finite),
    final?.mean,
    final?.interval?.low,
    final?.interval?.high,
    ...halving ? [rung?.steps, finite(rung?.value)] : [],
  ]);
  return csv([header, ...rows]);
}

/** A config that `deno task train --config` takes. */
function bestPreset(
  { name, seeds }: Experiment,
  { configuration, runs, final }: ConfigurationResult,
): string {
  const { mean, interval } = final!;
  const spread = interval ? ` (inter-quartile mean; 95% interval ${between(interval)})` : "";
  const description = `Best of the experiment ${name}: ${configuration.name}. ` +
    `Greedy return ${decimal(mean)}${spread} over ${count(runs.length, "seed")}.`;
  return `${JSON.stringify({ ...configuration.config, description, seed: seeds[0]! }, null, 2)}\n`;
}

function csv(rows: readonly (readonly CsvValue[])[]): string {
  return `${rows.map(encodeCsvRow).join("\n")}\n`;
}

/** A value of a config in a table: lists and objects as JSON. */
function field(value: unknown): CsvValue {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value as CsvValue;
}

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
