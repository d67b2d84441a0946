import { assertEquals, assertThrows } from "@std/assert";
import { type BandOptions, meanBand } from "../../src/report/band.ts";
import type { Series } from "../../src/report/chart.ts";

function band(series: readonly Series[], options?: BandOptions) {
  const { x, mean, low, high } = meanBand(series, options);
  return { x: [...x], mean: [...mean], low: [...low], high: [...high] };
}

Deno.test("meanBand() of equal x takes each point by itself", () => {
  const series = [[0, 4], [1, 4], [2, 4], [9, 4]].map((y) => ({ x: [10, 20], y }));
  // Quartiles of 0, 1, 2, 9 at positions 0.75 and 2.25.
  assertEquals(band(series), { x: [10, 20], mean: [3, 4], low: [0.75, 4], high: [3.75, 4] });
});

Deno.test("meanBand() takes one population standard deviation", () => {
  const series = [{ x: [1], y: [2] }, { x: [1], y: [8] }];
  assertEquals(band(series, { spread: "std" }), { x: [1], mean: [5], low: [2], high: [8] });
});

Deno.test("meanBand() is linear between points, where all series have values", () => {
  const series = [{ x: [0, 10], y: [0, 10] }, { x: [4, 8, 12], y: [0, 0, 8] }];
  // At 4 the series are 4 and 0, at 8 they are 8 and 0, at 10 they are 10 and 4.
  const { x, mean } = band(series);
  assertEquals({ x, mean }, { x: [4, 8, 10], mean: [2, 4, 7] });
});

Deno.test("meanBand() holds the last value of a series that ends early", () => {
  const series = [{ x: [0, 2], y: [0, 6] }, { x: [0, 4], y: [0, 4] }];
  const { x, mean } = band(series, { beyond: "hold" });
  assertEquals({ x, mean }, { x: [0, 2, 4], mean: [0, 4, 5] });
});

Deno.test("meanBand() takes the latest of several points at one x", () => {
  const { x, mean } = band([{ x: [1, 1, 2], y: [5, 7, 9] }]);
  assertEquals({ x, mean }, { x: [1, 2], mean: [7, 9] });
});

Deno.test("meanBand() of very many points has 400, evenly spaced", () => {
  const x = Float64Array.from({ length: 799 }, (_, i) => i);
  const found = meanBand([{ x, y: x.map((value) => 2 * value) }]);
  assertEquals([...found.x], Array.from({ length: 400 }, (_, i) => 2 * i));
  assertEquals([...found.mean], Array.from({ length: 400 }, (_, i) => 4 * i));
});

Deno.test("meanBand() rejects no series, an empty one, and those that share no x", () => {
  assertThrows(() => meanBand([]), RangeError, "Cannot average series of [] points");
  const series = [{ x: [1, 2], y: [0, 0] }, { x: [], y: [] }];
  assertThrows(() => meanBand(series), RangeError, "[2,0] points: wanted at least 1 series, none empty");
  const apart = [{ x: [1, 2], y: [0, 0] }, { x: [3], y: [0] }];
  const message = "Cannot average series: one begins at 3, wanted all to begin by 2";
  assertThrows(() => meanBand(apart), RangeError, message);
});
