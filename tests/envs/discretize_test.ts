import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import { assertEnvironment } from "../../src/envs/check.ts";
import { Discretize, type DiscretizeOptions } from "../../src/envs/discretize.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { Counter, Ring } from "./toys.ts";

const cartPoleBins: DiscretizeOptions = {
  bins: [3, 4, 6, 5],
  low: [-2.4, -3, -0.2, -3],
  high: [2.4, 3, 0.2, 3],
};

/** The bin seen at a reset to `state`. */
function binOf(env: Environment<number>, state: number[]): number {
  return env.reset({ state }).observation;
}

Deno.test("Discretize numbers bins row-major, the first dimension outermost", () => {
  const env = new Discretize(new MountainCar(), { bins: [3, 2] });
  assertEquals(env.observationSpace, discrete(6));
  const centres = [[-0.9, -0.03], [-0.9, 0.03], [-0.3, -0.03], [-0.3, 0.03], [0.3, -0.03], [0.3, 0.03]];
  assertEquals(centres.map((state) => binOf(env, state)), [0, 1, 2, 3, 4, 5]);
});

Deno.test("Discretize begins a bin at its lower edge and puts what lies outside into the outer bins", () => {
  const env = new Discretize(new CartPole(), { bins: [4, 2, 2, 2], low: [-2, 0, 0, 0], high: [2, 1, 1, 1] });
  const first = (x: number) => binOf(env, [x, 0, 0, 0]) / 8;
  assertEquals([-1e9, -2, -1 - 2 ** -20, -1, 0, 1, 2, 1e9].map(first), [0, 0, 0, 1, 2, 3, 3, 3]);
  assertEquals(binOf(env, [9, -9, 9, -9]), 3 * 8 + 0 * 4 + 1 * 2 + 0);
});

/** The bins that numbers lie in, of `count` between `low` and `high`. */
function binsOf(values: readonly number[], [low, high, count]: readonly [number, number, number]): number[] {
  const env = new Discretize(new Counter(9), { bins: [count, 2], low: [low, 0], high: [high, 9] });
  return values.map((value) => binOf(env, [value]) / 2);
}

Deno.test("Discretize begins a bin exactly at its edge, as numpy.digitize does", () => {
  assertEquals(binsOf([48, 49, 50, 97, 98, 147, 148, -1], [0, 147, 3]), [0, 1, 1, 1, 2, 2, 2, 0]);
  for (let count = 2; count <= 60; count++) {
    for (let width = 1; width <= 60; width++) {
      const edges = Array.from({ length: count }, (_, bin) => bin * width);
      assertEquals(binsOf(edges, [0, count * width, count]), [...edges.keys()]);
    }
  }
  assertEquals(binsOf([-1.2, -1, 0, 0.5].map(Math.fround), [-1.2, 0.6, 18]), [0, 2, 12, 17]);
});

Deno.test("Discretize takes bounds whose distance is beyond a number", () => {
  assertEquals(binsOf([-3e38, -1, 0, 3e38], [-1e308, 1e308, 4]), [1, 1, 2, 2]);
  assertEquals(binsOf([-3e38, -1, 1, 3e38], [-3e38, 3e38, 4]), [0, 1, 2, 3]);
});

Deno.test("Discretize sees a step's bin and keeps its reward and end", () => {
  const env = new Discretize(new MountainCar(), { bins: [9, 7] });
  assertEquals(binOf(env, [0.46, 0.0498]), 8 * 7 + 5);
  const { observation, reward, terminated } = env.step(2);
  assertEquals([observation, reward, terminated], [8 * 7 + 6, -1, true]);
});

Deno.test("Discretize.stateGrid gives the bin of each cell", () => {
  const grid = new Discretize(new MountainCar(), { bins: [30, 20] }).stateGrid!();
  assertEquals([grid.columns.count, grid.rows.count], [60, 60]);
  // Two columns and three rows of cells a bin; velocities fall down the rows. Centres at the goal show nothing.
  const wanted = Array.from({ length: 3600 }, (_, cell) => {
    const [row, column] = [Math.floor(cell / 60), cell % 60];
    return row < 30 && column >= 57 ? undefined : Math.floor(column / 2) * 20 + 19 - Math.floor(row / 3);
  });
  assertEquals(grid.observations, wanted);
});

Deno.test("Discretize wants a Box with finite bounds", () => {
  const make = (env: Environment, options: DiscretizeOptions) => () => new Discretize(env, options);
  assertThrows(
    make(new Ring() as unknown as Environment, { bins: [2] }),
    UsageError,
    "Cannot discretize: the observation space is Discrete(5), wanted a Box",
  );
  assertThrows(
    make(new CartPole(), { bins: [2, 2, 2, 2] }),
    UsageError,
    "Cannot discretize: dimension 1 reaches from -Infinity to Infinity, wanted finite bounds, the lower one first: " +
      "give low and high for Box([4], [-4.8, -Infinity, -0.41887903, -Infinity] to [4.8, Infinity, 0.41887903, Infinity])",
  );
  assertThrows(
    make(new MountainCar(), { bins: [2, 2], low: [0, 0.1] }),
    UsageError,
    "Cannot discretize: dimension 1 reaches from 0.1 to 0.07",
  );
  assertThrows(
    make(new MountainCar(), { bins: [2, 2], low: [0, NaN] }),
    UsageError,
    "dimension 1 reaches from NaN",
  );
});

Deno.test("Discretize wants two bins or more for each dimension", () => {
  const make = (bins: number[], options = {}) => () =>
    new Discretize(new MountainCar(), { bins, ...options });
  assertThrows(make([4, 1]), UsageError, "Cannot discretize: dimension 1 has 1 bin, wanted 2 or more");
  assertThrows(make([0, 4]), UsageError, "Cannot discretize: dimension 0 has 0 bins, wanted 2 or more");
  assertThrows(make([2.5, 4]), UsageError, "Cannot discretize: dimension 0 has 2.5 bins, wanted 2 or more");
  const each = `one for each entry of Box([2], [-1.2, -0.07] to [0.6, 0.07])`;
  assertThrows(make([2, 2, 2]), UsageError, `Cannot discretize: bins has length 3, wanted 2, ${each}`);
  assertThrows(
    make([2, 2], { high: [1] }),
    UsageError,
    `Cannot discretize: high has length 1, wanted 2, ${each}`,
  );
  const many = [2 ** 30, 2 ** 30];
  assertThrows(
    make(many),
    UsageError,
    `bins are [${many.join(", ")}], ${2 ** 60} in all, wanted at most 2^53 - 1`,
  );
});

Deno.test("Discretize takes the bounds of a Box of any shape", () => {
  const square: Environment = {
    observationSpace: box([2, 2], 0, 1),
    actionSpace: discrete(1),
    reset: () => ({ observation: Float32Array.of(0, 1, 0, 1), info: {} }),
    step: () => ({
      observation: new Float32Array(4),
      reward: 0,
      terminated: false,
      truncated: false,
      info: {},
    }),
  };
  assertEquals(new Discretize(square, { bins: [2, 2, 2, 2] }).reset().observation, 0b0101);
});

Deno.test("Discretize passes the checker", () => {
  assertEnvironment(new Discretize(new CartPole(), cartPoleBins));
  assertEnvironment(new Discretize(new MountainCar(), { bins: [40, 40] }), { steps: 300 });
});
