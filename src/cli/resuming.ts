/** Going on with a run in its folder, as if it had never been ended. @module */
import { basename, join, resolve } from "@std/path";
import { isSame } from "../config/names.ts";
import { resumedConfig } from "../config/resumable.ts";
import { interrupted } from "../core/events.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { disk } from "../train/disk.ts";
import { latestState } from "../train/kept_states.ts";
import { makeFolder, writeWhole } from "../train/write_whole.ts";
import { note } from "./printing.ts";
import { readSummary } from "./run_data.ts";
import { encodeConfig, readRun, type RunPaths, type Summary } from "./run_folder.ts";
import { type TrainingOptions, trainToFolder } from "./training.ts";

/** How {@linkcode resumeInFolder} goes on. */
export interface ResumeOptions extends Omit<TrainingOptions, "out" | "resume"> {
  /** Values of the config that change, as in `budget.steps=100000`. */
  readonly set: readonly string[];
}

/**
 * Goes on with the run in `folder` from its latest whole state. Without one the run begins anew; one that is done already is
 * left as it is.
 *
 * @throws {UsageError} When the folder is no run, or a value changes that may not.
 */
export async function resumeInFolder(
  folder: string,
  { set, ...options }: ResumeOptions,
): Promise<Summary | undefined> {
  const { config: written, paths } = await readRun(folder);
  const config = resumedConfig(written, set, `the run ${folder}`);
  const summary = await readSummary(paths.summary);
  if (summary && isDone(summary) && isSame(written, config)) {
    note(
      `${folder} is done already: ${summary.stopReason}. A larger budget goes on, as in --set budget.steps=...`,
    );
    return summary;
  }
  const latest = await latestState(paths.states);
  for (const sentence of latest?.notes ?? []) note(sentence);
  const name = summary?.preset ?? await presetOf(paths);
  if (!latest) {
    note(`${folder} holds no whole state: the run begins anew`);
    await clear(paths);
    return await trainToFolder({ name, config }, { ...options, out: folder });
  }
  if (!isSame(written, config)) await writeWhole(paths.config, encodeConfig(config));
  const { step } = latest.kept.at(-1)!.progress;
  if (!options.quiet) note(`going on from step ${step}`);
  return await trainToFolder({ name, config }, { ...options, out: folder, resume: latest });
}

/** Whether nothing is left to do of a run. */
function isDone({ stopReason, evaluation }: Summary): boolean {
  return stopReason !== interrupted && evaluation !== null;
}

/** The name of a run's preset; its folder's where no checkpoint tells. */
async function presetOf({ last, folder }: RunPaths): Promise<string> {
  const { preset = basename(resolve(folder)) } = await loadCheckpoint(last)
    .then(({ metadata }) => metadata, (): Record<string, string> => ({}));
  return preset;
}

/** Leaves of a run what one leaves that was killed in its start. */
async function clear({ folder, config, checkpoints }: RunPaths): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (path !== config) disk().remove(path, { recursive: true });
  }
  await makeFolder(checkpoints);
}
