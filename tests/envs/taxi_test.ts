import { assert, assertEquals } from "@std/assert";
import { checkEnvironment } from "../../src/envs/check.ts";
import { Taxi } from "../../src/envs/taxi.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { recordingSurface } from "./toys.ts";
import { optimalQ } from "./value_iteration.ts";

/** The number of a state, by the formula of the documentation. */
function stateOf(row: number, column: number, rest: { passenger: number; destination: number }): number {
  return ((row * 5 + column) * 5 + rest.passenger) * 4 + rest.destination;
}

const waiting = Array.from({ length: 500 }, (_, state) => state)
  .filter((state) => (state >> 2) % 5 < 4 && (state >> 2) % 5 !== state % 4);

Deno.test("Taxi starts evenly wherever the passenger waits at a stop that is not the destination", () => {
  const env = new Taxi();
  env.reset({ seed: 9 });
  const counts = new Array<number>(500).fill(0);
  for (let i = 0; i < 30_000; i++) counts[env.reset().observation]!++;
  assertEquals(waiting.length, 300);
  assertChiSquare(counts, "starts", counts.map((_, state) => waiting.includes(state) ? 1 / 300 : 0));
});

Deno.test("Taxi earns 7.93 on average at best", () => {
  const q = optimalQ(new Taxi(), 1, 60);
  const mean = waiting.reduce((sum, state) => sum + Math.max(...q[state]!), 0) / waiting.length;
  assertEquals(mean.toFixed(2), "7.93");
});

Deno.test("Taxi.info masks the actions that leave the state as it is", () => {
  const env = new Taxi();
  const mask = (state: number) => [...env.reset({ state: [state] }).info.actionMask!];
  // South, north, east, west, pick up, drop.
  assertEquals(mask(stateOf(0, 0, { passenger: 0, destination: 1 })), [1, 0, 1, 0, 1, 0]);
  assertEquals(mask(stateOf(0, 1, { passenger: 0, destination: 1 })), [1, 0, 0, 1, 0, 0]);
  assertEquals(mask(stateOf(2, 2, { passenger: 4, destination: 1 })), [1, 1, 1, 1, 0, 0]);
  assertEquals(mask(stateOf(4, 3, { passenger: 4, destination: 1 })), [0, 1, 1, 0, 0, 1]);
  assertEquals(mask(stateOf(4, 3, { passenger: 0, destination: 1 })), [0, 1, 1, 0, 0, 0]);
});

Deno.test("Taxi delivers the passenger, at a wrong stop too", () => {
  const env = new Taxi();
  env.reset({ state: [stateOf(0, 0, { passenger: 0, destination: 2 })] });
  assertEquals(env.step(5).reward, -10);
  const steps = [4, 5, 4, 0, 0, 0, 0, 5].map((action) => env.step(action));
  assertEquals(steps.map(({ reward }) => reward), [-1, -1, -1, -1, -1, -1, -1, 20]);
  assertEquals(steps.map(({ terminated }) => terminated).indexOf(true), 7);
  assertEquals(steps.map(({ info }) => info.success).indexOf(true), 7);
});

Deno.test("Taxi passes the checker", () => assertEquals(checkEnvironment(new Taxi()), []));

Deno.test("Taxi.stateGrid is the town for the present passenger and destination", () => {
  const env = new Taxi();
  env.reset({ state: [stateOf(3, 1, { passenger: 2, destination: 3 })] });
  const grid = env.stateGrid();
  assertEquals([grid.rows.count, grid.columns.count], [5, 5]);
  grid.observations.forEach((state, cell) => {
    assertEquals(state, stateOf(Math.floor(cell / 5), cell % 5, { passenger: 2, destination: 3 }));
    assertEquals(grid.actionMasks![cell], env.reset({ state: [state!] }).info.actionMask!);
  });
  assertEquals(grid.note, "passenger at Y, destination B");
  const labels = new Map(grid.labels!.map((label, cell) => [label, cell]));
  labels.delete("");
  assertEquals([...labels], [["R", 0], ["G", 4], ["YP", 20], ["BD", 23]]);
});

Deno.test("Taxi shows town, taxi and passenger as text and as a picture", () => {
  const env = new Taxi();
  env.reset({ state: [stateOf(4, 1, { passenger: 2, destination: 3 })] });
  const town = ["+---------+", "|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |"];
  assertEquals(
    env.renderText(),
    [...town, "|Y|t: |B: |", "+---------+", "taxi t, passenger at Y, to B"].join("\n"),
  );
  const { surface, calls } = recordingSurface(520, 520);
  env.render(surface);
  // Cells of 100 pixels, 10 from the edge: wheels at row 4, column 1; the walls are one frame and six sides.
  assert(calls.includes("arc(140, 485, 10, 0, 6.28)") && calls.includes("arc(180, 485, 10, 0, 6.28)"));
  assertEquals(calls.filter((call) => call === "stroke()").length, 4 + 6);
  assertEquals(calls.findLast((call) => call.startsWith("arc(")), "arc(80, 448, 14, 0, 6.28)");
  env.reset({ state: [stateOf(4, 1, { passenger: 4, destination: 3 })] });
  assertEquals(
    env.renderText(),
    [...town, "|Y|T: |B: |", "+---------+", "taxi T, passenger aboard, to B"].join("\n"),
  );
});
