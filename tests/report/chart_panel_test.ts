import { assertEquals } from "@std/assert";
import { type CellPanel, colorKey } from "../../src/report/chart_panel.ts";

Deno.test("colorKey() spans the values of as many cells as there may be, those without a value left out", () => {
  const axis = { name: "", labels: [] };
  const cells = Array.from({ length: 300_000 }, (_, i) => i % 2 === 0 ? { value: i - 100_000 } : {});
  const panel: CellPanel = { columns: axis, rows: axis, cells, colors: { kind: "values" } };
  const { min, max } = colorKey(panel, { left: 0, top: 0, width: 1, height: 1, side: 1 }, 0) as {
    min: number;
    max: number;
  };
  assertEquals([min, max], [-100_000, 199_998]);
});
