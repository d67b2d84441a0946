/** What a mutation run has found out, a line of JSON each, so that it can be ended and go on. @module */
import type { Mutant } from "./mutate.ts";

/** What became of a mutant. `uncompilable` ones are no mutants, as a compiler sees them before any test does. */
export const outcomes = ["killed", "timeout", "survived", "equivalent", "uncompilable"] as const;

/** One of {@linkcode outcomes}. */
export type Outcome = typeof outcomes[number];

/** A mutant and what became of it. */
export interface Verdict extends Mutant {
  readonly outcome: Outcome;
  /** The test file that failed. */
  readonly by?: string;
}

/** A test file on the unchanged tree. */
export interface Baseline {
  readonly test: string;
  readonly seconds: number;
  readonly passes: boolean;
}

/** The state of a run, in memory and in a file. */
export class State {
  readonly verdicts: Map<string, Verdict> = new Map();
  readonly baselines: Map<string, Baseline> = new Map();
  readonly #path: string;

  /** Reads what `path` holds; a file that is not there is an empty one. */
  constructor(path: string) {
    this.#path = path;
    for (const line of readLines(path)) this.#take(JSON.parse(line));
  }

  /** Adds to memory and file. */
  add(entry: Verdict | Baseline): void {
    this.#take(entry);
    Deno.writeTextFileSync(this.#path, JSON.stringify(entry) + "\n", { append: true });
  }

  #take(entry: Verdict | Baseline): void {
    if ("test" in entry) this.baselines.set(entry.test, entry);
    else this.verdicts.set(entry.id, entry);
  }
}

/** The whole lines of a file: one that an end of the run cut off is none. */
function readLines(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").slice(0, -1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The figures of a run and its survivors, as `file:line before → after`. */
export function report(verdicts: readonly Verdict[]): string {
  const count = (outcome: Outcome) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const survivors = verdicts.filter(({ outcome }) => outcome === "survived");
  return [
    outcomes.map((outcome) => `${count(outcome)} ${outcome}`).join(", "),
    ...survivors.map(lineOf).sort(),
  ].join("\n");
}

/** `file:line before → after`. */
export function lineOf({ file, line, before, after }: Mutant): string {
  return `${file}:${line} ${before.trim()} → ${after.trim() || "(gone)"}`;
}
