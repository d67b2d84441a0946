import { assertEquals, assertStrictEquals } from "@std/assert";
import { box, discrete } from "../../src/core/spaces.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import { assertEnvironment } from "../../src/envs/check.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { TransformObservation, TransformReward } from "../../src/envs/transform.ts";
import { Counter, recordingSurface, Ring } from "./toys.ts";

Deno.test("TransformReward changes the reward and nothing else", () => {
  const env = new TransformReward(new Counter(2, true), (reward) => 10 * reward - 1);
  const twin = new Counter(2, true);
  assertEquals(env.reset({ seed: 3 }), twin.reset({ seed: 3 }));
  assertEquals(env.step(2), { ...twin.step(2), reward: 19 });
  assertEquals(env.step(1), { ...twin.step(1), reward: 9, terminated: true });
  assertStrictEquals(new TransformReward(new TimeLimit(new Ring(), 1), Number).inner.actionSpace.n, 2);
});

Deno.test("TransformReward keeps truncation", () => {
  const env = new TransformReward(new TimeLimit(new Ring(), 1), (reward) => reward + 1);
  env.reset();
  const { reward, terminated, truncated } = env.step(0);
  assertEquals([reward, terminated, truncated], [1, false, true]);
});

/** Position and velocity in units of their bounds. */
const scaled = (inner: MountainCar) =>
  new TransformObservation(inner, {
    space: box([2], [-1.2 / 0.6, -1], 1),
    transform: ([position, velocity]: Float32Array) => Float32Array.of(position! / 0.6, velocity! / 0.07),
  });

Deno.test("TransformObservation changes what is seen at a reset, a step and on the grid", () => {
  const [env, twin] = [scaled(new MountainCar()), new MountainCar()];
  assertEquals(env.observationSpace, box([2], [-2, -1], [1, 1]));
  const map = ([position, velocity]: Float32Array) => Float32Array.of(position! / 0.6, velocity! / 0.07);
  assertEquals(env.reset({ seed: 3 }).observation, map(twin.reset({ seed: 3 }).observation));
  const step = twin.step(2);
  assertEquals(env.step(2), { ...step, observation: map(step.observation) });
  const grid = twin.stateGrid();
  const observations = grid.observations.map((seen) => seen && map(seen));
  assertEquals(env.stateGrid!(), { ...grid, observations });
});

Deno.test("TransformObservation changes the kind of observations, keeps masks, drawing and ends", () => {
  const steps = new TransformObservation(new TimeLimit(new Counter(9, true), 2), {
    space: discrete(10),
    transform: (observation) => observation[1]!,
  });
  assertEquals(steps.reset().observation, 0);
  assertEquals(steps.step(0).info, { actionMask: Uint8Array.of(0, 1, 0) });
  const { observation, truncated } = steps.step(1);
  assertEquals([observation, truncated], [2, true]);
  assertEquals([steps.render, steps.renderText, steps.stateGrid], [undefined, undefined, undefined]);

  const drawn = new TransformObservation(new CartPole(), {
    space: box([1], -5, 5),
    transform: (of) => of.slice(0, 1),
  });
  drawn.reset({ state: [1, 0, 0, 0] });
  const { surface, calls } = recordingSurface(600, 400);
  drawn.render!(surface);
  assertEquals(calls[0], "save()");
});

Deno.test("TransformReward and TransformObservation pass the checker", () => {
  assertEnvironment(new TransformReward(new CartPole(), (reward) => -reward));
  assertEnvironment(scaled(new MountainCar()), { steps: 300 });
});
