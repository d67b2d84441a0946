import { assertEquals, assertThrows } from "@std/assert";
import { planeGrid } from "../../src/envs/plane.ts";

const plane = {
  columns: { name: "x (m)", range: [0, 3] as const },
  rows: { name: "y (m)", range: [4, 0] as const },
  actions: ["stay"],
  observe: (x: number, y: number) => x > 2 && y > 2 ? undefined : Float32Array.of(x, y),
};

Deno.test("planeGrid observes the centres of its cells, row-major from the upper left", () => {
  assertEquals(planeGrid(plane, { columns: 3, rows: 2 }), {
    columns: { name: "x (m)", range: [0, 3], count: 3 },
    rows: { name: "y (m)", range: [4, 0], count: 2 },
    actions: ["stay"],
    observations: [[0.5, 3], [1.5, 3], undefined, [0.5, 1], [1.5, 1], [2.5, 1]]
      .map((pair) => pair && Float32Array.from(pair)),
  });
});

Deno.test("planeGrid has 60 cells a side by default and wants positive integers", () => {
  assertEquals(planeGrid(plane).observations.length, 3600);
  const cut = (size: { columns?: number; rows?: number }) => () => planeGrid(plane, size);
  const message = (count: number, axis: string) =>
    `Cannot cut a plane: there are ${count} cells along ${axis}, wanted a positive integer`;
  assertThrows(cut({ columns: 0 }), RangeError, message(0, "x (m)"));
  assertThrows(cut({ rows: 2.5 }), RangeError, message(2.5, "y (m)"));
});
