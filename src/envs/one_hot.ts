/** A wrapper that observes an integer as zeros and a one, for networks. @module */
import { UsageError } from "../core/errors.ts";
import { binaryBox, describe } from "../core/spaces.ts";
import type { Environment } from "./environment.ts";
import { TransformObservation } from "./transform.ts";
import { addSaving } from "./wrapper.ts";

/** Beyond, a single observation takes megabytes. */
const mostIntegers = 65_536;

/** `inner` with observations of n numbers, 1 at the place of the integer and 0 elsewhere. */
export class OneHot extends TransformObservation<number, Float32Array> {
  /** Throws UsageError unless the observation space is a Discrete, of 65,536 integers at most. */
  constructor(inner: Environment<number>) {
    const space = inner.observationSpace;
    const isDiscrete = space.kind === "discrete";
    if (!isDiscrete || space.n > mostIntegers) {
      const found = `the observation space is ${describe(space)}`;
      const wanted = isDiscrete ? `at most ${mostIntegers} integers` : "a Discrete";
      throw new UsageError(`Cannot encode observations as one-hot: ${found}, wanted ${wanted}`);
    }
    super(inner, {
      space: binaryBox([space.n]),
      transform(observation) {
        const row = new Float32Array(space.n);
        row[observation] = 1;
        return row;
      },
    });
    addSaving(this, OneHot);
  }
}
