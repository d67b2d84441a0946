import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { DivergenceError } from "../../src/core/errors.ts";
import { deriveSeed, type Random, Stream } from "../../src/core/random.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { type Environment, noInfo, randomFor, type ResetOptions } from "../../src/envs/environment.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { evaluate, summarize } from "../../src/train/evaluate.ts";
import { faulty } from "../envs/toys.ts";
import { FakeAgent } from "./fakes.ts";

/** Episodes of 1 to 9 steps; observes noise; the reward is action and noise. Writes down its seeds. */
class Noise implements Environment {
  readonly observationSpace = box([1], 0, 1);
  readonly actionSpace = discrete(3);
  readonly #seeds: number[];
  #random: Random | undefined;
  #left = 0;

  constructor(seeds: number[] = []) {
    this.#seeds = seeds;
  }

  reset(options: ResetOptions = {}) {
    if (options.seed !== undefined) this.#seeds.push(options.seed);
    this.#random = randomFor(this.#random, options.seed);
    this.#left = 1 + this.#random.below(9);
    return { observation: Float32Array.of(this.#random.uniform()), info: noInfo };
  }

  step(action: number) {
    const observation = Float32Array.of(this.#random!.uniform());
    const reward = action + observation[0]!;
    return { observation, reward, terminated: --this.#left === 0, truncated: false, info: noInfo };
  }
}

const options = { makeEnvironment: () => new Noise(), episodes: 20, seed: 5 };

Deno.test("evaluate() gives the same for the same seed and another for another", async () => {
  const first = await evaluate(new FakeAgent(), options);
  assertEquals(await evaluate(new FakeAgent(), options), first);
  assertNotEquals(await evaluate(new FakeAgent(), { ...options, seed: 6 }), first);
});

Deno.test("evaluate() plays exactly one episode a seed, each with a seed of its own", async () => {
  const seeds: number[] = [];
  const { returns, lengths, episodes } = await evaluate(new FakeAgent(), {
    ...options,
    makeEnvironment: () => new Noise(seeds),
  });
  assertEquals(seeds, Array.from({ length: 20 }, (_, i) => deriveSeed(5, Stream.evaluation, i)));
  assertEquals([returns.length, lengths.length, episodes], [20, 20, 20]);
  assertStrictEquals(new Set(returns).size, 20);
});

Deno.test("evaluate() gives the same returns whether episodes are played together or one by one", async () => {
  const together = await evaluate(new FakeAgent(), options);
  for (const parallel of [1, 3, 7, 20, 100]) {
    assertEquals(await evaluate(new FakeAgent(), { ...options, parallel }), together);
  }
});

Deno.test("evaluate() leaves the agent as it was and frees its policy, also when the environment fails", async () => {
  const agent = new FakeAgent();
  await evaluate(agent, options);
  assertEquals([agent.policies, agent.transitions.length, agent.acted.length], [0, 0, 0]);
  const broken = new Noise();
  broken.step = () => {
    throw new TypeError("no step");
  };
  let message = "";
  await evaluate(agent, { ...options, episodes: 1, makeEnvironment: () => broken })
    .catch((error) => message = `${error}`);
  assertStrictEquals(message, "TypeError: no step");
  assertStrictEquals(agent.policies, 0);
});

Deno.test("summarize() takes as many episodes as an evaluation may have", () => {
  const returns = Array.from({ length: 1_000_000 }, (_, i) => i);
  const { mean, min, max } = summarize(returns, returns);
  assertEquals([mean, min, max], [499_999.5, 0, 999_999]);
});

Deno.test("summarize() of equal returns gives exactly their mean, and no spread", () => {
  const { mean, std } = summarize(Array(100).fill(-12.7), Array(100).fill(1));
  assertEquals([mean, std], [-12.7, 0]);
});

Deno.test("summarize() gives mean, population standard deviation and extremes", () => {
  const { mean, std, min, max, episodes } = summarize([2, 4, 4, 4, 5, 5, 7, 9], Array(8).fill(1));
  assertEquals([mean, min, max, episodes], [5, 2, 9, 8]);
  assertAlmostEquals(std, 2);
});

/** Goes on for ever, 1 a step; or ends after `length` steps and tells whether it was won. */
function endless(length = Infinity, success?: boolean): Environment {
  let steps = 0;
  return {
    observationSpace: box([1], 0, 1),
    actionSpace: discrete(3),
    reset() {
      steps = 0;
      return { observation: new Float32Array(1), info: noInfo };
    },
    step: () => {
      const terminated = ++steps === length;
      const info = terminated && success !== undefined ? { success } : noInfo;
      return { observation: new Float32Array(1), reward: 1, terminated, truncated: false, info };
    },
  };
}

Deno.test("evaluate() counts an episode that does not end with what it has earned", async () => {
  const { returns, lengths } = await evaluate(new FakeAgent(), {
    ...options,
    makeEnvironment: () => endless(),
    episodes: 3,
    maxSteps: 40,
  });
  assertEquals([returns, lengths], [[40, 40, 40], [40, 40, 40]]);
  const { max } = await evaluate(new FakeAgent(), {
    ...options,
    makeEnvironment: () => endless(),
    episodes: 1,
  });
  assertStrictEquals(max, 10_000);
  const limited = await evaluate(new FakeAgent(), {
    ...options,
    makeEnvironment: () => new TimeLimit(endless(), 12_000),
    episodes: 1,
  });
  assertStrictEquals(limited.max, 12_000); // A limit of its own stands.
});

Deno.test("evaluate() gives the share of episodes won among all, where any was told of", async () => {
  const play = async (makers: (() => Environment)[]) => {
    let next = 0;
    const makeEnvironment = () => makers[next++]!();
    const settings = { ...options, makeEnvironment, episodes: makers.length, maxSteps: 9 };
    return await evaluate(new FakeAgent(), settings);
  };
  const [won, lost, silent] = [() => endless(3, true), () => endless(3, false), () => endless()];
  assertStrictEquals((await play([won, lost, silent, won, won])).winRate, 0.6);
  assertStrictEquals((await play([lost, silent])).winRate, 0);
  assertStrictEquals("winRate" in await play([silent, silent]), false);
});

Deno.test("evaluate() ends when its signal is aborted, and says why", async () => {
  const agent = new FakeAgent();
  const controller = new AbortController();
  setTimeout(() => controller.abort(new RangeError("enough")), 20);
  const { signal } = controller;
  const play = evaluate(agent, { ...options, makeEnvironment: () => endless(), maxSteps: 1e9, signal });
  await assertRejects(() => play, RangeError, "enough");
  assertStrictEquals(agent.policies, 0);
});

Deno.test("evaluate() refuses a reward or an observation that is not finite, and names step and value", async () => {
  const play = (given: object) => {
    const makeEnvironment = () => faulty({ step: (step, at) => at === 4 ? { ...step, ...given } : step });
    return evaluate(new FakeAgent(), { makeEnvironment, episodes: 2, seed: 1 });
  };
  for (const reward of [NaN, -Infinity, 1e39]) {
    await assertRejects(
      () => play({ reward }),
      DivergenceError,
      `Cannot use the reward of environment 0, step 4 of its episode: it is ${reward}, wanted a finite float32`,
    );
  }
  await assertRejects(
    () => play({ observation: Float32Array.of(0, NaN) }),
    DivergenceError,
    "Cannot use the observation of environment 0, step 4 of its episode: it is [0, NaN]",
  );
});
