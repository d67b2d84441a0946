import { assertEquals, assertThrows } from "@std/assert";
import { type BandOptions, meanBand } from "../../src/report/band.ts";
import type { Series } from "../../src/report/chart.ts";

function band(series: readonly Series[], options?: BandOptions) {
  const { x, middle, low, high } = meanBand(series, options);
  return { x: [...x], middle: [...middle], low: [...low], high: [...high] };
}

Deno.test("meanBand() of equal x takes each point by itself", () => {
  const series = [[0, 4], [1, 4], [2, 4], [9, 4]].map((y) => ({ x: [10, 20], y }));
  // Quartiles of 0, 1, 2, 9 at positions 0.75 and 2.25; the inter-quartile mean is that of 1 and 2.
  assertEquals(band(series), { x: [10, 20], middle: [1.5, 4], low: [0.75, 4], high: [3.75, 4] });
});

Deno.test("meanBand() takes one population standard deviation", () => {
  const series = [{ x: [1], y: [2] }, { x: [1], y: [8] }];
  assertEquals(band(series, { spread: "std" }), { x: [1], middle: [5], low: [2], high: [8] });
});

Deno.test("meanBand() is linear between points, where all series have values", () => {
  const series = [{ x: [0, 10], y: [0, 10] }, { x: [4, 8, 12], y: [0, 0, 8] }];
  // At 4 the series are 4 and 0, at 8 they are 8 and 0, at 10 they are 10 and 4.
  const { x, middle } = band(series);
  assertEquals({ x, middle }, { x: [4, 8, 10], middle: [2, 4, 7] });
});

Deno.test("meanBand() holds the last value of a series that ends early", () => {
  const series = [{ x: [0, 2], y: [0, 6] }, { x: [0, 4], y: [0, 4] }];
  const { x, middle } = band(series, { beyond: "hold" });
  assertEquals({ x, middle }, { x: [0, 2, 4], middle: [0, 4, 5] });
});

Deno.test("meanBand() holds its middle, however many series have ended early and however odd they were", () => {
  for (let count = 1; count <= 13; count++) {
    for (let odd = 0; odd < count; odd++) {
      // Series that end one after another, all at 500 but some at 0.
      const series = Array.from({ length: count }, (_, i) => (
        { x: [0, i + 1], y: [i * i % 7, i < odd ? 0 : 500] }
      ));
      for (const spread of ["quartiles", "std"] as const) {
        const { middle, low, high } = band(series, { beyond: "hold", spread });
        const inside = middle.every((value, i) => low[i]! - 1e-9 <= value && value <= high[i]! + 1e-9);
        assertEquals(inside, true, `${odd} of ${count}, ${spread}: ${low} ${middle} ${high}`);
      }
    }
  }
});

Deno.test("meanBand() takes the latest of several points at one x", () => {
  const { x, middle } = band([{ x: [1, 1, 2], y: [5, 7, 9] }]);
  assertEquals({ x, middle }, { x: [1, 2], middle: [7, 9] });
});

Deno.test("meanBand() of very many points has 400, evenly spaced", () => {
  const x = Float64Array.from({ length: 799 }, (_, i) => i);
  const found = meanBand([{ x, y: x.map((value) => 2 * value) }]);
  assertEquals([...found.x], Array.from({ length: 400 }, (_, i) => 2 * i));
  assertEquals([...found.middle], Array.from({ length: 400 }, (_, i) => 4 * i));
});

Deno.test("meanBand() rejects no series, an empty one, and those that share no x", () => {
  assertThrows(() => meanBand([]), RangeError, "Cannot average series of [] points");
  const series = [{ x: [1, 2], y: [0, 0] }, { x: [], y: [] }];
  assertThrows(() => meanBand(series), RangeError, "[2,0] points: wanted at least 1 series, none empty");
  const apart = [{ x: [1, 2], y: [0, 0] }, { x: [3], y: [0] }];
  const message = "Cannot average series: one begins at 3, wanted all to begin by 2";
  assertThrows(() => meanBand(apart), RangeError, message);
});
