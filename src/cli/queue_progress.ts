/** How far a sweep on a queue has come, on the terminal. @module */
import { type Bar, openBar, textColumns } from "../train/callbacks/progress_bar.ts";
import { type ProgressStream, standardError, writeLine } from "../train/callbacks/progress_stream.ts";
import { fitParts, formatDuration } from "../train/callbacks/progress_text.ts";
import { count, whole } from "../core/numbers.ts";
import type { SweepStanding } from "../queue/follow.ts";

/** How {@linkcode QueueProgress} shows. */
export interface QueueProgressOptions {
  /** Runs of the sweep. */
  readonly total: number;
  /** Standard error by default. */
  readonly stream?: ProgressStream;
  /** Seconds from one line to the next where there is no terminal, 60 by default. */
  readonly lineEvery?: number;
}

/**
 * A bar on a terminal; elsewhere a line now and then, and at the end:
 *
 * ```
 * 12 of 60 runs  4 jobs at work  32 wait  eta 3:20
 * ```
 *
 * The time left is that of the runs that came in since it began, for each run to come.
 */
export class QueueProgress {
  readonly #total: number;
  readonly #stream: ProgressStream;
  readonly #lineEvery: number;
  readonly #began = performance.now();
  #bar: Bar | undefined;
  #first: number | undefined;
  #said = -Infinity;

  /** Shows nothing yet. */
  constructor({ total, stream = standardError, lineEvery = 60 }: QueueProgressOptions) {
    this.#total = total;
    this.#stream = stream;
    this.#lineEvery = lineEvery;
  }

  /** Shows how the sweep stands, of which `done` runs have come in. */
  async show(done: number, standing: SweepStanding): Promise<void> {
    this.#first ??= done;
    const parts = this.#parts(done, standing);
    if (this.#stream.isTTY) {
      this.#bar ??= await openBar(this.#stream);
      this.#bar.update(done / this.#total, { text: fitParts(parts, textColumns(this.#stream)) });
      return;
    }
    const now = performance.now() / 1000;
    if (now - this.#said < this.#lineEvery && done < this.#total) return;
    this.#said = now;
    this.#stream.write(`${parts.join("  ")}\n`);
  }

  /** Writes a line, above the bar. */
  say(text: string): void {
    writeLine(this.#stream, text);
  }

  /** Ends the line of the bar. */
  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
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
