import { assert, assertEquals, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { deriveSeed, Stream } from "../../src/core/random.ts";
import { discrete } from "../../src/core/spaces.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { Counter, counters, faulty, Ring } from "./toys.ts";

Deno.test("VectorEnvironment.reset seeds each environment on its own", () => {
  const vector = counters(3);
  const { observations } = vector.reset(9);
  const expected = [0, 1, 2].map((i) =>
    new Counter(2).reset({ seed: deriveSeed(9, Stream.environmentSeed, i) }).observation[0]!
  );
  assertEquals(observations, Float32Array.of(expected[0]!, 0, expected[1]!, 0, expected[2]!, 0));
  assertEquals(new Set(expected).size, 3);
});

Deno.test("VectorEnvironment.resetWithSeeds gives each environment its seed", () => {
  const { observations } = counters(2).resetWithSeeds([5, 5]);
  const start = new Counter(2).reset({ seed: 5 }).observation[0]!;
  assertEquals(observations, Float32Array.of(start, 0, start, 0));
  assertThrows(
    () => counters(2).resetWithSeeds([1]),
    RangeError,
    "Cannot reset 2 environments: there are 1 seeds, wanted one each",
  );
  assertThrows(() => counters(2).reset(-1), RangeError, "Cannot reset: seed is -1");
});

Deno.test("VectorEnvironment.step resets in the same step and keeps the last observation apart", () => {
  const vector = counters(2);
  const starts = vector.reset(1).observations.slice();
  vector.step(Uint32Array.of(1, 2));
  const step = vector.step(Uint32Array.of(2, 0));
  assertEquals(step.nextObservations, Float32Array.of(starts[0]!, 2, starts[2]!, 2));
  assertEquals(step.rewards, Float32Array.of(2, 0));
  assertEquals([step.terminated, step.truncated], [Uint8Array.of(1, 0), Uint8Array.of(0, 0)]);
  assertEquals(step.episodes, [{ index: 0, return: 3, length: 2, terminated: true, truncated: false }]);

  const lone = new Counter(2);
  lone.reset({ seed: deriveSeed(1, Stream.environmentSeed, 0) });
  const second = lone.reset().observation[0]!;
  assertNotEquals(second, starts[0]);
  assertEquals(step.observations, Float32Array.of(second, 0, starts[2]!, 2));
});

Deno.test("VectorEnvironment.step counts returns and lengths by episode", () => {
  const vector = counters(2);
  vector.reset(1);
  const episodes = Array.from({ length: 6 }, () => vector.step(Uint32Array.of(1, 2)).episodes);
  const first = { index: 0, return: 2, length: 2, terminated: true, truncated: false };
  const second = { index: 1, return: 6, length: 3, terminated: true, truncated: false };
  assertEquals(episodes, [[], [first], [second], [first], [], [first, second]]);
  vector.step(Uint32Array.of(1, 1));
  vector.reset(1);
  assertEquals(vector.step(Uint32Array.of(1, 1)).episodes, []);
  assertEquals(vector.step(Uint32Array.of(0, 0)).episodes, [{ ...first, return: 1 }]);
});

Deno.test("VectorEnvironment.step tells truncated from terminated", () => {
  const vector = new VectorEnvironment(2, (index) => new TimeLimit(new Counter(index + 2), 2));
  vector.reset(1);
  vector.step(Uint32Array.of(0, 0));
  const { terminated, truncated, episodes } = vector.step(Uint32Array.of(0, 0));
  assertEquals([terminated, truncated], [Uint8Array.of(1, 0), Uint8Array.of(1, 1)]);
  assertEquals(episodes.map((episode) => [episode.terminated, episode.truncated]), [[true, true], [
    false,
    true,
  ]]);
});

Deno.test("VectorEnvironment keeps what a call returned through the next call", () => {
  const vector = counters(2);
  const reset = vector.reset(1);
  const kept = reset.observations.slice();
  const first = vector.step(Uint32Array.of(1, 1));
  assertEquals(reset.observations, kept);
  const copies = [first.observations.slice(), first.nextObservations.slice(), first.rewards.slice()];
  vector.step(Uint32Array.of(2, 2));
  assertEquals([first.observations, first.nextObservations, first.rewards], copies);
  assertStrictEquals(vector.step(Uint32Array.of(0, 0)).observations, first.observations);
});

Deno.test("VectorEnvironment steps each environment as if it were alone", () => {
  const count = 5;
  const vector = new VectorEnvironment(count, () => makeEnv("CartPole-v1", { maxEpisodeSteps: 20 }));
  vector.reset(3);
  const alone = Array.from({ length: count }, (_, index) => {
    const env = makeEnv("CartPole-v1", { maxEpisodeSteps: 20 });
    env.reset({ seed: deriveSeed(3, Stream.environmentSeed, index) });
    return env;
  });
  let ends = 0;
  for (let step = 0; step < 200; step++) {
    const actions = Uint32Array.from({ length: count }, (_, i) => (step * 7 + i * 3 >> i % 3) & 1);
    const together = vector.step(actions);
    ends += together.episodes.length;
    alone.forEach((env, i) => {
      const row = (rows: Float32Array) => rows.slice(i * 4, i * 4 + 4);
      const { observation, terminated, truncated } = env.step(actions[i]!);
      assertEquals(row(together.nextObservations), observation);
      assertEquals([together.terminated[i], together.truncated[i]], [Number(terminated), Number(truncated)]);
      assertEquals(
        row(together.observations),
        terminated || truncated ? env.reset().observation : observation,
      );
    });
  }
  assert(ends > 2 * count);
});

Deno.test("VectorEnvironment announces every action through wrappers before the first step, and closes all", () => {
  const calls: string[] = [];
  const vector = new VectorEnvironment(3, (index) => {
    const env = new Counter(5);
    const step = env.step.bind(env);
    if (index === 1) return env; // That wants to know nothing.
    return new TimeLimit(
      Object.assign(env, {
        announce: (action: number) => calls.push(`announce ${index} ${action}`),
        step: (action: number) => (calls.push(`step ${index} ${action}`), step(action)),
        close: () => calls.push(`close ${index}`),
      }),
      5,
    );
  });
  vector.reset(0);
  vector.step(Uint32Array.of(2, 0, 1));
  vector.close();
  assertEquals(calls, ["announce 0 2", "announce 2 1", "step 0 2", "step 2 1", "close 0", "close 2"]);
});

Deno.test("VectorEnvironment observes an integer of a Discrete as one number", () => {
  const vector = new VectorEnvironment(2, () => new Ring());
  assertEquals(vector.width, 1);
  assertEquals(vector.reset(0).observations, Float32Array.of(2, 2));
  const { observations, nextObservations } = vector.step(Uint32Array.of(0, 1));
  assertEquals(observations, Float32Array.of(1, 3));
  assertEquals(nextObservations, Float32Array.of(1, 3));
});

Deno.test("VectorEnvironment takes a Discrete whose integers are exact in float32, and no larger one", () => {
  const make = (n: number, last = n - 1) =>
    new VectorEnvironment(1, () => ({
      observationSpace: discrete(n),
      actionSpace: discrete(2),
      reset: () => ({ observation: last, info: {} }),
      step: () => ({ observation: 0, reward: 0, terminated: false, truncated: false, info: {} }),
    }));
  assertEquals(make(2 ** 24).reset(0).observations[0], 2 ** 24 - 1);
  assertThrows(
    () => make(2 ** 24 + 1),
    UsageError,
    "Cannot make a vector environment: the observation space is Discrete(16777217), wanted at most 16777216 integers",
  );
});

Deno.test("VectorEnvironment.step tells whether an episode was won, where the environment does", () => {
  const told = [true, false, undefined];
  const vector = new VectorEnvironment(3, (index) => {
    const success = told[index];
    return faulty({
      step: (result) => ({ ...result, info: success === undefined ? {} : { success } }),
    });
  });
  vector.reset(1);
  for (let i = 0; i < 4; i++) assertEquals(vector.step(new Uint32Array(3)).episodes, []);
  const common = { return: 0, length: 5, terminated: true, truncated: false };
  assertEquals(vector.step(new Uint32Array(3)).episodes, [
    { index: 0, ...common, success: true },
    { index: 1, ...common, success: false },
    { index: 2, ...common },
  ]);
});

Deno.test("VectorEnvironment gives masks of the state acted on and of the state reached", () => {
  const vector = new VectorEnvironment(2, (index) => new Counter(index + 1, true));
  assertEquals(vector.reset(0).actionMasks, Uint8Array.of(1, 1, 1, 1, 1, 1));
  const step = vector.step(Uint32Array.of(0, 0));
  assertEquals(step.nextActionMasks, Uint8Array.of(0, 1, 0, 0, 1, 0));
  assertEquals(step.actionMasks, Uint8Array.of(1, 1, 1, 0, 1, 0));
});

Deno.test("VectorEnvironment gives no masks when the environments give none", () => {
  const vector = counters(1);
  assert(!("actionMasks" in vector.reset(0)));
  const step = vector.step(Uint32Array.of(0));
  assert(!("actionMasks" in step) && !("nextActionMasks" in step));
});

Deno.test("VectorEnvironment takes no mask for all ones where the task has terminated", () => {
  const vector = new VectorEnvironment(1, () =>
    faulty({
      reset: (result) => ({ ...result, info: { actionMask: Uint8Array.of(1, 0, 0) } }),
      step: (result) => ({
        ...result,
        info: result.terminated ? { actionMask: new Uint8Array(3) } : { actionMask: Uint8Array.of(0, 1, 0) },
      }),
    }));
  vector.reset(0);
  for (let i = 0; i < 4; i++) vector.step(Uint32Array.of(0));
  const last = vector.step(Uint32Array.of(0));
  assertEquals(last.nextActionMasks, Uint8Array.of(1, 1, 1));
  assertEquals(last.actionMasks, Uint8Array.of(1, 0, 0));
});
