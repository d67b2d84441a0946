/** Curves as they come in. @module */
import type { CurvePart } from "../protocol.ts";

/** Points of a curve. */
export interface ShownCurve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** The least and the greatest of each point; empty where each is one value. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** The latest value itself. */
  readonly latest?: number;
}

/** Keeps curves by names of the page's own. */
export class CurveStore {
  readonly #curves = new Map<string, ShownCurve>();

  /** A curve; undefined before anything of it has come. */
  get(name: string): ShownCurve | undefined {
    return this.#curves.get(name);
  }

  /** Adds what is new of a curve. */
  add(name: string, part: CurvePart): void {
    const known = this.#curves.get(name);
    const joined = (key: "x" | "y" | "low" | "high") =>
      part.keep === 0 || !known ? part[key] : [...known[key].slice(0, part.keep), ...part[key]];
    const latest = part.latest === undefined ? {} : { latest: part.latest };
    this.#curves.set(name, {
      x: joined("x"),
      y: joined("y"),
      low: joined("low"),
      high: joined("high"),
      ...latest,
    });
  }

  /** Forgets the curves that are not among these. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#curves.keys()) if (!names.has(name)) this.#curves.delete(name);
  }
}

/** A mean that follows the values, as far behind them as `weight` says: 0 not at all, towards 1 ever more. */
export function smoothed(y: readonly number[], weight: number): readonly number[] {
  if (weight === 0) return y;
  let [sum, total] = [0, 0];
  return y.map((value) => {
    sum = weight * sum + value;
    total = weight * total + 1; // So that the first values do not pull towards zero.
    return sum / total;
  });
}

/** The value at an x, or at the last point before it; undefined before the first. */
export function valueAt({ x, y }: Pick<ShownCurve, "x" | "y">, at: number): number | undefined {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : y[low - 1];
}
