import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { ValuesNews } from "../../../src/web/trainer/inside/news.ts";
import { aroundZero, describeNumbers } from "../../../src/web/page/inside/batch.ts";
import { rgbOf, signColor, valueColor } from "../../../src/web/page/inside/colors.ts";
import { activations, matrixFacts } from "../../../src/web/page/inside/network.ts";
import { describeObservation } from "../../../src/web/page/inside/observation.ts";
import { Scale } from "../../../src/web/page/inside/scale.ts";
import { Values } from "../../../src/web/page/inside/values.ts";

const board: ValuesNews = {
  kind: "values",
  grid: {
    columns: { name: "column", count: 2 },
    rows: { name: "row", count: 2 },
    labels: ["S", "", "", "G"],
    note: "passenger aboard",
    actions: ["left", "right"],
  },
  taken: Uint8Array.of(1, 1, 1, 0),
  q: Float32Array.of(1, 2, 0, 0, 5, -3),
  initial: 0,
  boards: [],
};

Deno.test("Values says of a board what is best in each cell, and what is worth most", () => {
  const values = new Values(board);
  assertEquals(values.best, [{ action: 1, value: 2 }, "unlearned", { action: 0, value: 5 }, undefined]);
  assertEquals([values.low, values.high, values.share(2), values.share(3.5)], [2, 5, 0, 0.5]);
  assertEquals(values.describeCell(0), "column 0, row 0: right. Q: left 1, right 2");
  assertEquals(values.describeCell(1), "column 1, row 0: nothing learned yet. Q: left 0, right 0");
  assertEquals(values.describeCell(3), "column 1, row 1: G, no action is taken here");
  assertEquals(
    values.describe(),
    "passenger aboard. Best action, by the share of states: left 50%, right 50%. " +
      "Values from 2 to 5, the highest at column 0, row 1. Row 0: right, -. Row 1: left, G.",
  );
  const nothing = new Values({ ...board, q: new Float32Array(6) });
  assertEquals([nothing.low, nothing.high, nothing.describe()], [0, 0, "Nothing has been learned yet."]);
});

Deno.test("Values says where on a plane a cell is, in the units of its axes", () => {
  const values = new Values({
    kind: "values",
    grid: {
      columns: { name: "position (m)", count: 4, range: [-1, 1] },
      rows: { name: "velocity (m/s)", count: 1, range: [3, -3] },
      actions: ["push left", "push right"],
    },
    taken: Uint8Array.of(1, 1, 1, 1),
    q: Float32Array.of(0, 1, 0, 2, 4, 3, 0, 1),
    boards: [],
  });
  assertEquals(values.describeCell(2), "position (m) 0.25: push left. Q: push left 4, push right 3");
  assertEquals(
    values.describe(),
    "Best action, by the share of states: push left 25%, push right 75%. " +
      "Values from 1 to 4, the highest at position (m) 0.25.",
  );
});

Deno.test("Scale opens at once and closes slowly; bars begin at zero where that is near", () => {
  const scale = new Scale();
  assertEquals([scale.low, scale.high, scale.bar(1)], [0, 0, [0, 0]]);
  scale.add([2, 4]);
  assertEquals([scale.low, scale.high], [0, 4]); // Zero lies within twice the width.
  assertEquals(scale.bar(2), [0, 0.5]);
  scale.add([-4, NaN]);
  assertEquals([scale.low, scale.high], [-4, 4 - 8 * 0.002]);
  scale.clear();
  scale.add([80, 81]);
  assertEquals([scale.low, scale.high, scale.bar(80.25)], [80, 81, [0, 0.25]]);
  scale.clear();
  scale.add([-81, -80]);
  assertEquals([scale.low, scale.high, scale.bar(-80.25)], [-81, -80, [0.75, 1]]);
  scale.clear();
  scale.add([-3, 1]);
  assertEquals([scale.bar(-1), scale.bar(1)], [[0.5, 0.75], [0.75, 1]]);
});

Deno.test("A histogram around zero has all numbers, the ends included", () => {
  assertEquals(aroundZero([-2, -0.1, 0, 1.9, 2], 4), { low: -2, high: 2, counts: [1, 1, 1, 2] });
  assertEquals(aroundZero([0, 0], 2), { low: -1, high: 1, counts: [0, 2] });
  assertEquals(describeNumbers([-1, 2, 2]), { mean: 1, size: 5 / 3, least: -1, most: 2 });
});

Deno.test("activations() computes layer by layer, the last one without its negative part cut off", () => {
  const layers = [
    { rows: 2, columns: 2, values: Float32Array.of(1, -1, 2, 1), bias: Float32Array.of(0, -1) },
    { rows: 1, columns: 2, values: Float32Array.of(1, -2), bias: Float32Array.of(0.5) },
  ];
  const seen = Float32Array.of(1, 2);
  assertEquals(activations(layers, seen), [seen, Float32Array.of(0, 3), Float32Array.of(-5.5)]);
  assertEquals(activations(layers, Float32Array.of(1)), []);
  assertEquals(matrixFacts(layers[0]!), { least: -1, most: 2, size: 1.25, largest: 2 });
});

Deno.test("Colours go from low to high, and from orange over zero to blue", () => {
  assertEquals([valueColor(0), valueColor(1), valueColor(7), valueColor(NaN)], [
    rgbOf("#440154"),
    rgbOf("#fde725"),
    rgbOf("#fde725"),
    rgbOf("#440154"),
  ]);
  assertEquals(valueColor(0.5), rgbOf("#21918c"));
  const zero = rgbOf("#ffffff");
  assertEquals([signColor(0, zero), signColor(-2, zero), signColor(1, zero)], [
    zero,
    rgbOf("#d55e00"),
    rgbOf("#0072b2"),
  ]);
  const [red, green, blue] = signColor(-0.5, zero);
  assert(red > green && green > blue);
  assertAlmostEquals(blue, 127.5, 0.6);
});

Deno.test("describeObservation() names what is not about zero", () => {
  const seen = new Float32Array(64).fill(0.004);
  seen[3] = seen[40] = 1;
  assertEquals(describeObservation(seen), "64 numbers, not 0: 3: 1, 40: 1");
  assertEquals(describeObservation(new Float32Array(9)), "9 numbers, not 0: 0");
});
