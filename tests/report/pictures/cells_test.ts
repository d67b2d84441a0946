import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/core/errors.ts";
import type { StateGrid } from "../../../src/envs/environment.ts";
import { actionColors } from "../../../src/report/palette.ts";
import { heatMapPicture } from "../../../src/report/pictures/heat_map.ts";
import { choices } from "../../../src/report/choices.ts";
import { stateGridPicture } from "../../../src/report/pictures/state_grid.ts";
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

Deno.test("choices() has none where every Q value of a table, illegal ones included, is as at the start", () => {
  const start = Float32Array.of(0.1, 0.1, 0.1, 0.1);
  const q = [start, Float32Array.of(0.1, 0.1, 0.1, 0.2), [0, 0, 0, 0], undefined];
  const found = choices(board, q, 0.1);
  assertEquals([found[0], found[2], found[3]], ["unlearned", { action: 0, value: 0 }, undefined]);
  assertEquals(found[1], { action: 3, value: Math.fround(0.2) });
  assertEquals(choices(board, q)[0], { action: 0, value: Math.fround(0.1) });
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

Deno.test("stateGridPicture() of a board names actions without a direction", async () => {
  const grid = { ...board, actions: ["up", "pick up", "drop"] };
  const found = texts(await stateGridPicture(grid, [[0, 1, 0], [0, 0, 2.5], [1, 0, 0], undefined]));
  for (const text of ["pick up", "drop", "2.5"]) assert(found.includes(text), found.join(" | "));
});

Deno.test("stateGridPicture() of a board carries a key: arrows, numbers, the letters that there are, greys", async () => {
  const grid = {
    ...board,
    labels: ["SX", "Y", "", "G"],
    meanings: { S: "start", G: "goal", X: "stop", Y: "stop", H: "hole" },
  };
  const key = async (actions: string[], q: ArrayLike<number>[]) => {
    const svg = await stateGridPicture({ ...grid, actions }, [...q, undefined], { initial: 0.1 });
    return texts(svg).filter((text) => /:|here/.test(text));
  };
  const still = Float32Array.of(0.1, 0.1);
  assertEquals(await key(["up", "drop"], [[1, 2], [2, 1], still]), [
    "arrow or name: best action",
    "number and colour: its value, max Q",
    "S: start",
    "G: goal",
    "X, Y: stop",
    "nothing learned: every Q value is still 0.1",
    "no action is taken here",
  ]);
  assertEquals((await key(["up", "down"], [[1, 2], [2, 1], [1, 2]])).slice(0, 1), ["arrow: best action"]);
  assertEquals((await key(["to 0", "to 1"], [[1, 2], [2, 1], [1, 2]])).slice(0, 1), ["name: best action"]);
});

Deno.test("stateGridPicture() greys states that taught a table nothing, in both panels, and colours no action so", async () => {
  const plane: StateGrid = {
    columns: { name: "x", count: 3, range: [0, 1] },
    rows: { name: "v", count: 1, range: [0, 1] },
    observations: [cell, cell, undefined],
    actions: ["left", "none", "right"],
    note: "y 0 m",
  };
  const q = [[-1, 0, 0], [0, 0, 0], undefined];
  const greys = (svg: string) => [...svg.matchAll(/fill="#e3e3e3"/g)].length;
  const svg = await stateGridPicture(plane, q, { initial: 0 });
  // A cell of each panel, and one in the key.
  assertEquals(greys(svg), 3);
  const found = texts(svg);
  for (const text of ["y 0 m", "nothing learned: every Q value is still 0", "no action is taken here"]) {
    assert(found.includes(text), found.join(" | "));
  }
  // A network has a guess for every state.
  const guessed = await stateGridPicture(plane, q);
  assertEquals([greys(guessed), texts(guessed).some((text) => text.startsWith("nothing"))], [0, false]);
  const isGrey = (color: string) => new Set(color.slice(1).match(/../g)).size === 1;
  assertEquals(actionColors.filter(isGrey), []);
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
  for (const color of actionColors.slice(0, 3)) {
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
