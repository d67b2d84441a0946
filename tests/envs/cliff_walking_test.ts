import { assert, assertEquals } from "@std/assert";
import { checkEnvironment } from "../../src/envs/check.ts";
import { CliffWalking } from "../../src/envs/cliff_walking.ts";
import { recordingSurface } from "./toys.ts";
import { optimalQ } from "./value_iteration.ts";

Deno.test("CliffWalking costs 13 steps at best", () => {
  const env = new CliffWalking();
  assertEquals(Math.max(...optimalQ(env, 1, 100)[36]!), -13);
  env.reset();
  const path = [0, ...new Array<number>(11).fill(1), 2];
  const steps = path.map((action) => env.step(action));
  assertEquals(steps.reduce((sum, { reward }) => sum + reward, 0), -13);
  assertEquals(steps.map(({ terminated }) => terminated).indexOf(true), 12);
  assertEquals(steps.at(-1)!.info.success, true);
});

Deno.test("CliffWalking leads back from the cliff to the start without ending", () => {
  const env = new CliffWalking();
  assertEquals(env.reset().observation, 36);
  const fall = env.step(1);
  assertEquals(fall, {
    observation: 36,
    reward: -100,
    terminated: false,
    truncated: false,
    info: { success: false },
  });
});

Deno.test("CliffWalking passes the checker", () => assertEquals(checkEnvironment(new CliffWalking()), []));

Deno.test("CliffWalking.stateGrid leaves out cliff and goal", () => {
  const grid = new CliffWalking().stateGrid();
  assertEquals([grid.columns.count, grid.rows.count], [12, 4]);
  assertEquals(grid.labels!.slice(36), ["S", ..."CCCCCCCCCC", "G"]);
  assertEquals(grid.observations.slice(0, 37), Array.from({ length: 37 }, (_, cell) => cell));
  assert(grid.observations.slice(37).every((cell) => cell === undefined));
  assertEquals(grid.actions, ["up", "right", "down", "left"]);
});

Deno.test("CliffWalking shows the walker as text and as a picture", () => {
  const env = new CliffWalking();
  env.reset({ state: [13] });
  assertEquals(
    env.renderText(),
    [
      "o  o  o  o  o  o  o  o  o  o  o  o",
      "o  x  o  o  o  o  o  o  o  o  o  o",
      "o  o  o  o  o  o  o  o  o  o  o  o",
      "o  C  C  C  C  C  C  C  C  C  C  T",
    ].join("\n"),
  );
  const { surface, calls } = recordingSurface(1200, 400);
  env.render(surface);
  assert(calls.includes("fillRect(100, 303, 1000, 97)"), "the cliff, columns 1 to 10 of the last row");
  assertEquals(calls.findLast((call) => call.startsWith("arc(")), "arc(150, 138, 14, 0, 6.28)");
});
