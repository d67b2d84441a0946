/** Runs that take a moment and write everything that a run can write. @module */
import type { RunConfig } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";

const common = {
  budget: { steps: 60 },
  evaluation: { every: 30, episodes: 2, final: { episodes: 2 } },
  checkpoints: { topK: 2, state: { every: 25, unit: "step", keep: 2 } },
  log: { every: 20, updates: true, jsonLines: true, tensorBoard: false, pictures: false, animation: false },
};
const table = {
  ...common,
  environment: { id: "CliffWalking-v1", maxEpisodeSteps: 20 },
  agent: { kind: "tabular" },
};
const learner = {
  ...common,
  environment: { id: "CartPole-v1" },
  agent: { kind: "dqn", hidden: [8], replay: { capacity: 64, batch: 8, warmup: 16 } },
};

const logged = { log: { ...common.log, tensorBoard: true } };

/** Runs by their names. */
export const tinyRuns: Readonly<Record<string, RunConfig>> = {
  "table": parseConfig({ ...table, ...logged }),
  "learner on the host": parseConfig({ ...learner, ...logged, loop: "host" }),
  "learner on the device": parseConfig({ ...learner, ...logged, loop: "device" }),
};

/** Experiments by their names, each with its base. */
export const tinySweeps: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "sweep of tables": {
    description: "Crashed and started again.",
    base: table,
    vary: { "agent.learningRate": [0.1, 0.5] },
    seeds: [0],
  },
  "population": {
    description: "Members of different lengths.",
    base: { ...learner, loop: "device" },
    vary: { "budget.steps": [40, 60] },
    seeds: [0],
  },
};
