import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { UsageError } from "../../src/core/errors.ts";
import { environmentOverrides } from "../../src/device_envs/device_environment.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import { Gridworld, type GridworldMode } from "../../src/envs/gridworld.ts";
import { assertUniform } from "../core/uniform.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { begin, chosen, follow } from "./probe.ts";

const words = 7; // player, goal, pit, wall, seed, episode, draws
const modes = ["static", "player", "random"] as const;
const seeds = [
  0,
  1,
  0xffffffff,
  ...Array.from({ length: 500 }, (_, i) => Math.imul(i + 2, 0x9e3779b1) >>> 0),
];

function gridworld(mode: GridworldMode = "static", noise = 0) {
  return chosen("Gridworld-v0", words, { mode, noise });
}

/** Four different cells. */
function placing(random: Random): number[] {
  for (;;) {
    const cells = Array.from({ length: 4 }, () => random.below(16));
    if (new Set(cells).size === 4) return cells;
  }
}

Deno.test("Gridworld on the device starts every episode with the host's board, in every mode", () =>
  withGpu(async (gpu) => {
    for (const mode of modes) {
      const host = new Gridworld({ mode });
      const starts = seeds.flatMap((seed) => [0, 1, 2].map((episode) => [seed, episode] as const));
      const found = await begin(gpu, gridworld(mode), starts);
      starts.forEach(([seed, episode], i) => {
        const { observation } = host.reset(episode === 0 ? { seed } : {});
        assertEquals(found.observations[i], observation, `${mode}, seed ${seed}, episode ${episode}`);
      });
    }
  }));

Deno.test("Gridworld on the device moves, pays and ends as the host's from every cell", () =>
  withGpu(async (gpu) => {
    const random = new Random(5);
    const boards = Array.from({ length: 100 }, () => placing(random).slice(1)).flatMap((things) =>
      Array.from({ length: 16 }, (_, player) => [player, ...things])
        .filter(([player]) => !things.includes(player!))
    );
    assertEquals(boards.length, 1300);
    const cases = boards.flatMap((state) => [0, 1, 2, 3].map((action) => ({ state, action })));
    const found = await follow(gpu, gridworld(), {
      states: cases.map(({ state }) => Uint32Array.of(...state, 0, 0, 0)),
      actions: cases.map(({ action }) => [action]),
    });
    const host = new Gridworld();
    const rewards = new Set<number>();
    cases.forEach(({ state, action }, i) => {
      host.reset({ state });
      const { observation, reward, terminated } = host.step(action);
      const what = `board ${state}, action ${action}`;
      assertEquals(found.observations[i], observation, what);
      assertEquals([found.rewards[i], found.terminated[i]], [reward, terminated], what);
      rewards.add(reward);
    });
    assertEquals(rewards, new Set([-1, 10, -10]));
  }));

Deno.test("Gridworld on the device draws the player of every episode evenly from the free cells", () =>
  withGpu(async (gpu) => {
    const found = await begin(gpu, gridworld("player"), Array.from({ length: 10_000 }, (_, i) => [4, i]));
    const counts = new Array<number>(16).fill(0);
    for (const [player, ...things] of found.states) {
      assertEquals(things.slice(0, 3), [0, 1, 5]);
      counts[player!]!++;
    }
    assertChiSquare(counts, "player", counts.map((_, cell) => [0, 1, 5].includes(cell) ? 0 : 1 / 13));
  }));

Deno.test("Gridworld on the device draws the random boards that can be won, each thing as often in a cell as among all", () =>
  withGpu(async (gpu) => {
    const all = new Array<number>(64).fill(0);
    let boards = 0;
    for (let code = 0; code < 16 ** 4; code++) {
      const [player, goal, pit, wall] = [code >> 12, (code >> 8) & 15, (code >> 4) & 15, code & 15];
      if (new Set([player, goal, pit, wall]).size < 4 || !canWalk([player, goal], [pit, wall])) continue;
      boards++;
      [player, goal, pit, wall].forEach((cell, thing) => all[16 * thing + cell]!++);
    }
    const counts = new Array<number>(64).fill(0);
    const found = await begin(gpu, gridworld("random"), Array.from({ length: 20_000 }, (_, i) => [9, i]));
    const distinct = new Set<string>();
    for (const state of found.states) {
      const [player, goal, pit, wall] = state as unknown as [number, number, number, number];
      distinct.add(`${[player, goal, pit, wall]}`);
      assert(
        new Set([player, goal, pit, wall]).size === 4 && canWalk([player, goal], [pit, wall]),
        `${state}`,
      );
      [player, goal, pit, wall].forEach((cell, thing) => counts[16 * thing + cell]!++);
    }
    assert(distinct.size > 10_000, `${distinct.size} different boards`);
    for (let thing = 0; thing < 4; thing++) {
      const own = (values: number[]) => values.slice(16 * thing, 16 * thing + 16);
      assertChiSquare(own(counts), `thing ${thing}`, own(all).map((count) => count / boards));
    }
  }));

