import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertEnvironment, checkEnvironment } from "../../src/envs/check.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { assertUniform } from "../core/uniform.ts";
import { recordingSurface } from "./toys.ts";

function stepFrom(state: number[], action: number) {
  const env = new MountainCar();
  env.reset({ state });
  return env.step(action);
}

Deno.test("MountainCar has Gymnasium's spaces", () => {
  const { observationSpace, actionSpace } = new MountainCar();
  assertEquals(actionSpace, { kind: "discrete", n: 3 });
  const [low, high] = [[-1.2, -0.07].map(Math.fround), [0.6, 0.07].map(Math.fround)];
  assertEquals(observationSpace, { kind: "box", shape: [2], low, high });
});

Deno.test("MountainCar.reset is at rest, uniform in -0.6 to -0.4", () => {
  const env = new MountainCar();
  const starts = Array.from({ length: 20_000 }, (_, seed) => env.reset({ seed }).observation);
  const stream = Array.from({ length: 20_000 }, () => env.reset().observation);
  for (const observations of [starts, stream]) {
    assertUniform(observations.map(([position]) => (position! + 0.6) / 0.2));
    assert(observations.every(([, velocity]) => velocity === 0));
  }
});

Deno.test("MountainCar.reset refuses states other than two finite numbers", () => {
  const env = new MountainCar();
  const message = "Cannot reset MountainCar: state is";
  assertThrows(() => env.reset({ state: [0] }), RangeError, `${message} [0], wanted 2 finite numbers`);
  assertThrows(
    () => env.reset({ state: [0, NaN] }),
    RangeError,
    `${message} [0, NaN], wanted 2 finite numbers`,
  );
});

Deno.test("MountainCar loses all speed at the left wall and clips it elsewhere", () => {
  assertEquals(stepFrom([-1.19, -0.05], 0).observation, Float32Array.of(-1.2, 0));
  assertEquals(stepFrom([0, 0.07], 2).observation, Float32Array.of(0.07 - 0.0015, 0.07 - 0.0015));
  assertEquals(stepFrom([-1, 0.07], 2).observation, Float32Array.of(-0.93, 0.07));
  assertEquals(stepFrom([0.59, 0.07], 2).observation[0], Math.fround(0.6));
});

Deno.test("MountainCar terminates at the flag unless it rolls back", () => {
  const ends = (state: number[]) => stepFrom(state, 2).terminated;
  assertEquals([ends([0.46, 0.05]), ends([0.44, 0.05])], [true, false]);
  assertEquals([ends([0.55, -0.01]), ends([0.55, 0])], [false, true]);
  assertEquals(stepFrom([0.46, 0.05], 2).reward, -1);
});

Deno.test("MountainCar reaches the flag when pushed the way it moves", () => {
  const env = new MountainCar();
  let { observation } = env.reset({ state: [-0.5, 0] });
  let steps = 0;
  for (let terminated = false; !terminated; steps++) {
    ({ observation, terminated } = env.step(observation[1]! >= 0 ? 2 : 0));
  }
  assert(steps > 100 && steps < 150, `${steps} steps`);
});

Deno.test("MountainCar.step refuses actions outside the space, before a reset and after the end", () => {
  const env = new MountainCar();
  const message = (found: string) => `Cannot step MountainCar: ${found}, wanted reset() first`;
  assertThrows(() => env.step(0), Error, message("no episode has begun"));
  env.reset({ state: [0.46, 0.05] });
  assertThrows(() => env.step(3), RangeError, "Cannot step: action is 3, wanted an integer in [0, 2]");
  assert(env.step(2).terminated);
  assertThrows(() => env.step(0), Error, message("the episode has terminated"));
});

Deno.test("MountainCar passes the checker", () => {
  assertEnvironment(new MountainCar());
  assertEquals(checkEnvironment(new MountainCar()), []);
});

