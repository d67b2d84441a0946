/** Waiting for a queue that cannot be reached for a while. @module */
import { QueueUnreachable } from "../queue/database_error.ts";

/** Milliseconds of the first pause and of the longest. */
const pauses = { first: 500, longest: 30_000 };

/** How {@linkcode patiently} waits. */
export interface Patience {
  /** Told once, when waiting begins. */
  readonly say: (text: string) => void;
  /** Ends the waiting when aborted: the error is thrown. */
  readonly signal: AbortSignal;
}

/** Does `work`, over and over while the queue cannot be reached. It has to do no harm twice. */
export async function patiently<T>(work: () => Promise<T>, { say, signal }: Patience): Promise<T> {
  for (let pause = pauses.first;; pause = Math.min(2 * pause, pauses.longest)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof QueueUnreachable) || signal.aborted) throw error;
      if (pause === pauses.first) say(`${error.message}; trying again`);
    }
    await sleep(pause, signal);
  }
}

/** Waits some milliseconds, or until the signal is aborted. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const end = () => resolve();
  signal.addEventListener("abort", end);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", end);
}
