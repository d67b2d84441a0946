/** What came out of a sweep: each run from its folder, and what the runs of a configuration say together. @module */
import { join } from "@std/path";
import type { Configuration, Experiment } from "../config/experiment.ts";
import { interrupted } from "../core/events.ts";
import type { Series } from "../report/chart.ts";
import { bootstrapInterval, interquartileMean, quantile } from "../report/statistics.ts";
import { readRunData, series } from "./run_data.ts";
import { runPaths, type Summary } from "./run_folder.ts";
import type { PlannedRun } from "./sweep_folder.ts";

/** `failed.json` in the folder of a run that could not go on. */
export interface Failure {
  /** What it said. */
  readonly reason: string;
  readonly wallSeconds: number;
}

/** The path of a run's {@linkcode Failure}. */
export function failurePath(folder: string): string {
  return join(folder, "failed.json");
}

/** A run that is done. */
export interface RunResult {
  readonly run: PlannedRun;
  readonly failed: boolean;
  /** Environment steps before the first evaluation that reached the threshold; Infinity when none did. */
  readonly stepsToThreshold: number;
  /** Greedy play of the best checkpoint; absent when the run failed. */
  readonly final?: { readonly mean: number; readonly std: number };
  readonly wallSeconds: number;
  readonly stopReason: string;
  /** Mean return of evaluations over environment steps. */
  readonly evaluations: Series;
  /** Returns of training episodes over environment steps. */
  readonly training: Series;
}

/** The result of a run; undefined unless it is done. */
export async function readResult(
  run: PlannedRun,
  threshold: number | undefined,
): Promise<RunResult | undefined> {
  const summary = await readJson<Summary>(runPaths(run.folder).summary);
  const failure = summary ? undefined : await readJson<Failure>(failurePath(run.folder));
  const isDone = summary
    ? summary.stopReason !== interrupted && summary.evaluation !== null
    : failure !== undefined;
  if (!isDone) return undefined;
  const { metrics, episodes } = await readRunData(run.folder);
  const evaluations = series(metrics, "step", "evaluationMean");
  const reached = threshold === undefined
    ? -1
    : Array.from(evaluations.y).findIndex((mean) => mean >= threshold);
  return {
    run,
    failed: failure !== undefined,
    stepsToThreshold: failure || reached < 0 ? Infinity : evaluations.x[reached]!,
    ...summary?.evaluation ? { final: summary.evaluation } : {},
    wallSeconds: (summary ?? failure!).wallSeconds,
    stopReason: summary?.stopReason ?? `failed: ${failure!.reason}`,
    evaluations,
    training: series(episodes, "step", "return"),
  };
}

/** A file's value; undefined when there is none, or it is not whole. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as T;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What the runs of a configuration say together. */
export interface ConfigurationResult {
  readonly configuration: Configuration;
  /** Those that are done. */
  readonly runs: readonly RunResult[];
  /** Runs that could not go on. They count as unsolved, and are not in `final`. */
  readonly failed: number;
  /** Share of the runs that reached the threshold. */
  readonly solved: number;
  /** Environment steps to the threshold over all runs; Infinity where a quartile lies among those that never did. */
  readonly steps: { readonly median: number; readonly low: number; readonly high: number };
  /**
   * Greedy returns of the best checkpoints: inter-quartile mean with its 95% bootstrap interval. Absent where every run
   * failed.
   */
  readonly final?: { readonly mean: number; readonly low: number; readonly high: number };
}

/** The configurations that have a run that is done. */
export function summarize(
  { configurations }: Experiment,
  results: readonly RunResult[],
): ConfigurationResult[] {
  return configurations.flatMap((configuration) => {
    const runs = results.filter(({ run }) => run.configuration === configuration);
    return runs.length > 0 ? [summarizeRuns(configuration, runs)] : [];
  });
}

function summarizeRuns(configuration: Configuration, runs: readonly RunResult[]): ConfigurationResult {
  const steps = runs.map(({ stepsToThreshold }) => stepsToThreshold);
  const returns = runs.flatMap(({ final }) => final ? [final.mean] : []);
  // Between two runs that never reached it, the way is as long: Infinity - Infinity is no number.
  const quartile = (p: number) => {
    const value = quantile(steps, p);
    return Number.isNaN(value) ? Infinity : value;
  };
  const summary = {
    configuration,
    runs,
    failed: runs.filter(({ failed }) => failed).length,
    solved: steps.filter(Number.isFinite).length / runs.length,
    steps: { median: quartile(0.5), low: quartile(0.25), high: quartile(0.75) },
  };
  if (returns.length === 0) return summary;
  const [low, high] = bootstrapInterval([returns], interquartileMean);
  return { ...summary, final: { mean: interquartileMean(returns), low, high } };
}

/**
 * Configurations from best to worst: those of fewer failed runs first, then by the greater mean of final returns, then by
 * fewer steps to the threshold.
 */
export function rank(results: readonly ConfigurationResult[]): ConfigurationResult[] {
  const mean = ({ final }: ConfigurationResult) => final?.mean ?? -Infinity;
  const order = (a: number, b: number) => a === b ? 0 : a < b ? -1 : 1;
  return results.toSorted((a, b) =>
    order(a.failed, b.failed) || order(mean(b), mean(a)) || order(a.steps.median, b.steps.median)
  );
}
