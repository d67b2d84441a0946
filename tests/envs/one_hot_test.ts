import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { binaryBox, discrete } from "../../src/core/spaces.ts";
import { assertEnvironment } from "../../src/envs/check.ts";
import { Discretize } from "../../src/envs/discretize.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { OneHot } from "../../src/envs/one_hot.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { Ring } from "./toys.ts";

Deno.test("OneHot sees a 1 at the place of the integer", () => {
  const env = new OneHot(new Ring());
  assertEquals(env.observationSpace, binaryBox([5]));
  const { observation } = env.reset();
  assertEquals(observation, Float32Array.of(0, 0, 1, 0, 0));
  assertEquals(env.step(1).observation, Float32Array.of(0, 0, 0, 1, 0));
  assertEquals(observation, Float32Array.of(0, 0, 1, 0, 0));
});

Deno.test("OneHot.stateGrid encodes each cell", () => {
  const bins = new Discretize(new MountainCar(), { bins: [3, 2] });
  const [coded, plain] = [new OneHot(bins).stateGrid!().observations, bins.stateGrid!().observations];
  assertEquals(coded.map((row) => row && row.indexOf(1)), plain);
  assertEquals(coded[0], Float32Array.of(0, 1, 0, 0, 0, 0));
});

Deno.test("OneHot wants a Discrete", () => {
  assertThrows(
    () => new OneHot(new MountainCar() as unknown as Environment<number>),
    UsageError,
    "Cannot encode observations as one-hot: the observation space is Box([2], [-1.2, -0.07] to [0.6, 0.07]), wanted a Discrete",
  );
});

Deno.test("OneHot passes the checker", () => assertEnvironment(new OneHot(new TimeLimit(new Ring(), 9))));

Deno.test("OneHot refuses more integers than there is room for", () => {
  const of = (n: number) =>
    ({ ...new Ring(), observationSpace: discrete(n), actionSpace: discrete(2) }) as unknown as Environment<
      number
    >;
  assertEquals(new OneHot(of(65_536)).observationSpace.kind, "box");
  const message = "the observation space is Discrete(65537), wanted at most 65536 integers";
  assertThrows(() => new OneHot(of(65_537)), UsageError, message);
});
