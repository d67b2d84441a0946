/** A curve that grows, and what a chart shows of it. @module */

/** Points in the order of their x. */
export class Curve {
  #x = new Float64Array(256);
  #y = new Float64Array(256);
  #length = 0;

  /** Points. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return 2 * this.#x.byteLength;
  }

  /** Of a point. */
  x(i: number): number {
    return this.#x[i]!;
  }

  /** Of a point. */
  y(i: number): number {
    return this.#y[i]!;
  }

  /** Adds a point. Of several with one x the last counts; one without x or y, or that goes back, is left out. */
  add(x: number, y: number): void {
    const last = this.#length === 0 ? -Infinity : this.#x[this.#length - 1]!;
    if (!Number.isFinite(x) || !Number.isFinite(y) || x < last) return;
    if (x > last) this.#length++;
    if (this.#length > this.#x.length) this.#grow();
    this.#x[this.#length - 1] = x;
    this.#y[this.#length - 1] = y;
  }

  /** The first point whose x is at least this. */
  find(x: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#x[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const [x, y] = [this.#x, this.#y];
    this.#x = new Float64Array(2 * x.length);
    this.#y = new Float64Array(2 * y.length);
    this.#x.set(x);
    this.#y.set(y);
  }
}
