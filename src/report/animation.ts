/** Animations from frames of pixels: GIF, which everything shows, and APNG, which keeps every colour. @module */
import { Turns } from "../core/event_loop.ts";
import { type Change, findChanges } from "./frame_changes.ts";
import type { Frames } from "./raster.ts";

/** How an animation plays. */
export interface AnimationOptions {
  /** Milliseconds that a frame is shown, 20 to 60,000; 50 by default. Browsers play shorter ones at 100. */
  readonly delay?: number;
  /** How often it plays again after the first time, 0 to 65,534 or Infinity, the default. */
  readonly repeat?: number;
}

/**
 * A GIF. Only what changed from frame to frame is kept, and frames like the one before only lengthen it. All share one
 * palette, exact for up to 256 colours; of more, the 256 most frequent stay exact and each other one becomes the nearest
 * of these, which suits drawings, not photographs.
 *
 * @throws {RangeError} When there are no frames, their sizes differ, or an option is out of range.
 */
export async function encodeGif(frames: Frames, options: AnimationOptions = {}): Promise<Uint8Array> {
  const { delay, repeat } = checkOptions(options);
  const { width, height, list } = await findChanges(frames);
  // @ts-types="npm:@types/omggif@1.0.5"
  const { GifWriter } = await import("npm:omggif@1.0.10");
  const palette = commonColours(list, 256);
  const bytes: number[] = []; // Which grows as it is written to.
  const writer = new GifWriter(bytes as never, width, height, {
    palette: colourTable(palette),
    ...repeat === 0 ? {} : { loop: repeat === Infinity ? 0 : repeat },
  });
  const toIndices = indexer(palette);
  const turns = new Turns();
  for (const [change, time] of timed(list, delay / 10)) {
    await turns.give();
    writer.addFrame(change.x, change.y, change.width, change.height, toIndices(change.colours) as never, {
      delay: time,
      disposal: 1, // Stays in place.
    });
  }
  writer.end();
  return Uint8Array.from(bytes);
}

/**
 * An animated PNG, for viewers that know it (browsers do; others show the first frame). Every colour is exact, and only
 * what changed from frame to frame is kept. Source: W3C, "Portable Network Graphics (PNG) Specification (Third
 * Edition)", 2025.
 *
 * @throws {RangeError} When there are no frames, their sizes differ, or an option is out of range.
 */
export async function encodeApng(frames: Frames, options: AnimationOptions = {}): Promise<Uint8Array> {
  const { delay, repeat } = checkOptions(options);
  const { width, height, list } = await findChanges(frames);
  const { crc32, deflateSync } = await import("node:zlib");
  const parts: Uint8Array[] = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)];
  let sequence = 0;

  function chunk(type: string, ...data: Uint8Array[]): void {
    const body = joined([new TextEncoder().encode(type), ...data]);
    parts.push(uint32(body.length - 4), body, uint32(crc32(body)));
  }

  chunk("IHDR", uint32(width, height), Uint8Array.of(8, 2, 0, 0, 0)); // 8 bits of red, green and blue.
  chunk("acTL", uint32(list.length, repeat === Infinity ? 0 : repeat + 1));
  const turns = new Turns();
  for (const [change, time] of timed(list, delay)) {
    await turns.give();
    const place = uint32(sequence++, change.width, change.height, change.x, change.y);
    chunk("fcTL", place, Uint8Array.of(time >> 8, time, 1000 >> 8, 1000 & 0xff, 0, 0)); // Milliseconds; replaces.
    const data = deflateSync(scanlines(change));
    if (sequence === 1) chunk("IDAT", data);
    else chunk("fdAT", uint32(sequence++), data);
  }
  chunk("IEND");
  return joined(parts);
}

function checkOptions({ delay = 50, repeat = Infinity }: AnimationOptions): Required<AnimationOptions> {
  if (!(delay >= 20 && delay <= 60_000)) {
    throw new RangeError(`Cannot animate: delay is ${delay} ms, wanted 20 to 60000`);
  }
  if (repeat !== Infinity && !(Number.isInteger(repeat) && repeat >= 0 && repeat <= 65_534)) {
    throw new RangeError(
      `Cannot animate: repeat is ${repeat}, wanted an integer from 0 to 65534 or Infinity`,
    );
  }
  return { delay, repeat };
}

/**
 * Changes with the time that each is shown, for frames of `delay` units: whole units, rounded from the start on, so that
 * the animation takes as long as it should. Both formats end at 65,535 units.
 */
function* timed(changes: readonly Change[], delay: number): Generator<[Change, number]> {
  let shown = 0;
  for (const change of changes) {
    const start = Math.round(shown * delay);
    shown += change.frames;
    yield [change, Math.min(0xffff, Math.round(shown * delay) - start)];
  }
}

/** The most frequent colours, `most` at most. */
function commonColours(changes: readonly Change[], most: number): number[] {
  const counts = new Map<number, number>();
  for (const { colours } of changes) {
    for (let i = 0, end = 0; i < colours.length; i = end) {
      const colour = colours[i]!;
      while (end < colours.length && colours[end] === colour) end++;
      counts.set(colour, (counts.get(colour) ?? 0) + end - i);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, most).map(([colour]) => colour);
}

/** A palette as GIF has it: 0xrrggbb, and as many entries as a power of two. */
function colourTable(palette: readonly number[]): number[] {
  const table = palette.map((colour) => (colour & 0xff) << 16 | colour & 0xff00 | colour >> 16);
  while (table.length < 2 || !Number.isInteger(Math.log2(table.length))) table.push(0);
  return table;
}

/** Turns colours into their places in a palette, or those of the nearest. */
function indexer(palette: readonly number[]): (colours: Uint32Array) => Uint8Array {
  const places = new Map(palette.map((colour, i) => [colour, i]));
  const channel = (colour: number, i: number) => colour >> 8 * i & 0xff;

  function place(colour: number): number {
    let found = places.get(colour);
    if (found === undefined) {
      const distances = palette.map((other) =>
        [0, 1, 2].reduce((sum, i) => sum + (channel(colour, i) - channel(other, i)) ** 2, 0)
      );
      found = distances.indexOf(Math.min(...distances));
      places.set(colour, found);
    }
    return found;
  }

  return (colours) => {
    const indices = new Uint8Array(colours.length);
    for (let i = 0; i < indices.length; i++) {
      indices[i] = colours[i] === colours[i - 1] ? indices[i - 1]! : place(colours[i]!);
    }
    return indices;
  };
}

/** Rows of red, green and blue, each behind a 0: no filter. */
function scanlines({ width, height, colours }: Change): Uint8Array {
  const lines = new Uint8Array(height * (1 + 3 * width));
  for (let y = 0, to = 0, from = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++) {
      const colour = colours[from++]!;
      lines[to++] = colour;
      lines[to++] = colour >> 8;
      lines[to++] = colour >> 16;
    }
  }
  return lines;
}

function uint32(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setUint32(4 * i, value));
  return new Uint8Array(view.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
