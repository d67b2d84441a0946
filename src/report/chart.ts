/**
 * Line charts, told without the chart library's words: what `pictures/` draw with, so that the library can be swapped.
 *
 * @module
 */
import { type Axis, axisOption, titles } from "./chart_axis.ts";
import { renderOption } from "./chart_engine.ts";
import { fontSizes, inks, lineColors, pictureSize, type Size, textWidth } from "./chart_style.ts";

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

/** The area between two values of each x. */
export interface Area {
  /** In the legend. */
  readonly name: string;
  /** In increasing order. */
  readonly x: ArrayLike<number>;
  /** Lower edge. */
  readonly low: ArrayLike<number>;
  /** Upper edge. */
  readonly high: ArrayLike<number>;
  /** CSS colour, drawn faintly; the next of `lineColors` by default. */
  readonly color?: string;
}

/** A chart of lines over one pair of axes. */
export interface LineChart {
  /** Above everything. */
  readonly title: string;
  /** A second, smaller line of the title. */
  readonly subtitle?: string;
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
  const legendTop = subtitle === undefined ? 44 : 68;
  const rows = legendRows(entries.map(({ name }) => name), size.width);
  return await renderOption({
    title: titles(title, subtitle),
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
    xAxis: { ...axisOption(x, extentX(chart)), nameGap: 34 },
    yAxis: axisOption(y, y.log ? undefined : extentY(chart)),
    series: [
      ...areas.map((area, i) => areaSeries(area, color(area.color, i), y)),
      ...lines.map((line, i) => lineSeries(line, color(line.color, i), y)),
    ],
  }, size);
}

const areaOpacity = 0.22;

/** From 0, or what lies below, to the greatest x. */
function extentX({ lines, areas = [] }: LineChart): readonly [number, number] {
  let [low, high] = [0, -Infinity];
  for (const { x } of [...lines, ...areas]) {
    for (let i = 0; i < x.length; i++) {
      low = Math.min(low, x[i]!);
      high = Math.max(high, x[i]!);
    }
  }
  return [low, high > low ? high : low + 1];
}

/** All values with some room around them, from 0 where they come near it. */
function extentY({ lines, areas = [] }: LineChart): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of [...lines.map(({ y }) => y), ...areas.flatMap((area) => [area.low, area.high])]) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      low = Math.min(low, values[i]!);
      high = Math.max(high, values[i]!);
    }
  }
  if (low > high) return [0, 1];
  const room = 0.04 * (high - low || Math.abs(high) || 1);
  if (low >= 0 && low < 0.3 * high) return [0, high + room];
  if (high <= 0 && high > 0.3 * low) return [low - room, high === 0 ? room : 0];
  return [low - room, high + room];
}

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

function areaSeries({ name, x, low, high }: Area, color: string, axis: Axis) {
  const data: [number, number, number][] = [];
  for (let i = 0; i < x.length; i++) {
    const isDrawn = Number.isFinite(low[i]) && Number.isFinite(high[i]) && (!axis.log || low[i]! > 0);
    if (isDrawn) data.push([x[i]!, low[i]!, high[i]!]);
  }
  return {
    type: "custom" as const,
    name,
    data,
    encode: { x: 0, y: [1, 2] },
    clip: true,
    itemStyle: { color, opacity: areaOpacity },
    /** One polygon for all points, drawn with the first. */
    renderItem(params: { dataIndex: number }, api: { coord?(point: number[]): number[] }) {
      if (params.dataIndex > 0) return undefined;
      const edge = (index: 1 | 2) => data.map((row) => api.coord!([row[0], row[index]]));
      return {
        type: "polygon" as const,
        shape: { points: [...edge(1), ...edge(2).reverse()] },
        style: { fill: color, opacity: areaOpacity },
      };
    },
  };
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
