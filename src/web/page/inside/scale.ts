/** The range of numbers that come one after another. @module */

/** Part of the way that the range closes in on the latest numbers with each of them. */
const closing = 0.002;

/** Zero is on the range if it lies within this many times its width. */
const nearZero = 2;

/** A range that opens at once, and closes slowly: bars on it can be compared from one moment to the next. */
export class Scale {
  #low = Infinity;
  #high = -Infinity;

  /** Its lower end, 0 before there are numbers. */
  get low(): number {
    return this.#ends()[0];
  }

  /** Its upper end. */
  get high(): number {
    return this.#ends()[1];
  }

  /** Takes in numbers. */
  add(numbers: Iterable<number>): void {
    const all = [...numbers].filter(Number.isFinite);
    if (all.length === 0) return;
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const isFirst = this.#low > this.#high;
    this.#low = isFirst ? least : Math.min(least, this.#low + closing * (least - this.#low));
    this.#high = isFirst ? most : Math.max(most, this.#high + closing * (most - this.#high));
  }

  /**
   * The ends of a number's bar, 0 to 1: it begins at zero, or at the end of the range that is nearer to zero where that is not
   * on it.
   */
  bar(number: number): readonly [from: number, to: number] {
    const [low, high] = this.#ends();
    const zero = Math.max(low, Math.min(high, 0));
    const share = (end: number) => high > low ? Math.max(0, Math.min(1, (end - low) / (high - low))) : 0;
    return [share(Math.min(zero, number)), share(Math.max(zero, number))];
  }

  /** Forgets all numbers. */
  clear(): void {
    this.#low = Infinity;
    this.#high = -Infinity;
  }

  #ends(): readonly [number, number] {
    const [low, high] = [this.#low, this.#high];
    if (low > high) return [0, 0];
    const reach = nearZero * (high - low);
    return [low > 0 && low <= reach ? 0 : low, high < 0 && -high <= reach ? 0 : high];
  }
}
