import { assert, assertEquals, assertThrows } from "@std/assert";
import { CartPole } from "../../src/envs/cartpole.ts";
import { checkEnvironment } from "../../src/envs/check.ts";
import { assertUniform } from "../core/uniform.ts";
import { recordingSurface } from "./toys.ts";

Deno.test("CartPole has Gymnasium's spaces", () => {
  const { observationSpace, actionSpace } = new CartPole();
  assertEquals(actionSpace, { kind: "discrete", n: 2 });
  const high = [4.8, Infinity, 0.41887903, Infinity].map(Math.fround);
  assertEquals(observationSpace, { kind: "box", shape: [4], low: high.map((bound) => -bound), high });
});

Deno.test("CartPole.reset is uniform in plus and minus 0.05", () => {
  const env = new CartPole();
  const starts = Array.from({ length: 20_000 }, (_, seed) => env.reset({ seed }).observation);
  const stream = Array.from({ length: 20_000 }, () => env.reset().observation);
  for (let entry = 0; entry < 4; entry++) {
    for (const observations of [starts, stream]) {
      assertUniform(observations.map((observation) => (observation[entry]! + 0.05) / 0.1));
    }
  }
});

Deno.test("CartPole.reset restarts the stream with a seed and goes on without", () => {
  const env = new CartPole();
  const first = env.reset({ seed: 7 }).observation;
  const second = env.reset().observation;
  assert(first.some((value, i) => value !== second[i]));
  assertEquals(env.reset({ seed: 7 }).observation, first);
  assertEquals(env.reset().observation, second);
  assertEquals(new CartPole().reset({ seed: 7 }).observation, first);
});

Deno.test("CartPole.reset refuses states other than four finite numbers", () => {
  const env = new CartPole();
  assertThrows(
    () => env.reset({ state: [0, 0, 0] }),
    RangeError,
    "Cannot reset CartPole: state is [0, 0, 0], wanted 4 finite numbers",
  );
  assertThrows(
    () => env.reset({ state: [0, NaN, 0, 0] }),
    RangeError,
    "Cannot reset CartPole: state is [0, NaN, 0, 0], wanted 4 finite numbers",
  );
});

Deno.test("CartPole terminates beyond its limits only", () => {
  const ends = (state: number[]) => {
    const env = new CartPole();
    env.reset({ state });
    return env.step(0).terminated;
  };
  const angle = 12 * Math.PI / 180;
  assertEquals([ends([2.4, 0, 0, 0]), ends([-2.4, 0, 0, 0])], [false, false]);
  assertEquals([ends([2.4, 1e-6, 0, 0]), ends([-2.4, -1e-6, 0, 0])], [true, true]);
  assertEquals([ends([0, 0, angle, 0]), ends([0, 0, -angle, 0])], [false, false]);
  assertEquals([ends([0, 0, angle, 1e-6]), ends([0, 0, -angle, -1e-6])], [true, true]);
});

Deno.test("CartPole.step refuses actions outside the space, before a reset and after the end", () => {
  const env = new CartPole();
  assertThrows(() => env.step(0), Error, "Cannot step CartPole: no episode has begun, wanted reset() first");
  env.reset({ state: [2.4, 1, 0, 0] });
  assertThrows(() => env.step(2), RangeError, "Cannot step: action is 2, wanted an integer in [0, 1]");
  assert(env.step(1).terminated);
  assertThrows(
    () => env.step(0),
    Error,
    "Cannot step CartPole: the episode has terminated, wanted reset() first",
  );
  env.reset();
  assertEquals(env.step(0).reward, 1);
});

Deno.test("CartPole gives observations of their own", () => {
  const env = new CartPole();
  const { observation } = env.reset({ seed: 1 });
  const copy = observation.slice();
  const step = env.step(0).observation;
  assertEquals(observation, copy);
  observation.fill(9);
  step.fill(9);
  assert(Math.abs(env.step(1).observation[0]!) < 0.1);
});

Deno.test("CartPole passes the checker", () => assertEquals(checkEnvironment(new CartPole()), []));

Deno.test("CartPole.stateGrid observes the pole with the cart at rest in the middle", () => {
  const { columns, rows, actions, observations, note } = new CartPole().stateGrid({ columns: 2, rows: 3 });
  const angle = 12 * Math.PI / 180;
  assertEquals(columns, { name: "pole angle (rad)", range: [-angle, angle], count: 2 });
  assertEquals(rows, { name: "pole angular velocity (rad/s)", range: [3, -3], count: 3 });
  assertEquals(actions, ["push left", "push right"]);
  assertEquals(note, "cart position 0 m, cart velocity 0 m/s");
  const poles = [[-0.5, 2], [0.5, 2], [-0.5, 0], [0.5, 0], [-0.5, -2], [0.5, -2]];
  assertEquals(observations, poles.map(([of, omega]) => Float32Array.of(0, 0, of! * angle, omega!)));
  assertEquals(new CartPole().stateGrid().observations.length, 3600);
});

Deno.test("CartPole.render draws track, cart and pole in pixels of the surface", () => {
  const env = new CartPole();
  const { surface, calls } = recordingSurface(1200, 800);
  assertThrows(
    () => env.render(surface),
    Error,
    "Cannot render CartPole: no episode has begun, wanted reset() first",
  );
  env.reset({ state: [1.2, 0, 0.1, 0] });
  env.render(surface);
  assertEquals(calls, [
    "save()",
    "fillStyle = #ffffff",
    "fillRect(0, 0, 1200, 800)",
    "strokeStyle = #000000",
    "lineWidth = 2",
    "beginPath()",
    "moveTo(0, 600)",
    "lineTo(1200, 600)",
    "stroke()",
    "translate(900, 600)",
    "fillStyle = #000000",
    "fillRect(-50, -30, 100, 60)",
    "translate(0, -15)",
    "rotate(0.1)",
    "fillStyle = #ca9865",
    "fillRect(-10, -240, 20, 250)",
    "fillStyle = #8184cb",
    "beginPath()",
    "arc(0, 0, 10, 0, 6.28)",
    "fill()",
    "restore()",
  ]);
});
