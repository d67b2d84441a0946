import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { createRun } from "../../src/config/build.ts";
import { createPopulation } from "../../src/config/population.ts";
import { assertOneShape } from "../../src/config/population_shape.ts";
import { asDqn } from "../../src/config/pqn.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import { algorithmName } from "../../src/runs/run_names.ts";

const base = {
  environment: { id: "CartPole-v1", count: 3 },
  agent: { kind: "pqn", hidden: [8], rollout: 6, minibatches: 3, epochs: 2 } as const,
  budget: { steps: 60 },
  evaluation: { every: 30, episodes: 2, final: { episodes: 2 } },
};

/** With other values of the agent's keys. */
function small(agent: object = {}): RunConfigInput {
  return { ...base, agent: { ...base.agent, ...agent } };
}

Deno.test("parseConfig fills in the defaults of PQN", () => {
  assertEquals(
    parseConfig({ environment: { id: "CartPole-v1" }, agent: { kind: "pqn" }, budget: { steps: 99 } }).agent,
    {
      kind: "pqn",
      hidden: [128, 128],
      initialization: "pytorch",
      gamma: 0.99,
      lambda: 0.65,
      rollout: 32,
      minibatches: 4,
      epochs: 2,
      optimizer: {
        kind: "radam",
        learningRate: 2.5e-4,
        weightDecay: 0,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
      },
      clip: { kind: "norm", limit: 10 },
      exploration: { kind: "linear", start: 1, end: 0.05, duration: 10_000, per: "step" },
    },
  );
});

Deno.test("asDqn() learns all of a rollout, by minibatches, once it is there", () => {
  const { agent } = parseConfig(small());
  assert(agent.kind === "pqn");
  const { replay, train, target, steps, double, loss } = asDqn(agent, 3);
  assertEquals(replay, { capacity: 18, batch: 6, prefill: 0, warmup: 18, sampling: "without-replacement" });
  assertEquals(train, { every: 18, unit: "step", updates: 6 });
  assertEquals([target, steps, double, loss], [{ kind: "none" }, 1, false, { kind: "mse" }]);
  assertEquals(algorithmName(agent), "PQN");
});

Deno.test("createRun makes epochs times minibatches updates a rollout, on host and device", async () => {
  for (const loop of ["host", "device"] as const) {
    for (const epochs of [2, 5]) {
      const run = await createRun({ ...small({ epochs }), loop });
      const { step, update } = await run.train();
      assertEquals([step, update], [60, 3 * 3 * epochs], `${loop}, ${epochs} epochs`);
      run.dispose();
    }
  }
});

Deno.test("createPopulation trains members of PQN that differ in lambda, each as it is alone", async () => {
  const configs = [0.2, 0.9].map((lambda, seed) => ({ ...small({ lambda }), seed }));
  const together = await createPopulation(configs);
  await together.train();
  const found: ArrayLike<number>[] = [];
  for (const [i, config] of configs.entries()) {
    const alone = await createRun(config);
    await alone.train();
    const state = await alone.agent.save({ full: true });
    assertEquals(await together.members[i]!.agent.save({ full: true }), state);
    found.push(state["online.layers.0.weight"]!.data);
    alone.dispose();
  }
  assertNotEquals(found[0], found[1]);
  together.dispose();
});

Deno.test("assertOneShape() lets members of PQN differ in numbers, and not in what a rollout is", () => {
  const withAgent = (agent: object) => parseConfig(small(agent));
  assertOneShape([withAgent({}), withAgent({ lambda: 0.1, gamma: 0.5, exploration: 0 })]);
  for (const agent of [{ rollout: 12 }, { minibatches: 6 }, { epochs: 3 }]) {
    const key = `agent.${Object.keys(agent)}`;
    assertThrows(
      () => assertOneShape([withAgent({}), withAgent(agent)]),
      UsageError,
      `population: ${key} differs`,
    );
  }
});
