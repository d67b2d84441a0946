/** Crashes at every operation of runs and sweeps. @module */
import { sweep } from "../../src/cli/sweeping.ts";
import { sweepPaths } from "../../src/cli/sweep_folder.ts";
import { type Experiment, loadExperiment } from "../../src/config/experiment.ts";
import { withFolder } from "../cli/task.ts";
import { tryCrashes, type Work } from "./crashes.ts";
import type { Part } from "./part.ts";
import { tinySweeps } from "./tiny_runs.ts";

/** Everything that is crashed, by its name. */
export async function crashWorks(): Promise<Record<string, Work>> {
  const works: Record<string, Work> = {};
  for (const [name, experiment] of Object.entries(tinySweeps)) {
    works[name] = sweepWork(await load(experiment));
  }
  return works;
}

function sweepWork(experiment: Experiment): Work {
  return {
    folder: "sweep",
    perform: async (parent) => {
      const paths = sweepPaths(`${parent}/sweep`);
      await sweep(experiment, { paths, quiet: true, signal: new AbortController().signal });
    },
  };
}

/** An experiment and its base, which are given as files. */
async function load({ base, ...experiment }: typeof tinySweeps[string]): Promise<Experiment> {
  let loaded!: Experiment;
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/base.json`, JSON.stringify(base));
    await Deno.writeTextFile(`${folder}/test.json`, JSON.stringify({ ...experiment, base: "./base.json" }));
    loaded = await loadExperiment(`${folder}/test.json`);
  });
  return loaded;
}

/** Crashes at every operation. */
export const crashes: Part = {
  name: "crashes",
  summary:
    "crashes runs and sweeps at every single thing that they do to the disk, and goes on from what that leaves",
  async run({ seed, tell }) {
    const figures: Record<string, unknown> = {};
    const failures: string[] = [];
    for (const [name, work] of Object.entries(await crashWorks())) {
      const onProgress = (done: number, total: number) =>
        done % 200 === 0 && tell(`${name}: ${done} of ${total}`);
      const { failures: own, ...found } = await tryCrashes(work, { seed, onProgress });
      figures[name] = found;
      failures.push(...own.map((failure) => `${name} ${failure}`));
    }
    return { figures, failures };
  },
};
