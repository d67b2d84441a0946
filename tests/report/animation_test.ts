import { assert, assertEquals, assertRejects } from "@std/assert";
// @ts-types="npm:gifuct-js@2.1.2/index.d.ts"
import { decompressFrames, parseGIF } from "npm:gifuct-js@2.1.2";
// @ts-types="npm:@types/upng-js@2.1.5"
import UPNG from "npm:upng-js@2.1.0";
import { encodeApng, encodeGif } from "../../src/report/animation.ts";
import type { Pixels } from "../../src/report/raster.ts";
import { picture } from "./pixels.ts";

const white = 0xffffff, orange = 0xff8000;

/** A dot of 2 by 2 at (x, 3) on white, 20 by 10. */
function dot(at: number): Pixels {
  return picture(20, 10, (x, y) => x >= at && x < at + 2 && (y === 3 || y === 4) ? orange : white);
}

/** Frames of a GIF as a viewer shows them: delay in ms, and pixels as 0xrrggbb. */
function showGif(bytes: Uint8Array) {
  const gif = parseGIF(bytes.slice().buffer);
  const { width, height } = gif.lsd;
  const canvas = new Uint32Array(width * height);
  const parts = decompressFrames(gif, true);
  const frames = parts.map(({ delay, dims, patch, disposalType }) => {
    assertEquals(disposalType, 1);
    for (let i = 0; i < dims.width * dims.height; i++) {
      const [x, y] = [dims.left + i % dims.width, dims.top + Math.floor(i / dims.width)];
      canvas[y * width + x] = patch[4 * i]! << 16 | patch[4 * i + 1]! << 8 | patch[4 * i + 2]!;
    }
    return { delay, pixels: canvas.slice() };
  });
  return { width, height, frames, parts };
}

/** The pixels of a picture as 0xrrggbb. */
function colours({ pixels }: Pixels): Uint32Array {
  return Uint32Array.from(
    { length: pixels.length / 4 },
    (_, i) => pixels[4 * i]! << 16 | pixels[4 * i + 1]! << 8 | pixels[4 * i + 2]!,
  );
}

Deno.test("encodeGif keeps every frame, its time and its colours, and only what changed", async () => {
  const frames = [0, 4, 8, 18].map(dot);
  const { width, height, frames: shown, parts } = showGif(await encodeGif(frames));
  assertEquals([width, height], [20, 10]);
  assertEquals(shown.map(({ delay }) => delay), [50, 50, 50, 50]);
  assertEquals(shown.map(({ pixels }) => pixels), frames.map(colours));
  assertEquals(parts.map(({ dims }) => dims), [
    { left: 0, top: 0, width: 20, height: 10 },
    { left: 0, top: 3, width: 6, height: 2 },
    { left: 4, top: 3, width: 6, height: 2 },
    { left: 8, top: 3, width: 12, height: 2 },
  ]);
});

Deno.test("encodeGif lengthens a frame by those that are like it", async () => {
  async function* frames() {
    for (const at of [0, 0, 0, 5, 5, 0]) yield await Promise.resolve(dot(at));
  }
  const { frames: shown } = showGif(await encodeGif(frames(), { delay: 100 }));
  assertEquals(shown.map(({ delay }) => delay), [300, 200, 100]);
  assertEquals(shown[2]!.pixels, shown[0]!.pixels);
});

Deno.test("encodeGif rounds times to hundredths of a second without drifting", async () => {
  const frames = Array.from({ length: 12 }, (_, i) => dot(i));
  const { frames: shown } = showGif(await encodeGif(frames, { delay: 25 }));
  assertEquals(shown.reduce((sum, { delay }) => sum + delay, 0), 300);
  assert(shown.every(({ delay }) => delay === 20 || delay === 30));
});

