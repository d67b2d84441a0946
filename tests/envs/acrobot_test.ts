import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Acrobot } from "../../src/envs/acrobot.ts";
import { checkEnvironment } from "../../src/envs/check.ts";
import { assertUniform } from "../core/uniform.ts";
import { recordingSurface } from "./toys.ts";

function stepFrom(state: number[], action = 1) {
  const env = new Acrobot();
  env.reset({ state });
  return env.step(action);
}

Deno.test("Acrobot has Gymnasium's spaces", () => {
  const { observationSpace, actionSpace } = new Acrobot();
  assertEquals(actionSpace, { kind: "discrete", n: 3 });
  const high = [1, 1, 1, 1, 4 * Math.PI, 9 * Math.PI].map(Math.fround);
  assertEquals(observationSpace, { kind: "box", shape: [6], low: high.map((bound) => -bound), high });
});

Deno.test("Acrobot.reset is uniform in plus and minus 0.1", () => {
  const env = new Acrobot();
  const starts = Array.from({ length: 20_000 }, (_, seed) => env.reset({ seed }).observation);
  const stream = Array.from({ length: 20_000 }, () => env.reset().observation);
  for (const observations of [starts, stream]) {
    // The sines of the angles, then the velocities.
    const state = (
      [, sin1, , sin2, omega1, omega2]: Float32Array,
    ) => [Math.asin(sin1!), Math.asin(sin2!), omega1!, omega2!];
    for (let entry = 0; entry < 4; entry++) {
      // Float32 sines near 0.1 are off by 2^-28 at most, a draw is 2^-24 wide: none leaves [0, 1) by more.
      assertUniform(observations.map((of) => Math.min((state(of)[entry]! + 0.1) / 0.2, 1 - 2 ** -24)));
    }
  }
});

Deno.test("Acrobot.reset refuses states other than four finite numbers", () => {
  const env = new Acrobot();
  const wanted = "wanted 4 finite numbers";
  assertThrows(
    () => env.reset({ state: [0, 1] }),
    RangeError,
    `Cannot reset Acrobot: state is [0, 1], ${wanted}`,
  );
  assertThrows(() => env.reset({ state: [0, 1, 2, Infinity] }), RangeError, `[0, 1, 2, Infinity], ${wanted}`);
});

Deno.test("Acrobot clips speeds to 4 pi and 9 pi", () => {
  const fast = stepFrom([0, 0, 12.5, 28], 2).observation;
  const back = stepFrom([0, 0, -12.5, -28], 0).observation;
  const bounds = [4 * Math.PI, 9 * Math.PI];
  const all = Array.from({ length: 50 }, (_, k) => stepFrom([k / 8 - 3, k % 7 - 3, 12.5, 28], 2).observation);
  for (const observation of [fast, back, ...all]) {
    assert(Math.abs(observation[4]!) <= Math.fround(bounds[0]!));
    assert(Math.abs(observation[5]!) <= Math.fround(bounds[1]!));
  }
  const touched = (entry: number, bound: number) => all.some((of) => of[entry] === Math.fround(bound));
  assertEquals([touched(4, bounds[0]!), touched(5, bounds[1]!)], [true, true]);
});

Deno.test("Acrobot goes on as before from angles whole turns away", () => {
  const near = stepFrom([0.3, -0.4, 1, 2], 2).observation;
  const far = stepFrom([0.3 + 2 * Math.PI, -0.4 - 6 * Math.PI, 1, 2], 2).observation;
  // Angles of up to 20 rad have a spacing of 2^-48, which an operation or a hundred do not make 2^-40.
  near.forEach((value, i) => assertAlmostEquals(far[i]!, value, 2 ** -24 * Math.abs(value) + 2 ** -40));
});

Deno.test("Acrobot terminates, with reward 0, when the free end is a link above the joint", () => {
  const up = stepFrom([Math.PI, 0, 0, 0]);
  assertEquals([up.terminated, up.reward], [true, 0]);
  const down = stepFrom([0, 0, 0, 0]);
  assertEquals([down.terminated, down.reward], [false, -1]);
  // Straight, at rest, free end at -2 cos(theta1): 1 at 2 pi / 3. It falls within the step.
  assertEquals(stepFrom([2 * Math.PI / 3 - 0.01, 0, 0, 0]).terminated, false);
  assertEquals(stepFrom([2 * Math.PI / 3 - 0.01, 0, 1, 0]).terminated, true);
});

