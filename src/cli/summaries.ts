/** What the summaries of runs say, preset by preset. @module */
import { UsageError } from "../core/errors.ts";
import { mean, quantile } from "../report/statistics.ts";
import { readSummary } from "./run_data.ts";
import { readRun, type Summary } from "./run_folder.ts";
import { decimal, percent, whole } from "../core/numbers.ts";
import { table } from "./texts.ts";

/** The runs of a preset. */
export interface PresetSummary {
  readonly preset: string;
  readonly environment: string;
  readonly seeds: readonly number[];
  /** Mean return of each run's final evaluation. */
  readonly means: readonly number[];
  /** Win rate of each run's final evaluation; empty where the environment does not tell. */
  readonly winRates: readonly number[];
  readonly steps: readonly number[];
  readonly wallSeconds: readonly number[];
}

/**
 * Reads `summary.json` of each run.
 *
 * @throws {UsageError} When a folder is no run, or a run that has not ended with an evaluation, or its summary is not JSON.
 */
export async function readSummaries(folders: readonly string[]): Promise<PresetSummary[]> {
  const groups = new Map<string, { summary: Summary; environment: string }[]>();
  for (const folder of folders) {
    const { config, paths } = await readRun(folder);
    const summary = await readSummary(paths.summary);
    if (!summary?.evaluation) throw notEnded(folder, summary);
    const group = groups.get(summary.preset) ?? [];
    groups.set(summary.preset, [...group, { summary, environment: config.environment.id }]);
  }
  return Array.from(groups, ([preset, runs]) => ({
    preset,
    environment: [...new Set(runs.map(({ environment }) => environment))].join(", "),
    seeds: runs.map(({ summary }) => summary.seed),
    means: runs.map(({ summary }) => summary.evaluation!.mean),
    winRates: runs.flatMap(({ summary }) => summary.evaluation!.winRate ?? []),
    steps: runs.map(({ summary }) => summary.environmentSteps),
    wallSeconds: runs.map(({ summary }) => summary.wallSeconds),
  }));
}

function notEnded(folder: string, summary: Summary | undefined): UsageError {
  const found = summary ? "its final evaluation was interrupted" : "it has no summary.json";
  return new UsageError(`Cannot summarize the run ${folder}: ${found}, wanted a run that has ended`);
}

/** A row a preset: its returns over the seeds, least to greatest, and the median of steps and wall time. */
export function summaryTable(presets: readonly PresetSummary[]): string {
  const wins = presets.some(({ winRates }) => winRates.length > 0);
  const header = [
    "preset",
    "environment",
    "runs",
    "mean",
    "min",
    "max",
    ...wins ? ["won"] : [],
    "steps",
    "seconds",
  ];
  const rows = presets.map(({ preset, environment, means, winRates, steps, wallSeconds }) => [
    preset,
    environment,
    whole(means.length),
    ...[mean(means), Math.min(...means), Math.max(...means)].map(decimal),
    ...wins
      ? [winRates.length > 0 ? `${percent(Math.min(...winRates))} to ${percent(Math.max(...winRates))}` : ""]
      : [],
    whole(quantile(steps, 0.5)),
    decimal(quantile(wallSeconds, 0.5)),
  ]);
  return table([header, ...rows], 2);
}
