/**
 * Charts of cells in rows and columns: heat maps, phase diagrams, boards. Told without the chart library's words, as
 * `chart.ts` tells lines.
 *
 * @module
 */
import { titles } from "./chart_axis.ts";
import { type EChartsOption, renderOption } from "./chart_engine.ts";
import { axes, type CellPanel, cellSeries, colorKey, type Place } from "./chart_panel.ts";
import { fontSizes, inks, textWidth } from "./chart_style.ts";

export type { Cell, CellAxis, CellColors, CellPanel } from "./chart_panel.ts";

/** Panels side by side. */
export interface CellChart {
  /** Above everything. */
  readonly title: string;
  /** A second, smaller line of the title. */
  readonly subtitle?: string;
  /** From left to right, of the same size. */
  readonly panels: readonly CellPanel[];
}

const margin = { left: 84, right: 128, bottom: 66 } as const;

/** Draws panels of cells as SVG. */
export async function drawCells({ title, subtitle, panels }: CellChart): Promise<string> {
  const top = (subtitle === undefined ? 56 : 80) + (panels.length > 1 ? 30 : 0);
  const { places, size } = layOut(panels, { top, least: titleWidth(title, subtitle) });
  return await renderOption({
    title: [
      titles(title, subtitle),
      ...panels.map((panel, i) => ({
        text: panel.title ?? "",
        left: places[i]!.left + places[i]!.width / 2,
        top: places[i]!.top - 30,
        textAlign: "center" as const,
        textStyle: { fontSize: fontSizes.text, color: inks.text },
      })),
    ] as NonNullable<EChartsOption["title"]>,
    grid: places.map(({ left, top, width, height }) => ({
      left,
      top,
      width,
      height,
      show: true,
      backgroundColor: inks.empty,
      borderWidth: 0,
      outerBoundsMode: "none" as const,
    })),
    xAxis: panels.flatMap(({ columns }, i) => axes(columns, { panel: i, isRow: false })),
    yAxis: panels.flatMap(({ rows }, i) => axes(rows, { panel: i, isRow: true })),
    visualMap: panels.map((panel, i) => colorKey(panel, places[i]!, i)),
    series: panels.flatMap((panel, i) => cellSeries(panel, places[i]!, i)),
  }, size);
}

function titleWidth(title: string, subtitle = ""): number {
  return 40 + Math.max(1.15 * textWidth(title, fontSizes.title), textWidth(subtitle, fontSizes.subtitle));
}

/**
 * Planes are about 340 by 320 pixels, of whole pixels a cell, as gaps would show otherwise; cells with labels are squares
 * as large as fits 560 by 440. The whole is at least `least` wide.
 */
function layOut(panels: readonly CellPanel[], { top, least }: { top: number; least: number }) {
  const areas = panels.map(({ columns, rows }) => {
    const [across, down] = [columns.labels.length, rows.labels.length];
    const square = Math.min(110, Math.floor(560 / across), Math.floor(440 / down));
    const isPlane = columns.range !== undefined || rows.range !== undefined;
    const cell = isPlane
      ? [Math.ceil(340 / across), Math.ceil(320 / down)] as const
      : [square, square] as const;
    return { width: across * cell[0], height: down * cell[1], side: Math.min(...cell) };
  });
  const sides = margin.left + margin.right;
  const natural = areas.reduce((sum, { width }) => sum + width + sides, 0);
  const width = Math.ceil(Math.max(natural, least));
  let left = margin.left + Math.floor((width - natural) / 2);
  const places = areas.map((area): Place => {
    const place = { left, top, ...area };
    left += area.width + sides;
    return place;
  });
  const height = top + Math.max(...areas.map((area) => area.height)) + margin.bottom;
  return { places, size: { width, height } };
}
