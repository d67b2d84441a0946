import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/core/errors.ts";
import type { StateGrid } from "../../../src/envs/environment.ts";
import { heatMapPicture } from "../../../src/report/pictures/heat_map.ts";
import { choices, stateGridPicture } from "../../../src/report/pictures/state_grid.ts";
import { texts } from "../svg.ts";

const cell = new Float32Array(1);

const board: StateGrid = {
  columns: { name: "Column", count: 2 },
  rows: { name: "Row", count: 2 },
  observations: [cell, cell, cell, undefined],
  labels: ["S", "", "", "G"],
  actions: ["up", "down", "left", "right"],
};

Deno.test("choices() takes the best legal action, the lowest of equals", () => {
  const actionMasks = [
    Uint8Array.of(1, 1, 1, 1),
    Uint8Array.of(0, 1, 0, 1),
    Uint8Array.of(1, 1, 1, 1),
    undefined,
  ];
  const q = [[1, 3, 3, 2], [9, -2, 9, -1], [-1, -2, -3, -4], undefined];
  assertEquals(choices({ ...board, actionMasks }, q), [
    { action: 1, value: 3 },
    { action: 3, value: -1 },
    { action: 0, value: -1 },
    undefined,
  ]);
});

Deno.test("choices() rejects Q values that do not fit the grid", () => {
  const message = "Cannot draw a state grid: 1 cells of Q values, wanted 4";
  assertThrows(() => choices(board, [[0, 0, 0, 0]]), RangeError, message);
  const q = [[0, 0, 0, 0], [0, 0], undefined, undefined];
  assertThrows(() => choices(board, q), RangeError, "cell 1 has 2 Q values, wanted 4");
});

Deno.test("stateGridPicture() of a board shows values, labels and an arrow for each direction", async () => {
  const draw = (best: number) => {
    const q = [best, best, best].map((action) =>
      Float32Array.from(board.actions, (_, i) => i === action ? 1.25 : 0)
    );
    return stateGridPicture(board, [...q, undefined], { title: "Policy", subtitle: "after 10 steps" });
  };
  const [up, down, left, right] = await Promise.all([0, 1, 2, 3].map(draw)) as [
    string,
    string,
    string,
    string,
  ];
  const found = texts(up);
  assertEquals(found.filter((text) => text === "1.25").length, 3, found.join(" | "));
  for (const text of ["Policy", "after 10 steps", "S", "G", "Column", "Row"]) {
    assert(found.includes(text), text);
  }
  // A turn of the arrow, as the matrix (cos sin -sin cos): 1 0 0 1 may be left out.
  const turns = (svg: string) =>
    [...svg.matchAll(/transform="matrix\(([-\d. ,e]+)\)"/g)].map(([, matrix]) => matrix!);
  assertEquals(new Set([up, down, left, right].map((svg) => turns(svg).join())).size, 4);
});

Deno.test("stateGridPicture() of a board names actions without a direction by their letters", async () => {
  const grid = { ...board, actions: ["up", "pick up", "drop"] };
  const found = texts(await stateGridPicture(grid, [[0, 1, 0], [0, 0, 2.5], [1, 0, 0], undefined]));
  for (const text of ["P: pick up, D: drop", "P 1", "D 2.5"]) assert(found.includes(text), found.join(" | "));
});

Deno.test("stateGridPicture() of a plane has two panels: best action, and value", async () => {
  const plane: StateGrid = {
    columns: { name: "position (m)", count: 3, range: [-1.2, 0.6] },
    rows: { name: "velocity (m/step)", count: 2, range: [0.07, -0.07] },
    observations: Array(6).fill(cell),
    actions: ["push left", "no push", "push right"],
  };
  const svg = await stateGridPicture(
    plane,
    [0, 1, 2, 2, 1, 0].map((best) => [0, 1, 2].map((i) => -Math.abs(i - best))),
  );
  const found = texts(svg);
  for (const text of ["Best action", "Value, max Q", ...plane.actions]) {
    assert(found.includes(text), found.join(" | "));
  }
  assertEquals(found.filter((text) => text === "position (m)").length, 2);
  // The greatest velocity is on top: its tick comes before that of the least, downwards.
  const heights = ["0.06", "-0.06"].map((text) =>
    Number(new RegExp(`translate\\([\\d.]+ ([\\d.]+)\\)"[^>]*>${text}<`).exec(svg)![1])
  );
  assert(heights[0]! < heights[1]!, `${heights}`);
  // Two cells of each action, and one of each in the legend.
  for (const color of ["#0072b2", "#eeeeee", "#e69f00"]) {
    assertEquals([...svg.matchAll(new RegExp(`fill="${color}"`, "g"))].length, 3);
  }
});

Deno.test("stateGridPicture() needs a state with Q values", async () => {
  const none = [undefined, undefined, undefined, undefined];
  const message = "Cannot draw the policy: there are no states with Q values, wanted at least one";
  await assertRejects(() => stateGridPicture(board, none), UsageError, message);
});

Deno.test("heatMapPicture() shows each value, and nothing where nothing was run", async () => {
  const options = {
    title: "Grid",
    subtitle: "Mean return",
    columns: { name: "Capacity", values: [100, 10_000] },
    rows: { name: "Target", values: ["soft", "hard"] },
  };
  const found = texts(await heatMapPicture([475, 500, undefined, 9.7916], options));
  const wanted = [
    "Grid",
    "Mean return",
    "Capacity",
    "Target",
    "100",
    "10,000",
    "soft",
    "hard",
    "475",
    "9.792",
  ];
  assertEquals(wanted.filter((text) => !found.includes(text)), []);
  await assertRejects(() => heatMapPicture([1], options), RangeError, "1 values, wanted 4, 2 rows of 2");
  await assertRejects(
    () => heatMapPicture([], options),
    UsageError,
    'Cannot draw "Grid": there are no values',
  );
});
