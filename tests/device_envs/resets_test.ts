import { assert, assertEquals } from "@std/assert";
import { environmentSpec } from "../../src/envs/environment_registry.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { assertUniform } from "../core/uniform.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { begin, chosen, floatsOf } from "./probe.ts";

/** Where the drawn entries of a State, its first ones, lie. */
interface Case {
  readonly words: number;
  readonly low: number;
  readonly high: number;
  readonly drawn: number;
  /** What `sin_cos` may be off by in an observation, and the rounding of the host's. */
  readonly turned: number;
}

const cases: Record<string, Case> = {
  "CartPole-v1": { words: 4, low: -0.05, high: 0.05, drawn: 4, turned: 0 },
  "MountainCar-v0": { words: 2, low: -0.6, high: -0.4, drawn: 1, turned: 0 },
  "Acrobot-v1": { words: 4, low: -0.1, high: 0.1, drawn: 4, turned: 5 * 2 ** -25 },
};

/** Seeds of every size. */
const seeds = [
  0,
  1,
  2,
  0xffffffff,
  ...Array.from({ length: 200 }, (_, i) => Math.imul(i + 3, 0x9e3779b1) >>> 0),
];

for (const [id, { words, low, high, drawn, turned }] of Object.entries(cases)) {
  const environment = chosen(id, words);
  const extent = Math.max(Math.abs(low), Math.abs(high));

  Deno.test(`${id} starts every episode of a seed on the device as on the host`, () =>
    withGpu(async (gpu) => {
      const host = environmentSpec(id).create({}) as Environment;
      const starts = seeds.flatMap((seed) => [0, 1, 2].map((episode) => [seed, episode] as const));
      const found = await begin(gpu, environment, starts);
      // low + (high - low) u: the two constants, the product, the sum and the host's own observation are rounded.
      const tolerance = 5 * 2 ** -24 * extent + turned;
      starts.forEach(([seed, episode], i) => {
        const { observation } = host.reset(episode === 0 ? { seed } : {});
        observation.forEach((value, entry) => {
          const seen = found.observations[i]![entry]!;
          const what = `seed ${seed}, episode ${episode}, entry ${entry}`;
          assert(Math.abs(seen - value) <= tolerance, `${what}: ${seen} and ${value}`);
        });
      });
    }));

  Deno.test(`${id} draws every episode's start evenly and apart from its other entries and the last episode`, () =>
    withGpu(async (gpu) => {
      const episodes = 16_384;
      const found = await begin(gpu, environment, Array.from({ length: episodes }, (_, i) => [7, i]));
      const units = found.states.map((state) =>
        floatsOf(state).slice(0, drawn).map((value) => (value - low) / (high - low))
      );
      const inside = (value: number) => Math.min(Math.max(value, 0), 1 - 2 ** -20); // Float32 may touch its ends.
      const cell = (value: number) => Math.floor(8 * inside(value));
      for (let entry = 0; entry < drawn; entry++) {
        assertUniform(units.map((start) => inside(start[entry]!)));
        const before = new Array<number>(64).fill(0);
        const beside = new Array<number>(64).fill(0);
        units.forEach((start, i) => {
          beside[8 * cell(start[entry]!) + cell(start[(entry + 1) % drawn]!)]!++;
          if (i > 0) before[8 * cell(start[entry]!) + cell(units[i - 1]![entry]!)]!++;
        });
        assertChiSquare(before, `entry ${entry} of successive episodes`);
        if (drawn > 1) assertChiSquare(beside, `entries ${entry} and the next`);
      }
    }));
}

Deno.test("MountainCar-v0 starts at rest on the device", () =>
  withGpu(async (gpu) => {
    const found = await begin(gpu, chosen("MountainCar-v0", 2), seeds.map((seed) => [seed, 3]));
    assertEquals(found.states.map((state) => floatsOf(state)[1]), seeds.map(() => 0));
  }));
