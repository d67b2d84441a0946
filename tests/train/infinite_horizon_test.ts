import { assertAlmostEquals, assertLess } from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { type Environment, noInfo } from "../../src/envs/environment.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { HostCollector } from "../../src/train/host_collector.ts";
import { train } from "../../src/train/trainer.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { learnerOptions } from "./learner_options.ts";

/** Pays 1 a step for ever and always looks the same: its value is 1 / (1 - gamma). */
class Annuity implements Environment {
  readonly observationSpace = box([1], 0, 1);
  readonly actionSpace = discrete(2);

  reset() {
    return { observation: Float32Array.of(1), info: noInfo };
  }

  step() {
    return { ...this.reset(), reward: 1, terminated: false, truncated: false };
  }
}

/** `inner` whose truncated episodes look terminated. */
function mistaken(inner: Environment): Environment {
  const { observationSpace, actionSpace } = inner;
  return {
    observationSpace,
    actionSpace,
    reset: (options) => inner.reset(options),
    step: (action) => {
      const result = inner.step(action);
      return { ...result, terminated: result.terminated || result.truncated, truncated: false };
    },
  };
}

const gamma = 0.98;

/** The greatest Q value learned of the annuity in episodes of 8 steps. */
async function learnedValue(wrap: (inner: Environment) => Environment): Promise<number> {
  let value = NaN;
  await withGpu(async (gpu) => {
    const environments = 8;
    const agent = await DqnAgent.create(gpu, learnerOptions([1, 16, 2], { environments, gamma }));
    const vector = new VectorEnvironment(environments, () => wrap(new TimeLimit(new Annuity(), 8)));
    const rule = { every: 1, unit: "step", updates: 1, warmup: 64 } as const;
    const collector = new HostCollector(agent, vector, { train: rule, seed: 1 });
    await train({ agent, collector, budget: { steps: 5000 } });
    value = Math.max(...await agent.getQ(Float32Array.of(1)));
    agent.dispose();
  });
  return value;
}

Deno.test("DqnAgent learns the value 50 of reward 1 at gamma 0.98 through truncated episodes", async () => {
  assertAlmostEquals(await learnedValue((inner) => inner), 1 / (1 - gamma), 1);
});

Deno.test("DqnAgent does not learn it when truncation is taken for termination", async () => {
  // Every eighth transition then bootstraps nothing: Q = 1 + (7 / 8) gamma Q, about 7.
  assertLess(await learnedValue(mistaken), 15);
});
