/** Successive halving in a sweep: which runs are next, and what they came to at their rungs. @module */
import type { Configuration } from "../config/configurations.ts";
import type { Experiment } from "../config/experiment.ts";
import {
  decide,
  expectedTrainings,
  type Halving,
  halvingMetric,
  rungsOf,
  type Standing,
  trialValue,
} from "../config/halving.ts";
import { UsageError } from "../core/errors.ts";
import { encodeCsvRow, parseCsv } from "../format/csv.ts";
import { readUntrustedTextIfThere } from "../format/untrusted_file.ts";
import { writeAtomically } from "../train/atomic_write.ts";
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
  /** Environment steps of each. */
  readonly steps: readonly number[];
  readonly #halving: Halving;
  readonly #path: string;
  readonly #plan: ReadonlyMap<Configuration, readonly PlannedRun[]>;
  readonly #configurations: readonly Configuration[];
  readonly #trials: ReadonlyMap<Configuration, number>;
  /** By configuration, seed and rung. */
  readonly #values = new Map<string, number>();
  #standings: readonly Standing[] = [];

  /** Holds no values yet. @param path Of `rungs.csv`. */
  constructor(
    experiment: Experiment,
    { runs, path }: { readonly runs: readonly PlannedRun[]; readonly path: string },
  ) {
    this.#halving = experiment.halving!;
    this.#configurations = experiment.configurations;
    this.#trials = new Map(experiment.configurations.map((configuration, trial) => [configuration, trial]));
    this.steps = rungsOf(this.#halving, experiment.configurations[0]!.config.budget.steps!);
    this.rungs = this.steps.length;
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

  /** Whether it is known what a run came to at a rung. */
  has(run: PlannedRun, rung: number): boolean {
    return this.#values.has(keyOf(nameOf(run), rung));
  }

  /** What is to be trained next; undefined when the search is over. */
  next(): RungRuns | undefined {
    const { reduction } = this.#halving;
    const trials = this.#configurations.length;
    const { standings, next } = decide(trials, { reduction, rungs: this.rungs }, (trial, rung) => {
      const values = this.#runsOf(trial).map((run) => this.#values.get(keyOf(nameOf(run), rung)));
      return trialValue(values, this.#halving);
    });
    this.#standings = standings;
    if (!next) return undefined;
    const steps = this.steps[next.rung]!;
    const missing = next.trials.flatMap((trial) => this.#runsOf(trial)).filter((run) =>
      !this.has(run, next.rung)
    );
    const runs = missing.map((run) => ({
      ...run,
      config: { ...run.config, budget: { ...run.config.budget, steps } },
    }));
    return { rung: next.rung, steps, configurations: next.trials.length, runs };
  }

  #runsOf(trial: number): readonly PlannedRun[] {
    return this.#plan.get(this.#configurations[trial]!)!;
  }

  /** Takes in what runs that were trained to a rung came to there, and writes it down. */
  async take(
    runs: readonly PlannedRun[],
    { rung, failed }: { readonly rung: number; readonly failed: (run: PlannedRun) => boolean },
  ): Promise<void> {
    for (const run of runs) this.add(run, { rung, value: failed(run) ? -Infinity : await this.#read(run) });
    await this.write();
  }

  /** Takes in what a run came to at a rung; -Infinity where it failed. */
  add(run: PlannedRun, { rung, value }: { readonly rung: number; readonly value: number }): void {
    this.#values.set(keyOf(nameOf(run), rung), value);
  }

  /** Writes down what is known. */
  async write(): Promise<void> {
    const rows = this.#configurations.flatMap((configuration) =>
      this.#plan.get(configuration)!.flatMap((run) =>
        this.steps.flatMap((steps, rung) => {
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
    const { mode } = halvingMetric(this.#halving);
    const value = mode === "min" ? -standing[rung]! : standing[rung]!;
    return { steps: this.steps[rung]!, value, isLast: standing.length === this.rungs };
  }

  /** The latest value of the metric. */
  async #read({ folder }: PlannedRun): Promise<number> {
    const { y } = series(await readColumns(runPaths(folder).metrics), "step", this.#halving.metric);
    return y.at(-1) ?? -Infinity;
  }
}

function nameOf({ configuration: { slug }, seed }: PlannedRun): string {
  return runName(slug, seed);
}

function keyOf(run: string, rung: number): string {
  return `${run}@${rung}`;
}
