/** A wrapper that shows the latest observations together. @module */
import { UsageError } from "../core/errors.ts";
import { binaryBox, type Box, box, describe } from "../core/spaces.ts";
import type { Environment, ResetOptions, ResetResult, StateGrid, StepResult } from "./environment.ts";
import { addSaving, Wrapper } from "./wrapper.ts";

/** How many, and what there is at the start. */
export interface FrameStackOptions {
  /** Observations that are shown, at least 1. */
  readonly stackSize: number;
  /** What stands before the first observation of an episode: that observation, by default, or zeros. */
  readonly padding?: "reset" | "zero";
}

/** Beyond, a single observation takes hundreds of megabytes. */
const mostNumbers = 2 ** 26;

/**
 * `inner` with its latest `stackSize` observations, the oldest first, those of an episode before it never among them: pictures
 * [channels, rows, columns] along their channels, others [n] as [stackSize, n] (Gymnasium's `FrameStackObservation`; of pictures
 * SB3's `VecFrameStack`). Where `inner` has a grid of states, each is seen as at the start of an episode.
 */
export class FrameStackObservation extends Wrapper {
  /** Of so many observations. */
  override readonly observationSpace: Box;
  /** The grid of `inner` with stacked observations; absent where `inner` has none. */
  declare readonly stateGrid?: () => StateGrid;
  readonly #padding: FrameStackOptions["padding"];
  /** The latest observations, as they are shown. */
  readonly #stack: Float32Array<ArrayBuffer>;
  /** Numbers of one of them. */
  readonly #width: number;

  /** Throws UsageError unless observations are of a Box, and `stackSize` of them have at most 2^26 numbers. */
  constructor(inner: Environment, { stackSize, padding = "reset" }: FrameStackOptions) {
    super(inner);
    const { observationSpace: space } = inner;
    const action = "Cannot stack observations";
    if (space.kind !== "box") {
      throw new UsageError(`${action}: the observation space is ${describe(space)}, wanted a Box`);
    }
    const width = space.low.length;
    if (!Number.isInteger(stackSize) || stackSize < 1 || stackSize * width > mostNumbers) {
      const wanted = `an integer of at least 1, and at most ${mostNumbers} numbers in all`;
      throw new UsageError(
        `${action}: stackSize is ${stackSize}, of ${width} numbers each, wanted ${wanted}`,
      );
    }
    this.#padding = padding;
    this.#width = width;
    this.#stack = new Float32Array(stackSize * width);
    this.observationSpace = stackedSpace(space, { stackSize, padding });
    addSaving(this, FrameStackObservation, {
      save: () => ({ stack: this.#stack.slice() }),
      load: (saved) => {
        const stack = saved.array("stack", "Float32Array", stackSize * width);
        if (!stack.every(Number.isFinite)) saved.refuse("stack", `${stack.length} finite numbers`);
        this.#stack.set(stack);
      },
    });
    if (inner.stateGrid !== undefined) {
      this.stateGrid = () => this.#stackGrid(inner.stateGrid!());
    }
  }

  /** Resets `inner`. */
  override reset(options?: ResetOptions): ResetResult {
    const { observation, info } = this.inner.reset(options);
    this.#begin(this.#stack, observation);
    return { observation: this.#stack.slice(), info };
  }

  /** Steps `inner`. */
  override step(action: number): StepResult {
    const result = this.inner.step(action);
    this.#stack.copyWithin(0, this.#width);
    this.#stack.set(result.observation, this.#stack.length - this.#width);
    return { ...result, observation: this.#stack.slice() };
  }

  #begin(stack: Float32Array, first: Float32Array): void {
    const last = stack.length - this.#width;
    for (let at = 0; at < last; at += this.#width) {
      if (this.#padding === "zero") stack.fill(0, at, at + this.#width);
      else stack.set(first, at);
    }
    stack.set(first, last);
  }

  #stackGrid(grid: StateGrid): StateGrid {
    const observations = grid.observations.map((seen) => {
      if (seen === undefined) return undefined;
      const stack = new Float32Array(this.#stack.length);
      this.#begin(stack, seen);
      return stack;
    });
    return { ...grid, observations };
  }
}

function stackedSpace(
  { shape, low, high, binary }: Box,
  { stackSize, padding }: Required<FrameStackOptions>,
): Box {
  const [channels, ...board] = shape;
  const stacked = board.length === 2 ? [stackSize * channels!, ...board] : [stackSize, ...shape];
  if (binary) return binaryBox(stacked);
  const repeated = (bounds: readonly number[], zero: (bound: number) => number) =>
    Array.from(
      { length: stackSize },
      (_, i) => padding === "zero" && i < stackSize - 1 ? bounds.map(zero) : bounds,
    ).flat();
  return box(
    stacked,
    repeated(low, (bound) => Math.min(bound, 0)),
    repeated(high, (bound) => Math.max(bound, 0)),
  );
}
