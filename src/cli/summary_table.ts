/** What the summaries of runs say, configuration by configuration. @module */
import type { RunConfig } from "../config/run_config.ts";
import { decimal, percent, whole } from "../core/numbers.ts";
import { UsageError } from "../core/errors.ts";
import { mean, quantile } from "../report/statistics.ts";
import { readRun } from "../runs/run_folder.ts";
import { readSummary, type Summary } from "../runs/summary.ts";
import { type ComparedRun, distinctFolders, groupRuns } from "./run_groups.ts";
import { table } from "./texts.ts";

/** The runs of a configuration. */
export interface ConfigurationSummary {
  /** The preset's name; several where presets of other names are the same configuration. */
  readonly preset: string;
  /** What sets it apart from the preset's other configurations, as in `capacity 1000`; empty where there is no other. */
  readonly configuration: string;
  /** The same, by the paths of the keys. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly environment: string;
  readonly seeds: readonly number[];
  /** Mean return of each run's final evaluation. */
  readonly means: readonly number[];
  /** Win rate of each run's final evaluation; empty where the environment does not tell. */
  readonly winRates: readonly number[];
  readonly steps: readonly number[];
  readonly wallSeconds: readonly number[];
}

/** A run that has ended with an evaluation. */
interface EndedRun extends ComparedRun {
  readonly config: RunConfig;
  readonly summary: Summary;
}

/**
 * Reads `summary.json` of each run; one that is given twice counts once.
 *
 * @throws {UsageError} When a folder is no run, or a run that has not ended with an evaluation, or its summary is not JSON;
 * and when two runs are of one configuration and one seed.
 */
export async function readSummaries(folders: readonly string[]): Promise<ConfigurationSummary[]> {
  const runs: EndedRun[] = [];
  for (const folder of distinctFolders(folders)) {
    const { config, paths } = await readRun(folder);
    const summary = await readSummary(paths.summary);
    if (!summary?.evaluation) throw notEnded(folder, summary);
    runs.push({ name: summary.preset, config, paths, summary });
  }
  const groups = Map.groupBy(groupRuns(runs).groups, ({ runs }) => presetsOf(runs));
  return [...groups].flatMap(([preset, alike]) => {
    const { keys, groups } = groupRuns(alike.flatMap(({ runs }) => runs)); // By what differs among these.
    return groups.map(({ name, values, runs }) => ({
      preset,
      configuration: keys.length > 0 ? name : "",
      values: Object.fromEntries(keys.map((key, i) => [key, values[i]])),
      ...summarize(runs),
    }));
  });
}

function presetsOf(runs: readonly EndedRun[]): string {
  return [...new Set(runs.map(({ name }) => name))].join(", ");
}

function summarize(
  runs: readonly EndedRun[],
): Omit<ConfigurationSummary, "preset" | "configuration" | "values"> {
  const summaries = runs.map(({ summary }) => summary);
  return {
    environment: runs[0]!.config.environment.id,
    seeds: summaries.map(({ seed }) => seed),
    means: summaries.map(({ evaluation }) => evaluation!.mean),
    winRates: summaries.flatMap(({ evaluation }) => evaluation!.winRate ?? []),
    steps: summaries.map(({ environmentSteps }) => environmentSteps),
    wallSeconds: summaries.map(({ wallSeconds }) => wallSeconds),
  };
}

function notEnded(folder: string, summary: Summary | undefined): UsageError {
  const found = summary ? "its final evaluation was interrupted" : "it has no summary.json";
  return new UsageError(`Cannot summarize the run ${folder}: ${found}, wanted a run that has ended`);
}

/** A row a configuration: its returns over the seeds, least to greatest, and the median of steps and wall time. */
export function summaryTable(summaries: readonly ConfigurationSummary[]): string {
  const wins = summaries.some(({ winRates }) => winRates.length > 0);
  const several = summaries.some(({ configuration }) => configuration !== "");
  const header = [
    "preset",
    ...several ? ["configuration"] : [],
    "environment",
    "runs",
    "mean",
    "min",
    "max",
    ...wins ? ["won"] : [],
    "steps",
    "seconds",
  ];
  const rows = summaries.map((
    { preset, configuration, environment, means, winRates, steps, wallSeconds },
  ) => [
    preset,
    ...several ? [configuration] : [],
    environment,
    whole(means.length),
    ...[mean(means), Math.min(...means), Math.max(...means)].map(decimal),
    ...wins
      ? [winRates.length > 0 ? `${percent(Math.min(...winRates))} to ${percent(Math.max(...winRates))}` : ""]
      : [],
    whole(quantile(steps, 0.5)),
    decimal(quantile(wallSeconds, 0.5)),
  ]);
  return table([header, ...rows], several ? 3 : 2);
}
