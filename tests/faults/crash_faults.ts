/** Crashes at every operation of runs and sweeps. @module */
import { resumeRun } from "../../src/cli/resume_run.ts";
import { exists, readRun } from "../../src/runs/run_folder.ts";
import { runSweep } from "../../src/cli/run_sweep.ts";
import { sweepPaths } from "../../src/cli/sweep_folder.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { SharedDevices } from "../../src/config/devices.ts";
import { type Experiment, loadExperiment } from "../../src/config/experiment.ts";
import type { RunConfig } from "../../src/config/run_config.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { withFolder } from "../cli/task.ts";
import { tryCrashes, type Work } from "./crashes.ts";
import type { Part } from "./part.ts";
import { tinyRuns, tinySweeps } from "./tiny_runs.ts";

/** Names of everything that is crashed. */
export const crashNames: readonly string[] = [
  ...Object.keys(tinyRuns),
  "table that is trained further",
  ...Object.keys(tinySweeps),
];

/** What is crashed, by its name; learners run on one device, whatever the crash. */
export async function crashWork(name: string, devices: SharedDevices): Promise<Work> {
  if (name.endsWith("further")) return furtherWork(tinyRuns["table"]!);
  const config = tinyRuns[name];
  return config ? runWork(config, await devices.of(config)) : sweepWork(await load(tinySweeps[name]!));
}

/** The devices of all that is crashed. */
export function crashDevices(): SharedDevices {
  return new SharedDevices([Object.values(tinyRuns)]);
}

/** How runs go that nobody watches. */
const alone = { quiet: true, silent: true, signal: new AbortController().signal };

function runWork(config: RunConfig, gpu: Gpu | undefined): Work {
  const options = { ...alone, gpu };
  return {
    folder: "run",
    perform: async (parent) => {
      const folder = `${parent}/run`;
      if (exists(`${folder}/config.json`)) await resumeRun(folder, { set: [], ...options });
      else await trainRun({ name: "tiny", config }, { out: folder, ...options });
    },
  };
}

/** A run that comes to its end, and is gone on with for a larger budget. */
function furtherWork(config: RunConfig): Work {
  const { perform, folder } = runWork(config, undefined);
  return {
    folder,
    perform: async (parent) => {
      const out = `${parent}/${folder}`;
      const isFurther = exists(`${out}/config.json`) &&
        (await readRun(out)).config.budget.steps !== config.budget.steps;
      if (!isFurther) await perform(parent);
      await resumeRun(out, { set: ["budget.steps=90"], ...alone });
    },
  };
}

function sweepWork(experiment: Experiment): Work {
  return {
    folder: "sweep",
    perform: async (parent) => {
      const paths = sweepPaths(`${parent}/sweep`);
      await runSweep(experiment, { ...alone, paths });
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

/** Crashes of each work that are followed by another one, of what goes on after them. */
const twice = 150;

/** Crashes at every operation. */
export const crashes: Part = {
  name: "crashes",
  summary:
    "crashes runs and sweeps at every single thing that they do to the disk, and goes on from what that leaves",
  async run({ seed, tell }) {
    const figures: Record<string, unknown> = {};
    const failures: string[] = [];
    using devices = crashDevices();
    for (const name of crashNames) {
      const work = await crashWork(name, devices);
      for (const options of [{}, { twice: true, most: twice }]) {
        const label = options.twice ? `${name}, twice` : name;
        const onProgress = (done: number, total: number) =>
          done % 200 === 0 && tell(`${label}: ${done} of ${total}`);
        const { failures: own, ...found } = await tryCrashes(work, { ...options, seed, onProgress });
        figures[label] = found;
        failures.push(...own.map((failure) => `${label} ${failure}`));
      }
    }
    return { figures, failures };
  },
};
