import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertEnvironment } from "../../src/envs/check.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { EpisodeStatistics, type EpisodeSummary } from "../../src/envs/episode_statistics.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { TransformReward } from "../../src/envs/transform.ts";
import { Counter } from "./toys.ts";

/** The `info.episode` of each step. */
function summaries(env: Environment, actions: readonly number[]): (EpisodeSummary | undefined)[] {
  env.reset({ seed: 1 });
  return actions.map((action) => env.step(action).info["episode"] as EpisodeSummary | undefined);
}

Deno.test("EpisodeStatistics tells return and length with the last step alone", () => {
  const env = new EpisodeStatistics(new Counter(3));
  for (const actions of [[2, 0, 1], [1, 1, 2]]) {
    const [first, second, last] = summaries(env, actions);
    assertEquals([first, second], [undefined, undefined]);
    assertEquals([last!.return, last!.length], [actions.reduce((sum, action) => sum + action), 3]);
  }
});

Deno.test("EpisodeStatistics tells of truncated episodes, and of rewards as they are inside", () => {
  const env = new TransformReward(new EpisodeStatistics(new TimeLimit(new Counter(9), 2)), () => 0);
  const [, last] = summaries(env, [2, 2]);
  assertEquals([last!.return, last!.length], [4, 2]);
});

Deno.test("EpisodeStatistics starts anew after an episode that was left", () => {
  const env = new EpisodeStatistics(new Counter(3));
  summaries(env, [2, 2]);
  assertEquals(summaries(env, [1, 1, 1])[2]!.return, 3);
});

Deno.test("EpisodeStatistics tells the seconds since the reset", () => {
  const env = new EpisodeStatistics(new Counter(1));
  const before = performance.now();
  env.reset();
  const after = performance.now();
  while (performance.now() - after < 20);
  const { seconds } = env.step(0).info["episode"] as EpisodeSummary;
  assert(seconds >= 0.02 && seconds <= (performance.now() - before) / 1000, `${seconds} s`);
});

Deno.test("EpisodeStatistics keeps the rest of info, and counts steps that worked", () => {
  const env = new EpisodeStatistics(new Counter(1, true));
  env.reset();
  assertThrows(() => env.step(7), RangeError, "Cannot step: action is 7");
  const { info } = env.step(0);
  assertEquals(info.actionMask, Uint8Array.of(0, 1, 0));
  assertEquals((info["episode"] as EpisodeSummary).length, 1);
});

Deno.test("EpisodeStatistics passes the checker", () =>
  assertEnvironment(new EpisodeStatistics(new Counter(5))));
