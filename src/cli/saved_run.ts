/** A run as it was saved: its config with one of its checkpoints. @module */
import { createRun } from "../config/build.ts";
import type { TrainingRun } from "../config/training_run.ts";
import type { DeviceChoice } from "../gpu/choice.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { readRun } from "../runs/run_folder.ts";

/** What {@linkcode openRun} opens. */
export interface OpenRunOptions {
  /** `best`, `last` or the path of a file. */
  readonly checkpoint: string;
  /** In place of the config's. */
  readonly device?: DeviceChoice | undefined;
}

/** What {@linkcode openRun} gives. */
export interface SavedRun {
  /** Its agent holds the checkpoint. The caller disposes of it. */
  readonly run: TrainingRun;
  /** The file that was loaded. */
  readonly checkpoint: string;
  /** Environment steps that the agent had been trained for; absent where the file does not say. */
  readonly step?: number;
}

/**
 * Makes the run of a folder again, with a trained agent.
 *
 * @throws {UsageError} When the folder is no run, or the checkpoint is not whole or another agent's.
 */
export async function openRun(folder: string, { checkpoint, device }: OpenRunOptions): Promise<SavedRun> {
  const { config: written, paths } = await readRun(folder);
  const config = device === undefined ? written : { ...written, device };
  const file = checkpoint === "best" || checkpoint === "last" ? paths[checkpoint] : checkpoint;
  const { state, metadata: { step } } = await loadCheckpoint(file);
  const run = await createRun(config);
  try {
    run.agent.load(state);
  } catch (error) {
    run.dispose();
    throw error;
  }
  return {
    run,
    checkpoint: file,
    ...step !== undefined && /^\d{1,15}$/.test(step) ? { step: Number(step) } : {},
  };
}
