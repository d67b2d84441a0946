import { assertAlmostEquals, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { deriveSeed, type Random, Stream } from "../../src/core/random.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { type Environment, noInfo, randomFor, type ResetOptions } from "../../src/envs/environment.ts";
import { evaluate, summarize } from "../../src/train/evaluate.ts";
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

Deno.test("summarize() gives mean, population standard deviation and extremes", () => {
  const { mean, std, min, max, episodes } = summarize([2, 4, 4, 4, 5, 5, 7, 9], Array(8).fill(1));
  assertEquals([mean, min, max, episodes], [5, 2, 9, 8]);
  assertAlmostEquals(std, 2);
});
