/** What came out of a sweep: each run from its folder, and what the runs of a configuration say together. @module */
import type { Configuration } from "../config/configurations.ts";
import { interrupted } from "../core/events.ts";
import { bootstrapInterval, interquartileMean, quantile } from "../report/statistics.ts";
import { type Curve, readColumns, series } from "./run_data.ts";
import type { HalvingSearch, ReachedRung } from "./sweep_halving.ts";
import { runPaths } from "../runs/run_folder.ts";
import { failurePath, isDone, readFailure, readSummary } from "../runs/summary.ts";
import type { PlannedRun } from "./sweep_folder.ts";

/** A run that is done. */
export interface RunResult {
  readonly run: PlannedRun;
  readonly failed: boolean;
  /** Environment steps before the first evaluation that reached the threshold; Infinity when none did. */
  readonly stepsToThreshold: number;
  /** Greedy play of the best checkpoint; absent when the run failed. */
  readonly final?: { readonly mean: number; readonly std: number };
  /** Environment steps that it was trained; absent when it failed. */
  readonly steps?: number;
  readonly wallSeconds: number;
  readonly stopReason: string;
}

/**
 * The result of a run: `trained` where its training is over and evaluation or pictures are not, undefined where
 * there is nothing to keep.
 *
 * @throws {UsageError} When a file of it is not what a run writes.
 */
export async function readResult(
  run: PlannedRun,
): Promise<RunResult | "trained" | undefined> {
  const summary = await readSummary(runPaths(run.folder).summary);
  const failure = summary ? undefined : await readFailure(failurePath(run.folder));
  if (summary ? summary.stopReason === interrupted : failure === undefined) return undefined;
  if (summary && !isDone(summary)) return "trained";
  const evaluations = await evaluationCurve(run);
  const { threshold = Infinity } = run.configuration;
  const reached = evaluations.y.findIndex((mean) => mean >= threshold);
  return {
    run,
    failed: failure !== undefined,
    stepsToThreshold: failure || reached < 0 ? Infinity : evaluations.x[reached]!,
    ...summary?.evaluation ? { final: summary.evaluation } : {},
    ...summary ? { steps: summary.environmentSteps } : {},
    wallSeconds: (summary ?? failure!).wallSeconds,
    stopReason: summary?.stopReason ?? `failed: ${failure!.reason}`,
  };
}

/** Mean return of a run's evaluations over environment steps. */
export async function evaluationCurve({ folder }: PlannedRun): Promise<Curve> {
  return series(await readColumns(runPaths(folder).metrics), "step", "evaluationMean");
}

/** What runs say of how far others would lie apart. */
export interface ResultInterval {
  readonly low: number;
  readonly high: number;
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
  /**
   * Environment steps to the threshold over all runs: median and quartiles, Infinity where one lies among those that never
   * did. A single run has no quartiles.
   */
  readonly steps: { readonly median: number; readonly interval?: ResultInterval };
  /**
   * Greedy returns of the best checkpoints: inter-quartile mean with its 95% bootstrap interval, which a single one has not.
   * Absent where every run failed.
   */
  readonly final?: { readonly mean: number; readonly interval?: ResultInterval };
  /** How far it came, where not all are trained to the end. */
  readonly rung?: ReachedRung;
}

/** The results so far, as files hold them: what a configuration's runs say is found once, until it has another run. */
export class SweepResults {
  readonly #plan: readonly PlannedRun[];
  // By folder: a run has that whatever its budget is at the moment.
  readonly #runs = new Map<string, RunResult>();
  readonly #trained = new Set<string>();
  readonly #configurations = new Map<Configuration, ConfigurationResult>();
  readonly #search: Pick<HalvingSearch, "reached"> | undefined;

  /** Holds none yet. @param search What knows how far configurations come, where not all are trained to the end. */
  constructor(plan: readonly PlannedRun[], search?: Pick<HalvingSearch, "reached">) {
    this.#plan = plan;
    this.#search = search;
  }

  /**
   * Takes in what a run of the plan left in its folder, in place of what was known of it.
   *
   * @returns Whether it is to be kept.
   * @throws As {@linkcode readResult}.
   */
  async read(run: PlannedRun): Promise<boolean> {
    const result = await readResult(run);
    this.#forget(run);
    if (result === "trained") this.#trained.add(run.folder);
    else if (result) this.add(result);
    return result !== undefined;
  }

  /** Takes a run of the plan that is done. */
  add(result: RunResult): void {
    this.#forget(result.run);
    this.#runs.set(result.run.folder, result);
  }

  #forget({ folder, configuration }: PlannedRun): void {
    this.#runs.delete(folder);
    this.#trained.delete(folder);
    this.#configurations.delete(configuration);
  }

  /** Whether the run is done. */
  has(run: PlannedRun): boolean {
    return this.#runs.has(run.folder);
  }

  /** The result of a run that is done. */
  of(run: PlannedRun): RunResult | undefined {
    return this.#runs.get(run.folder);
  }

  /** Runs that are trained and not evaluated, in the order of the plan. */
  get trained(): PlannedRun[] {
    return this.#plan.filter((run) => this.#trained.has(run.folder));
  }

  /** Runs of which there is nothing yet, in the order of the plan. */
  get missing(): PlannedRun[] {
    return this.#plan.filter(({ folder }) => !this.#runs.has(folder) && !this.#trained.has(folder));
  }

  /** Runs that are done, in the order of the plan. */
  get runs(): RunResult[] {
    return this.#plan.flatMap((run) => this.#runs.get(run.folder) ?? []);
  }

  /** Configurations that have a run that is done, in the order of the plan. */
  get configurations(): ConfigurationResult[] {
    const runs = Map.groupBy(this.runs, ({ run }) => run.configuration);
    const all = new Set(this.#plan.map(({ configuration }) => configuration));
    return [...all].filter((configuration) => runs.has(configuration)).map((configuration) => {
      const found = this.#configurations.get(configuration) ??
        summarizeRuns(configuration, runs.get(configuration)!);
      this.#configurations.set(configuration, found);
      const rung = this.#search?.reached(configuration);
      return rung ? { ...found, rung } : found;
    });
  }
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
    steps: {
      median: quartile(0.5),
      ...runs.length > 1 ? { interval: { low: quartile(0.25), high: quartile(0.75) } } : {},
    },
  };
  if (returns.length === 0) return summary;
  const mean = interquartileMean(returns);
  const bounds = bootstrapInterval([returns], interquartileMean);
  if (!bounds) return { ...summary, final: { mean } };
  const [low, high] = bounds;
  return { ...summary, final: { mean, interval: { low, high } } };
}

/**
 * Configurations from best to worst: those that were trained to the end before those that were cut, those of fewer failed runs first, then by the greater mean of final returns, then by
 * fewer steps to the threshold.
 */
export function rank(results: readonly ConfigurationResult[]): ConfigurationResult[] {
  const mean = ({ final }: ConfigurationResult) => final?.mean ?? -Infinity;
  const order = (a: number, b: number) => a === b ? 0 : a < b ? -1 : 1;
  return results.toSorted((a, b) =>
    order(+isCut(a), +isCut(b)) || order(a.failed, b.failed) || order(mean(b), mean(a)) ||
    order(a.steps.median, b.steps.median)
  );
}

/** Whether a configuration was not trained to the end, or not yet. */
export function isCut({ rung }: ConfigurationResult): boolean {
  return rung !== undefined && !rung.isLast;
}
