import { assertAlmostEquals } from "@std/assert";
import { box, discrete } from "../../src/core/spaces.ts";
import { type Environment, noInfo, type ResetOptions } from "../../src/envs/environment.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { FakeAgent } from "./fakes.ts";

/** As procedurally generated tasks do, picks one of `count` levels by its seed; an episode is a step and pays its number. */
class Levels implements Environment {
  readonly observationSpace = box([1], 0, 1);
  readonly actionSpace = discrete(3);
  readonly #count: number;
  #level = 0;

  constructor(count: number) {
    this.#count = count;
  }

  reset({ seed = 0 }: ResetOptions = {}) {
    this.#level = seed % this.#count;
    return { observation: Float32Array.of(this.#level / this.#count), info: noInfo };
  }

  step() {
    const observation = Float32Array.of(0);
    return { observation, reward: this.#level, terminated: true, truncated: false, info: noInfo };
  }
}

const episodes = 1000;

/** Checks that each of `count` levels came in its share of 1000 episodes, by count and by mean. */
function assertEven(levels: readonly number[], count: number): void {
  const counts = Array.from({ length: count }, (_, level) => levels.filter((one) => one === level).length);
  assertChiSquare(counts, `levels of ${count}`);
  // Two standard deviations of a mean of uniform levels.
  const spread = 2 * Math.sqrt((count ** 2 - 1) / 12 / episodes);
  const mean = levels.reduce((sum, level) => sum + level, 0) / episodes;
  assertAlmostEquals(mean, (count - 1) / 2, 2 * spread);
}

for (const count of [2, 10]) {
  Deno.test(`environments of a vector that pick one of ${count} levels by their seed pick each equally often`, () => {
    for (const seed of [0, 1, 2]) {
      const vector = new VectorEnvironment(episodes, () => new Levels(count));
      const { observations } = vector.reset(seed);
      assertEven(Array.from(observations, (seen) => Math.round(seen * count)), count);
    }
  });

  Deno.test(`evaluation episodes that pick one of ${count} levels by their seed pick each equally often`, async () => {
    for (const seed of [0, 1, 2]) {
      const makeEnvironment = () => new Levels(count);
      const { returns } = await evaluate(new FakeAgent(), { makeEnvironment, episodes, seed });
      assertEven(returns, count);
    }
  });
}
