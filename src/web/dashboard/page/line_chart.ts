/** Lines over a common axis. @module */
import uPlot from "npm:uplot@1.6.32";
import { h } from "../../page/dom.ts";
import { formatCompact, formatNumber } from "../../page/texts.ts";
import { type LineStyle, onTheme } from "./colors.ts";
import { type ShownCurve, valueAt } from "./curve_store.ts";

/** A line. */
export interface Line extends ShownCurve {
  readonly label: string;
  /** In the colours of the page as it is now. */
  readonly style: LineStyle;
  readonly width: number;
  /** Whether its points are marked. */
  readonly isMarked: boolean;
}

/** How lines are drawn. */
export interface ChartOptions {
  readonly height: number;
  /** Takes the part of the axis that somebody draws a frame around. */
  readonly onRange?: (range: readonly [from: number, to: number]) => void;
  /** Takes the x that somebody points at; undefined when nobody does. */
  readonly onPoint?: (x: number | undefined) => void;
  /** Takes the line that somebody points at, by its label; undefined where none is near. */
  readonly onLine?: (label: string | undefined) => void;
  /** The lines as they are now. */
  readonly lines: () => readonly Line[];
}

/** What a chart is of, at the moment. */
export interface ChartLook {
  /** Said to those who listen. */
  readonly label: string;
  readonly isLogarithmic?: boolean;
  readonly range?: readonly [from: number, to: number] | undefined;
}

/** Pixels within which a line is near. */
const nearby = 24;

/** More lines have no bands: they would cover one another. */
const mostBands = 8;

/** Draws lines, with the range of their values where many fall on one point. */
export class LineChart {
  readonly #frame: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #options: ChartOptions;
  #plot: uPlot | undefined;
  #look: ChartLook = { label: "" };
  /** What the plot was made for. */
  #made = "";
  #lines: readonly Line[] = [];
  #stressed: string | undefined;

  /** @param empty What stands in place of lines without a point. */
  constructor(root: HTMLElement, empty: string, options: ChartOptions) {
    this.#options = options;
    this.#empty = h("p", { className: "nothing" }, empty);
    this.#frame = h("div", { className: "plot", role: "img" }, this.#empty);
    this.#frame.style.height = `${options.height}px`;
    root.append(this.#frame);
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry!.contentRect.width);
      if (width > 0) this.#plot?.setSize({ width, height: options.height });
    }).observe(this.#frame);
    onTheme(() => {
      this.#made = "";
      this.show(this.#look);
    });
  }

  /** Draws the lines as they are now. */
  show(look: ChartLook): void {
    this.#look = look;
    const lines = this.#lines = this.#options.lines();
    this.#frame.setAttribute("aria-label", look.label);
    this.#empty.hidden = lines.some(({ x }) => x.length > 0);
    const hasBands = lines.length <= mostBands && lines.some(({ low }) => low.length > 0);
    const made = JSON.stringify([
      lines.map(({ style, isMarked, width }) => [style, isMarked, width]),
      look,
      hasBands,
    ]);
    const data = align(look.isLogarithmic ? lines.map(positive) : lines, hasBands);
    if (made === this.#made && this.#plot) this.#plot.setData(data);
    else this.#make(data, { lines, hasBands });
    this.#made = made;
    this.#dim();
  }

  /** Shows one line, by its label, before the others; all alike when it is undefined. */
  stress(label: string | undefined): void {
    if (label === this.#stressed) return;
    this.#stressed = label;
    this.#dim();
  }

  #dim(): void {
    const series = this.#plot?.series.findIndex(({ label }, i) => i > 0 && label === this.#stressed) ?? -1;
    this.#plot?.setSeries(series > 0 ? series : null, { focus: true }, false);
  }

  /** The line that is nearest to where somebody points. */
  #nearest(plot: uPlot): string | undefined {
    const { left = -1, top = -1 } = plot.cursor;
    if (left < 0 || top < 0) return undefined;
    const x = plot.posToVal(left, "x");
    const distances = this.#lines.map((line) => {
      const y = valueAt(line, x);
      return y === undefined ? Infinity : Math.abs(plot.valToPos(y, "y") - top);
    });
    const least = Math.min(...distances);
    return least > nearby ? undefined : this.#lines[distances.indexOf(least)]!.label;
  }

  #make(data: uPlot.AlignedData, { lines, hasBands }: { lines: readonly Line[]; hasBands: boolean }): void {
    this.#plot?.destroy();
    const { height, onRange, onPoint, onLine } = this.#options;
    const { isLogarithmic = false, range } = this.#look;
    const css = getComputedStyle(document.documentElement);
    const color = (name: string) => css.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: color("--muted"),
      grid: { stroke: color("--line"), width: 1 },
      ticks: { show: false },
      font: `12px ${css.fontFamily || "sans-serif"}`,
      gap: 4,
    };
    const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: true };
    this.#plot = new uPlot(
      {
        width: Math.max(40, this.#frame.clientWidth),
        height,
        legend: { show: false },
        focus: { alpha: 0.25 },
        cursor: {
          y: false,
          drag: { x: onRange !== undefined, y: false, setScale: false },
          points: { show: false },
        },
        scales: {
          x: { time: false, ...range ? { range: () => [...range] as [number, number] } : {} },
          y: isLogarithmic ? { distr: 3 } : {},
        },
        axes: [
          {
            ...axis,
            size: 26,
            values: (_, ticks) => ticks.map((tick) => tick === null ? "" : formatCompact(tick)),
          },
          {
            ...axis,
            size: 56,
            values: (_, ticks) => ticks.map((tick) => tick === null ? "" : formatNumber(tick, 3)),
          },
        ],
        series: [
          {},
          ...lines.flatMap(({ label, style, width, isMarked }): uPlot.Series[] => [
            {
              label,
              stroke: style.color,
              width,
              dash: [...style.dash],
              spanGaps: true,
              points: isMarked ? { show: true, size: 5, fill: style.color } : { show: false },
            },
            ...hasBands ? [edge, edge] : [],
          ]),
        ],
        bands: hasBands
          ? lines.map(({ style }, i) => ({
            series: [3 * i + 2, 3 * i + 3],
            fill: `color-mix(in srgb, ${style.color} 14%, transparent)`,
          }))
          : [],
        hooks: {
          setSelect: [(plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            onRange?.([from, to]);
          }],
          setCursor: [(plot) => {
            const { left } = plot.cursor;
            onPoint?.(left === undefined || left < 0 ? undefined : plot.posToVal(left, "x"));
            onLine?.(this.#nearest(plot));
          }],
        },
      },
      data,
      this.#frame,
    );
  }
}

/** Lines over all x that one of them has; null where a line has no point. */
function align(lines: readonly Line[], hasBands: boolean): uPlot.AlignedData {
  const xs = Float64Array.from(new Set(lines.flatMap(({ x }) => x))).sort();
  const columns = lines.flatMap(({ x, y, low, high }) => {
    const spread = low.length > 0 ? [high, low] : [y, y];
    return (hasBands ? [y, ...spread] : [y]).map((values) => {
      let i = 0;
      return Array.from(xs, (at) => x[i] === at ? orNull(values[i++]!) : null);
    });
  });
  return [xs, ...columns] as unknown as uPlot.AlignedData;
}

/** What the library takes for a gap. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A line without the values that a logarithmic axis has no place for. */
function positive(line: Line): Line {
  const only = (values: readonly number[]) => values.map((value) => value > 0 ? value : NaN);
  return { ...line, y: only(line.y), low: only(line.low), high: only(line.high) };
}
