/** Tensors that keep the latest rows of something that goes on. @module */
import type { TensorRange } from "./readback.ts";

/** Where a ring lies: row `i` of it holds what has number `i mod ring`. */
export interface Ring {
  /** Where it is. */
  readonly tensor: TensorRange["tensor"];
  /** Its first element. */
  readonly offset: number;
  /** Its rows. */
  readonly ring: number;
  /** Elements of a row. */
  readonly width: number;
}

/** Some of the latest rows, at most as many as the ring has. */
export interface RingRows {
  /** Number of the first one. */
  readonly first: number;
  /** How many there are. */
  readonly count: number;
}

/** The elements of these rows in order: one range, or two where they go round the ring's end; none for no rows. */
export function ringRanges({ tensor, offset, ring, width }: Ring, { first, count }: RingRows): TensorRange[] {
  const start = first % ring;
  const before = Math.min(count, ring - start);
  return [
    { tensor, offset: offset + start * width, length: before * width },
    { tensor, offset, length: (count - before) * width },
  ].filter(({ length }) => length > 0);
}
