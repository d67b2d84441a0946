import { assertEquals, assertLess } from "@std/assert";
import { History } from "../../src/web/page/history.ts";

Deno.test("History keeps the shape of a curve in at most as many rows as it may", () => {
  const history = new History(8);
  for (let step = 1; step <= 1000; step++) history.add({ step, loss: step });
  const [steps, losses] = history.columns(["loss"]) as number[][];
  assertLess(steps!.length, 9);
  assertEquals(steps!.at(-1), 1000);
  for (const [i, step] of steps!.entries()) {
    const before = steps![i - 1] ?? 0;
    assertEquals(losses![i], (before + 1 + step) / 2); // The mean of the steps that the row stands for.
  }
});

Deno.test("History.columns() has null where a row has no such number", () => {
  const history = new History();
  history.add({ step: 1, loss: 2 });
  history.add({ step: 2 });
  assertEquals(history.columns(["loss", "meanQ"]), [[1, 2], [2, null], [null, null]]);
  history.clear();
  assertEquals(history.rows, []);
});
