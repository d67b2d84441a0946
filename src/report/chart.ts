/**
 * Line charts, told without the chart library's words: what `pictures/` draw with, so that the library can be swapped.
 *
 * @module
 */
import { type Axis, axisOption, type Extent, extentAcross, extentUp, titles } from "./chart_axis.ts";
import { renderOption } from "./chart_engine.ts";
import { fontSizes, inks, pictureSize, type Size, textWidth } from "./chart_style.ts";
import { lineColors } from "./palette.ts";

export type { Axis } from "./chart_axis.ts";

/** Points in the order of their x. */
export interface Series {
  /** Episodes, steps. */
  readonly x: ArrayLike<number>;
  /** As many values; those that are not finite are left out. */
  readonly y: ArrayLike<number>;
}

/** A line with its name in the legend. */
export interface Line extends Series {
  /** In the legend; lines of one name share an entry. */
  readonly name: string;
  /** CSS colour; the next of `lineColors` by default. */
  readonly color?: string;
  /** In pixels, 2 by default. */
  readonly width?: number;
  /** Solid by default. */
  readonly dashed?: boolean;
  /** Whether each point is marked; not by default. */
  readonly points?: boolean;
}

/** The area between two values of each x; interrupted where one of them is NaN. */
export interface Area {
  /** In the legend. */
  readonly name: string;
  /** In increasing order. */
  readonly x: ArrayLike<number>;
  /** Lower edge; -Infinity is the end of the axis. */
  readonly low: ArrayLike<number>;
  /** Upper edge; Infinity is the end of the axis. */
  readonly high: ArrayLike<number>;
  /** CSS colour, drawn faintly; the next of `lineColors` by default. */
  readonly color?: string;
}

/** A chart of lines over one pair of axes. */
export interface LineChart {
  /** Above everything. */
  readonly title: string;
  /** Smaller lines under the title: broken at line breaks, and where they would be too wide. */
  readonly subtitle?: string | undefined;
  /** From left to right, starting at 0 unless `min` says otherwise. */
  readonly x: Axis;
  /** From bottom to top. */
  readonly y: Axis;
  /** In drawing order, over the areas. */
  readonly lines: readonly Line[];
  /** Under the lines. */
  readonly areas?: readonly Area[];
  /** 800 by 500 by default. */
  readonly size?: Size;
}

/** Icons of the legend, 24 by 12 pixels. */
const icons = {
  line: "path://M0 4h24v3h-24z",
  dashed: "path://M0 4h6v3h-6zM9 4h6v3h-6zM18 4h6v3h-6z",
  area: "path://M0 0h24v12h-24z",
} as const;

/** Draws a line chart as SVG; of more than two points a pixel, only the extremes. */
export async function drawLines(chart: LineChart): Promise<string> {
  const { title, subtitle, x, y, lines, areas = [], size = pictureSize } = chart;
  const color = (given: string | undefined, i: number) => given ?? lineColors[i % lineColors.length]!;
  const entries = [
    ...lines.map((line, i) => ({
      name: line.name,
      icon: line.dashed ? icons.dashed : icons.line,
      itemStyle: { color: color(line.color, i), opacity: 1 },
    })),
    ...areas.map((area, i) => ({
      name: area.name,
      icon: icons.area,
      itemStyle: { color: color(area.color, i), opacity: areaOpacity },
    })),
  ].filter(({ name }, i, all) => all.findIndex((entry) => entry.name === name) === i);
  const { title: heading, height: legendTop } = titles(title, { subtitle, width: size.width });
  const xs = [...lines, ...areas].map((drawn) => drawn.x);
  const ys = [...lines.map((line) => line.y), ...areas.flatMap(({ low, high }) => [low, high])];
  const up = extentUp(ys, y.log);
  const extent: Extent = [y.min ?? up[0], y.max ?? up[1]];
  const rows = legendRows(entries.map(({ name }) => name), size.width);
  return await renderOption({
    title: heading,
    legend: {
      data: entries,
      top: legendTop,
      itemWidth: 24,
      itemHeight: 12,
      itemGap: 18,
      selectedMode: false,
      textStyle: { fontSize: fontSizes.text, color: inks.text },
    },
    grid: {
      left: 14,
      right: 30,
      top: legendTop + 27 * rows + 9,
      bottom: 14,
      outerBoundsMode: "same",
      outerBoundsContain: "all",
    },
    xAxis: { ...axisOption(x, extentAcross(xs, x.log)), nameGap: 34 },
    yAxis: axisOption(y, extent),
    series: [
      ...areas.map((area, i) => areaSeries(area, color(area.color, i), { log: y.log, extent })),
      ...lines.map((line, i) => lineSeries(line, color(line.color, i), y)),
    ],
  }, size);
}

