/** Runs that train together, each from its config to its folder. @module */
import type { LoadedConfig } from "../config/load.ts";
import { createPopulation, type Population } from "../config/population.ts";
import { interrupted } from "../core/events.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { FolderClaim } from "./folder_claim.ts";
import { runPaths } from "./run_folder.ts";
import { finishRun, summaryOf } from "./training.ts";
import { watchers } from "./watchers.ts";

/** A run of a population. */
export interface FolderRun extends LoadedConfig {
  readonly folder: string;
}

/** How {@linkcode trainPopulation} trains. */
export interface PopulationTrainingOptions {
  /** Ends the runs when aborted. Those whose training was not over are given up and have no summary; see `giveUp`. */
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
  { signal, gpu, watch }: PopulationTrainingOptions,
): Promise<readonly (Error | undefined)[]> {
  const quiet = { quiet: true };
  const paths = runs.map(({ folder }) => runPaths(folder));
  const claims: FolderClaim[] = [];
  let population: Population | undefined;
  try {
    for (const own of paths) claims.push(new FolderClaim(own));
    population = await createPopulation(runs.map(({ config }) => config), {
      gpu,
      watchers: (member) => {
        const { callbacks, print } = watchers(runs[member]!, paths[member]!, quiet);
        return { callbacks: [...callbacks, watch(member)], print };
      },
    });
  } finally {
    if (!population) { for (const claim of claims) claim.takeBack(); }
  }
  try {
    for (const [i, run] of population.members.entries()) await claims[i]!.writeConfig(run.config);
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
    for (const claim of claims) claim.close();
    population.dispose();
  }
}
