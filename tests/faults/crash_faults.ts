/** Crashes at every operation of runs and sweeps. @module */
import { sweep } from "../../src/cli/sweeping.ts";
import { sweepPaths } from "../../src/cli/sweep_folder.ts";
import { type Experiment, loadExperiment } from "../../src/config/experiment.ts";
import { withFolder } from "../cli/task.ts";
import { type CrashFigures, type CrashOptions, tryCrashes, type Work } from "./crashes.ts";
import type { Figures } from "./figures.ts";
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

/** Crashes each of the works. */
export async function crashFaults(
  tell: (line: string) => void,
  options: CrashOptions = {},
): Promise<Figures & { readonly of: Readonly<Record<string, Omit<CrashFigures, "failures">>> }> {
  const all: [string, CrashFigures][] = [];
  for (const [name, work] of Object.entries(await crashWorks())) {
    const found = await tryCrashes(work, {
      ...options,
      onProgress: (done, total) => done % 100 === 0 && tell(`${name}: ${done} of ${total}`),
    });
    all.push([name, found]);
  }
  const sum = (value: (figures: CrashFigures) => number) =>
    all.reduce((total, [, each]) => total + value(each), 0);
  return {
    tried: sum(({ crashes }) => crashes),
    survived: sum(({ survived }) => survived),
    failures: all.flatMap(([name, { failures }]) => failures.map((failure) => `${name} ${failure}`)),
    of: Object.fromEntries(all.map(([name, { failures: _, ...figures }]) => [name, figures])),
  };
}
