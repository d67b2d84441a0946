/** What a row of replay holds, for tests. @module */
import { unpackBits } from "../../src/ops/bits.ts";
import type { TransitionLayout } from "../../src/ops/replay.ts";

/** The observation and the next one of a row `[row]`, as numbers, whether they are held so or as bits. */
export function observationsOf(
  row: Float32Array<ArrayBuffer>,
  { bits, width, next }: TransitionLayout,
): { readonly observation: Float32Array<ArrayBuffer>; readonly next: Float32Array<ArrayBuffer> } {
  const words = new Uint32Array(row.buffer, row.byteOffset, row.length);
  const at = (first: number) =>
    bits ? unpackBits(words.subarray(first), width) : row.slice(first, first + width);
  return { observation: at(0), next: at(next) };
}
