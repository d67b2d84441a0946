/** Going on with a run in its folder, as if it had never been ended. @module */
import { basename, join, resolve } from "@std/path";
import { isSame } from "../config/values.ts";
import { UsageError } from "../core/errors.ts";
import { resumedConfig } from "../config/resumable.ts";
import type { RunConfig } from "../config/run_config.ts";
import { whole } from "../core/numbers.ts";
import { assertPlainPaths } from "../format/untrusted_file.ts";
import { disk } from "../train/disk.ts";
import { type LatestState, latestState, stepOf } from "../train/latest_state.ts";
import { makeFolder, removePath, removeTemporaries } from "../train/atomic_write.ts";
import { type HeldFolder, ResumedFolder } from "./held_folder.ts";
import { FolderLock, lockFile } from "../runs/folder_lock.ts";
import { sweepResumeAdvice } from "./resume_advice.ts";
import { note } from "../command/printing.ts";
import { exists, readRun, type RunPaths, runPaths } from "../runs/run_folder.ts";
import { isDone, readSummary, type Summary } from "../runs/summary.ts";
import { sweepPaths } from "./sweep_folder.ts";
import { trainRun, type TrainRunOptions } from "./train_run.ts";

/** How {@linkcode resumeRun} goes on. */
export interface ResumeOptions extends Omit<TrainRunOptions, "out" | "held"> {
  /** Values of the config that change, as in `budget.steps=100000`. */
  readonly set: readonly string[];
}

/**
 * Goes on with the run in `folder` from its latest whole state. Without one the run begins anew; one that is done already is
 * left as it is.
 *
 * @throws {UsageError} When the folder is no run, or a value changes that may not.
 */
export async function resumeRun(
  folder: string,
  { set, ...options }: ResumeOptions,
): Promise<Summary | undefined> {
  if (exists(sweepPaths(folder).experiment)) {
    throw new UsageError(
      `Cannot go on with the run ${folder}: it is the folder of a sweep, wanted that of a run. ` +
        `For a sweep ${sweepResumeAdvice(folder)}`,
    );
  }
  const { preset, config: written, paths } = await readRun(folder);
  const config = resumedConfig(written, set, `the run ${folder}`);
  assertOwnFolders(paths);
  const tell = options.silent ? () => {} : note;
  const lock = new FolderLock(folder);
  try {
    removeTemporaries(folder);
    const summary = await readSummary(paths.summary);
    if (summary && isDone(summary) && isSame(written, config)) {
      tell(
        `${folder} is done already: ${summary.stopReason}. A larger budget goes on, as in --set budget.steps=...`,
      );
      return summary;
    }
    const latest = await latestState(paths.states, tell);
    const loaded = { name: preset ?? summary?.preset ?? basename(resolve(folder)), config };
    if (!latest) {
      tell(`${folder} holds no whole state: the run begins anew`);
      await clear(paths);
      lock.close();
      return await trainRun(loaded, { ...options, out: folder });
    }
    if (!options.quiet) tell(`going on from step ${whole(stepOf(latest))}`);
    const held = new ResumedFolder(paths, lock, latest);
    return await trainRun(loaded, { ...options, out: folder, held });
  } finally {
    lock.close();
  }
}

/**
 * What a run of a sweep goes on from: the latest whole state in its folder, if that is of the same config, of whatever budget.
 * Whatever else is in the folder is removed.
 */
export async function openForResume(folder: string, config: RunConfig): Promise<HeldFolder | undefined> {
  const paths = runPaths(folder);
  assertPlainPaths([folder]);
  if (exists(paths.config)) {
    assertOwnFolders(paths);
    const written = (await readRun(folder)).config;
    if (isSame({ ...written, budget: config.budget }, config)) {
      const lock = new FolderLock(folder);
      let latest: LatestState | undefined;
      try {
        latest = await latestState(paths.states);
      } finally {
        if (!latest) lock.close();
      }
      if (latest) return new ResumedFolder(paths, lock, latest);
    }
  }
  removePath(folder);
  return undefined;
}

/** @throws {UsageError} When what is written to a folder of a run would lie elsewhere. */
function assertOwnFolders({ states, checkpoints, tensorBoard, pictures }: RunPaths): void {
  assertPlainPaths([states, checkpoints, tensorBoard, pictures]);
}

/** Leaves of a run what one leaves that was killed in its start. */
async function clear({ folder, config, checkpoints }: RunPaths): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (path !== config && name !== lockFile) disk().remove(path, { recursive: true });
  }
  await makeFolder(checkpoints);
}