/** Whether one can walk between two cells past closed ones: by as many steps as there are cells, in rows and columns. */
function canWalk([start, end]: [number, number], closed: readonly number[]): boolean {
  let reached = [start];
  for (let step = 0; step < 16; step++) {
    reached = Array.from({ length: 16 }, (_, cell) => cell).filter((cell) =>
      !closed.includes(cell) &&
      reached.some((at) => Math.abs((at >> 2) - (cell >> 2)) + Math.abs((at & 3) - (cell & 3)) <= 1)
    );
  }
  return reached.includes(end);
}

Deno.test("Gridworld on the device adds the host's noise to every number of episode 0", () =>
  withGpu(async (gpu) => {
    const noise = 0.1;
    const environment = gridworld("random", noise);
    const few = seeds.slice(0, 40);
    const begun = await begin(gpu, environment, few.map((seed) => [seed, 0]));
    const actions = few.map((_, i) => [i & 3, (i >> 2) & 3, 1, 3, 0]);
    const found = await follow(gpu, environment, { states: begun.states, actions });
    // The option, the product, the sum and the host's observation are rounded, near 1.1 at most.
    const tolerance = 4 * 2 ** -24 * (1 + noise);
    const host = new Gridworld({ mode: "random", noise });
    few.forEach((seed, i) => {
      host.reset({ seed }).observation.forEach((value, entry) => {
        assertAlmostEquals(begun.observations[i]![entry]!, value, tolerance, `seed ${seed}, entry ${entry}`);
      });
      for (const [t, action] of actions[i]!.entries()) {
        const { observation, terminated } = host.step(action);
        const seen = found.observations[5 * i + t]!;
        observation.forEach((value, entry) => {
          assertAlmostEquals(seen[entry]!, value, tolerance, `seed ${seed}, step ${t}, entry ${entry}`);
        });
        if (terminated) break;
      }
    });
  }));

Deno.test("Gridworld on the device draws noise anew at each step and in each episode", () =>
  withGpu(async (gpu) => {
    const noise = 0.1;
    const environment = gridworld("static", noise);
    const begun = await begin(gpu, environment, Array.from({ length: 200 }, (_, i) => [3, 1 + i]));
    const found = await follow(gpu, environment, {
      states: begun.states,
      actions: begun.states.map(() => [3, 3]), // Against the edge.
    });
    const things = [3, 16, 33, 53];
    const added = [...begun.observations, ...found.observations].flatMap((seen) =>
      [...seen].map((value, entry) => (value - (things.includes(entry) ? 1 : 0)) / noise)
    );
    assertEquals(added.length, 600 * 64);
    assertUniform(added.map((value) => Math.min(Math.max(value, 0), 1 - 2 ** -20))); // Float32 near 1 rounds.
    const pure = added.filter((_, i) => !things.includes(i % 64));
    assert(new Set(pure).size > 0.99 * pure.length, "numbers come again");
    const mean = added.reduce((sum, value) => sum + value, 0) / added.length;
    assertAlmostEquals(mean, 0.5, 5 / Math.sqrt(12 * added.length)); // Five standard deviations of a mean.
  }));

Deno.test("Gridworld on the device refuses the options that the host refuses", () => {
  const spec = deviceEnvironmentSpec("Gridworld-v0")!;
  assertEquals(environmentOverrides(spec, {}), { MODE: 0, NOISE: 0 });
  assertEquals(environmentOverrides(spec, { mode: "random", noise: 0.5 }), { MODE: 2, NOISE: 0.5 });
  assertThrows(
    () => environmentOverrides(spec, { mode: "statik" }),
    UsageError,
    'Cannot make Gridworld: mode is "statik", wanted "static", "player" or "random"',
  );
  assertThrows(
    () => environmentOverrides(spec, { noize: 1 }),
    UsageError,
    'Cannot use environment "Gridworld-v0": option is "noize", wanted one of mode, noise; did you mean "noise"?',
  );
});