Deno.test("encodeGif loops for ever, or as often as told", async () => {
  const loops = (bytes: Uint8Array) => {
    const text = String.fromCharCode(...bytes);
    const at = text.indexOf("NETSCAPE2.0");
    return at < 0 ? undefined : bytes[at + 13]! + 256 * bytes[at + 14]!;
  };
  assertEquals(loops(await encodeGif([dot(0)])), 0);
  assertEquals(loops(await encodeGif([dot(0)], { repeat: 300 })), 300);
  assertEquals(loops(await encodeGif([dot(0)], { repeat: 0 })), undefined);
});

Deno.test("encodeGif keeps 256 colours exactly, and of more the most frequent", async () => {
  const grey = (i: number) => i << 16 | i << 8 | i;
  const exact = picture(16, 16, (x, y) => grey(16 * y + x));
  assertEquals(showGif(await encodeGif([exact])).frames[0]!.pixels, colours(exact));
  // 400 colours, once each, on 400 pixels of white and of orange.
  const many = picture(40, 30, (x, y) => y < 10 ? white : y < 20 ? orange : (x * 6) << 16 | (y * 8) << 8);
  const [frame] = showGif(await encodeGif([many])).frames;
  const wanted = colours(many);
  assertEquals(frame!.pixels.subarray(0, 800), wanted.subarray(0, 800));
  const distance = (a: number, b: number) =>
    [16, 8, 0].reduce((sum, shift) => sum + ((a >> shift & 0xff) - (b >> shift & 0xff)) ** 2, 0);
  const kept = [...new Set(frame!.pixels)];
  assertEquals(kept.length, 256);
  for (const [i, colour] of wanted.entries()) {
    const nearest = Math.min(...kept.map((other) => distance(colour, other)));
    assertEquals(distance(colour, frame!.pixels[i]!), nearest, `pixel ${i}`);
  }
});

Deno.test("encodeApng keeps every frame, its time and its colours", async () => {
  const frames = [dot(0), dot(0), dot(7), picture(20, 10, (x, y) => x * 12 << 16 | y * 25 << 8 | 7)];
  const bytes = await encodeApng(frames, { delay: 33 });
  const decoded = UPNG.decode(bytes.slice().buffer);
  assertEquals([decoded.width, decoded.height, decoded.frames.length], [20, 10, 3]);
  assertEquals(decoded.frames.map(({ delay }) => delay), [66, 33, 33]);
  const shown = UPNG.toRGBA8(decoded).map((buffer) => new Uint8Array(buffer));
  assertEquals(shown, [frames[0]!, frames[2]!, frames[3]!].map(({ pixels }) => pixels));
  assert(bytes.length < 1500, `${bytes.length} bytes`);
});

Deno.test("encodeGif and encodeApng refuse no frames, frames of other sizes, and times out of range", async () => {
  for (const encode of [encodeGif, encodeApng]) {
    await assertRejects(() => encode([]), RangeError, "Cannot animate: there is no frame, wanted at least 1");
    await assertRejects(
      () => encode([dot(0), picture(10, 20, () => white)]),
      RangeError,
      "Cannot animate: a frame is 10 x 20 with 800 bytes, wanted 20 x 10 with 800 as the first",
    );
    await assertRejects(
      () => encode([dot(0)], { delay: 10 }),
      RangeError,
      "Cannot animate: delay is 10 ms, wanted 20 to 60000",
    );
    await assertRejects(
      () => encode([dot(0)], { repeat: -1 }),
      RangeError,
      "Cannot animate: repeat is -1, wanted an integer from 0 to 65534 or Infinity",
    );
  }
});

for (const encode of [encodeGif, encodeApng]) {
  Deno.test(`${encode.name} lets timers run while frames come`, async () => {
    let last = 0;
    function* slowly() {
      for (let i = 1; i <= 4; i++) {
        const end = performance.now() + 60;
        while (performance.now() < end);
        yield dot(2 * i);
        last = i;
      }
    }
    let seen: number | undefined;
    setTimeout(() => seen = last, 0);
    await encode(slowly());
    assert(seen !== undefined && seen < 4, `the timer ran after frame ${seen}, wanted one before the fourth`);
  });
}