const areaOpacity = 0.22;

function lineSeries({ name, x, y, width = 2, dashed, points }: Line, color: string, axis: Axis) {
  const data: [number, number][] = [];
  for (let i = 0; i < x.length; i++) {
    if (Number.isFinite(y[i]) && (!axis.log || y[i]! > 0)) data.push([x[i]!, y[i]!]);
  }
  return {
    type: "line" as const,
    name,
    data,
    showSymbol: points === true || data.length === 1,
    symbol: "circle",
    symbolSize: 5,
    sampling: "minmax" as const,
    itemStyle: { color },
    lineStyle: { color, width, type: dashed ? "dashed" as const : "solid" as const, join: "round" as const },
  };
}

/**
 * An edge that is infinite, or that a log axis cannot show, is drawn to the axis's end; where an edge is no number the area
 * is interrupted.
 */
function areaSeries(
  { name, x, low, high }: Area,
  color: string,
  { log, extent: [bottom, top] }: { readonly log: boolean | undefined; readonly extent: Extent },
) {
  const parts: [number, number, number][][] = [[]];
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(low[i]) || Number.isNaN(high[i]) || (log && high[i]! <= 0)) {
      parts.push([]);
      continue;
    }
    const isBelow = low[i] === -Infinity || (log && low[i]! <= 0);
    parts.at(-1)!.push([x[i]!, isBelow ? bottom : low[i]!, high[i] === Infinity ? top : high[i]!]);
  }
  return {
    type: "custom" as const,
    name,
    data: parts.flat(),
    encode: { x: 0, y: [1, 2] },
    clip: true,
    itemStyle: { color, opacity: areaOpacity },
    /** A polygon for each part, all drawn with the first point. */
    renderItem(params: { dataIndex: number }, api: { coord?(point: number[]): number[] }) {
      if (params.dataIndex > 0) return undefined;
      const children = parts.filter((part) => part.length > 0).map((part) => ({
        type: "polygon" as const,
        shape: { points: outline(part, (row, index) => api.coord!([row[0], row[index]])) },
        style: { fill: color, opacity: areaOpacity },
      }));
      return { type: "group" as const, children };
    },
  };
}

/** Along the lower edge and back along the upper one; a single point becomes a bar. */
function outline<T>(part: readonly T[], place: (row: T, edge: 1 | 2) => number[]): number[][] {
  const edge = (index: 1 | 2) =>
    part.flatMap((row) => {
      const [x, y] = place(row, index) as [number, number];
      return part.length > 1 ? [[x, y]] : [[x - 3, y], [x + 3, y]];
    });
  return [...edge(1), ...edge(2).reverse()];
}

/** Lines of text that the legend takes. */
function legendRows(names: readonly string[], width: number): number {
  let [rows, used] = [1, 0];
  for (const name of names) {
    const needed = 24 + 5 + textWidth(name, fontSizes.text) + 18;
    if (used > 0 && used + needed > width - 20) [rows, used] = [rows + 1, 0];
    used += needed;
  }
  return rows;
}
