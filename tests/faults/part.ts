/** What a part of `deno task test:faults` is. @module */

/** How a part is run. */
export interface PartOptions {
  /** Which cases; those of one seed are always the same. */
  readonly seed: number;
  /** Takes lines about what goes on. */
  readonly tell: (line: string) => void;
}

/** What came of a part. */
export interface PartReport {
  /** Numbers by their names, as in `{ "refused": 2000 }`. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** What did not survive, a line each; none in a run that passes. */
  readonly failures: readonly string[];
}

/** A part. */
export interface Part {
  /** As `--only` takes it. */
  readonly name: string;
  /** What it tries, in a line. */
  readonly summary: string;
  run(options: PartOptions): Promise<PartReport>;
}
