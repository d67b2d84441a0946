/** The clock of short things. @module */

/** How long something is timed. */
export interface RepeatOptions {
  /** Least seconds of a sample, 0.1 by default: what is timed is repeated until it takes that long. */
  readonly seconds?: number;
  /** Samples, of which the fastest counts; 3 by default. */
  readonly samples?: number;
}

/**
 * Seconds of one repetition.
 *
 * @param run Does it `times` times and waits until it is done. It is called once before the clock starts.
 */
export async function secondsOf(
  run: (times: number) => Promise<void>,
  { seconds = 0.1, samples = 3 }: RepeatOptions = {},
): Promise<number> {
  await run(1);
  let times = 1;
  let taken = await timed(run, times);
  while (taken < seconds) {
    times = Math.ceil(times * Math.min(10, 1.2 * seconds / taken));
    taken = await timed(run, times);
  }
  let best = taken;
  for (let sample = 1; sample < samples; sample++) best = Math.min(best, await timed(run, times));
  return best / times;
}

async function timed(run: (times: number) => Promise<void>, times: number): Promise<number> {
  const start = performance.now();
  await run(times);
  return (performance.now() - start) / 1000;
}
