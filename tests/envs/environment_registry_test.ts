import "../../src/envs/gymnasium/family.ts";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import { Acrobot } from "../../src/envs/acrobot.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import { CliffWalking } from "../../src/envs/cliff_walking.ts";
import type { Environment, Observation } from "../../src/envs/environment.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import {
  environmentIds,
  environmentSpec,
  makeEnv,
  registerEnvironment,
} from "../../src/envs/environment_registry.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { Counter } from "./toys.ts";

registerEnvironment({
  id: "Counter-v0",
  create: ({ length = 4 }) => new Counter(Number(length)),
  options: ["length"],
});

const knownIds = [
  "Acrobot-v1",
  "CartPole-v0",
  "CartPole-v1",
  "CliffWalking-v1",
  "Counter-v0",
  "FrozenLake-v1",
  "FrozenLake8x8-v1",
  "Gridworld-v0",
  "MinAtar/Asterix",
  "MinAtar/Breakout",
  "MinAtar/Freeway",
  "MinAtar/Seaquest",
  "MinAtar/SpaceInvaders",
  "MountainCar-v0",
  "Rooms-v0",
  "Taxi-v4",
];

function stepsUntilCut(env: Environment<Observation>): number {
  env.reset({ seed: 0 });
  for (let step = 1;; step++) {
    const { terminated, truncated } = env.step(0);
    if (terminated || truncated) return step;
  }
}

Deno.test("makeEnv puts Gymnasium's limits around classic control", () => {
  const wanted = [
    ["CartPole-v0", CartPole, 200, 195],
    ["CartPole-v1", CartPole, 500, 475],
    ["MountainCar-v0", MountainCar, 200, -110],
    ["Acrobot-v1", Acrobot, 500, -100],
  ] as const;
  for (const [id, Inner, limit, threshold] of wanted) {
    const env = makeEnv(id);
    assertInstanceOf(env, TimeLimit);
    assertInstanceOf(env.inner, Inner);
    assertEquals(env.maxSteps, limit);
    assertEquals(environmentSpec(id).rewardThreshold, threshold);
  }
});

Deno.test("makeEnv puts Gymnasium's limits around environments of discrete states", () => {
  const limits = { "FrozenLake-v1": [100, 0.7], "FrozenLake8x8-v1": [200, 0.85], "Taxi-v4": [200, 8] };
  for (const [id, [limit, threshold]] of Object.entries(limits)) {
    const env = makeEnv<number>(id);
    assertInstanceOf(env, TimeLimit);
    assertEquals([env.maxSteps, environmentSpec(id).rewardThreshold], [limit, threshold]);
  }
  assertEquals(makeEnv<number>("FrozenLake8x8-v1").observationSpace, { kind: "discrete", n: 64 });
  assertInstanceOf(makeEnv<number>("CliffWalking-v1"), CliffWalking);
  assertEquals(environmentSpec("CliffWalking-v1").rewardThreshold, undefined);
  assertEquals(environmentSpec("Rooms-v0").maxEpisodeSteps, 100);
  assertEquals(environmentSpec("Gridworld-v0").maxEpisodeSteps, 50);
});

Deno.test("makeEnv hands over a map, a matrix, a mode and noise", () => {
  const lake = makeEnv<number>("FrozenLake-v1", { map: ["SFG"], slippery: false });
  lake.reset();
  assertEquals([lake.step(2).terminated, lake.step(2).terminated], [false, true]);
  assertEquals(
    makeEnv<number>("Rooms-v0", { reward: [[-1, 1], [-1, -1]] }).actionSpace,
    { kind: "discrete", n: 2 },
  );
  const grid = makeEnv("Gridworld-v0", { mode: "random", noise: 0.01 });
  const { observation } = grid.reset({ seed: 1 });
  assert(grid.reset().observation.some((value, i) => value !== observation[i]));
  assertEquals(observation.filter((value) => value >= 1).length, 4);
  assert(observation.every((value) => value % 1 > 0 && value % 1 < 0.01));
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
    `Cannot make environment: id is "CartPole-v2", wanted one of ${
      knownIds.join(", ")
    }, or gymnasium: and the id of one of the Python package's; did you mean "CartPole-v1"?`,
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
  assertEquals(environmentIds(), knownIds);
});

Deno.test("an alias stands for an id with options, in configs too, and those that are given go before its own", () => {
  registerEnvironment({
    id: "Long-v0",
    aliases: { "Short-v0": { length: 2 } },
    create: ({ length = 9 }) => new Counter(Number(length)),
    options: ["length"],
  });
  const steps = (options = {}) => stepsUntilCut(makeEnv("Short-v0", options));
  assertEquals([steps(), steps({ length: 3 }), steps({ maxEpisodeSteps: 1 })], [2, 3, 1]);
  assertEquals([environmentSpec("Short-v0").id, environmentIds().includes("Short-v0")], ["Long-v0", false]);
  const { environment } = parseConfig({
    environment: { id: "Short-v0" },
    agent: { kind: "random" },
    budget: { steps: 1 },
  });
  assertEquals([environment.id, environment.options], ["Long-v0", { length: 2 }]);
  assertThrows(
    () => registerEnvironment({ id: "Short-v0", create: () => new Counter(1) }),
    UsageError,
    'Cannot register environment "Short-v0": the id is taken, wanted a new one',
  );
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

Deno.test("registered environments say what the letters of their boards mean, and where the rest of a state stands", () => {
  let [boards, planes] = [0, 0];
  for (const id of knownIds.filter((id) => id !== "Counter-v0")) {
    const env = makeEnv<Observation>(id);
    env.reset({ seed: 0 });
    const grid = env.stateGrid!();
    if (grid.labels) {
      boards++;
      const letters = [...new Set(grid.labels.join(""))];
      assertEquals(letters.filter((letter) => !grid.meanings?.[letter]), [], id);
    } else {
      planes++;
      const { shape } = env.observationSpace as { shape: readonly number[] };
      assertEquals(grid.note !== undefined, shape[0]! > 2, id);
    }
  }
  assertEquals([boards, planes], [11, 4]);
});
