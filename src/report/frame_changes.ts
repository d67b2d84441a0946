/** What changes from frame to frame of an animation: all that its file has to hold. @module */
import { Turns } from "../core/event_loop.ts";
import type { Frames } from "./raster.ts";

/** The least rectangle that holds all that differs from the frame before. The first frame's is the whole picture. */
export interface Change {
  /** Its left edge, pixels. */
  readonly x: number;
  /** Its upper edge, pixels. */
  readonly y: number;
  /** Pixels in a row of it. */
  readonly width: number;
  /** Its rows. */
  readonly height: number;
  /** [height, width]: red in the lowest byte, then green and blue. */
  readonly colours: Uint32Array;
  /** Frames until the next change. */
  frames: number;
}

/** All changes of an animation, which has at least one frame. */
export interface Changes {
  /** Of every frame, pixels. */
  readonly width: number;
  /** Of every frame, pixels. */
  readonly height: number;
  /** In order; the first is the whole first frame. */
  readonly list: readonly Change[];
}

/**
 * Reads all frames; one like its predecessor lengthens the change before.
 *
 * @throws {RangeError} When there are no frames, or one differs in size from the first.
 */
export async function findChanges(frames: Frames): Promise<Changes> {
  const list: Change[] = [];
  let size: { width: number; height: number } | undefined;
  let before: Uint32Array | undefined;
  const turns = new Turns();
  for await (const { width, height, pixels } of frames) {
    await turns.give();
    size ??= { width, height };
    if (width !== size.width || height !== size.height || pixels.length !== 4 * width * height) {
      throw new RangeError(
        `Cannot animate: a frame is ${width} x ${height} with ${pixels.length} bytes, ` +
          `wanted ${size.width} x ${size.height} with ${4 * size.width * size.height} as the first`,
      );
    }
    const colours = colourWords(pixels);
    const box = before ? difference(before, colours, width) : { x: 0, y: 0, width, height };
    if (box) list.push({ ...box, colours: cut(colours, width, box), frames: 1 });
    else list.at(-1)!.frames++;
    before = colours;
  }
  if (size === undefined) throw new RangeError("Cannot animate: there is no frame, wanted at least 1");
  return { ...size, list };
}

type Box = Pick<Change, "x" | "y" | "width" | "height">;

/** A pixel a number, without alpha: bytes are read four at a time, the lowest first as on every machine of today. */
function colourWords(pixels: Uint8Array): Uint32Array {
  const aligned = pixels.byteOffset % 4 === 0 ? pixels : pixels.slice();
  const withAlpha = new Uint32Array(aligned.buffer, aligned.byteOffset, pixels.length / 4);
  const words = new Uint32Array(withAlpha.length);
  for (let i = 0; i < words.length; i++) words[i] = withAlpha[i]! & 0xffffff;
  return words;
}

function difference(before: Uint32Array, after: Uint32Array, width: number): Box | undefined {
  let first = 0, last = after.length - 1;
  while (first < after.length && before[first] === after[first]) first++;
  if (first === after.length) return undefined;
  while (before[last] === after[last]) last--;
  const [top, bottom] = [Math.floor(first / width), Math.floor(last / width)];
  let left = width, right = -1;
  for (let y = top; y <= bottom; y++) {
    const row = y * width;
    for (let x = 0; x < left; x++) if (before[row + x] !== after[row + x]) left = x;
    for (let x = width - 1; x > right; x--) if (before[row + x] !== after[row + x]) right = x;
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function cut(colours: Uint32Array, stride: number, { x, y, width, height }: Box): Uint32Array {
  const part = new Uint32Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * stride + x;
    part.set(colours.subarray(start, start + width), row * width);
  }
  return part;
}