Deno.test("Acrobot hangs still without torque, and turns the way of its torque", () => {
  // cos(pi / 2) is 6e-17 in float64, so that gravity leaves as much of a torque.
  const still = stepFrom([0, 0, 0, 0], 1).observation;
  [1, 0, 1, 0, 0, 0].forEach((value, i) => assertAlmostEquals(still[i]!, value, 1e-15));
  assert(stepFrom([0, 0, 0, 0], 2).observation[5]! > 0.1);
  assert(stepFrom([0, 0, 0, 0], 0).observation[5]! < -0.1);
});

Deno.test("Acrobot.step refuses actions outside the space, before a reset and after the end", () => {
  const env = new Acrobot();
  const message = (found: string) => `Cannot step Acrobot: ${found}, wanted reset() first`;
  assertThrows(() => env.step(0), Error, message("no episode has begun"));
  env.reset({ state: [Math.PI, 0, 0, 0] });
  assertThrows(() => env.step(3), RangeError, "Cannot step: action is 3, wanted an integer in [0, 2]");
  assert(env.step(1).terminated);
  assertThrows(() => env.step(1), Error, message("the episode has terminated"));
});

Deno.test("Acrobot passes the checker", () => assertEquals(checkEnvironment(new Acrobot()), []));

Deno.test("Acrobot keeps apart episodes that are stepped in turn", () => {
  const [a, b] = [new Acrobot(), new Acrobot()];
  a.reset({ seed: 1 });
  b.reset({ seed: 2 });
  const [first, second] = [new Acrobot(), new Acrobot()];
  first.reset({ seed: 1 });
  second.reset({ seed: 2 });
  const together = Array.from({ length: 20 }, (_, i) => [a.step(i % 3), b.step(2 - i % 3)]);
  assertEquals(together.map(([of]) => of), Array.from({ length: 20 }, (_, i) => first.step(i % 3)));
  assertEquals(together.map(([, of]) => of), Array.from({ length: 20 }, (_, i) => second.step(2 - i % 3)));
});

Deno.test("Acrobot.stateGrid observes angles at rest, and nothing at the goal", () => {
  const grid = new Acrobot().stateGrid({ columns: 4, rows: 2 });
  assertEquals(grid.columns, { name: "theta1 (rad)", range: [-Math.PI, Math.PI], count: 4 });
  assertEquals(grid.rows, { name: "theta2 (rad)", range: [Math.PI, -Math.PI], count: 2 });
  assertEquals(grid.actions, ["torque -1", "no torque", "torque +1"]);
  // theta1 at -3/4, -1/4, 1/4, 3/4 pi; theta2 at 1/2 and -1/2 pi. The free end is highest, sqrt(2), with the first
  // link up and the second turned further up: its own angle from hanging is then plus or minus 5/4 pi.
  const seen = grid.observations.map((observation) => observation !== undefined);
  assertEquals(
    seen,
    [true, true, true, false, false, true, true, true].map((value, i) => {
      const theta1 = (i % 4 - 1.5) / 2 * Math.PI, theta2 = i < 4 ? Math.PI / 2 : -Math.PI / 2;
      assertEquals(value, -Math.cos(theta1) - Math.cos(theta1 + theta2) <= 1);
      return value;
    }),
  );
  const angles = [-0.25, 0.5].flatMap((turns) => [Math.cos(turns * Math.PI), Math.sin(turns * Math.PI)]);
  assertEquals(grid.observations[1], Float32Array.of(...angles, 0, 0));
  assertEquals(new Acrobot().stateGrid().observations.length, 3600);
});

Deno.test("Acrobot.render draws the goal, links and joints in pixels of the surface", () => {
  const env = new Acrobot();
  const { surface, calls } = recordingSurface(1200, 880);
  const message = "Cannot render Acrobot: no episode has begun, wanted reset() first";
  assertThrows(() => env.render(surface), Error, message);
  env.reset({ state: [0.5, 0.25, 0, 0] });
  env.render(surface);
  const link = [
    "fillStyle = #00cccc",
    "fillRect(0, -20, 200, 40)",
    "fillStyle = #cccc00",
    "beginPath()",
    "arc(0, 0, 20, 0, 6.28)",
    "fill()",
  ];
  assertEquals(calls, [
    "save()",
    "fillStyle = #ffffff",
    "fillRect(0, 0, 1200, 880)",
    "translate(600, 440)",
    "strokeStyle = #000000",
    "lineWidth = 1.76",
    "beginPath()",
    "moveTo(-440, -200)",
    "lineTo(440, -200)",
    "stroke()",
    "rotate(1.07)",
    ...link,
    "translate(200, 0)",
    "rotate(-0.25)",
    ...link,
    "restore()",
  ]);
});
