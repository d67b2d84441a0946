/** What wakes workers when a job waits. @module */
import { jobChannel, type Queue } from "../queue/queue.ts";
import { sleep } from "./queue_patience.ts";

/** Milliseconds from one look for a job to the next where the bell is not rung, about. */
const look = 2000;

/** Milliseconds over which workers spread who hear the bell together: the first of fifty is soon there, and not in their way. */
const spread = 25;

/** Rung when a job is laid out or given back. */
export class JobBell {
  readonly #queue: Queue;
  readonly #signal: AbortSignal;
  #isHung = false;
  #ring = Promise.withResolvers<void>();

  /** @param signal Ends the waiting when aborted. */
  constructor(queue: Queue, signal: AbortSignal) {
    this.#queue = queue;
    this.#signal = signal;
  }

  /** Waits until it is rung, or has not been for a while. One that rang since the last waiting counts. */
  async wait(): Promise<void> {
    await this.#hang();
    const rung = new AbortController();
    this.#ring.promise.then(() => rung.abort());
    await sleep(look * (0.5 + Math.random()), AbortSignal.any([this.#signal, rung.signal]));
    this.#ring = Promise.withResolvers<void>();
    if (rung.signal.aborted) await sleep(spread * Math.random(), this.#signal);
  }

  async #hang(): Promise<void> {
    if (this.#isHung) return;
    this.#isHung = true;
    await this.#queue.database.listen(jobChannel, {
      notify: () => this.#ring.resolve(),
      lost: () => this.#isHung = false,
    }).catch(() => this.#isHung = false); // Looking now and then does as well.
  }
}
