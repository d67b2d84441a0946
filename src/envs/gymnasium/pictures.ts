/** Pictures of bytes as Gymnasium's environments show them, and as boards of numbers. @module */
import { mostByte } from "../picture.ts";

/** How a picture's bytes lie. */
export interface PictureLayout {
  /** Of what is made of it. */
  readonly shape: readonly [channels: number, rows: number, columns: number];
  /** Whether the channels of a pixel lie side by side. */
  readonly interleaved: boolean;
}

/**
 * The layout of a Box of bytes of this shape: [rows, columns], [rows, columns, channels] or, where that is the smallest extent,
 * [channels, rows, columns], as SB3 tells them apart. Undefined for what is no picture.
 */
export function pictureLayout(shape: readonly number[]): PictureLayout | undefined {
  if (shape.length < 2 || shape.length > 3) return undefined;
  const [first, second, third = 1] = shape as [number, number, number?];
  const isFirst = shape.length === 3 && first <= Math.min(second, third);
  return isFirst
    ? { shape: [first, second, third], interleaved: false }
    : { shape: [third, first, second], interleaved: true };
}

/** Of each byte its part of the largest. */
const numbers = Float32Array.from({ length: mostByte + 1 }, (_, byte) => byte / mostByte);

/** [channels, rows, columns] of 0 to 1. */
export function picture(bytes: Uint8Array, { shape, interleaved }: PictureLayout): Float32Array {
  const seen = new Float32Array(bytes.length);
  const [channels] = shape, pixels = bytes.length / channels;
  const [byChannel, byPixel] = interleaved ? [1, channels] : [pixels, 1];
  for (let c = 0, to = 0; c < channels; c++) {
    for (let from = c * byChannel, i = 0; i < pixels; i++, from += byPixel) {
      seen[to++] = numbers[bytes[from]!]!;
    }
  }
  return seen;
}
