/** Runs whose parameters were recorded: what they come to must not change. @module */
import type { RunConfigInput } from "../../src/config/run_config.ts";

/** Every part of an update has a run; actions are random, so that last bits, which differ between processors, choose none. */
export const recordedRuns: Readonly<Record<string, RunConfigInput>> = {
  plain: run({}),
  double: run({ double: true, loss: { kind: "mse" }, target: { every: 7, unit: "update" } }),
  steps: run({
    optimizer: { kind: "adamw", amsgrad: true },
    clip: { kind: "norm", limit: 0.5 },
    target: { every: 20, unit: "step" },
    train: { every: 4, updates: 2 },
  }),
  episodes: run({
    optimizer: { kind: "rmsprop", learningRate: 1e-3, momentum: 0.5 },
    clip: { kind: "value", limit: 0.1 },
    target: { every: 2, unit: "episode", tau: 0.5 },
    initialization: "he",
  }),
  online: run({
    optimizer: { kind: "sgd", learningRate: 1e-2, momentum: 0.9 },
    target: { kind: "none" },
    replay: { sampling: "without-replacement" },
    hidden: [],
  }, 3),
  soft: run({ replay: { sampling: "sequential" }, target: { tau: 0.05, unit: "update", every: 1 } }, 2),
};

function run({ replay, ...agent }: Record<string, unknown>, count = 1): RunConfigInput {
  return {
    seed: 11,
    device: "wasm",
    environment: { id: "CartPole-v1", count },
    budget: { steps: 180 },
    evaluation: { every: 180, episodes: 1, final: { episodes: 1 } },
    agent: {
      kind: "dqn",
      hidden: [9, 6],
      exploration: 1,
      replay: { batch: 16, capacity: 100, warmup: 60, ...replay as object },
      ...agent,
    },
  };
}
