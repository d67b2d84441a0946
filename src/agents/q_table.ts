/** A table of Q values. @module */

/** Q values of numbered states and actions. */
export class QTable {
  /** States, numbered from 0. */
  readonly states: number;
  /** Actions, numbered from 0. */
  readonly actions: number;
  /** `[states, actions]`. */
  readonly values: Float32Array<ArrayBuffer>;

  /** Every entry is `initial`. */
  constructor(states: number, actions: number, initial: number) {
    this.states = states;
    this.actions = actions;
    this.values = new Float32Array(states * actions).fill(initial);
  }

  /** Where a state's row begins in `values`. @throws {RangeError} When there is no such state. */
  rowOf(state: number): number {
    if (state >>> 0 === state && state < this.states) return state * this.actions;
    throw new RangeError(`Cannot look up state ${state}: wanted an integer in [0, ${this.states - 1}]`);
  }

  /**
   * The legal action of the largest value in the row that begins at `row`; of several, that of the lowest index.
   *
   * @param masks Legal actions as 0 or 1, `[N, actions]`, of which row `index` counts; all are legal without.
   */
  greedy(row: number, masks: Uint8Array | undefined, index: number): number {
    const mask = index * this.actions;
    let best = -1;
    let value = 0;
    for (let a = 0; a < this.actions; a++) {
      if (masks !== undefined && masks[mask + a] === 0) continue;
      const q = this.values[row + a]!;
      if (best >= 0 && !(q > value)) continue;
      best = a;
      value = q;
    }
    return Math.max(best, 0);
  }
}
