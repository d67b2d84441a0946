/** Evaluates saved agents: greedy play, as numbers and as a table. @module */
import type { Evaluation } from "../core/events.ts";
import { decimal, percent, whole } from "../core/numbers.ts";
import { openRun, type OpenRunOptions } from "./saved_run.ts";
import type { EvaluationSummary } from "../runs/summary.ts";
import { table } from "./texts.ts";

/** How {@linkcode evaluateRun} plays. */
export interface EvaluateRunOptions extends OpenRunOptions {
  /** The config's `evaluation.final.episodes` by default. */
  readonly episodes?: number;
  /** The run's own by default. */
  readonly seed?: number;
  /** Whether noisy layers draw noise; as the config says by default. */
  readonly noise?: boolean;
  /** Ends the play when aborted: its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** How a saved agent did. */
export interface EvaluatedAgent extends Evaluation {
  /** The run's folder. */
  readonly run: string;
  /** The file that was loaded. */
  readonly checkpoint: string;
  /** Environment steps that it had been trained for; absent where the file does not say. */
  readonly step?: number;
  readonly environment: string;
  readonly seed: number;
}

/**
 * Loads an agent from a run's folder and plays.
 *
 * @throws {UsageError} When the folder is no run, or the checkpoint is not whole or another agent's.
 */
export async function evaluateRun(folder: string, options: EvaluateRunOptions): Promise<EvaluatedAgent> {
  const { checkpoint: name, device, ...play } = options;
  const { run, ...saved } = await openRun(folder, { checkpoint: name, device });
  try {
    const { environment, seed: own } = run.config;
    const seed = play.seed ?? own;
    return {
      run: folder,
      ...saved,
      environment: environment.id,
      seed,
      ...await run.evaluate({ ...play, seed }),
    };
  } finally {
    run.dispose();
  }
}

/** A row a run. */
export function evaluationTable(
  runs: readonly (EvaluationSummary & Pick<EvaluatedAgent, "run" | "environment">)[],
): string {
  const wins = runs.some(({ winRate }) => winRate !== undefined);
  const header = ["run", "environment", "episodes", "mean", "std", "min", "max", ...wins ? ["won"] : []];
  const rows = runs.map(({ run, environment, episodes, mean, std, min, max, winRate }) => [
    run,
    environment,
    whole(episodes),
    ...[mean, std, min, max].map((value) => decimal(value)),
    ...wins ? [winRate === undefined ? "" : percent(winRate)] : [],
  ]);
  return table([header, ...rows], 2);
}
