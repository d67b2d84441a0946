/** A mean over the latest numbers. @module */

/** The mean of the last `size` numbers, at a constant cost for each. */
export class WindowMean {
  readonly #values: Float64Array;
  #count = 0;
  #sum = 0;

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
    return this.#count > 0 ? this.#sum / Math.min(this.#count, this.#values.length) : undefined;
  }

  /** Takes one in; the oldest leaves a window that is full. */
  add(value: number): void {
    const values = this.#values;
    const slot = this.#count++ % values.length;
    this.#sum += value - values[slot]!;
    values[slot] = value;
    // Summed anew once a round, so that rounding errors do not add up.
    if (slot === values.length - 1) this.#sum = values.reduce((sum, each) => sum + each, 0);
  }
}
