/** Where the axes of a line chart begin and end, by its data. @module */

/** The least and the greatest value of an axis, the one below the other. */
export type Extent = readonly [low: number, high: number];

/** Values that differ by less than this share of their size are one value and rounding. */
const rounding = 1e-9;

/** From 0, or what lies below, to the greatest value; with `log` from the least to the greatest. */
export function extentAcross(lists: readonly ArrayLike<number>[], log = false): Extent {
  const [low, high] = spanOf(lists, log) ?? [1, 1];
  return log ? opened([low, high]) : [Math.min(0, low), high > Math.min(0, low) ? high : low + 1];
}

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
