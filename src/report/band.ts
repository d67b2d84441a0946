/** Several series of one kind, of different seeds say, as one line with a spread. @module */
import type { Series } from "./chart.ts";
import { interquartileMean, mean, quantile } from "./statistics.ts";

/**
 * What is drawn of the series: their inter-quartile mean amid their middle half, which it never leaves as a mean would
 * that one odd series draws away; or their mean amid one population standard deviation to either side.
 */
export type Spread = "quartiles" | "std";

/** How {@linkcode meanBand} reads series. */
export interface BandOptions {
  /** `quartiles` by default. */
  readonly spread?: Spread;
  /**
   * Where a series ends before the others: the band ends too (`cut`, the default), or the series keeps its last value
   * (`hold`), as for agents that stopped once they had solved the task. A mean of those that go on alone would sink where
   * the good ones leave it.
   */
  readonly beyond?: "cut" | "hold";
}

/** Middle and spread of the series at each x. */
export interface Band {
  /** Increasing. */
  readonly x: Float64Array;
  /** Inter-quartile mean, or mean; from `low` to `high`. */
  readonly middle: Float64Array;
  /** Lower quartile, or mean minus standard deviation. */
  readonly low: Float64Array;
  /** Upper quartile, or mean plus standard deviation. */
  readonly high: Float64Array;
}

/** More are more than a picture shows. */
const mostPoints = 400;

/**
 * Middle and spread of series whose x differ. Between its points a series is linear. The band has the x of all series, or
 * 400 evenly spaced ones if those are more, from where the last series begins to where the first one ends (see
 * {@linkcode BandOptions}).
 *
 * @param series Each of finite values with increasing x, at least one point.
 * @throws {RangeError} When there is no series, one is empty, or they have no x in common.
 */
export function meanBand(series: readonly Series[], options: BandOptions = {}): Band {
  const { spread = "quartiles", beyond = "cut" } = options;
  const lengths = series.map(({ x }) => x.length);
  if (lengths.length === 0 || lengths.includes(0)) {
    throw new RangeError(
      `Cannot average series of [${lengths}] points: wanted at least 1 series, none empty`,
    );
  }
  const first = Math.max(...series.map(({ x }) => x[0]!));
  const ends = series.map(({ x }) => x[x.length - 1]!);
  const last = beyond === "hold" ? Math.max(...ends) : Math.min(...ends);
  if (first > last) {
    throw new RangeError(`Cannot average series: one begins at ${first}, wanted all to begin by ${last}`);
  }
  const x = sharedPoints(series, first, last);
  const band = { x, middle: x.slice(), low: x.slice(), high: x.slice() };
  const readers = series.map(reader);
  x.forEach((at, i) => {
    const values = readers.map((read) => read(at));
    if (spread === "quartiles") {
      band.middle[i] = interquartileMean(values);
      band.low[i] = quantile(values, 0.25);
      band.high[i] = quantile(values, 0.75);
    } else {
      const center = band.middle[i] = mean(values);
      const deviation = Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
      band.low[i] = center - deviation;
      band.high[i] = center + deviation;
    }
  });
  return band;
}

function sharedPoints(series: readonly Series[], first: number, last: number): Float64Array {
  const all = new Set([first, last]);
  for (const { x } of series) {
    for (let i = 0; i < x.length; i++) if (x[i]! > first && x[i]! < last) all.add(x[i]!);
  }
  if (all.size <= mostPoints) return Float64Array.from(all).sort();
  const step = (last - first) / (mostPoints - 1);
  return Float64Array.from({ length: mostPoints }, (_, i) => i === mostPoints - 1 ? last : first + i * step);
}

/** Reads a series at increasing x: linear between points, constant after the last. */
function reader({ x, y }: Series): (at: number) => number {
  let i = 0;
  return (at) => {
    while (i + 1 < x.length && x[i + 1]! <= at) i++;
    if (i + 1 >= x.length) return y[i]!;
    return y[i]! + (y[i + 1]! - y[i]!) * (at - x[i]!) / (x[i + 1]! - x[i]!);
  };
}
