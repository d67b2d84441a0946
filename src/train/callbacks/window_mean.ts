/** A mean over the latest numbers. @module */

import type { State, StateReader } from "../../core/state.ts";

/** The mean of the last `size` numbers, summed anew each time: with a running sum, rounding errors would stay. */
export class WindowMean {
  readonly #values: Float64Array;
  #count = 0;

  /** Holds nothing yet. */
  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  /** Whether as many numbers as the window holds have been added. */
  get full(): boolean {
    return this.#count >= this.#values.length;
  }

  /** The mean of those in the window, `undefined` when there are none. */
  get mean(): number | undefined {
    if (this.#count === 0) return undefined;
    return this.#values.reduce((sum, each) => sum + each, 0) / Math.min(this.#count, this.#values.length);
  }

  /** Those in the window, and how many there have been. */
  save(): State {
    const { length } = this.#values;
    return { values: this.#values.slice(0, Math.min(this.#count, length)), count: this.#count };
  }

  /** Takes over what one of the same size saved. @throws {UsageError} When it is something else. */
  load(saved: StateReader): void {
    const count = saved.count("count");
    const values = saved.array("values", "Float64Array", Math.min(count, this.#values.length));
    this.#values.set(values);
    this.#count = count;
  }

  /** Takes one in; the oldest leaves a window that is full. */
  add(value: number): void {
    this.#values[this.#count++ % this.#values.length] = value;
  }
}
