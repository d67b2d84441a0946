/** Keys of a run without a device: tabular agent, budget, evaluation, early stopping. @module */
import { deriveSeed, Stream } from "../../../src/core/random.ts";
import type { Tree } from "../schema_keys.ts";
import { type Case, type Cases, differs, falling, same, times } from "./case.ts";

/** A schedule of a tabular agent: the fact that shows it, and the one that shows the other schedule. */
function scheduleOf(key: string, shown: string, other: string): Cases {
  const facts = { [shown]: differs, [other]: same } as const;
  const change = (from: unknown, to: unknown): readonly Case[] => [{ values: [from, to], facts }];
  const common = (kind: string): Cases => ({
    [`${key}(${kind}).start`]: change(0.5, 0.6),
    [`${key}(${kind}).end`]: change(0.1, 0.4),
    [`${key}(${kind}).per`]: change("step", "episode"),
  });
  return {
    [key]: [{ values: [0.3, 0.4], facts: { ...facts, [shown]: [Array(4).fill(0.3), Array(4).fill(0.4)] } }],
    [`${key}.kind`]: change("linear", "exponential"),
    ...common("linear"),
    ...common("exponential"),
    ...common("multiplicative"),
    [`${key}(linear).duration`]: change(10, 30),
    [`${key}(exponential).decay`]: change(10, 30),
    [`${key}(multiplicative).factor`]: change(0.9, 0.95),
  };
}

function early(options: Tree): Tree {
  return { ...falling, earlyStopping: { monitor: "epsilon", ...options } };
}

/** What comes of training. */
export const training: Cases = {
  "agent.kind": [{ values: ["tabular", "random"], facts: { agent: ["TabularAgent", "RandomAgent"] } }],
  "agent(tabular).gamma": [
    { values: [0.9, 0.5], facts: { q: differs, learningRates: same, epsilons: same } },
    {
      values: [0.9, 0.5],
      facts: { validation: differs, q: same },
      config: { agent: { kind: "tabular", learningRate: 0, initial: 1 }, validation: { transitions: 8 } },
    },
  ],
  ...scheduleOf("agent(tabular).learningRate", "learningRates", "epsilons"),
  ...scheduleOf("agent(tabular).exploration", "epsilons", "learningRates"),
  "agent(tabular).initial": [{ values: [0, 5], facts: { unseenQ: [0, 5], learningRates: same } }],
  "budget.steps": [{
    values: [20, 30],
    facts: { end: ["budget of 20 steps", "budget of 30 steps"], counts: [[20, 20, 5], [30, 30, 7]] },
  }],
  "budget.episodes": [{
    values: [3, 5],
    facts: { end: ["budget of 3 episodes", "budget of 5 episodes"], counts: [[12, 12, 3], [20, 20, 5]] },
  }],
  "budget.seconds": [{
    values: [1e-9, 1000],
    facts: { end: ["budget of 1e-9 seconds", "budget of 40 steps"] },
  }],
  seed: [{
    values: [3, 4],
    facts: {
      firstSeed: [deriveSeed(3, Stream.environmentSeed, 0), deriveSeed(4, Stream.environmentSeed, 0)],
      actions: differs,
      laterSeeds: differs,
      finalSeeds: differs,
      testSeeds: differs,
    },
    config: { test: { episodes: 2 } },
  }],
  "evaluation.every": [{ values: [10, 20], facts: { evaluations: [[10, 20, 30, 40], [20, 40]] } }],
  "evaluation.unit": [{
    values: ["step", "episode"],
    facts: { evaluations: [[5, 10, 15, 20, 25, 30, 35, 40], [20, 40]] },
    config: { evaluation: { every: 5, episodes: 1 } },
  }],
  "evaluation.episodes": [{
    values: [2, 3],
    facts: { evaluationLengths: [[4, 4], [4, 4, 4]], finalLengths: same },
  }],
  "evaluation.threshold": [{
    values: [4, 5],
    facts: { counts: [[10, 10, 2], [40, 40, 10]], end: differs },
  }],
  "evaluation.onSolved": [{
    values: ["stop", "keep"],
    facts: { counts: [[10, 10, 2], [40, 40, 10]], end: differs },
    config: { evaluation: { every: 10, episodes: 1, threshold: 4 } },
  }],
  "evaluation.environment.options": [{
    values: [{ length: 2 }, { length: 3 }],
    facts: {
      evaluationLengths: [[2, 2], [3, 3]],
      finalLengths: [[2, 2, 2], [3, 3, 3]],
      testLengths: [[2], [3]],
      lengths: [times(10, 4), times(10, 4)],
    },
    config: { test: { episodes: 1 } },
  }],
  "evaluation.environment.maxEpisodeSteps": [{
    values: [2, 3],
    facts: {
      evaluationLengths: [[2, 2], [3, 3]],
      finalLengths: [[2, 2, 2], [3, 3, 3]],
      testLengths: [[2], [3]],
      lengths: [times(10, 4), times(10, 4)],
    },
    config: { test: { episodes: 1 } },
  }],
  "evaluation.final.episodes": [{ values: [3, 5], facts: { finalLengths: [times(3, 4), times(5, 4)] } }],
  "validation.transitions": [{ values: [5, 50], facts: { validation: differs, counts: same, q: same } }],
  "test.episodes": [{
    values: [2, 5],
    facts: { testLengths: [times(2, 4), times(5, 4)], finalLengths: same },
  }],
  "earlyStopping.monitor": [{
    values: ["evaluationMean", "epsilon"],
    facts: { counts: [[20, 20, 5], [40, 40, 10]] },
    config: early({ patience: 1 }),
  }],
  "earlyStopping.mode": [{
    values: ["min", "max"],
    facts: { counts: [[40, 40, 10], [20, 20, 5]] },
    config: early({ patience: 1 }),
  }],
  "earlyStopping.patience": [{
    values: [1, 2],
    facts: { counts: [[20, 20, 5], [30, 30, 7]] },
    config: early({ mode: "max" }),
  }],
  "earlyStopping.minDelta": [{
    values: [0.1, 0.4],
    facts: { counts: [[40, 40, 10], [20, 20, 5]] },
    config: early({ patience: 1, mode: "min" }),
  }],
  "earlyStopping.stoppingThreshold": [{
    values: [0.5, 0.2],
    facts: { counts: [[20, 20, 5], [40, 40, 10]], end: differs },
    config: early({ mode: "min" }),
  }],
  "earlyStopping.verbose": [{
    values: [false, true],
    facts: { printed: [0, 4] },
    config: early({ mode: "min" }),
  }],
  "log.every": [{
    values: [10, 20],
    facts: { measured: [[10, 20, 30, 40], [20, 40]] },
    config: { evaluation: { every: 100, episodes: 1 } },
  }],
  "log.unit": [{
    values: ["step", "episode"],
    facts: { measured: [[10, 20, 30, 40], [40]] },
    config: { evaluation: { every: 100, episodes: 1 } },
  }],
};
