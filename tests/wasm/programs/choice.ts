/** Random choices of a generator of programs. @module */
import { splitmix32 } from "../code/splitmix.ts";

/** Chooses, the same for the same seed. */
export class Choice {
  readonly #random: () => number;

  /** Of a whole number. */
  constructor(seed: number) {
    this.#random = splitmix32(seed);
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  /** A whole number in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** One of the items. */
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** One of the items by their weights. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let at = this.#random() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) if ((at -= weight) < 0) return item;
    return items.at(-1)![1];
  }
}
