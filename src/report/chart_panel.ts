/** One panel of a chart of cells, as the chart library takes it: axes, colours, cells. @module */
import { fontSizes, formatNumber, inks } from "./chart_style.ts";
import { valueColors } from "./palette.ts";
import { evenTicks } from "./chart_ticks.ts";

/** Rows or columns. */
export interface CellAxis {
  /** With the unit, as in `Position (m)`. */
  readonly name: string;
  /** A label a cell; from left to right, or from top to bottom. */
  readonly labels: readonly string[];
  /** Values at the outer edges of the first and the last cell: numbers on an axis take the labels' place. */
  readonly range?: readonly [first: number, last: number];
}

/** What one cell shows. */
export interface Cell {
  /** Chooses the colour: a value, or the index of a class. Absent: no colour. */
  readonly value?: number;
  /** CSS colour of a cell without a value. */
  readonly color?: string;
  /** Under the middle, or in the middle where there is no arrow; shown with a value. May have several lines. */
  readonly text?: string;
  /** Degrees clockwise from up. */
  readonly arrow?: number;
  /** In the upper left corner, or in the middle where there is nothing else. */
  readonly mark?: string;
}

/** Colours by value, or by class. */
export type CellColors =
  /** From the least value of the cells to the greatest, with a bar that tells what they mean. */
  | { readonly kind: "values" }
  /** A colour a class, with a legend of their names. */
  | { readonly kind: "classes"; readonly names: readonly string[]; readonly colors: readonly string[] };

/** One field of cells. */
export interface CellPanel {
  /** Above the panel, where there are several. */
  readonly title?: string;
  /** From left to right. */
  readonly columns: CellAxis;
  /** From top to bottom. */
  readonly rows: CellAxis;
  /** [rows, columns], row-major. */
  readonly cells: readonly Cell[];
  /** What `value` is. */
  readonly colors: CellColors;
}

/** Where a panel lies, in pixels; `side` is the lesser side of a cell. */
export interface Place {
  /** Of the first column. */
  readonly left: number;
  /** Of the first row. */
  readonly top: number;
  /** Of all columns. */
  readonly width: number;
  /** Of all rows. */
  readonly height: number;
  /** Of one cell. */
  readonly side: number;
}

/** The cells' axis; and where it has a range, one of numbers that is seen in its place. */
export function axes(
  { name, labels, range }: CellAxis,
  { panel, isRow }: { panel: number; isRow: boolean },
): object[] {
  const position = { gridIndex: panel, position: isRow ? "left" : "bottom" };
  const cells = { type: "category", ...position, data: labels, inverse: isRow };
  const axisLabel = { fontSize: fontSizes.ticks, color: inks.axis, hideOverlap: true };
  const seen = {
    name,
    nameLocation: "middle",
    nameGap: isRow ? 12 : 34,
    nameTextStyle: { fontSize: fontSizes.text, color: inks.text },
    axisLabel,
    axisLine: { show: true, onZero: false, lineStyle: { color: inks.axis } },
    axisTick: { show: range !== undefined, lineStyle: { color: inks.axis } },
    splitLine: { show: false },
  };
  // Two axes a panel throughout, so that a panel's cells have axis 2 x panel.
  if (!range) return [{ ...cells, ...seen }, { ...cells, data: [], show: false }];
  const [first, last] = range;
  const { formatter, ...bounds } = evenTicks(Math.min(first, last), Math.max(first, last));
  return [{ ...cells, show: false }, {
    type: "value",
    ...position,
    ...seen,
    ...bounds,
    axisLabel: { ...axisLabel, formatter },
    inverse: isRow === last > first,
  }];
}

/** Series that the cells of a panel become; the first one holds the colours. */
export const seriesPerPanel = 3;

/** Least and greatest value, apart by something; 0 and 1 where there is none. */
export function extentOf(cells: readonly Cell[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { value } of cells) {
    if (value === undefined) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** A bar of values, or a legend of classes, right of the panel. */
export function colorKey({ cells, colors }: CellPanel, { left, top, width, height }: Place, panel: number) {
  const common = {
    seriesIndex: panel * seriesPerPanel,
    dimension: 2,
    left: left + width + 14,
    padding: 0,
    textGap: 8,
    textStyle: { fontSize: fontSizes.ticks, color: inks.text },
    hoverLink: false,
  };
  if (colors.kind === "classes") {
    return {
      type: "piecewise" as const,
      ...common,
      top,
      orient: "vertical" as const,
      inverse: true,
      itemSymbol: "rect",
      itemGap: 8,
      selectedMode: false as const,
      pieces: colors.names.map((label, value) => ({ value, label, color: colors.colors[value]! })),
    };
  }
  const [min, max] = extentOf(cells);
  return {
    type: "continuous" as const,
    ...common,
    show: cells.some(({ value }) => value !== undefined),
    top: top + Math.max(0, (height - 200) / 2 - 24),
    min,
    max,
    text: [formatNumber(max, 4), formatNumber(min, 4)],
    calculable: false,
    itemHeight: Math.min(200, height - 48),
    itemWidth: 16,
    inRange: { color: [...valueColors] },
  };
}
