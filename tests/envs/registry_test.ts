import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import type { Environment, Observation } from "../../src/envs/environment.ts";
import { environmentIds, environmentSpec, makeEnv, registerEnvironment } from "../../src/envs/registry.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { Counter } from "./toys.ts";

registerEnvironment({
  id: "Counter-v0",
  create: ({ length = 4 }) => new Counter(Number(length)),
  options: ["length"],
});

function stepsUntilCut(env: Environment<Observation>): number {
  env.reset({ seed: 0 });
  for (let step = 1;; step++) {
    const { terminated, truncated } = env.step(0);
    if (terminated || truncated) return step;
  }
}

Deno.test("makeEnv puts CartPole's registered limits around it", () => {
  for (const [id, limit, threshold] of [["CartPole-v0", 200, 195], ["CartPole-v1", 500, 475]] as const) {
    const env = makeEnv(id);
    assertInstanceOf(env, TimeLimit);
    assertInstanceOf(env.inner, CartPole);
    assertEquals(env.maxSteps, limit);
    assertEquals(environmentSpec(id).rewardThreshold, threshold);
  }
});

Deno.test("makeEnv makes a new environment each time", () => {
  assert(makeEnv("CartPole-v1") !== makeEnv("CartPole-v1"));
});

Deno.test("makeEnv lets options replace or lift the limit", () => {
  assertEquals(stepsUntilCut(makeEnv("CartPole-v1", { maxEpisodeSteps: 3 })), 3);
  assertEquals(stepsUntilCut(makeEnv("Counter-v0", { maxEpisodeSteps: 3 })), 3);
  assertInstanceOf(makeEnv("CartPole-v1", { maxEpisodeSteps: null }), CartPole);
});

Deno.test("makeEnv hands over the environment's own options", () => {
  assertEquals(stepsUntilCut(makeEnv("Counter-v0")), 4);
  assertEquals(stepsUntilCut(makeEnv("Counter-v0", { length: 6 })), 6);
});

Deno.test("makeEnv names the nearest of the known ids", () => {
  assertThrows(
    () => makeEnv("CartPole-v2"),
    UsageError,
    'Cannot make environment: id is "CartPole-v2", wanted one of CartPole-v0, CartPole-v1, Counter-v0; did you mean "CartPole-v1"?',
  );
  assertThrows(() => makeEnv("cartpole-v0"), UsageError, '; did you mean "CartPole-v0"?');
});

Deno.test("makeEnv refuses unknown options and limits that are none", () => {
  assertThrows(
    () => makeEnv("Counter-v0", { lenght: 3 }),
    UsageError,
    'Cannot make environment "Counter-v0": option is "lenght", wanted one of maxEpisodeSteps, length; did you mean "length"?',
  );
  assertThrows(
    () => makeEnv("CartPole-v1", { maxEpisodeSteps: 0 }),
    UsageError,
    'Cannot make environment "CartPole-v1": maxEpisodeSteps is 0, wanted a positive integer',
  );
});

Deno.test("environmentIds lists the registered ids in order", () => {
  assertEquals(environmentIds(), ["CartPole-v0", "CartPole-v1", "Counter-v0"]);
});

Deno.test("registerEnvironment refuses taken and empty ids and limits that are none", () => {
  const create = () => new CartPole();
  assertThrows(
    () => registerEnvironment({ id: "CartPole-v1", create }),
    UsageError,
    'Cannot register environment "CartPole-v1": the id is taken, wanted a new one',
  );
  assertThrows(
    () => registerEnvironment({ id: "", create }),
    UsageError,
    'Cannot register an environment: id is "", wanted a name such as "CartPole-v1"',
  );
  assertThrows(
    () => registerEnvironment({ id: "Other-v0", create, maxEpisodeSteps: -5 }),
    UsageError,
    'Cannot register environment "Other-v0": maxEpisodeSteps is -5, wanted a positive integer',
  );
  assert(!environmentIds().includes("Other-v0"));
});
