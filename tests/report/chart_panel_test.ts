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

Deno.test("colorKey() of no value is not seen", () => {
  const axis = { name: "", labels: [""] };
  const panel = (cell: { value?: number }): CellPanel => (
    { columns: axis, rows: axis, cells: [cell], colors: { kind: "values" } }
  );
  const key = (cell: { value?: number }) => {
    const { show, min, max } = colorKey(
      panel(cell),
      { left: 0, top: 0, width: 1, height: 1, side: 1 },
      0,
    ) as {
      show: boolean;
      min: number;
      max: number;
    };
    return [show, min, max];
  };
  assertEquals([key({}), key({ value: 3 })], [[false, 0, 1], [true, 2.5, 3.5]]);
});
