/**
 * Figures and pictures of what came of training: means and intervals over seeds, SVG that environments draw themselves on,
 * PNG, GIF and APNG of it, and pictures for a terminal.
 *
 * ```ts
 * import { CartPole } from "./src/envs/mod.ts";
 * import { bootstrapInterval, interquartileMean, SvgSurface, svgToPng } from "./src/report/mod.ts";
 *
 * const returns = [500, 491.6, 500, 498.7, 500]; // of five seeds
 * console.log(interquartileMean(returns), bootstrapInterval([returns], interquartileMean));
 *
 * const env = new CartPole();
 * env.reset({ seed: 0 });
 * const surface = new SvgSurface(600, 400);
 * env.render(surface);
 * console.log((await svgToPng(surface.toString())).length); // bytes of a PNG file
 * ```
 *
 * @module
 */
export { type AnimationOptions, encodeApng, encodeGif } from "./animation.ts";
export {
  type Frames,
  loadRasterizer,
  type Pixels,
  type Rasterizer,
  type RasterOptions,
  svgToPng,
} from "./raster.ts";
export {
  bootstrapInterval,
  type BootstrapOptions,
  exponentialMean,
  interquartileMean,
  mean,
  movingMean,
  quantile,
} from "./statistics.ts";
export { SvgSurface } from "./svg_surface.ts";
export { terminalLines, terminalPicture, type TerminalPictureOptions } from "./terminal_picture.ts";
