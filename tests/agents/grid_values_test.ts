import { assertEquals } from "@std/assert";
import { gridValues } from "../../src/agents/grid_values.ts";
import { TabularAgent } from "../../src/agents/tabular.ts";
import type { StateGrid } from "../../src/envs/environment.ts";

const table = () =>
  new TabularAgent({
    states: 3,
    actions: 2,
    environments: 1,
    seed: 0,
    alpha: { kind: "constant", value: 1 },
    gamma: 0,
    exploration: { kind: "constant", value: 0 },
  });

const board: StateGrid<number> = {
  columns: { name: "column", count: 2 },
  rows: { name: "row", count: 2 },
  observations: [2, undefined, 0, 1],
  labels: ["", "W", "", ""],
  actions: ["left", "right"],
};

Deno.test("gridValues() has the Q values of each cell, and none where no action is taken", async () => {
  const agent = table();
  agent.table.set([1, 2, 3, 4, 5, 6]);
  const [two, wall, zero, one] = await gridValues(agent, board);
  assertEquals([two, zero, one].map((q) => [...q!]), [[5, 6], [1, 2], [3, 4]]);
  assertEquals(wall, undefined);
  const walls = { ...board, observations: [undefined, undefined, undefined, undefined] };
  assertEquals(await gridValues(agent, walls), [undefined, undefined, undefined, undefined]);
});
