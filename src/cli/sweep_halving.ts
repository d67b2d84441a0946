/** Successive halving in a sweep: which runs are next, and what they came to at their rungs. @module */
import type { Configuration } from "../config/configurations.ts";
import type { Experiment } from "../config/experiment.ts";
import { expectedTrainings, type Halving, nextTrials, rungsOf } from "../config/halving.ts";
import { UsageError } from "../core/errors.ts";
import { encodeCsvRow, parseCsv } from "../format/csv.ts";
import { readUntrustedTextIfThere } from "../format/untrusted_file.ts";
import { writeAtomically } from "../train/atomic_write.ts";
import { type Metric, metricNames } from "../train/callbacks/metrics.ts";
import { runPaths } from "../runs/run_folder.ts";
import { readColumns, series } from "./run_data.ts";
import { type PlannedRun, runName } from "./sweep_folder.ts";

/** How far a configuration was trained. */
export interface ReachedRung {
  /** Environment steps. */
  readonly steps: number;
  /** Mean of the metric over the seeds there; -Infinity where one of them failed. */
  readonly value: number;
  /** Whether that is the whole budget. */
  readonly isLast: boolean;
}

/** Runs that are to be trained to a rung. */
export interface RungRuns {
  readonly rung: number;
  /** Environment steps. */
  readonly steps: number;
  /** Configurations that go there, those that are there already included. */
  readonly configurations: number;
  /** Those that are not there yet, with the budget of the rung. */
  readonly runs: readonly PlannedRun[];
}

const header = ["configuration", "seed", "rung", "steps", "value"];

/**
 * The search of a sweep. A trial is a configuration with all its seeds. What runs came to at a rung is written down in
 * `rungs.csv` as they come there; by that alone every decision is made anew, in the same order, whenever a sweep goes on.
 */
export class HalvingSearch {
  /** Number of rungs. */
  readonly rungs: number;
  readonly #halving: Halving;
  readonly #steps: readonly number[];
  readonly #path: string;
  readonly #plan: ReadonlyMap<Configuration, readonly PlannedRun[]>;
  readonly #configurations: readonly Configuration[];
  readonly #trials: ReadonlyMap<Configuration, number>;
  /** By configuration, seed and rung. */
  readonly #values = new Map<string, number>();
  #standings: number[][] = [];

  /** Holds no values yet. @param path Of `rungs.csv`. */
  constructor(
    experiment: Experiment,
    { runs, path }: { readonly runs: readonly PlannedRun[]; readonly path: string },
  ) {
    this.#halving = experiment.halving!;
    this.#configurations = experiment.configurations;
    this.#trials = new Map(experiment.configurations.map((configuration, trial) => [configuration, trial]));
    this.#steps = rungsOf(this.#halving, experiment.configurations[0]!.config.budget.steps!);
    this.rungs = this.#steps.length;
    this.#path = path;
    this.#plan = Map.groupBy(runs, ({ configuration }) => configuration);
    this.#standings = this.#configurations.map(() => []);
  }

  /** Takes in what was written down before. @throws {UsageError} When the file is none of a sweep. */
  async open(): Promise<void> {
    const text = await readUntrustedTextIfThere(this.#path);
    if (text === undefined) return;
    const { header: found, rows } = parseCsv(text);
    if (found.join() !== header.join()) {
      throw new UsageError(
        `Cannot read ${this.#path}: its columns are ${found.join()}, wanted ${header.join()}`,
      );
    }
    for (const [slug, seed, rung, , value] of rows) {
      this.#values.set(
        keyOf(runName(slug!, Number(seed)), Number(rung)),
        value === "" ? -Infinity : Number(value),
      );
    }
  }

  /** Runs that have come to a rung, each counted at each of its rungs. */
  get done(): number {
    return this.#values.size;
  }

  /** Such runs that there will be, or a few more. */
  get expected(): number {
    const seeds = this.#plan.get(this.#configurations[0]!)!.length;
    const { reduction } = this.#halving;
    return seeds * expectedTrainings(this.#configurations.length, { reduction, rungs: this.rungs });
  }

  /** What is to be trained next; undefined when the search is over. */
  next(): RungRuns | undefined {
    const { reduction } = this.#halving;
    this.#standings = this.#configurations.map(() => []);
    for (;;) {
      const next = nextTrials(this.#standings, { reduction, rungs: this.rungs });
      if (!next) return undefined;
      const { rung, trials } = next;
      const all = trials.flatMap((trial) => this.#plan.get(this.#configurations[trial]!)!);
      const missing = all.filter((run) => !this.#values.has(keyOf(nameOf(run), rung)));
      const steps = this.#steps[rung]!;
      if (missing.length > 0) {
        const runs = missing.map((run) => ({
          ...run,
          config: { ...run.config, budget: { ...run.config.budget, steps } },
        }));
        return { rung, steps, configurations: trials.length, runs };
      }
      for (const trial of trials) this.#standings[trial]!.push(this.#valueOf(trial, rung));
    }
  }

  /** Takes in what runs that were trained to a rung came to there, and writes it down. */
  async take(
    runs: readonly PlannedRun[],
    { rung, failed }: { readonly rung: number; readonly failed: (run: PlannedRun) => boolean },
  ): Promise<void> {
    for (const run of runs) {
      this.#values.set(keyOf(nameOf(run), rung), failed(run) ? -Infinity : await this.#read(run));
    }
    const rows = this.#configurations.flatMap((configuration) =>
      this.#plan.get(configuration)!.flatMap((run) =>
        this.#steps.flatMap((steps, rung) => {
          const value = this.#values.get(keyOf(nameOf(run), rung));
          return value === undefined
            ? []
            : [[configuration.slug, run.seed, rung, steps, Number.isFinite(value) ? value : undefined]];
        })
      )
    );
    await writeAtomically(this.#path, `${[header, ...rows].map(encodeCsvRow).join("\n")}\n`);
  }

  /** How far a configuration has come by what was decided when {@linkcode next} was last asked. */
  reached(configuration: Configuration): ReachedRung | undefined {
    const standing = this.#standings[this.#trials.get(configuration)!]!;
    const rung = standing.length - 1;
    if (rung < 0) return undefined;
    const { mode } = metric(this.#halving);
    const value = mode === "min" ? -standing[rung]! : standing[rung]!;
    return { steps: this.#steps[rung]!, value, isLast: standing.length === this.rungs };
  }

  /** Mean over the seeds, the greater the better. */
  #valueOf(trial: number, rung: number): number {
    const values = this.#plan.get(this.#configurations[trial]!)!.map((run) =>
      this.#values.get(keyOf(nameOf(run), rung))!
    );
    if (values.some((value) => value === -Infinity)) return -Infinity;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return metric(this.#halving).mode === "min" ? -mean : mean;
  }

  /** The latest value of the metric. */
  async #read({ folder }: PlannedRun): Promise<number> {
    const { y } = series(await readColumns(runPaths(folder).metrics), "step", this.#halving.metric);
    return y.at(-1) ?? -Infinity;
  }
}

function metric({ metric }: Halving): Metric {
  return metricNames[metric as keyof typeof metricNames];
}

function nameOf({ configuration: { slug }, seed }: PlannedRun): string {
  return runName(slug, seed);
}

function keyOf(run: string, rung: number): string {
  return `${run}@${rung}`;
}
