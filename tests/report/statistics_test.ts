import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  bootstrapInterval,
  exponentialMean,
  interquartileMean,
  mean,
  movingMean,
  quantile,
} from "../../src/report/statistics.ts";

Deno.test("mean() is the sum over the count, and needs a value", () => {
  assertEquals(mean([1, 2, 6]), 3);
  assertThrows(() => mean([]), RangeError, "Cannot take the mean: 0 values, wanted at least 1");
});

Deno.test("movingMean() begins with the mean of the values so far", () => {
  assertEquals([...movingMean([2, 4, 6, 8, 1], 3)], [2, 3, 4, 6, 5]);
  assertEquals([...movingMean([2, 4], 3)], [2, 3]);
  assertEquals([...movingMean([], 3)], []);
});

Deno.test("movingMean() rejects a window that is no positive integer", () => {
  for (const window of [0, -1, 1.5, NaN]) {
    const message = `Cannot take a moving mean: the window is ${window}, wanted a positive integer`;
    assertThrows(() => movingMean([1], window), RangeError, message);
  }
});

Deno.test("exponentialMean() starts at the first value", () => {
  assertEquals([...exponentialMean([8, 0, 4], 0.5)], [8, 4, 4]);
  // 0.9 x 10 + 0.1 x 20 = 11; 0.9 x 11 + 0.1 x 1 = 10.
  const smooth = exponentialMean([10, 20, 1]);
  for (const [i, wanted] of [10, 11, 10].entries()) assert(Math.abs(smooth[i]! - wanted) < 1e-14);
  assertEquals([...exponentialMean([])], []);
});

Deno.test("exponentialMean() rejects a weight outside [0, 1)", () => {
  for (const weight of [-0.1, 1, NaN]) {
    const message = `Cannot smooth: the weight is ${weight}, wanted a number in [0, 1)`;
    assertThrows(() => exponentialMean([1], weight), RangeError, message);
  }
});

Deno.test("quantile() is linear between values, as numpy.quantile documents it", () => {
  // Position p (n - 1): 0.75 lies between the first and the second value.
  assertEquals(quantile([4, 1, 3, 2], 0.25), 1.75);
  assertEquals(quantile([4, 1, 3, 2], 0.5), 2.5);
  assertEquals(quantile([3, 1, 2], 0.5), 2);
  assertEquals([0, 0.9, 1].map((p) => quantile([0, 10], p)), [0, 9, 10]);
  assertEquals(quantile([7], 0.3), 7);
});

Deno.test("quantile() leaves its values as they were, and rejects what it cannot order", () => {
  const values = [2, 1];
  quantile(values, 0.5);
  assertEquals(values, [2, 1]);
  assertThrows(() => quantile([1], 1.1), RangeError, "p is 1.1, wanted a number in [0, 1]");
  assertThrows(() => quantile([], 0.5), RangeError, "Cannot take a quantile: 0 values, wanted at least 1");
});

Deno.test("interquartileMean() drops a quarter at each end, rounded down", () => {
  assertEquals(interquartileMean([8, 1, 7, 2, 6, 3, 5, 4]), 4.5); //   of 3, 4, 5, 6
  assertEquals(interquartileMean([1000, 1, 2, 3, -1000]), 2); //       of 1, 2, 3
  assertEquals(interquartileMean([1, 2, 6]), 3); //                    of all three
});

Deno.test("bootstrapInterval() of a mean is as wide as its standard error says", () => {
  const scores = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  const [low, high] = bootstrapInterval([scores], mean)!;
  // Mean 50.5; a resample's mean has the standard error sqrt((100^2 - 1) / 12 / 100) = 2.8866, and 95% lie within 1.96 of
  // them. A 2.5% quantile of 2,000 draws is itself uncertain by sqrt(0.025 x 0.975 / 2000) / (0.0584 / 2.8866) = 0.1725.
  const [margin, tolerance] = [1.96 * 2.8866, 5 * 0.1725];
  assert(Math.abs(low - (50.5 - margin)) < tolerance, `${low}`);
  assert(Math.abs(high - (50.5 + margin)) < tolerance, `${high}`);
});

Deno.test("bootstrapInterval() draws runs within their task", () => {
  // Across tasks, the mean of four draws from 0, 0, 10, 10 would be anything from 0 to 10.
  assertEquals(bootstrapInterval([[0, 0], [10, 10]], mean), [5, 5]);
});

Deno.test("bootstrapInterval() is the same for the same seed, and narrower at a lower level", () => {
  const scores = [1, 5, 2, 8, 3, 9, 4];
  const interval = bootstrapInterval([scores], interquartileMean, { seed: 3 })!;
  assertEquals(bootstrapInterval([scores], interquartileMean, { seed: 3 }), interval);
  const [low, high] = bootstrapInterval([scores], interquartileMean, { seed: 3, level: 0.5 })!;
  assert(interval[0] < low && low < high && high < interval[1], `${interval} ${low} ${high}`);
});

Deno.test("bootstrapInterval() is none where no task has two runs", () => {
  assertEquals(bootstrapInterval([[13]], mean), undefined);
  assertEquals(bootstrapInterval([[1], [2]], mean), undefined);
  assertEquals(bootstrapInterval([[1], [2, 2]], mean), [5 / 3, 5 / 3]);
});

Deno.test("bootstrapInterval() rejects tasks without runs", () => {
  const message = "Cannot resample: tasks with [2,0] runs, wanted at least 1 task with at least 1 run";
  assertThrows(() => bootstrapInterval([[1, 2], []], mean), RangeError, message);
  assertThrows(() => bootstrapInterval([], mean), RangeError, "tasks with [] runs");
});
