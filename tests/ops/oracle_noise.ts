/** Slow twins of factorized noise, in float64, with the error that float32 may add. @module */
import { pcg4d } from "../../src/core/random.ts";
import type { Block } from "../../src/ops/layer.ts";
import { padded } from "../../src/ops/layout.ts";
import { type Estimate, roundingBound, roundingsOf } from "./tolerance.ts";

/** What decides a draw, but for its number. */
export interface NoiseDraw {
  readonly seed: number;
  readonly stream: number;
  readonly counter: number;
}

/** Roundings of the series for the sine, whose terms add up to less than three times the sum, and what it leaves out. */
const roundingsOfSine = 3 * 14 + 1;

/** Error of -2 log(u): WGSL allows 2^-21 from u = 1/2 on, and 3 ULP below. */
function logError(u: number): number {
  return u >= 0.5 ? 2 * 2 ** -21 : roundingBound(6, -2 * Math.log(u));
}

/** f(e) of the four numbers of a draw. */
function four({ seed, stream, counter }: NoiseDraw, number: number): Estimate {
  const words = pcg4d(seed, stream, counter, number);
  const result = { value: new Float64Array(4), error: new Float64Array(4) };
  for (let i = 0; i < 4; i++) {
    const [radiusWord, angleWord] = i < 2 ? [words[0], words[1]] : [words[2], words[3]];
    const u = ((radiusWord >>> 8) + 1) / 2 ** 24;
    const angle = Math.PI / 2 * ((angleWord >>> 9) + 0.5) / 2 ** 23;
    const square = -2 * Math.log(u);
    const size = Math.sqrt(Math.sqrt(square) * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)));
    const isPositive = (angleWord >>> (i % 2) & 1) === 1;
    const roundings = 2 * roundingsOf.sqrt + roundingsOfSine + 1;
    result.value[i] = isPositive ? size : -size;
    result.error[i] = size * logError(u) / (4 * square) + roundingBound(roundings, size);
  }
  return result;
}

/** f(e) of the inputs of each module of a block, and of its outputs. */
export interface BlockNoise {
  readonly inputs: readonly Estimate[];
  readonly outputs: Estimate;
}

/** What a draw has for a block of mu. */
export function blockNoise({ offset, inputs, outputs, modules = [""] }: Block, draw: NoiseDraw): BlockNoise {
  const drawn = (first: number, count: number): Estimate => {
    const result = { value: new Float64Array(count), error: new Float64Array(count) };
    for (let i = 0; i < count; i++) {
      const { value, error } = four(draw, first + Math.floor(i / 4));
      [result.value[i], result.error[i]] = [value[i % 4]!, error[i % 4]!];
    }
    return result;
  };
  const quads = padded(inputs) / 4;
  return {
    inputs: modules.map((_, module) => drawn(offset / 4 + module * quads, inputs)),
    outputs: drawn(offset / 4 + modules.length * quads, outputs),
  };
}

/** The noise of weight (i, o) of a block, or of bias o if `i` is undefined. */
export function noiseOf(
  { inputs, outputs }: BlockNoise,
  o: number,
  i?: number,
): readonly [value: number, error: number] {
  const own = inputs[Math.floor(o * inputs.length / outputs.value.length)]!;
  const [b, db] = [outputs.value[o]!, outputs.error[o]!];
  if (i === undefined) return [b, db];
  const [a, da] = [own.value[i]!, own.error[i]!];
  return [a * b, Math.abs(a) * db + Math.abs(b) * da + da * db + roundingBound(1, Math.abs(a * b))];
}
