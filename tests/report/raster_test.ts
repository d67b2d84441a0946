import { assert, assertEquals, assertRejects } from "@std/assert";
import { pictureFont, type Pixels, rasterize, svgToPng } from "../../src/report/raster.ts";
import { pixelAt } from "./pixels.ts";

function svg(body: string, size = 'width="60" height="40"'): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${body}</svg>`;
}

/** Black pixels of a picture on white. */
function ink({ pixels }: Pixels): number {
  return pixels.filter((value, i) => i % 4 === 0 && value < 128).length;
}

function text(family: string, weight = "normal"): string {
  const style = `font-family="${family}" font-size="20" font-weight="${weight}"`;
  return svg(
    `<rect width="200" height="40" fill="#fff"/><text x="5" y="30" ${style}>Return 475 ε±</text>`,
    'width="200" height="40"',
  );
}

Deno.test("rasterize fills the pixels that a shape covers, with straight alpha", async () => {
  const half = '<rect x="30" width="30" height="20" fill="#ff8000" fill-opacity="0.5"/>';
  const picture = await rasterize(svg(`<rect width="30" height="20" fill="#123456"/>${half}`));
  assertEquals([picture.width, picture.height, picture.pixels.length], [60, 40, 60 * 40 * 4]);
  assertEquals(pixelAt(picture, 0, 0), [0x12, 0x34, 0x56, 255]);
  assertEquals(pixelAt(picture, 29, 19), [0x12, 0x34, 0x56, 255]);
  assertEquals(pixelAt(picture, 30, 0), [255, 128, 0, 128]);
  assertEquals(pixelAt(picture, 59, 20), [0, 0, 0, 0]);
});

Deno.test("rasterize draws in another width, in proportion", async () => {
  const picture = await rasterize(svg('<rect x="30" width="30" height="40" fill="#ff0000"/>'), { width: 90 });
  assertEquals([picture.width, picture.height], [90, 60]);
  assertEquals(pixelAt(picture, 44, 30)[3], 0);
  assertEquals(pixelAt(picture, 45, 30), [255, 0, 0, 255]);
});

Deno.test("rasterize draws text in its own font, whatever family a picture names", async () => {
  const own = await rasterize(text(pictureFont));
  assert(ink(own) > 300, `${ink(own)} black pixels`);
  for (const family of ["sans-serif", "No Such Family"]) {
    assertEquals((await rasterize(text(family))).pixels, own.pixels);
  }
  const bold = await rasterize(text(pictureFont, "bold"));
  assert(ink(bold) > 1.3 * ink(own), `${ink(bold)} black pixels in bold, ${ink(own)} in regular`);
});

Deno.test("svgToPng gives a PNG file of the picture's extent", async () => {
  const png = await svgToPng(svg('<rect width="60" height="40" fill="#00ff00"/>'), { width: 30 });
  assertEquals([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(png.buffer, png.byteOffset);
  assertEquals([view.getUint32(16), view.getUint32(20)], [30, 20]);
});

Deno.test("rasterize refuses what is no SVG, and no sensible width, and goes on", async () => {
  await assertRejects(() => rasterize("hello"), TypeError, "Cannot rasterize: SVG data parsing failed");
  await assertRejects(
    () => rasterize(svg(""), { width: 0 }),
    RangeError,
    "Cannot rasterize: width is 0, wanted a positive integer",
  );
  await assertRejects(
    () => rasterize(svg(""), { width: 60_000 }),
    RangeError,
    "Cannot rasterize: the picture has 60000 x 40000 pixels, wanted at most 67108864 in all",
  );
  assertEquals((await rasterize(svg(""))).width, 60);
});
