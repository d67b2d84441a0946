/** Titles of charts, and the axes of line charts. @module */
import type { EChartsOption } from "./chart_engine.ts";
import { evenTicks, fontSizes, formatNumber, inks } from "./chart_style.ts";

/** An axis. */
export interface Axis {
  /** With the unit, as in `Duration (steps)`. */
  readonly name: string;
  /** Whether powers of ten are evenly spaced; values that are not positive are left out then. */
  readonly log?: boolean;
  /** Least value; chosen by the data by default. */
  readonly min?: number;
  /** Greatest value; chosen by the data by default. */
  readonly max?: number;
}

/**
 * An axis, as the chart library takes it.
 *
 * @param extent Where it begins and ends unless it says so itself.
 */
export function axisOption({ name, log, min, max }: Axis, extent?: readonly [number, number]) {
  const [low, high] = [min ?? extent?.[0], max ?? extent?.[1]];
  const ticks = low !== undefined && high !== undefined && !log ? evenTicks(low, high) : undefined;
  const bounds = ticks ??
    { ...low === undefined ? {} : { min: low }, ...high === undefined ? {} : { max: high } };
  const formatter = ticks?.formatter ?? ((value: number) => formatNumber(value));
  return {
    type: log ? "log" as const : "value" as const,
    name,
    nameLocation: "middle" as const,
    nameGap: 12,
    nameTextStyle: { fontSize: fontSizes.text, color: inks.text },
    scale: true,
    ...bounds,
    axisLabel: { fontSize: fontSizes.ticks, color: inks.axis, hideOverlap: true, formatter },
    axisLine: { show: true, onZero: false, lineStyle: { color: inks.axis } },
    axisTick: { show: true, lineStyle: { color: inks.axis } },
    splitLine: { show: true, lineStyle: { color: inks.grid } },
  };
}

/** Title and subtitle, as the library takes them. */
export function titles(text: string, subtext = ""): NonNullable<EChartsOption["title"]> {
  return {
    text,
    subtext,
    left: "center",
    top: 12,
    itemGap: 10,
    textStyle: { fontSize: fontSizes.title, color: inks.text, fontWeight: "bold" },
    subtextStyle: { fontSize: fontSizes.subtitle, color: inks.axis },
  };
}
