/** The fractions at which an update asks for implicit quantiles: the host side of `shaders/fractions.wgsl`. @module */
import shader from "../../shaders/fractions.wgsl" with { type: "text" };
import type { ShaderFile } from "../gpu/kernel.ts";
import { randomModule, sineModule } from "./elementwise.ts";

/** Draws fractions, and makes cosines of their multiples. */
export const fractionModules: readonly ShaderFile[] = [
  { name: "fractions.wgsl", text: shader },
  sineModule,
  randomModule,
];