Deno.test("MountainCar.stateGrid observes cell centres, and nothing at the goal", () => {
  const grid = new MountainCar().stateGrid();
  assertEquals(grid.columns, { name: "position (m)", range: [-1.2, 0.6], count: 60 });
  assertEquals(grid.rows, { name: "velocity (m/step)", range: [0.07, -0.07], count: 60 });
  assertEquals(grid.actions, ["push left", "no push", "push right"]);
  assertEquals(grid.observations.length, 3600);
  const [first, last] = [grid.observations[0]!, grid.observations.at(-1)!];
  assertEquals(first, Float32Array.of(-1.2 + 1.8 / 120, 0.07 - 0.14 / 120));
  assertEquals(last, Float32Array.of(0.6 - 1.8 / 120, -0.07 + 0.14 / 120));
  // Of the 60 columns, those with centres at 0.5 or beyond: 57, 58 and 59. Half of the rows roll forward.
  const empty = grid.observations.flatMap((seen, cell) => seen === undefined ? [cell] : []);
  assertEquals(empty, Array.from({ length: 90 }, (_, i) => Math.floor(i / 3) * 60 + 57 + i % 3));
  assertEquals(new MountainCar().stateGrid({ columns: 3, rows: 2 }).observations.length, 6);
});

Deno.test("MountainCar.render draws hill, flag, car and wheels in pixels of the surface", () => {
  const env = new MountainCar();
  const { surface, calls } = recordingSurface(1200, 800);
  const message = "Cannot render MountainCar: no episode has begun, wanted reset() first";
  assertThrows(() => env.render(surface), Error, message);
  env.reset({ state: [-Math.PI / 6, 0] });
  env.render(surface);
  // The hill: 100 points over the whole width, 0.45 sin(3 x) + 0.55 above the lower edge, in 1200 / 1.8 pixels.
  const hundredths = (value: number) => Math.round(value * 100) / 100;
  const height = (x: number, above = 0) =>
    hundredths(800 - (0.45 * Math.sin(3 * x) + 0.55) * 1200 / 1.8 - above);
  const hill = calls.slice(6, 106);
  assertEquals([hill[0], hill[99]], [`moveTo(0, ${height(-1.2)})`, `lineTo(1200, ${height(0.6)})`]);
  assertEquals(hill.filter((call) => call.startsWith("lineTo(")).length, 99);
  assertEquals([...calls.slice(0, 6), ...calls.slice(106)], [
    "save()",
    "fillStyle = #ffffff",
    "fillRect(0, 0, 1200, 800)",
    "strokeStyle = #000000",
    "lineWidth = 2",
    "beginPath()",
    "stroke()",
    "beginPath()",
    `moveTo(1133.33, ${height(0.5)})`,
    `lineTo(1133.33, ${height(0.5, 100)})`,
    "stroke()",
    "fillStyle = #cccc00",
    "beginPath()",
    `moveTo(1133.33, ${height(0.5, 100)})`,
    `lineTo(1133.33, ${height(0.5, 80)})`,
    `lineTo(1183.33, ${height(0.5, 90)})`,
    "closePath()",
    "fill()",
    // The bottom of the valley, 0.1 m up, and wheels that touch it.
    `translate(450.93, ${height(-Math.PI / 6, 20)})`,
    "rotate(0)",
    "fillStyle = #000000",
    "fillRect(-40, -40, 80, 40)",
    "fillStyle = #808080",
    "beginPath()",
    "arc(20, 0, 16, 0, 6.28)",
    "fill()",
    "beginPath()",
    "arc(-20, 0, 16, 0, 6.28)",
    "fill()",
    "restore()",
  ]);
  // Uphill the car leans back: counterclockwise, by Gymnasium's cos(3 x).
  env.reset({ state: [0, 0] });
  env.render(surface);
  assertEquals(calls.filter((call) => call.startsWith("rotate(")), ["rotate(0)", "rotate(-1)"]);
});
