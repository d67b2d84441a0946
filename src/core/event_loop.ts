/** Giving others a turn in long work. @module */

/** Lets signals, timers and redraws have their turn of the event loop. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Milliseconds from one turn of the others to the next. */
const turnEvery = 50;

/** Gives others their turns in work that comes in rounds. */
export class Turns {
  #latest = performance.now();

  /** Waits for others if their last turn was 50 ms ago or longer; called once a round. */
  async give(): Promise<void> {
    if (performance.now() - this.#latest < turnEvery) return;
    await eventLoopTurn();
    this.#latest = performance.now();
  }
}

/** Milliseconds between two readings of the clock below which more rounds go by unread. */
const shortReading = 0.1;
/** Rounds from one reading to the next at most. */
const mostRounds = 16;

/**
 * The end of a span of time in a loop of short rounds. Reading the clock takes about as long as a step of a small
 * environment: while rounds are short, only some of them read it.
 */
export class Deadline {
  readonly #end: number;
  #latest: number;
  /** Rounds from the latest reading to the next one, and how many of them are left. */
  #rounds = 1;
  #left = 1;

  /** Ends in `milliseconds`. */
  constructor(milliseconds: number) {
    this.#latest = performance.now();
    this.#end = this.#latest + milliseconds;
  }

  /** Whether the time is over; called once a round. */
  passed(): boolean {
    if (--this.#left > 0) return false;
    const now = performance.now();
    this.#rounds = now - this.#latest < shortReading ? Math.min(2 * this.#rounds, mostRounds) : 1;
    this.#left = this.#rounds;
    this.#latest = now;
    return now >= this.#end;
  }
}
