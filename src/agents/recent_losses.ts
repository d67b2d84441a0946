/** The losses of the latest updates. @module */

/** Updates that are kept. */
const capacity = 4096;

/** Losses and Q values of updates on the host, until a report takes them; the latest 4,096 at most. */
export class RecentLosses {
  readonly #losses = new Float32Array(capacity);
  readonly #meanQ = new Float32Array(capacity);
  #added = 0;
  #taken = 0;

  /** Keeps those of one update. */
  add(loss: number, q: number): void {
    const slot = this.#added++ % capacity;
    this.#losses[slot] = loss;
    this.#meanQ[slot] = q;
  }

  /** Those since the last call, in order. */
  take(): { readonly losses: Float32Array<ArrayBuffer>; readonly meanQ: Float32Array<ArrayBuffer> } {
    const first = Math.max(this.#taken, this.#added - capacity);
    const losses = new Float32Array(this.#added - first);
    const meanQ = new Float32Array(this.#added - first);
    for (let i = 0; i < losses.length; i++) {
      losses[i] = this.#losses[(first + i) % capacity]!;
      meanQ[i] = this.#meanQ[(first + i) % capacity]!;
    }
    this.#taken = this.#added;
    return { losses, meanQ };
  }

  /** Forgets all. */
  clear(): void {
    this.#added = this.#taken = 0;
  }
}
