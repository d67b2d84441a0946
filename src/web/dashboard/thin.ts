/** What a chart can show of a long curve. @module */
import type { Curve } from "./curve.ts";
import type { CurvePart } from "./protocol.ts";

/** Points of a curve that are sent as they are. */
export const mostPoints = 1000;

/** Points into which a longer curve falls, at most: half of {@linkcode mostPoints}, and no fewer than a quarter. */
const mostBuckets = 500;

/** The part of x that is looked at, and how wide a point of it is. All curves of a chart have the same. */
export interface Grid {
  readonly from: number;
  readonly to: number;
  /** A power of two, so that points stay where they are while a curve grows. */
  readonly width: number;
}

/** The grid of a part of x. */
export function gridOf(from: number, to: number): Grid {
  const width = 2 ** Math.ceil(Math.log2((to - from) / mostBuckets));
  return { from, to, width: Number.isFinite(width) && width > 0 ? width : 1 };
}

/** A part of a curve that does not yet say whose it is. */
export type ThinPart = Omit<CurvePart, "run" | "curve">;

/** A curve as somebody sees it: tells what is new since the last look. */
export class ThinCurve {
  #curve: Curve | undefined;
  #grid: Grid | undefined;
  #isExact = true;
  /** Points that have been told. */
  #told = 0;
  /** The point of the curve that the last of them begins with. */
  #first = 0;
  /** Where the curve ended. */
  #length = 0;
  #last = NaN;

  /** What is new; undefined where nothing is. Another curve, or another grid, begins anew. */
  next(curve: Curve, grid: Grid): ThinPart | undefined {
    const begin = Math.max(0, curve.find(grid.from) - 1);
    const end = Math.min(curve.length, curve.find(grid.to) + 1);
    const isExact = end - begin <= mostPoints;
    const { from, width } = this.#grid ?? {};
    const isSameGrid = from === grid.from && (isExact || width === grid.width);
    const goesOn = curve === this.#curve && isExact === this.#isExact && isSameGrid;
    const last = end > 0 ? curve.y(end - 1) : NaN;
    if (goesOn && end === this.#length && Object.is(last, this.#last)) return undefined;
    if (!goesOn) [this.#told, this.#first] = [0, begin];
    [this.#curve, this.#grid, this.#isExact, this.#length, this.#last] = [curve, grid, isExact, end, last];
    const part = isExact ? this.#exact(curve, end) : this.#thinned(curve, end, grid.width);
    return end > 0 ? { ...part, latest: rounded(last) } : part;
  }

  #exact(curve: Curve, end: number): ThinPart {
    const keep = Math.max(0, this.#told - 1); // The value of the latest may have changed.
    const x: number[] = [];
    const y: number[] = [];
    for (let i = this.#first; i < end; i++) {
      x.push(curve.x(i));
      y.push(rounded(curve.y(i)));
    }
    this.#told = keep + x.length;
    this.#first = Math.max(this.#first, end - 1);
    return { keep, x, y, low: [], high: [] };
  }

  #thinned(curve: Curve, end: number, width: number): ThinPart {
    const keep = Math.max(0, this.#told - 1);
    const part = { keep, x: [] as number[], y: [] as number[], low: [] as number[], high: [] as number[] };
    for (let i = this.#first; i < end;) {
      const bucket = Math.floor(curve.x(i) / width);
      this.#first = i;
      let [sum, low, high] = [0, Infinity, -Infinity];
      for (; i < end && Math.floor(curve.x(i) / width) === bucket; i++) {
        const y = curve.y(i);
        sum += y;
        if (y < low) low = y;
        if (y > high) high = y;
      }
      part.x.push((bucket + 0.5) * width);
      part.y.push(rounded(sum / (i - this.#first)));
      part.low.push(rounded(low));
      part.high.push(rounded(high));
    }
    this.#told = keep + part.x.length;
    return part;
  }
}

/** To what a chart and the number beside it can show. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}
