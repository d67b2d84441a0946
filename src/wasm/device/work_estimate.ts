/** How long a dispatch takes on one thread. @module */

/** Runs from one measurement to the next at most. */
const mostRuns = 256;

/**
 * Milliseconds of a dispatch on one thread, from some of its runs: what a kernel does is not to be seen in its code, and
 * engines make code faster as it runs. The measured runs are the first, second, fourth and so on, and every 256th. The
 * smaller of the two latest counts, as a thread may be interrupted.
 */
export class WorkEstimate {
  #runs = 0;
  #latest = Infinity;
  #milliseconds = 0;

  /** The estimate; 0 before the first measurement. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Counts a run, and says whether it is to be measured, on one thread. */
  isDue(): boolean {
    const runs = ++this.#runs;
    return (runs & (runs - 1)) === 0 || runs % mostRuns === 0;
  }

  /** Takes a measurement. */
  add(milliseconds: number): void {
    this.#milliseconds = Math.min(milliseconds, this.#latest);
    this.#latest = milliseconds;
  }
}
