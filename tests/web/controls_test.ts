import { assertEquals, assertGreater, assertRejects } from "@std/assert";
import { Controls } from "../../src/web/trainer/controls.ts";

const { signal } = new AbortController();
const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("Controls of a board wait for a legal move, and take each press once", async () => {
  const controls = new Controls({ actions: ["up", "down"] });
  let taken: number | undefined;
  const first = controls.next(Uint8Array.of(0, 1), signal).then((action) => taken = action);
  controls.press(0);
  await soon(20);
  assertEquals(taken, undefined);
  controls.press(1);
  assertEquals(await first, 1);
  controls.press(0); // Before it is asked for.
  assertEquals(await controls.next(undefined, signal), 0);
});

Deno.test("Controls of what moves by itself give an action every tick: the one held, else none", async () => {
  const controls = new Controls({ actions: ["left", "no push", "right"], tick: 10 });
  const began = performance.now();
  const next = async () => await controls.next(undefined, signal);
  assertEquals([await next(), await next()], [1, 1]);
  controls.press(2);
  assertEquals([await next(), await next()], [2, 2]);
  controls.press(undefined);
  assertEquals(await next(), 1);
  controls.press(0);
  controls.press(undefined); // Pressed and let go between two ticks: it counts.
  assertEquals([await next(), await next()], [0, 1]);
  assertGreater(performance.now() - began, 45);
});

Deno.test("Two pushes without a third for none take turns", async () => {
  const controls = new Controls({ actions: ["push left", "push right"], tick: 1 });
  const actions = [];
  for (let i = 0; i < 4; i++) actions.push(await controls.next(undefined, signal));
  assertEquals(actions, [0, 1, 0, 1]);
});

Deno.test("Controls let go of who waits when play is over", async () => {
  const over = new AbortController();
  const waiting = new Controls({ actions: ["up"] }).next(undefined, over.signal);
  over.abort(new Error("over"));
  await assertRejects(() => waiting, Error, "over");
});
