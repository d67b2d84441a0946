/** Runs that take a moment and write everything that a run can write. @module */

const table = {
  environment: { id: "CliffWalking-v1", maxEpisodeSteps: 20 },
  agent: { kind: "tabular" },
  budget: { steps: 60 },
  evaluation: { every: 30, episodes: 2, final: { episodes: 2 } },
  checkpoints: { topK: 2 },
  log: { every: 20, updates: true, jsonLines: true, tensorBoard: false, pictures: false, animation: false },
};

/** Experiments by their names, each with its base. */
export const tinySweeps: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "sweep of tables": {
    description: "Crashed and started again.",
    base: table,
    vary: { "agent.learningRate": [0.1, 0.5] },
    seeds: [0],
  },
};
