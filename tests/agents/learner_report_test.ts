import { assertEquals, assertThrows } from "@std/assert";
import { learnerReport } from "../../src/agents/learner_report.ts";
import { LossDivergence } from "../../src/agents/divergence.ts";
import { zeroClock } from "../../src/ops/member.ts";

const clock = {
  ...zeroClock,
  steps: 30,
  updates: 9,
  episodes: 4,
  learningRate: Math.fround(1e-3),
  exploration: Math.fround(0.1),
};

Deno.test("learnerReport() tells counts, rates in the fewest digits, and losses apart from mean Q values", () => {
  const metrics = Float32Array.of(1, 10, 2, 20, 3, 30);
  const { losses, meanQ, ...rest } = learnerReport(clock, { metrics, first: 7, width: 2 });
  assertEquals(rest, { steps: 30, updates: 9, episodes: 4, epsilon: 0.1, learningRate: 0.001 });
  assertEquals([losses, meanQ], [Float32Array.of(1, 2, 3), Float32Array.of(10, 20, 30)]);
});

Deno.test("learnerReport() tells returns outside of a head that has bounds", () => {
  const metrics = Float32Array.of(1, 10, 0, 0, 2, 20, 3, -7);
  const { losses, outside } = learnerReport(clock, { metrics, first: 8, width: 4 });
  assertEquals(losses, Float32Array.of(1, 2));
  assertEquals(outside, { counts: Float32Array.of(0, 3), farthest: Float32Array.of(0, -7) });
});

Deno.test("learnerReport() names the update whose loss is not finite, and tells what was before it", () => {
  const metrics = Float32Array.of(1, 10, 2, 5, NaN, 20, 0, 0, 3, 30, 0, 0);
  const { before } = assertThrows(
    () => learnerReport(clock, { metrics, first: 7, width: 4 }),
    LossDivergence,
    "Training diverged: the loss of update 8 is NaN, wanted a finite number.",
  );
  assertEquals([before.meanQ, before.outside], [
    Float32Array.of(10),
    { counts: Float32Array.of(2), farthest: Float32Array.of(5) },
  ]);
});
