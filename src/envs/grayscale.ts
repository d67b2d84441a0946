/** A wrapper that takes the colours from pictures. @module */
import { UsageError } from "../core/errors.ts";
import { box } from "../core/spaces.ts";
import type { Environment } from "./environment.ts";
import { byteOf, checkPictures, mostByte } from "./picture.ts";
import { TransformObservation } from "./transform.ts";
import { addSaving } from "./wrapper.ts";

/** What red, green and blue count for, as in Gymnasium's wrapper. */
const weights = [0.2125, 0.7154, 0.0721] as const;

/**
 * `inner` with pictures of one channel, grey for red, green and blue, rounded down to 255ths: the numbers of Gymnasium's
 * `GrayscaleObservation` over 255.
 */
export class GrayscaleObservation extends TransformObservation {
  /** Throws UsageError unless observations are pictures, [channels, rows, columns] of 0 to 1, of three channels. */
  constructor(inner: Environment) {
    const action = "Cannot make observations grey";
    const [channels, ...extents] = checkPictures(inner.observationSpace, action);
    if (channels !== 3) {
      const found = `its pictures have ${channels} channel${channels === 1 ? "" : "s"}`;
      throw new UsageError(`${action}: ${found}, wanted red, green and blue`);
    }
    const pixels = extents[0] * extents[1];
    super(inner, {
      space: box([1, ...extents], 0, 1),
      transform(observation) {
        const grey = new Float32Array(pixels);
        for (let i = 0; i < pixels; i++) {
          const red = weights[0] * byteOf(observation[i]!);
          const green = weights[1] * byteOf(observation[pixels + i]!);
          const blue = weights[2] * byteOf(observation[2 * pixels + i]!);
          grey[i] = Math.floor(red + green + blue) / mostByte;
        }
        return grey;
      },
    });
    addSaving(this, GrayscaleObservation);
  }
}
