import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Acrobot } from "../../../src/envs/acrobot.ts";
import { CartPole } from "../../../src/envs/cartpole.ts";
import { Discretize } from "../../../src/envs/discretize.ts";
import { Gridworld } from "../../../src/envs/gridworld.ts";
import { MountainCar } from "../../../src/envs/mountain_car.ts";
import { Taxi } from "../../../src/envs/taxi.ts";
import { locate } from "../../../src/web/trainer/inside/locate.ts";

function assertPlace(found: readonly number[] | undefined, wanted: readonly number[]): void {
  for (const [axis, value] of wanted.entries()) assertAlmostEquals(found![axis]!, value, 0.02);
}

Deno.test("locate() finds a state on a plane between the middles of its cells", () => {
  const car = new MountainCar().stateGrid();
  const { columns: { range: [left, right] = [0, 0] }, rows: { range: [top, bottom] = [0, 0] } } = car;
  for (const [across, down] of [[0.31, 0.72], [0.5, 0.5], [0.987, 0.97]] as const) {
    const seen = Float32Array.of(left + across * (right - left), top + down * (bottom - top));
    assertPlace(locate(car, seen), [60 * across, 60 * down]);
  }
  assertEquals(locate(car, Float32Array.of(left, bottom - 1))![1], 60); // Below the plane: at its edge.
  // Where the cart is does not matter to where the pole is.
  const pole = new CartPole().stateGrid({ columns: 40, rows: 20 });
  const half = pole.columns.range![1] / 2;
  assertPlace(locate(pole, Float32Array.of(1.7, -2, half, 1.5)), [30, 5]);
});

Deno.test("locate() finds angles by their cosines and sines", () => {
  const grid = new Acrobot().stateGrid();
  const [one, two] = [0.4, -1.3];
  const seen = Float32Array.of(Math.cos(one), Math.sin(one), Math.cos(two), Math.sin(two), 3, -2);
  const { columns: { range: [left, right] = [0, 0] }, rows: { range: [top, bottom] = [0, 0] } } = grid;
  assertPlace(locate(grid, seen), [60 * (one - left) / (right - left), 60 * (two - top) / (bottom - top)]);
});

Deno.test("locate() finds the cell of a board, by what is seen or by its number", () => {
  const world = new Gridworld({ mode: "player" });
  const { observation } = world.reset({ seed: 4 });
  const cell = observation.indexOf(1);
  const place = [cell % 4 + 0.5, Math.floor(cell / 4) + 0.5];
  assertEquals(locate(world.stateGrid(), observation), place as [number, number]);
  assertEquals(locate(world.stateGrid(), observation.map((value) => value + 0.1)), place as [number, number]);
  const taxi = new Taxi();
  const state = ((3 * 5 + 1) * 5 + 2) * 4 + 1;
  taxi.reset({ state: [state] });
  assertEquals(locate(taxi.stateGrid(), Float32Array.of(state)), [1.5, 3.5]);
  assertEquals(locate(taxi.stateGrid(), Float32Array.of(state + 1)), undefined); // Another destination.
});

Deno.test("locate() finds the middle of the cells of a bin", () => {
  const bins = new Discretize(new MountainCar(), { bins: [4, 3] });
  const { observation } = bins.reset({ state: [-1.19, -0.069] });
  const [column, row] = locate(bins.stateGrid!(), Float32Array.of(observation))!;
  const { columns: { range: [left, right] = [0, 0] }, rows: { range: [top, bottom] = [0, 0] } } =
    new MountainCar()
      .stateGrid();
  assertAlmostEquals(left + column / 60 * (right - left), -1.2 + 1.8 / 8, 0.03);
  assertAlmostEquals(top + row / 60 * (bottom - top), -0.07 + 0.14 / 6, 0.003);
});
