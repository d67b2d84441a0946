import { assert, assertEquals, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { DivergenceError, UsageError } from "../../src/core/errors.ts";
import { deriveSeed, Stream } from "../../src/core/random.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import type { StepResult } from "../../src/envs/environment.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { Counter, type Faults, faulty, Ring } from "./toys.ts";

/** Counters that end after 2, 3, 4, ... steps. */
function counters(count: number): VectorEnvironment {
  return new VectorEnvironment(count, (index) => new Counter(index + 2));
}

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

Deno.test("VectorEnvironment refuses more numbers in its observations than there is room for", () => {
  const make = (count: number) =>
    new VectorEnvironment(count, () => ({
      observationSpace: box([2 ** 20], 0, 1),
      actionSpace: discrete(2),
      reset: () => ({ observation: new Float32Array(), info: {} }),
      step: () => ({
        observation: new Float32Array(),
        reward: 0,
        terminated: false,
        truncated: false,
        info: {},
      }),
    }));
  const message = "65 environments show 1048576 numbers each, wanted at most 67108864 in all";
  assertThrows(() => make(65), UsageError, message);
  assertEquals(make(2).width, 2 ** 20);
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

/** The error of a vector whose environment 1 has `faults`, at the reset or in five steps. */
function assertFault(
  faults: Faults,
  message: string,
  Fault: typeof UsageError | typeof DivergenceError = UsageError,
): void {
  const vector = new VectorEnvironment(2, (index) => index === 1 ? faulty(faults) : new Counter(5));
  assertThrows(
    () => {
      vector.reset(0);
      for (let step = 0; step < 5; step++) vector.step(Uint32Array.of(0, 0));
    },
    Fault,
    message,
  );
}

const at3 = (change: Partial<StepResult>): Faults => ({
  step: (result, step) => step === 3 ? { ...result, ...change } : result,
});

Deno.test("VectorEnvironment refuses observations that are unfit, naming place and values", () => {
  assertFault(
    at3({ observation: Float32Array.of(0.5, NaN) }),
    "Cannot use the observation of environment 1, step 3 of its episode: it is [0.5, NaN], wanted a Float32Array of 2 finite numbers",
    DivergenceError,
  );
  assertFault(at3({ observation: Float32Array.of(-Infinity, 1) }), "it is [-Infinity, 1]", DivergenceError);
  assertFault(at3({ observation: Float32Array.of(1, 2, 3) }), "it is [1, 2, 3]");
  assertFault(at3({ observation: [1, 2] as unknown as Float32Array }), "it is [1, 2]");
  assertFault(
    { reset: (result) => ({ ...result, observation: new Float32Array(20) }) },
    "Cannot use the observation of environment 1, at its reset: it is [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...] of length 20",
  );
});

Deno.test("VectorEnvironment refuses integers outside a Discrete", () => {
  const vector = new VectorEnvironment(1, () => {
    const ring = new Ring();
    return {
      observationSpace: ring.observationSpace,
      actionSpace: ring.actionSpace,
      reset: () => ring.reset(),
      step: (action: number) => ({ ...ring.step(action), observation: 5 }),
    };
  });
  vector.reset(0);
  assertThrows(
    () => vector.step(Uint32Array.of(0)),
    UsageError,
    "Cannot use the observation of environment 0, step 1 of its episode: it is 5, wanted an integer of Discrete(5)",
  );
});

Deno.test("VectorEnvironment refuses rewards that are no numbers, or not finite in float32", () => {
  const rewards: [unknown, string][] = [[NaN, "NaN"], [Infinity, "Infinity"], [1e39, "1e+39"], ["1", '"1"'], [
    1n,
    "1",
  ]];
  for (const [reward, told] of rewards) {
    const found = `Cannot use the reward of environment 1, step 3 of its episode: it is ${told}`;
    assertFault(
      at3({ reward: reward as number }),
      `${found}, wanted a finite float32`,
      typeof reward === "number" ? DivergenceError : UsageError,
    );
  }
});

Deno.test("VectorEnvironment refuses masks that are absent, unfit or empty", () => {
  const masked = (mask: unknown): Faults => ({
    reset: (result) => ({ ...result, info: { actionMask: Uint8Array.of(1, 1, 0) } }),
    step: (result) => ({ ...result, info: mask === undefined ? {} : { actionMask: mask } }),
  });
  const cases: [unknown, string][] = [
    [undefined, "absent"],
    [Uint8Array.of(1, 1), "[1, 1]"],
    [Uint8Array.of(0, 2, 0), "[0, 2, 0]"],
    [Uint8Array.of(0, 0, 0), "[0, 0, 0]"],
    [[1, 1, 1], "[1, 1, 1]"],
  ];
  for (const [mask, found] of cases) {
    const vector = new VectorEnvironment(1, () => faulty(masked(mask)));
    vector.reset(0);
    assertThrows(
      () => vector.step(Uint32Array.of(0)),
      UsageError,
      `Cannot use the action mask of environment 0, step 1 of its episode: it is ${found}, wanted 3 entries of 0 or 1, not all 0`,
    );
  }
  assertFault(masked(undefined), "Cannot use the action mask of environment 0, at its reset: it is absent");
});

Deno.test("VectorEnvironment.step refuses actions that do not fit, before any environment steps", () => {
  const vector = counters(2);
  assertThrows(
    () => vector.step(Uint32Array.of(0, 0)),
    Error,
    "Cannot step 2 environments: no episode has begun, wanted reset() first",
  );
  vector.reset(0);
  assertThrows(
    () => vector.step(Uint32Array.of(0)),
    RangeError,
    "Cannot step 2 environments: there are 1 actions, wanted one each",
  );
  assertThrows(
    () => vector.step(Uint32Array.of(0, 3)),
    RangeError,
    "Cannot step environment 1: action is 3, wanted an integer in [0, 2]",
  );
  assertEquals(vector.step(Uint32Array.of(0, 0)).nextObservations[1], 1);
});

Deno.test("VectorEnvironment wants a positive count and equal spaces", () => {
  assertThrows(
    () => counters(0),
    RangeError,
    "Cannot make a vector environment: count is 0, wanted a positive integer",
  );
  const other = (faults: Faults) => () =>
    new VectorEnvironment(2, (index) => index === 1 ? faulty(faults) : new Counter(2));
  assertThrows(
    other({ actionSpace: discrete(2) }),
    UsageError,
    "Cannot make a vector environment: action space of environment 1 is Discrete(2), wanted Discrete(3) as of environment 0",
  );
  assertThrows(
    other({ observationSpace: box([2], 0, 9) }),
    UsageError,
    "observation space of environment 1 is Box([2], 0 to 9), wanted Box([2], 0 to [1, Infinity])",
  );
});
