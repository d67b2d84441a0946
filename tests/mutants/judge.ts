/** What becomes of one mutant. @module */
import type { Imports } from "../architecture.ts";
import type { Mutant } from "./mutate.ts";
import { dependenciesOf, importersOf, testsOf } from "./nearest.ts";
import type { Baseline, Outcome, State } from "./state.ts";
import type { Workshop } from "./workshop.ts";

/** Seconds of a test file that waits until the quick ones have passed, and of files that run in one process. */
const long = 20;

/** The verdict on a mutant and the test file that gave it. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly by?: string;
}

/** Tries mutants in a workshop, and learns there how long the tests take. */
export class Judge {
  readonly #workshop: Workshop;
  readonly #state: State;
  readonly #dependencies: Imports;

  constructor(workshop: Workshop, state: State) {
    this.#workshop = workshop;
    this.#state = state;
    this.#dependencies = dependenciesOf(workshop.sources);
  }

  /** Runs the tests that see the mutant's file until one fails. */
  async judge(mutant: Mutant): Promise<Judgement> {
    const importers = importersOf(mutant.file, this.#dependencies);
    const compiles = mutant.file.endsWith(".wgsl") ||
      await this.#workshop.with(mutant, () => this.#workshop.checks(importers));
    if (!compiles) return { outcome: "uncompilable" };
    for await (const tests of this.#batches(mutant.file)) {
      const seconds = tests.reduce((sum, test) => sum + test.seconds, 0);
      const files = tests.map(({ test }) => test);
      const ended = await this.#workshop.with(mutant, () => this.#workshop.test(files, 60 + 3 * seconds));
      if (!ended) return { outcome: "timeout", by: files.join(" ") };
      if (ended.success) continue;
      // A kernel that the device refuses is no mutant, whatever test met it.
      if (/Cannot (?:compile|create) \S+\.wgsl/.test(ended.output)) return { outcome: "uncompilable" };
      const by = [...ended.output.matchAll(/^running \d+ tests? from \.\/(\S+)$/gm)].at(-1)?.[1];
      return { outcome: "killed", by: by ?? files.join(" ") };
    }
    return { outcome: "survived" };
  }

  /** Test files, the nearest first and the long ones last, in groups that take a while together. */
  async *#batches(file: string): AsyncGenerator<Baseline[]> {
    const later: Baseline[] = [];
    let batch: Baseline[] = [];
    for (const test of testsOf(file, this.#dependencies).keys()) {
      const baseline = this.#state.baselines.get(test) ?? await this.#measure(test);
      if (!baseline.passes) continue;
      if (baseline.seconds > long) {
        later.push(baseline);
        continue;
      }
      batch.push(baseline);
      if (batch.reduce((sum, { seconds }) => sum + seconds, 0) < long / 2) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
    for (const baseline of later.sort((a, b) => a.seconds - b.seconds)) yield [baseline];
  }

  /** Runs a test file on the unchanged tree: one that fails there says nothing about a mutant. */
  async #measure(test: string): Promise<Baseline> {
    const start = performance.now();
    const ended = await this.#workshop.test([test], 900);
    const seconds = (performance.now() - start) / 1000;
    const baseline = { test, seconds: Number(seconds.toFixed(1)), passes: ended?.success ?? false };
    if (!baseline.passes) console.log(`${test} fails on the unchanged tree and is left out`);
    this.#state.add(baseline);
    return baseline;
  }
}
