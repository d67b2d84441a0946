/** Axes of line charts, from where to where by their data, and titles. @module */
import type { EChartsOption } from "./chart_engine.ts";
import { fontSizes, formatNumber, inks, wrapText } from "./chart_style.ts";
import { evenTicks, logTicks } from "./chart_ticks.ts";

/** The least and the greatest value of an axis, the one below the other. */
export type Extent = readonly [low: number, high: number];

/** From 0, or what lies below, to the greatest value; with `log` from the least to the greatest. */
export function extentAcross(lists: readonly ArrayLike<number>[], log = false): Extent {
  const [low, high] = spanOf(lists, log) ?? [1, 1];
  return log ? opened([low, high]) : [Math.min(0, low), high > Math.min(0, low) ? high : low + 1];
}

/** Values that differ by less than this share of their size are one value and rounding. */
const rounding = 1e-9;

/**
 * All values with some room around them, from 0 where they come near it. One value alone is seen against 0; with `log`
 * half a power of ten to either side.
 */
export function extentUp(lists: readonly ArrayLike<number>[], log = false): Extent {
  const span = spanOf(lists, log);
  if (!span) return log ? [0.1, 1] : [0, 1];
  if (log) return withRoom(opened(span));
  const [low, high] = span;
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size === 0) return [-1, 1];
  const isConstant = high - low <= rounding * size;
  const room = 0.04 * (isConstant ? size : high - low);
  if (low >= 0 && (isConstant || low < 0.3 * high)) return [0, high + room];
  if (high <= 0 && (isConstant || high > 0.3 * low)) return [low - room, high === 0 ? room : 0];
  return [low - room, high + room];
}

/** Least and greatest of the finite values, and with `log` of the positive ones; undefined where there are none. */
function spanOf(lists: readonly ArrayLike<number>[], log: boolean): Extent | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const values of lists) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** A span of positive values as it is, or one value in the middle of a power of ten. */
function opened([low, high]: Extent): Extent {
  return high - low > rounding * high ? [low, high] : [low / Math.sqrt(10), high * Math.sqrt(10)];
}

/** A log span with some room around it. */
function withRoom([low, high]: Extent): Extent {
  const room = (high / low) ** 0.04;
  return [low / room, high * room];
}

/** An axis. */
export interface Axis {
  /** With the unit, as in `Duration (steps)`. */
  readonly name: string;
  /** Whether powers of ten are evenly spaced; values that are not positive are left out then. */
  readonly log?: boolean;
  /** Least value; chosen by the data by default. */
  readonly min?: number;
  /** Greatest value, above `min`; chosen by the data by default. */
  readonly max?: number;
}

/**
 * An axis, as the chart library takes it.
 *
 * @param extent Where it begins and ends unless it says so itself.
 */
export function axisOption({ name, log, min, max }: Axis, extent: Extent) {
  const [low, high] = [min ?? extent[0], max ?? extent[1]];
  const { axisTick, axisLabel, ...bounds } = log ? logAxis(low, high) : evenAxis(low, high);
  return {
    type: log ? "log" as const : "value" as const,
    name,
    nameLocation: "middle" as const,
    nameGap: 12,
    nameTextStyle: { fontSize: fontSizes.text, color: inks.text },
    scale: true,
    ...bounds,
    axisLabel: { fontSize: fontSizes.ticks, color: inks.axis, hideOverlap: true, ...axisLabel },
    axisLine: { show: true, onZero: false, lineStyle: { color: inks.axis } },
    axisTick: { show: true, lineStyle: { color: inks.axis }, ...axisTick },
    splitLine: { show: true, lineStyle: { color: inks.grid } },
  };
}

function evenAxis(low: number, high: number) {
  const { formatter, ...bounds } = evenTicks(low, high);
  return { ...bounds, axisTick: {}, axisLabel: { formatter } };
}

/** The library's own bounds of a log axis would be powers of ten, and powers of its interval. */
function logAxis(low: number, high: number) {
  const customValues = logTicks(low, high);
  const formatter = (value: number) => formatNumber(value);
  return { min: low, max: high, axisTick: { customValues }, axisLabel: { customValues, formatter } };
}

/** Pixels from a line of a subtitle to the next. */
const subtitleLine = 18;

/** Title and subtitle, as the library takes them, and the height that they need in all. */
export function titles(
  text: string,
  { subtitle = "", width }: { subtitle: string | undefined; width: number },
) {
  const lines = wrapText(subtitle, { width: width - 40, fontSize: fontSizes.subtitle });
  const title: NonNullable<EChartsOption["title"]> = {
    text,
    subtext: lines.join("\n"),
    left: "center",
    top: 12,
    itemGap: 10,
    textStyle: { fontSize: fontSizes.title, color: inks.text, fontWeight: "bold" },
    subtextStyle: { fontSize: fontSizes.subtitle, lineHeight: subtitleLine, color: inks.axis },
  };
  return { title, height: subtitle === "" ? 44 : 50 + subtitleLine * lines.length };
}
