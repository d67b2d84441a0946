/** Giving others a turn in long work. @module */

/** Lets signals, timers and redraws have their turn of the event loop. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
