/** Titles of charts, and the axes of line charts. @module */
import type { EChartsOption } from "./chart_engine.ts";
import type { Extent } from "./chart_extent.ts";
import { fontSizes, formatNumber, inks, wrapText } from "./chart_style.ts";
import { evenTicks, logTicks } from "./chart_ticks.ts";

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
