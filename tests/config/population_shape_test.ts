import { assertEquals, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { assertOneShape, shapeDifferences, shapeKey } from "../../src/config/population_shape.ts";
import type { RunConfig } from "../../src/config/run_config.ts";
import { override } from "../../src/config/overrides.ts";
import { jsonSchema, parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";

const written = { environment: { id: "CartPole-v1" }, budget: { steps: 10_000 } };
const base = parseConfig(written);

function configWith(...set: string[]): RunConfig {
  return parseConfig(override(set, { written, resolved: base, schema: jsonSchema() }));
}

const apart: readonly (readonly [set: string[], ...paths: string[]])[] = [
  [["environment.id=Acrobot-v1"], "environment.id"],
  [["environment.count=4"], "environment.count"],
  [["environment.maxEpisodeSteps=100"], "environment.maxEpisodeSteps"],
  [["evaluation.environment.maxEpisodeSteps=9"], "evaluation.environment.maxEpisodeSteps"],
  [["agent.hidden=[8]"], "agent.hidden"],
  [["agent.double=true"], "agent.double"],
  [["agent.initialization=he"], "agent.initialization"],
  [["agent.loss.kind=mse"], "agent.loss.kind"],
  [["agent.optimizer.amsgrad=true"], "agent.optimizer.amsgrad"],
  [["agent.clip.kind=norm", "agent.clip.limit=1"], "agent.clip.kind"],
  [["agent.target.unit=update"], "agent.target.unit"],
  [["agent.replay.batch=32", "agent.replay.warmup=64"], "agent.replay.batch"],
  [["agent.replay.warmup=100"], "agent.replay.warmup"],
  [["agent.replay.sampling=without-replacement"], "agent.replay.sampling"],
  [["agent.replay.prioritized={}"], "agent.replay.prioritized"],
  [["agent.train.every=2"], "agent.train.every"],
  [["kernelProfile=gpu"], "kernelProfile"],
  [["agent.optimizer.kind=sgd"], "agent.optimizer.amsgrad", "agent.optimizer.kind"],
];

Deno.test("shapeKey() tells configs apart whose runs cannot be one population, and shapeDifferences() says why", () => {
  for (const [set, ...paths] of apart) {
    const other = configWith(...set);
    assertNotEquals(shapeKey(other), shapeKey(base), set.join());
    assertEquals(shapeDifferences([base, other]).sort(), paths, set.join());
  }
});

Deno.test("configs that differ in seed and numbers alone are of one shape", () => {
  const numbers = [
    "seed=7",
    "budget.steps=500",
    "agent.gamma=0.9",
    "agent.loss.delta=2",
    "agent.optimizer.learningRate=0.1",
    "agent.optimizer.weightDecay=0.1",
    "agent.optimizer.beta1=0.5",
    "agent.target.tau=0.5",
    "agent.target.every=9",
    "agent.exploration=0.5",
    "agent.replay.capacity=500",
    "agent.replay.warmup=64", // Its default, as large as a batch.
    "evaluation.every=100",
    "evaluation.threshold=1",
    "log.every=3",
  ];
  const other = configWith(...numbers);
  assertEquals(shapeDifferences([base, other]), []);
  assertStrictEquals(shapeKey(other), shapeKey(base));
  assertOneShape([base, other, configWith("seed=3")]);
});

Deno.test("configs that differ in numbers of prioritized replay are of one shape", () => {
  const some = ["alpha=0.5", "beta=0.3", "epsilon=0.1"].map((set) =>
    configWith(`agent.replay.prioritized.${set}`)
  );
  assertOneShape([configWith("agent.replay.prioritized={}"), ...some]);
});

Deno.test("assertOneShape() names the keys that differ and what may", () => {
  const error = assertThrows(
    () =>
      assertOneShape([
        base,
        configWith("agent.hidden=[8]", "agent.gamma=0.9"),
        configWith("agent.double=true"),
      ]),
    UsageError,
  );
  assertStrictEquals(
    error.message,
    "Cannot train 3 runs as one population: agent.double, agent.hidden differ, wanted the same in all. What may " +
      "differ: seed, budget, evaluation and log; agent.gamma, agent.lambda, agent.exploration, agent.replay.capacity; the numbers of " +
      "agent.loss, agent.optimizer, agent.clip, agent.target and agent.replay.prioritized",
  );
});
