/** Pictures for tests. @module */
import type { Pixels } from "../../src/report/raster.ts";

/** Red, green, blue and alpha of a pixel. */
export function pixelAt({ width, pixels }: Pixels, x: number, y: number): number[] {
  return [...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

/** An opaque picture whose pixel (x, y) has the colour `0xrrggbb` that `colour` says. */
export function picture(width: number, height: number, colour: (x: number, y: number) => number): Pixels {
  const pixels = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const word = colour(i % width, Math.floor(i / width));
    pixels.set([word >> 16, word >> 8 & 0xff, word & 0xff, 255], 4 * i);
  }
  return { width, height, pixels };
}
