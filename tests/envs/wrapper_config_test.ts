import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { binaryBox, box, discrete } from "../../src/core/spaces.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import { assertEnvironment } from "../../src/envs/check.ts";
import { Discretize } from "../../src/envs/discretize.ts";
import type { Environment, Observation } from "../../src/envs/environment.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { OneHot } from "../../src/envs/one_hot.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { TransformReward } from "../../src/envs/transform.ts";
import { wrapEnvironment, type WrapperConfig } from "../../src/envs/wrapper_config.ts";
import { Counter, Pictures, Ring } from "./toys.ts";
import "../../src/envs/picture_wrappers.ts";

function assertRefuses(env: Environment<Observation>, wrapper: WrapperConfig, message: string): void {
  assertThrows(() => wrapEnvironment(env, [wrapper]), UsageError, message);
}

Deno.test("wrapEnvironment puts wrappers around, the first innermost", () => {
  const inner = new MountainCar();
  assertStrictEquals(wrapEnvironment(inner, []), inner);
  const env = wrapEnvironment(inner, [
    { kind: "discretize", bins: [4, 3], low: [-1, -0.05], high: [0.5, 0.05] },
    { kind: "one-hot" },
    { kind: "scale-reward", factor: 2 },
  ]);
  assertInstanceOf(env, TransformReward);
  assertInstanceOf(env.inner, OneHot);
  assertInstanceOf(env.inner.inner, Discretize);
  assertEquals(env.observationSpace, binaryBox([12]));
  const { observation } = env.reset({ state: [-0.5, 0] }) as { observation: Float32Array };
  assertEquals(observation.indexOf(1), 1 * 3 + 1);
  assertEquals(env.step(1).reward, -2);
});

Deno.test("wrapEnvironment scales rewards", () => {
  const rewardOf = (wrapper: WrapperConfig) => {
    const env = wrapEnvironment(new Counter(3), [wrapper]);
    env.reset();
    return env.step(2).reward;
  };
  assertEquals(rewardOf({ kind: "scale-reward", factor: -0.5 }), -1);
  assertEquals(rewardOf({ kind: "scale-reward", factor: 3, offset: -1 }), 5);
  assertRefuses(
    new Counter(3),
    { kind: "scale-reward", factor: NaN },
    "Cannot scale rewards: factor is NaN and offset 0, wanted finite numbers",
  );
});

Deno.test("wrapEnvironment scales observations, bounds and grid", () => {
  const wrapper = { kind: "scale-observation", factor: [-2, 10], offset: [1, 0] } as const;
  const env = wrapEnvironment(new MountainCar(), [wrapper]) as Environment;
  const space = env.observationSpace;
  assert(space.kind === "box");
  // Bounds and products are float32: half a unit in the last place each.
  [-0.2, -0.7].forEach((bound, i) => assertAlmostEquals(space.low[i]!, bound, 2 ** -23));
  [3.4, 0.7].forEach((bound, i) => assertAlmostEquals(space.high[i]!, bound, 2 ** -23 * bound));
  assertEquals(env.reset({ state: [0.25, 0.0625] }).observation, Float32Array.of(0.5, 0.625));
  const plain = new MountainCar().stateGrid().observations[0]!;
  assertEquals(env.stateGrid!().observations[0], Float32Array.of(1 - 2 * plain[0]!, 10 * plain[1]!));
  const shifted = wrapEnvironment(new MountainCar(), [{
    kind: "scale-observation",
    factor: [1, 2],
  }]) as Environment;
  assertEquals(shifted.reset({ state: [0.25, 0.0625] }).observation, Float32Array.of(0.25, 0.125));
  assertEquals(shifted.step(1).observation.length, 2);
});

Deno.test("wrapEnvironment keeps open bounds open", () => {
  const env = wrapEnvironment(new CartPole(), [{ kind: "scale-observation", factor: [1, -1, 1, 0.5] }]);
  const { observationSpace } = new CartPole();
  assertEquals(env.observationSpace, observationSpace);
});

