/** Commands that are killed: runs of both loops and of a table, runs that train together, and sweeps. @module */
import { exists } from "../../src/runs/run_folder.ts";

/** A command that is killed and gone on with. */
export interface Subject {
  readonly name: string;
  /** JSON files that it is given, by their names. */
  readonly files: Readonly<Record<string, unknown>>;
  /** The command that begins it, or goes on with what lies in `out`; files lie in `folder`. */
  command(out: string, folder: string): [name: "train" | "sweep", args: string[]];
}

const dqn = {
  kind: "dqn",
  hidden: [8],
  exploration: { kind: "linear", start: 1, end: 0.1, duration: 500 },
  target: { tau: 1, every: 40, unit: "step" },
  replay: { capacity: 400, batch: 8, warmup: 16 },
};
const common = {
  environment: { id: "CartPole-v1" },
  budget: { steps: 500 },
  evaluation: { every: 150, episodes: 3, final: { episodes: 5 } },
  checkpoints: { topK: 2, state: { every: 40, unit: "step" } },
  log: { every: 100, updates: true, jsonLines: true, tensorBoard: false, pictures: false, animation: false },
};
const table = {
  ...common,
  environment: { id: "FrozenLake-v1", options: { slippery: false } },
  agent: { kind: "tabular", exploration: dqn.exploration },
  test: { episodes: 3 },
  log: { every: 100 }, // With all that takes time to draw.
};

function run(name: string, config: unknown): Subject {
  return {
    name,
    files: { "run.json": config },
    command(out, folder) {
      const given = exists(`${out}/config.json`) ? ["--resume", out] : [`${folder}/run.json`, "--out", out];
      return ["train", [...given, "--quiet"]];
    },
  };
}

function sweep(name: string, base: unknown, experiment: Readonly<Record<string, unknown>>): Subject {
  return {
    name,
    files: { "base.json": base, "sweep.json": { description: name, base: "./base.json", ...experiment } },
    command: (out, folder) => ["sweep", [`${folder}/sweep.json`, "--out", out, "--quiet"]],
  };
}

/** All of them. */
export const subjects: readonly Subject[] = [
  run("host loop", { ...common, agent: dqn, loop: "host", log: { ...common.log, tensorBoard: true } }),
  run("device loop", { ...common, agent: dqn, loop: "device", log: { ...common.log, animation: true } }),
  run("table", table),
  {
    name: "population",
    files: { "run.json": { ...common, agent: dqn, loop: "device" } },
    command: (out, folder) => ["train", [`${folder}/run.json`, "--seeds", "3", "--out", out, "--quiet"]],
  },
  sweep("sweep of populations", { ...common, agent: dqn, loop: "device", budget: { steps: 400 } }, {
    vary: { "budget.steps": [200, 400], "agent.replay.batch": [8, 16] },
    seeds: [0],
    threshold: 9,
  }),
  sweep("sweep of tables", { ...table, budget: { steps: 300 } }, {
    set: { "log.tensorBoard": true },
    vary: { "agent.learningRate": [0.1, 0.5] },
    seeds: [0, 1],
  }),
];
