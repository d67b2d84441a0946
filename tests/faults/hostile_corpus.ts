/** The sound files that are spoiled: a run, a sweep, a checkpoint and configs. @module */
import { join } from "@std/path";
import { runSweep } from "../../src/cli/run_sweep.ts";
import { sweepPaths } from "../../src/cli/sweep_folder.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { loadExperiment } from "../../src/config/experiment.ts";
import { loadConfig } from "../../src/config/load.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/format/safetensors.ts";

/** Makes the corpus: runs of a learner and of a table, and an experiment with its sweep. */
export async function makeCorpus(folder: string): Promise<void> {
  const signal = new AbortController().signal;
  const train = async (config: unknown, name: string) => {
    const path = join(folder, `${name}.json`);
    await Deno.writeTextFile(path, `${JSON.stringify(config, null, 2)}\n`);
    const options = { out: join(folder, name), quiet: true, silent: true, signal };
    await trainRun(await loadConfig(path), options);
  };
  await train(learner, "learner");
  await train(table, "table");
  const path = join(folder, "experiment.json");
  await Deno.writeTextFile(path, `${JSON.stringify(experiment, null, 2)}\n`);
  const paths = sweepPaths(join(folder, "sweep"));
  await runSweep(await loadExperiment(path), { paths, quiet: true, signal });
  const best = join(folder, "learner", "checkpoints", "best.safetensors");
  const { tensors, metadata: { checksum: _, ...metadata } } = decodeSafetensors(await Deno.readFile(best));
  // Of which a checksum does not tell that it was changed.
  await Deno.writeFile(join(folder, "bare.safetensors"), encodeSafetensors(tensors, metadata));
}

const quick = {
  evaluation: { every: 50, episodes: 2, final: { episodes: 2 } },
  log: { every: 20, tensorBoard: false, pictures: false, animation: false, updates: true },
};

export const learner = {
  environment: { id: "CartPole-v1", wrappers: [], maxEpisodeSteps: 100 },
  agent: {
    hidden: [4],
    optimizer: { kind: "adam", learningRate: 1e-3 },
    target: { tau: 0.1, every: 1, unit: "update" },
    exploration: { kind: "exponential", start: 0.9, end: 0.05, decay: 1000, per: "step" },
    replay: { capacity: 500, batch: 8, warmup: 16 },
  },
  budget: { steps: 100 },
  ...quick,
  log: { ...quick.log, print: [{ every: 5, text: "{episode} {return} {loss}" }] },
};

export const table = {
  environment: {
    id: "FrozenLake-v1",
    options: { map: ["SFF", "FHF", "FFG"], slippery: true },
    maxEpisodeSteps: 20,
  },
  agent: { kind: "tabular", gamma: 0.9, learningRate: 0.1 },
  budget: { steps: 200 },
  ...quick,
  test: { episodes: 2 },
};

const experiment = {
  description: "Something small.",
  base: "table.json",
  set: { "budget.steps": 60 },
  vary: { "agent.gamma": [0.5, 0.9], "agent.learningRate": [0.1] },
  seeds: [0, 1],
  threshold: 0.5,
};
