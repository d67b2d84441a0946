/** How far a sweep on a queue has come, on the terminal. @module */
import { count, whole } from "../core/numbers.ts";
import type { SweepStanding } from "../queue/follow.ts";
import { formatDuration } from "../train/callbacks/progress_text.ts";
import { SweepDisplay, type SweepDisplayOptions } from "./sweep_display.ts";
import type { RunResult } from "./sweep_results.ts";

/** How {@linkcode QueueProgress} shows. */
export interface QueueProgressOptions extends SweepDisplayOptions {
  /** Runs of the sweep. */
  readonly total: number;
  /** Seconds from one line to the next where there is no terminal, 60 by default. */
  readonly lineEvery?: number;
}

/**
 * A bar and a table on a terminal; elsewhere a line now and then and at the end, and one for each result:
 *
 * ```
 * 12 of 60 runs  4 jobs at work  32 wait  eta 3:20
 * capacity 1000, seed 2: final return 487.5, 20,000 steps, solved at 8,451
 * ```
 *
 * The time left is that of the runs that came in since it began, for each run to come.
 */
export class QueueProgress {
  readonly #total: number;
  readonly #display: SweepDisplay;
  readonly #lineEvery: number;
  readonly #began = performance.now();
  #first: number | undefined;
  #said = -Infinity;

  /** Shows nothing yet. */
  constructor({ total, lineEvery = 60, ...shown }: QueueProgressOptions) {
    this.#total = total;
    this.#display = new SweepDisplay(shown);
    this.#lineEvery = lineEvery;
  }

  /** Shows how the sweep stands, of which `done` runs have come in. */
  async show(done: number, standing: SweepStanding): Promise<void> {
    this.#first ??= done;
    const now = performance.now() / 1000;
    if (!this.#display.isLive && now - this.#said < this.#lineEvery && done < this.#total) return;
    this.#said = now;
    await this.#display.update(done / this.#total, this.#parts(done, standing));
  }

  /** Tells of a result that has come in. */
  take(result: RunResult): void {
    this.#display.take([result]);
  }

  /** Writes a line, above the bar. */
  say(text: string): void {
    this.#display.say(text);
  }

  /** Ends the line of the bar. */
  close(): void {
    this.#display.close();
  }

  #parts(done: number, { waiting, active, aside }: SweepStanding): string[] {
    const seconds = (performance.now() - this.#began) / 1000;
    const left = (this.#total - done) * seconds / (done - this.#first!);
    return [
      `${whole(done)} of ${count(this.#total, "run")}`,
      `${count(active, "job")} at work`,
      ...waiting > 0 ? [`${whole(waiting)} wait`] : [],
      ...aside > 0 ? [`${whole(aside)} put aside`] : [],
      ...done < this.#total && Number.isFinite(left) ? [`eta ${formatDuration(left)}`] : [],
    ];
  }
}
