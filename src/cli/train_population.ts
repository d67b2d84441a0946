/** Runs that train together, each from its config to its folder. @module */
import type { LoadedConfig } from "../config/load.ts";
import { createPopulation, type Population } from "../config/population.ts";
import { interrupted } from "../core/events.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { type HeldFolder, NewFolder } from "./held_folder.ts";
import { runPaths } from "../runs/run_folder.ts";
import { finishRun, stateOptions, summaryOf } from "./train_run.ts";
import { watchers } from "./watchers.ts";

/** A run of a population. */
export interface FolderRun extends LoadedConfig {
  readonly folder: string;
  /** Its folder, where it was begun before. */
  readonly held?: HeldFolder | undefined;
}

/** How {@linkcode trainPopulation} trains. */
export interface TrainPopulationOptions {
  /** Ends the runs when aborted. Those whose training was not over have kept their states and no summary; see `giveUp`. */
  readonly signal: AbortSignal;
  /** The device to run on. */
  readonly gpu: Gpu;
  /** Watches one run, beside what writes its files. */
  readonly watch: (member: number) => Callback;
}

/**
 * Trains runs as one population, silently, and writes everything into their folders.
 *
 * @returns For each run why it failed, if it did.
 * @throws {UsageError} When the runs cannot be made, or a folder is taken.
 * @throws {TrainingError} When the device was lost.
 */
export async function trainPopulation(
  runs: readonly FolderRun[],
  { signal, gpu, watch }: TrainPopulationOptions,
): Promise<readonly (Error | undefined)[]> {
  const quiet = { quiet: true };
  const paths = runs.map(({ folder }) => runPaths(folder));
  const folders: HeldFolder[] = runs.flatMap(({ held }) => held ?? []);
  let population: Population | undefined;
  try {
    const own = runs.map(({ held }, i) => {
      if (held) return held;
      const taken = new NewFolder(paths[i]!);
      folders.push(taken);
      return taken;
    });
    population = await createPopulation(runs.map(({ config }) => config), {
      gpu,
      watchers: (member) => {
        const { callbacks, print } = watchers(runs[member]!, paths[member]!, quiet);
        const states = stateOptions(runs[member]!.config, paths[member]!, own[member]!);
        return { callbacks: [...callbacks, watch(member)], print, ...states };
      },
    });
    for (const [i, { config }] of population.members.entries()) {
      await own[i]!.writeConfig({ name: runs[i]!.name, config });
    }
  } catch (error) {
    for (const held of folders) population ? held.close() : held.takeBack();
    population?.dispose();
    throw error;
  }
  try {
    const ends = await population.train({ signal });
    gpu.check(); // No run could do better on a device that is lost.
    // All at once, so that what they play goes to the device together.
    return await Promise.all(population.members.map(async (run, i) => {
      const end = ends[i]!;
      if (end instanceof Error) return end;
      if (end.reason === interrupted) return undefined;
      const options = { signal, quiet: true, giveUp: true };
      return await finishRun(run, { trained: summaryOf(run, runs[i]!.name, end), paths: paths[i]!, options })
        .then(() => undefined, (error) => error as Error);
    }));
  } finally {
    for (const held of folders) held.close();
    population.dispose();
  }
}
