/**
 * Charts of cells in rows and columns: heat maps, phase diagrams, boards. Told without the chart library's words, as
 * `chart.ts` tells lines.
 *
 * @module
 */
import { titles } from "./chart_axis.ts";
import { cellSeries } from "./chart_cell_series.ts";
import { type EChartsOption, renderOption } from "./chart_engine.ts";
import { axes, type CellPanel, colorKey, type Place } from "./chart_panel.ts";
import { fontSizes, inks, textWidth } from "./chart_style.ts";

export type { Cell, CellAxis, CellColors, CellPanel } from "./chart_panel.ts";

/** Panels side by side. */
export interface CellChart {
  /** Above everything. */
  readonly title: string;
  /** Smaller lines under the title: broken at line breaks, and where they would be too wide. */
  readonly subtitle?: string | undefined;
  /** From left to right, of the same size. */
  readonly panels: readonly CellPanel[];
  /** Beneath the panels: what is not told by the key of their colours. */
  readonly key?: readonly KeyEntry[];
}

const margin = { left: 84, right: 128, bottom: 66 } as const;
/** Between the picture's edge and its key. */
const keyMargin = 24;

/** Draws panels of cells as SVG. */
export async function drawCells({ title, subtitle, panels, key = [] }: CellChart): Promise<string> {
  const areas = panels.map(areaOf);
  const natural = areas.reduce((sum, { width }) => sum + width + margin.left + margin.right, 0);
  const width = Math.ceil(Math.max(natural, titleWidth(title, subtitle)));
  const heading = titles(title, { subtitle, width });
  const top = heading.height + 12 + (panels.length > 1 ? 30 : 0);
  const places = placesOf(areas, { left: Math.floor((width - natural) / 2), top });
  const bottom = top + Math.max(...areas.map((area) => area.height)) + margin.bottom;
  const legend = layOutKey(key, { left: keyMargin, top: bottom, width: width - 2 * keyMargin });
  const height = bottom + (key.length > 0 ? legend.height + keyMargin / 2 : 0);
  return await renderOption({
    title: [
      heading.title,
      ...panels.map((panel, i) => ({
        text: panel.title ?? "",
        left: places[i]!.left + places[i]!.width / 2,
        top: places[i]!.top - 30,
        textAlign: "center" as const,
        textStyle: { fontSize: fontSizes.text, color: inks.text },
      })),
    ] as NonNullable<EChartsOption["title"]>,
    graphic: legend.shapes as NonNullable<EChartsOption["graphic"]>,
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
  }, { width, height });
}

/** Wider subtitles are broken into lines. */
const widestSubtitle = 640;

function titleWidth(title: string, subtitle = ""): number {
  const lines = subtitle.split("\n").map((line) => textWidth(line, fontSizes.subtitle));
  return 40 +
    Math.max(1.15 * textWidth(title, fontSizes.title), Math.min(widestSubtitle, Math.max(...lines)));
}

type Area = Omit<Place, "left" | "top">;

/**
 * The size of a panel: planes are about 340 by 320 pixels, of whole pixels a cell, as gaps would show otherwise; cells with
 * labels are squares as large as fits 560 by 440.
 */
function areaOf({ columns, rows }: CellPanel): Area {
  const [across, down] = [columns.labels.length, rows.labels.length];
  const square = Math.min(110, Math.floor(560 / across), Math.floor(440 / down));
  const isPlane = columns.range !== undefined || rows.range !== undefined;
  const cell = isPlane
    ? [Math.ceil(340 / across), Math.ceil(320 / down)] as const
    : [square, square] as const;
  return { width: across * cell[0], height: down * cell[1], side: Math.min(...cell) };
}

/** Places areas from left to right. @param start The left edge of the first one's margin, and the top of all. */
function placesOf(areas: readonly Area[], start: { readonly left: number; readonly top: number }): Place[] {
  let left = start.left + margin.left;
  return areas.map((area) => {
    const place = { ...area, left, top: start.top };
    left += area.width + margin.left + margin.right;
    return place;
  });
}

/** A mark or a colour, and what it means. */
export interface KeyEntry {
  /** A patch of this CSS colour before the text. */
  readonly color?: string;
  /** As in `S: start`. */
  readonly text: string;
}

/** Pixels of the key: from a line to the next, from an entry to the next. */
const line = 22, gap = 20;
const patch = { width: 18, height: 12, gap: 6 } as const;

/**
 * Lays the entries out, in as many lines as need be.
 *
 * @param place Left and upper edge of the first line, and pixels from left to right.
 * @returns Shapes for the chart library, and the height of the lines.
 */
function layOutKey(
  entries: readonly KeyEntry[],
  place: { readonly left: number; readonly top: number; readonly width: number },
): { shapes: object[]; height: number } {
  const shapes: object[] = [];
  let [x, y] = [0, 0];
  for (const { color, text } of entries) {
    const indent = color === undefined ? 0 : patch.width + patch.gap;
    const needed = indent + textWidth(text, fontSizes.ticks);
    if (x > 0 && x + needed > place.width) [x, y] = [0, y + line];
    const [left, top] = [place.left + x, place.top + y];
    if (color !== undefined) {
      const { width, height } = patch;
      const shape = { x: left, y: top + (line - height) / 2, width, height };
      shapes.push({
        type: "rect",
        shape,
        style: { fill: color, stroke: inks.axis, lineWidth: 0.5 },
        silent: true,
      });
    }
    const font = { fontSize: fontSizes.ticks, fill: inks.text, verticalAlign: "middle" };
    shapes.push({
      type: "text",
      x: left + indent,
      y: top + line / 2,
      style: { text, ...font },
      silent: true,
    });
    x += needed + gap;
  }
  return { shapes, height: entries.length > 0 ? y + line : 0 };
}
