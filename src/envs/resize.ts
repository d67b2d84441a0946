/** A wrapper that shows pictures smaller. @module */
import { UsageError } from "../core/errors.ts";
import { box } from "../core/spaces.ts";
import type { Environment } from "./environment.ts";
import { byteOf, checkPictures, type Extents, mostByte } from "./picture.ts";
import { TransformObservation } from "./transform.ts";
import { addSaving } from "./wrapper.ts";

/** How large pictures become. */
export interface ResizeOptions {
  /** Rows and columns, at most those of the picture. */
  readonly shape: readonly [rows: number, columns: number];
}

/**
 * `inner` with pictures of fewer rows and columns, each pixel the mean of the area that it stands for, rounded to 255ths: the
 * numbers of Gymnasium's `ResizeObservation`, and of OpenCV's `resize` with `INTER_AREA`, over 255.
 */
export class ResizeObservation extends TransformObservation {
  /** Throws UsageError unless observations are pictures, [channels, rows, columns] of 0 to 1, and at least as large. */
  constructor(inner: Environment, { shape }: ResizeOptions) {
    const action = "Cannot resize observations";
    const [channels, ...from] = checkPictures(inner.observationSpace, action);
    shape.forEach((extent, i) => {
      if (Number.isInteger(extent) && extent > 0 && extent <= from[i]!) return;
      throw new UsageError(
        `${action}: shape is [${shape.join(", ")}], wanted integers from 1 to those of the picture, [${
          from.join(", ")
        }]`,
      );
    });
    const shrink = shrinker(from, shape);
    const [pixels, size] = [from[0] * from[1], shape[0] * shape[1]];
    super(inner, {
      space: box([channels, ...shape], 0, 1),
      transform(observation) {
        const resized = new Float32Array(channels * size);
        for (let c = 0; c < channels; c++) {
          shrink(
            observation.subarray(c * pixels, (c + 1) * pixels),
            resized.subarray(c * size, (c + 1) * size),
          );
        }
        return resized;
      },
    });
    addSaving(this, ResizeObservation);
  }
}

/** Writes a plane of numbers from 0 to 1 into a smaller one, row-major. */
export type Shrink = (from: Float32Array, to: Float32Array) => void;

/**
 * Means of areas, in the order and the precision in which OpenCV adds them up, so that they are rounded as there: along rows
 * first, in float32, but for squares of four, which are added up as integers.
 */
export function shrinker([rows, columns]: Extents, [fewerRows, fewerColumns]: Extents): Shrink {
  const across = sharesOf(columns, fewerColumns), down = sharesOf(rows, fewerRows);
  const isQuarter = rows === 2 * fewerRows && columns === 2 * fewerColumns;
  const isWhole = rows % fewerRows === 0 && columns % fewerColumns === 0;
  const part = Math.fround(1 / (rows / fewerRows * (columns / fewerColumns)));
  if (isWhole) { for (const { shares } of [across, down]) shares.fill(1); }
  const bytes = new Float32Array(columns), line = new Float32Array(fewerColumns);
  const sums = new Float32Array(fewerRows * fewerColumns);

  return (from, to) => {
    sums.fill(0);
    for (let i = 0; i < down.shares.length; i++) {
      const first = down.sources[i]! * columns;
      for (let x = 0; x < columns; x++) bytes[x] = byteOf(from[first + x]!);
      line.fill(0);
      addShares(line, bytes, across);
      const share = down.shares[i]!, start = down.targets[i]! * fewerColumns;
      for (let x = 0; x < fewerColumns; x++) sums[start + x]! += Math.fround(share * line[x]!);
    }
    for (let i = 0; i < sums.length; i++) {
      const sum = sums[i]!;
      const mean = isQuarter
        ? Math.floor((sum + 2) / 4)
        : nearestEven(isWhole ? Math.fround(sum * part) : sum);
      to[i] = mean / mostByte;
    }
  };
}

function addShares(line: Float32Array, bytes: Float32Array, { sources, targets, shares }: Shares): void {
  for (let i = 0; i < shares.length; i++) line[targets[i]!]! += Math.fround(bytes[sources[i]!]! * shares[i]!);
}

/**
 * How much of which pixels belongs to which, in the order of the targets, and of each in that of its sources. What is less than
 * a thousandth of a pixel is left out.
 */
interface Shares {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly shares: Float32Array;
}

function sharesOf(extent: number, fewer: number): Shares {
  const list: [source: number, target: number, share: number][] = [];
  const scale = 1 / (fewer / extent), least = 1e-3;
  for (let target = 0; target < fewer; target++) {
    const first = target * scale, end = first + scale;
    const width = Math.min(scale, extent - first);
    const last = Math.min(Math.floor(end), extent - 1), whole = Math.min(Math.ceil(first), last);
    if (whole - first > least) list.push([whole - 1, target, (whole - first) / width]);
    for (let source = whole; source < last; source++) list.push([source, target, 1 / width]);
    if (end - last > least) list.push([last, target, Math.min(end - last, 1, width) / width]);
  }
  return {
    sources: Uint32Array.from(list, ([source]) => source),
    targets: Uint32Array.from(list, ([, target]) => target),
    shares: Float32Array.from(list, ([, , share]) => share),
  };
}

/** The nearest integer, of two equally near the even one. */
function nearestEven(value: number): number {
  const below = Math.floor(value), rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
