/**
 * Pictures as pixels: SVG drawn by resvg, in WebAssembly. Texts are drawn in a font that comes along, so that a picture
 * looks the same on every machine. Nothing is loaded before the first picture (about 30 ms).
 *
 * @module
 */
import type { Resvg } from "npm:@resvg/resvg-wasm@2.6.2";

/** RGBA pixels of a picture, rows from top to bottom; alpha is straight, not premultiplied. */
export interface Pixels {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** [height, width, 4], 0 to 255. */
  readonly pixels: Uint8Array;
}

/** Pictures of one size, in order: an animation. Alpha is ignored there. */
export type Frames = Iterable<Pixels> | AsyncIterable<Pixels>;

/** How large a picture becomes. */
export interface RasterOptions {
  /** Its width in pixels, with the height in proportion; the SVG's own by default. */
  readonly width?: number;
}

/** The font family, regular and bold, that pictures have; `sans-serif` and unknown families become this one too. */
export const pictureFont = "DejaVu Sans";

/**
 * Draws an SVG.
 *
 * @throws {TypeError} When the text is no SVG.
 * @throws {RangeError} When `options.width` is no positive integer, or the picture has more than 2^26 pixels.
 */
export async function rasterize(svg: string, options: RasterOptions = {}): Promise<Pixels> {
  const rasterizer = await loadRasterizer();
  return rasterizer.pixels(svg, options);
}

/**
 * An SVG as a PNG file.
 *
 * @throws {TypeError} When the text is no SVG.
 * @throws {RangeError} When `options.width` is no positive integer, or the picture has more than 2^26 pixels.
 */
export async function svgToPng(svg: string, options: RasterOptions = {}): Promise<Uint8Array> {
  const rasterizer = await loadRasterizer();
  return rasterizer.png(svg, options);
}

/** Draws without waiting, once loaded: about 1 ms a frame of 600 by 400. */
export interface Rasterizer {
  /** See {@linkcode rasterize}. */
  pixels(svg: string, options?: RasterOptions): Pixels;
  /** See {@linkcode svgToPng}. */
  png(svg: string, options?: RasterOptions): Uint8Array;
}

/** 256 MiB. */
const mostPixels = 2 ** 26;

let loading: Promise<Rasterizer> | undefined;

/** Loads WebAssembly and fonts, once. Needs permission to read {@linkcode rasterFiles}. */
export function loadRasterizer(): Promise<Rasterizer> {
  return loading ??= load();
}

/** Addresses of what {@linkcode loadRasterizer} reads: WebAssembly, and the fonts. */
export async function rasterFiles(): Promise<readonly string[]> {
  await Promise.all([ // For their files alone: a package that is in the module graph can be resolved.
    import("npm:@resvg/resvg-wasm@2.6.2"),
    import("npm:dejavu-fonts-ttf@2.37.3/package.json", { with: { type: "json" } }),
  ]);
  return [
    import.meta.resolve("npm:@resvg/resvg-wasm@2.6.2/index_bg.wasm"),
    import.meta.resolve("npm:dejavu-fonts-ttf@2.37.3/ttf/DejaVuSans.ttf"),
    import.meta.resolve("npm:dejavu-fonts-ttf@2.37.3/ttf/DejaVuSans-Bold.ttf"),
  ];
}

async function load(): Promise<Rasterizer> {
  const { initWasm, Resvg } = await import("npm:@resvg/resvg-wasm@2.6.2");
  const [wasm, ...fontBuffers] = await Promise.all((await rasterFiles()).map(fetchBytes));
  await initWasm(wasm!);
  const font = { fontBuffers, defaultFontFamily: pictureFont, sansSerifFamily: pictureFont };

  function draw<T>(svg: string, { width }: RasterOptions, read: (image: Image) => T): T {
    if (width !== undefined && !(Number.isInteger(width) && width > 0)) {
      throw new RangeError(`Cannot rasterize: width is ${width}, wanted a positive integer`);
    }
    const picture = parse(() =>
      new Resvg(svg, { font, ...width === undefined ? {} : { fitTo: { mode: "width", value: width } } })
    );
    checkArea(picture, width);
    const image = picture.render();
    try {
      return read(image);
    } finally {
      image.free();
      picture.free();
    }
  }

  return {
    pixels: (svg, options = {}) =>
      draw(svg, options, ({ width, height, pixels }) => ({ width, height, pixels: straight(pixels) })),
    png: (svg, options = {}) => draw(svg, options, (image) => image.asPng()),
  };
}

type Picture = InstanceType<typeof Resvg>;
type Image = ReturnType<Picture["render"]>;

function parse(make: () => Picture): Picture {
  try {
    return make();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`Cannot rasterize: ${reason}, wanted an SVG`, { cause: error });
  }
}

/** Without it WebAssembly would abort, and draw nothing afterwards. */
function checkArea(picture: Picture, width = picture.width): void {
  const height = picture.height * width / picture.width;
  if (width * height <= mostPixels) return;
  const found = `${Math.round(width)} x ${Math.round(height)} pixels`;
  picture.free();
  throw new RangeError(`Cannot rasterize: the picture has ${found}, wanted at most ${mostPixels} in all`);
}

/** Straightens the premultiplied alpha of `pixels`, in place. */
function straight(pixels: Uint8Array): Uint8Array {
  for (let i = 3; i < pixels.length; i += 4) {
    const alpha = pixels[i]!;
    if (alpha === 255 || alpha === 0) continue;
    for (let j = i - 3; j < i; j++) pixels[j] = Math.round(pixels[j]! * 255 / alpha);
  }
  return pixels;
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  return new Uint8Array(await response.arrayBuffer());
}
