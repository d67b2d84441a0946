import { assertEquals, assertThrows } from "@std/assert";
import { learnerReport } from "../../src/agents/learner_report.ts";
import { TrainingError } from "../../src/core/errors.ts";
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
  const { losses, meanQ, ...rest } = learnerReport(clock, Float32Array.of(1, 10, 2, 20, 3, 30), 7);
  assertEquals(rest, { steps: 30, updates: 9, episodes: 4, epsilon: 0.1, learningRate: 0.001 });
  assertEquals([losses, meanQ], [Float32Array.of(1, 2, 3), Float32Array.of(10, 20, 30)]);
});

Deno.test("learnerReport() names the update whose loss is not finite", () => {
  assertThrows(
    () => learnerReport(clock, Float32Array.of(1, 10, NaN, 20, 3, 30), 7),
    TrainingError,
    "Training diverged: the loss of update 8 is NaN, wanted a finite number.",
  );
});
