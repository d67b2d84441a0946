import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { CartPole } from "../../src/envs/cartpole.ts";
import { checkEnvironment } from "../../src/envs/check.ts";
import { EpisodeStatistics } from "../../src/envs/episode_statistics.ts";
import { OneHot } from "../../src/envs/one_hot.ts";
import { isTimeLimited, TimeLimit } from "../../src/envs/time_limit.ts";
import { Counter, recordingSurface, Ring } from "./toys.ts";

function flags(env: TimeLimit, steps: number): [boolean, boolean][] {
  env.reset({ seed: 1 });
  return Array.from({ length: steps }, () => {
    const { terminated, truncated } = env.step(0);
    return [terminated, truncated];
  });
}

Deno.test("TimeLimit truncates at the limit and not before", () => {
  assertEquals(flags(new TimeLimit(new Counter(9), 3), 3), [[false, false], [false, false], [false, true]]);
});

Deno.test("TimeLimit leaves an earlier end alone", () => {
  assertEquals(flags(new TimeLimit(new Counter(2), 3), 2), [[false, false], [true, false]]);
});

Deno.test("TimeLimit sets both flags when the task ends at the limit", () => {
  assertEquals(flags(new TimeLimit(new Counter(2), 2), 2), [[false, false], [true, true]]);
});

Deno.test("TimeLimit refuses steps after the limit until the next reset", () => {
  const env = new TimeLimit(new Counter(9), 2);
  flags(env, 2);
  assertThrows(
    () => env.step(0),
    Error,
    "Cannot step: the episode was truncated after 2 steps, wanted reset() first",
  );
  assertEquals(flags(env, 2), [[false, false], [false, true]]);
});

Deno.test("TimeLimit counts from the last reset that worked, and steps that worked", () => {
  const env = new TimeLimit(new CartPole(), 2);
  assertThrows(() => env.step(0), Error, "Cannot step CartPole: no episode has begun");
  env.reset({ seed: 1 });
  env.step(0);
  assertThrows(() => env.reset({ seed: -1 }), RangeError, "Cannot reset: seed is -1");
  assertThrows(() => env.step(5), RangeError, "Cannot step: action is 5");
  assert(env.step(1).truncated);
});

Deno.test("TimeLimit passes on spaces, options, results and drawing", () => {
  const inner = new CartPole();
  const env = new TimeLimit(inner, 5);
  assertStrictEquals(env.inner, inner);
  assertStrictEquals(env.observationSpace, inner.observationSpace);
  assertStrictEquals(env.actionSpace, inner.actionSpace);
  assertEquals(env.reset({ state: [1, 2, 0, 0] }).observation, Float32Array.of(1, 2, 0, 0));
  const { surface, calls } = recordingSurface(600, 400);
  env.render!(surface);
  assertEquals(calls[0], "save()");
  assertEquals(new TimeLimit(new Ring(), 5).render, undefined);
});

Deno.test("TimeLimit passes the checker around an endless task", () => {
  assertEquals(checkEnvironment(new TimeLimit(new Ring(), 20)), []);
});

Deno.test("TimeLimit wants a positive integer", () => {
  for (const steps of [0, -1, 2.5, NaN, Infinity]) {
    const message = `Cannot limit episodes: maxSteps is ${steps}, wanted a positive integer`;
    assertThrows(() => new TimeLimit(new CartPole(), steps), RangeError, message);
  }
});

Deno.test("isTimeLimited finds the limit within other wrappers", () => {
  assertEquals(isTimeLimited(new CartPole()), false);
  assertEquals(isTimeLimited(new EpisodeStatistics(new CartPole())), false);
  assertEquals(isTimeLimited(new EpisodeStatistics(new TimeLimit(new CartPole(), 5))), true);
  assertEquals(isTimeLimited(new OneHot(new TimeLimit(new Ring(), 5))), true);
  const itself = Object.assign(new CartPole(), { maxEpisodeSteps: 5 });
  assertEquals(isTimeLimited(new EpisodeStatistics(itself)), true);
});