Deno.test("wrapEnvironment refuses scales that do not fit the observations", () => {
  const scale = (factor: number[], offset?: number[]): WrapperConfig =>
    offset === undefined
      ? { kind: "scale-observation", factor }
      : { kind: "scale-observation", factor, offset };
  const each = "one for each entry of Box([2], [-1.2, -0.07] to [0.6, 0.07])";
  const env = new MountainCar();
  assertRefuses(env, scale([1]), `Cannot scale observations: factor has length 1, wanted 2, ${each}`);
  assertRefuses(env, scale([1, 1], []), `Cannot scale observations: offset has length 0, wanted 2, ${each}`);
  assertRefuses(
    env,
    scale([1, 0]),
    "Cannot scale observations: factor is 0 at entry 1, wanted finite numbers other than 0",
  );
  assertRefuses(
    env,
    scale([1, 1], [0, Infinity]),
    "Cannot scale observations: offset is Infinity at entry 1, wanted finite numbers",
  );
  assertRefuses(
    new Ring(),
    scale([1]),
    "Cannot scale observations: the observation space is Discrete(5), wanted a Box",
  );
});

Deno.test("wrapEnvironment refuses combinations that do not fit", () => {
  assertRefuses(
    new MountainCar(),
    { kind: "one-hot" },
    "Cannot encode observations as one-hot: the observation space is Box([2]",
  );
  assertRefuses(
    wrapEnvironment(new MountainCar(), [{ kind: "discretize", bins: [4, 4] }]),
    { kind: "discretize", bins: [4, 4] },
    "Cannot discretize: the observation space is Discrete(16), wanted a Box",
  );
  assertRefuses(
    new MountainCar(),
    { kind: "grayscale-observation" },
    "Cannot make observations grey: the observation space is Box([2], [-1.2, -0.07] to [0.6, 0.07]), wanted pictures, a Box of [channels, rows, columns] from 0 to 1",
  );
  assertRefuses(
    wrapEnvironment(new Pictures(4, 6), [{ kind: "grayscale-observation" }]),
    { kind: "grayscale-observation" },
    "Cannot make observations grey: its pictures have 1 channel, wanted red, green and blue",
  );
  assertRefuses(
    new Pictures(4, 6),
    { kind: "resize-observation", shape: [4, 7] },
    "Cannot resize observations: shape is [4, 7], wanted integers from 1 to those of the picture, [4, 6]",
  );
  assertRefuses(
    new Ring(),
    { kind: "frame-stack-observation", stackSize: 2 },
    "Cannot stack observations: the observation space is Discrete(5), wanted a Box",
  );
  assertRefuses(
    new Pictures(4, 6),
    { kind: "frame-stack-observation", stackSize: 2 ** 20 },
    "Cannot stack observations: stackSize is 1048576, of 72 numbers each, wanted an integer of at least 1, and at most 67108864 numbers in all",
  );
  assertRefuses(
    new Ring(),
    { kind: "onehot" } as unknown as WrapperConfig,
    'Cannot wrap the environment: kind is "onehot", wanted one of discretize, one-hot, scale-reward, scale-observation, grayscale-observation, resize-observation, frame-stack-observation; did you mean "one-hot"?',
  );
});

Deno.test("wrapEnvironment makes environments that pass the checker", () => {
  const discretized = wrapEnvironment(makeEnv("MountainCar-v0"), [{ kind: "discretize", bins: [20, 20] }]);
  assertEquals(discretized.observationSpace, discrete(400));
  assertEnvironment(discretized);
  assertEnvironment(
    wrapEnvironment(discretized, [{ kind: "one-hot" }, { kind: "scale-reward", factor: 0.1 }]),
  );
  const scaled = wrapEnvironment(makeEnv("MountainCar-v0"), [{
    kind: "scale-observation",
    factor: [-1, 1 / 0.07],
  }]);
  assertEnvironment(scaled);
  const pictures = wrapEnvironment(new Pictures(8, 6), [
    { kind: "grayscale-observation" },
    { kind: "resize-observation", shape: [3, 4] },
    { kind: "frame-stack-observation", stackSize: 4, padding: "zero" },
  ]);
  assertEquals(pictures.observationSpace, box([4, 3, 4], 0, 1));
  assertEnvironment(pictures);
});
