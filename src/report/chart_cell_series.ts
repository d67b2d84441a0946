/** What stands in the cells of a panel, as series of the chart library: colours and texts, arrows, marks. @module */
import { type Cell, type CellPanel, extentOf, type Place } from "./chart_panel.ts";
import { fontSizes, inks, textWidth } from "./chart_style.ts";
import { inkOnValue } from "./palette.ts";

/** The series of a panel: `seriesPerPanel` of them. */
export function cellSeries({ columns, cells, colors }: CellPanel, { side }: Place, panel: number) {
  const [low, high] = extentOf(cells);
  const at = (i: number) => [i % columns.labels.length, Math.floor(i / columns.labels.length)] as const;
  const axes = { xAxisIndex: 2 * panel, yAxisIndex: 2 * panel };
  const ink = ({ value }: Cell) =>
    value === undefined || colors.kind === "classes" ? "#000000" : inkOnValue((value - low) / (high - low));
  const fontSize = Math.max(11, Math.min(fontSizes.text, side * 0.22));
  const lineHeight = 1.25 * fontSize;

  /** What does not fit into a cell is left out rather than drawn over its neighbours. */
  function fits(text: string): boolean {
    const lines = text.split("\n");
    const isNarrow = lines.every((line) => textWidth(line, fontSize) <= side - 4);
    return isNarrow && side >= lineHeight * lines.length + 2;
  }

  function colored(cell: Cell, i: number) {
    const { value, color, text, arrow } = cell;
    if (value === undefined) return { value: [...at(i), 0], visualMap: false, itemStyle: { color: color! } };
    const isShown = text !== undefined && fits(text) && (arrow === undefined || side >= 44);
    const offset = [0, arrow === undefined ? 0 : side * 0.32];
    const label = {
      show: isShown,
      formatter: () => text ?? "",
      color: ink(cell),
      fontSize,
      lineHeight,
      offset,
    };
    return { value: [...at(i), value], label };
  }

  function marked(cell: Cell, i: number) {
    const isAlone = cell.value === undefined && cell.color === undefined;
    const [across, down] = [4 + textWidth(cell.mark!, fontSize) / 2, fontSize * 0.85];
    return {
      value: [...at(i)],
      label: {
        show: true,
        formatter: () => cell.mark!,
        color: ink(cell),
        fontWeight: "bold" as const,
        fontSize: isAlone ? fontSize + 4 : fontSize,
        position: "inside" as const,
        offset: isAlone ? [0, 0] : [across - side / 2, down - side / 2],
      },
    };
  }

  const drawn = <T>(has: (cell: Cell) => boolean, draw: (cell: Cell, i: number) => T) =>
    cells.flatMap((cell, i) => has(cell) ? [draw(cell, i)] : []);
  return [
    {
      type: "heatmap" as const,
      ...axes,
      data: drawn(({ value, color }) => value !== undefined || color !== undefined, colored),
      itemStyle: side < 16 ? {} : { borderColor: inks.ground, borderWidth: 1 },
    },
    {
      type: "scatter" as const,
      ...axes,
      data: drawn(({ arrow }) => arrow !== undefined, (cell, i) => ({
        value: [...at(i)],
        symbolRotate: -cell.arrow!,
        itemStyle: { color: ink(cell) },
      })),
      symbol: "path://M0 -10L8 0L2.5 0L2.5 10L-2.5 10L-2.5 0L-8 0Z",
      symbolKeepAspect: true,
      symbolSize: side * 0.38,
      symbolOffset: [0, -side * 0.04],
      itemStyle: { opacity: 1 },
    },
    {
      type: "scatter" as const,
      ...axes,
      data: drawn(({ mark = "" }) => mark !== "" && fits(mark), marked),
      symbolSize: 0,
    },
  ];
}
