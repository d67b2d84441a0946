/** A long series in few numbers. @module */

import type { State, StateReader } from "../../core/state.ts";

/**
 * A series of any length as means of equally many neighbours, at a constant cost for each number and in bounded memory:
 * once there are as many means as there is room for, neighbours are joined, and every mean is of twice as many.
 */
export class FoldedMeans {
  readonly #means: Float64Array;
  #length = 0;
  /** Numbers that a mean is of. */
  #group = 1;
  /** Those added since the last mean. */
  #sum = 0;
  #pending = 0;
  #count = 0;

  /** Holds nothing yet; `capacity` is the number of means that there is room for, even and at least 2. */
  constructor(capacity: number) {
    this.#means = new Float64Array(capacity);
  }

  /** Numbers added so far. */
  get count(): number {
    return this.#count;
  }

  /** At most `capacity` means, in order; the last one may be of fewer numbers. */
  get values(): number[] {
    const values = Array.from(this.#means.subarray(0, this.#length));
    if (this.#pending > 0) values.push(this.#sum / this.#pending);
    return values;
  }

  /** The means, and what is yet to go into one. */
  save(): State {
    return {
      means: this.#means.slice(0, this.#length),
      group: this.#group,
      sum: this.#sum,
      pending: this.#pending,
      count: this.#count,
    };
  }

  /** Takes over what one of the same capacity saved. @throws {UsageError} When it is something else. */
  load(saved: StateReader): void {
    const group = saved.count("group");
    const pending = saved.count("pending", group - 1);
    const count = saved.count("count", group * this.#means.length + pending);
    const means = saved.array("means", "Float64Array", (count - pending) / group);
    const sum = saved.number("sum");
    this.#means.set(means);
    this.#length = means.length;
    this.#group = group;
    this.#sum = sum;
    this.#pending = pending;
    this.#count = count;
  }

  /** Takes one in. */
  add(value: number): void {
    if (this.#length === this.#means.length) this.#fold();
    this.#count++;
    this.#sum += value;
    if (++this.#pending < this.#group) return;
    this.#means[this.#length++] = this.#sum / this.#group;
    this.#sum = this.#pending = 0;
  }

  #fold(): void {
    const means = this.#means;
    this.#length /= 2;
    this.#group *= 2;
    for (let i = 0; i < this.#length; i++) means[i] = (means[2 * i]! + means[2 * i + 1]!) / 2;
  }
}
