/** A gridworld that is learned in a moment, on slow devices too. @module */
import type { RunConfigInput } from "../../../src/config/run_config.ts";

/** It ends when every game is won, after some hundreds of steps. */
export const gridworld: RunConfigInput = {
  environment: { id: "Gridworld-v0", options: { mode: "static" }, maxEpisodeSteps: 30 },
  agent: {
    kind: "dqn",
    hidden: [32],
    gamma: 0.9,
    loss: { kind: "mse" },
    optimizer: { kind: "adam", learningRate: 5e-3 },
    target: { tau: 1, every: 25, unit: "update" },
    exploration: { kind: "linear", start: 1, end: 0.1, duration: 30, per: "episode" },
    replay: { capacity: 1000, batch: 64, warmup: 100 },
  },
  budget: { episodes: 2000 },
  seed: 1,
  evaluation: { every: 10, unit: "episode", episodes: 20, environment: { maxEpisodeSteps: 15 } },
  checkpoints: { monitor: "winRate", mode: "max" },
  earlyStopping: { monitor: "winRate", patience: 200, stoppingThreshold: 1 },
};

/** What the page says when it has. */
export const goalReached = "ended: threshold of 1 reached";
