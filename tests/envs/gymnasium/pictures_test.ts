import { assert, assertEquals, assertLess } from "@std/assert";
import { drawPicture, type Picture } from "../../../src/envs/gymnasium/drawing.ts";
import { picture, pictureLayout } from "../../../src/envs/gymnasium/pictures.ts";
import { rasterize } from "../../../src/report/raster.ts";
import { SvgSurface } from "../../../src/report/svg_surface.ts";

Deno.test("pictureLayout tells channels by the smallest extent, and leaves alone what is no picture", () => {
  const layouts: [shape: number[], layout: ReturnType<typeof pictureLayout>][] = [
    [[210, 160, 3], { shape: [3, 210, 160], interleaved: true }],
    [[84, 84], { shape: [1, 84, 84], interleaved: true }],
    [[84, 84, 1], { shape: [1, 84, 84], interleaved: true }],
    [[4, 84, 84], { shape: [4, 84, 84], interleaved: false }],
    [[128], undefined],
    [[4, 84, 84, 3], undefined],
  ];
  for (const [shape, layout] of layouts) assertEquals(pictureLayout(shape), layout, `${shape}`);
});

Deno.test("picture brings the bytes of a channel together, each over 255", () => {
  const bytes = Uint8Array.of(0, 51, 102, 153, 204, 255);
  const of = (...parts: number[]) => Float32Array.from(parts, (part) => part * 51 / 255);
  assertEquals(picture(bytes, { shape: [3, 1, 2], interleaved: true }), of(0, 3, 1, 4, 2, 5));
  assertEquals(picture(bytes, { shape: [3, 1, 2], interleaved: false }), of(0, 1, 2, 3, 4, 5));
});

/** Colours of `seen` drawn at this size, 0xrrggbb from left to right and top to bottom. */
async function drawn(seen: Picture, width: number, height: number): Promise<number[][]> {
  const surface = new SvgSurface(width, height);
  drawPicture(surface, seen);
  const { pixels } = await rasterize(surface.toString());
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const [red, green, blue, alpha] = pixels.subarray((y * width + x) * 4);
      assertEquals(alpha, 255);
      return red! << 16 | green! << 8 | blue!;
    }));
}

/** Two rows of three pixels. */
const small: Picture = {
  shape: [3, 2, 3],
  numbers: Float32Array.of(1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0.2, 0, 0),
};
const [red, green, blue] = [0xff0000, 0x00ff00, 0x000033];

Deno.test("drawPicture fills whole pixels, in the middle of the surface", async () => {
  assertEquals(await drawn(small, 3, 2), [[red, red, green], [blue, red, red]]);
  const row = (...colours: number[]) => [0, ...colours.flatMap((colour) => [colour, colour]), 0];
  const [top, bottom] = [row(red, red, green), row(blue, red, red)];
  assertEquals(await drawn(small, 8, 4), [top, top, bottom, bottom]);
  assertEquals((await drawn(small, 4, 4)).map((row) => row.map((colour) => colour !== 0)), [
    [true, true, true, true],
    [true, true, true, true],
    [true, true, true, true],
    [false, false, false, false],
  ]);
});

Deno.test("drawPicture shows the means of pixels where the surface is smaller, and one channel as grey", async () => {
  assertEquals(
    await drawn({ shape: [3, 2, 2], numbers: Float32Array.of(1, 1, 1, 0, ...Array(8).fill(0)) }, 1, 1),
    [[
      0xbf0000,
    ]],
  );
  assertEquals(await drawn({ shape: [1, 1, 2], numbers: Float32Array.of(0.2, 1) }, 2, 1), [[
    0x333333,
    0xffffff,
  ]]);
});

Deno.test("drawPicture draws what has too many areas coarser", () => {
  const numbers = Float32Array.from({ length: 3 * 400 * 600 }, (_, i) => i * 7919 % 256 / 255);
  const surface = new SvgSurface(600, 400);
  drawPicture(surface, { shape: [3, 400, 600], numbers });
  const text = surface.toString();
  assertLess(text.match(/M/g)!.length, 10_100);
  assert(text.match(/M/g)!.length > 2000);
});
