/** Pictures as observations: what wrappers of them share. @module */
import { UsageError } from "../core/errors.ts";
import { describe, type Space } from "../core/spaces.ts";

/** Rows and columns. */
export type Extents = readonly [rows: number, columns: number];

/** The largest byte: pictures of bytes are observed over it. */
export const mostByte = 255;

/** The byte that a number from 0 to 1 stands for. */
export function byteOf(value: number): number {
  return (value * mostByte + 0.5) | 0;
}

/** Extents of pictures in `space`. Throws UsageError, beginning with `action`, unless they are [channels, rows, columns] of 0 to 1. */
export function checkPictures(
  space: Space,
  action: string,
): readonly [channels: number, rows: number, columns: number] {
  const isPicture = space.kind === "box" && space.shape.length === 3 &&
    space.low.every((bound) => bound >= 0) && space.high.every((bound) => bound <= 1);
  if (isPicture) return space.shape as [number, number, number];
  throw new UsageError(
    `${action}: the observation space is ${
      describe(space)
    }, wanted pictures, a Box of [channels, rows, columns] from 0 to 1`,
  );
}
