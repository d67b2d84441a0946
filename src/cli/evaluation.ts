/** Greedy play of saved agents. @module */
import { createRun } from "../config/build.ts";
import type { Evaluation } from "../core/events.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { readRun } from "./run_folder.ts";

/** How {@linkcode evaluateRun} plays. */
export interface EvaluateRunOptions {
  /** The config's `evaluation.final.episodes` by default. */
  readonly episodes?: number;
  /** The run's own by default. */
  readonly seed?: number;
  /** `best`, `last` or the path of a file. */
  readonly checkpoint: string;
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
  const { config, paths } = await readRun(folder);
  const { checkpoint: name, ...play } = options;
  const checkpoint = name === "best" || name === "last" ? paths[name] : name;
  const { state, metadata: { step } } = await loadCheckpoint(checkpoint);
  const run = await createRun({ ...config, loop: "auto" });
  try {
    run.agent.load(state);
    const seed = play.seed ?? config.seed;
    const evaluation = await run.evaluate({ ...play, seed });
    const trained = step === undefined ? {} : { step: Number(step) };
    return { run: folder, checkpoint, ...trained, environment: config.environment.id, seed, ...evaluation };
  } finally {
    run.dispose();
  }
}
