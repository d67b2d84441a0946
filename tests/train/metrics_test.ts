import { assertEquals } from "@std/assert";
import { evaluationMetrics, evaluationValues, metricNames } from "../../src/train/callbacks/metrics.ts";
import { summarize } from "../../src/train/evaluate.ts";

Deno.test("metricNames tells which metrics only evaluations log, and which way they get better", () => {
  const evaluation = summarize([1, 2], [1, 1], [true, false]);
  assertEquals(evaluationMetrics, [...Object.keys(evaluationValues(evaluation)), "validation/loss"]);
  const small = Object.entries(metricNames).filter(([, { mode }]) => mode === "min").map(([name]) => name);
  assertEquals(small, [
    "epsilon",
    "learningRate",
    "loss",
    "returnsOutside",
    "evaluationStd",
    "validation/loss",
  ]);
});
