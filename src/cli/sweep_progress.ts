/** How far a sweep has come, on the terminal. @module */
import { type Bar, openBar, textColumns } from "../train/callbacks/progress_bar.ts";
import { type ProgressStream, standardError, writeLine } from "../train/callbacks/progress_stream.ts";
import { duration, fit } from "../train/callbacks/progress_text.ts";

/** What a {@linkcode SweepProgress} counts. */
export interface SweepProgressOptions {
  /** Runs of the sweep. */
  readonly total: number;
  /** Those that were done before. */
  readonly done: number;
  /** Standard error by default. */
  readonly stream?: ProgressStream;
}

/**
 * A bar on a terminal, and elsewhere a line a run:
 *
 * ```
 * run 7 of 45  capacity 1000  seed 2  eta 3:20
 * ```
 *
 * The time left is that of the runs so far, for each run to come.
 */
export class SweepProgress {
  readonly #total: number;
  readonly #stream: ProgressStream;
  #done: number;
  /** Runs that were timed, and their seconds. */
  #timed = { runs: 0, seconds: 0 };
  #run: { readonly parts: readonly string[]; readonly started: number } | undefined;
  #bar: Bar | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Shows nothing yet. */
  constructor({ total, done, stream = standardError }: SweepProgressOptions) {
    this.#total = total;
    this.#done = done;
    this.#stream = stream;
  }

  /** A run begins. */
  async begin(name: string, seed: number): Promise<void> {
    this.#run = { parts: [name, `seed ${seed}`], started: performance.now() };
    if (!this.#stream.isTTY) return void this.#stream.write(`${this.#parts().join("  ")}\n`);
    this.#bar ??= await openBar(this.#stream);
    this.#timer ??= setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  /** The run is done. */
  end(): void {
    this.#timed.runs++;
    this.#timed.seconds += this.#elapsed();
    this.#run = undefined;
    this.#done++;
  }

  /** Writes a line, above the bar. */
  say(text: string): void {
    writeLine(this.#stream, text);
    if (this.#run) this.#draw();
  }

  /** Ends the line of the bar. */
  close(): void {
    clearInterval(this.#timer);
    this.#bar?.stop();
    this.#bar = this.#timer = undefined;
  }

  #draw(): void {
    if (!this.#bar || !this.#run) return;
    this.#bar.update(this.#done / this.#total, { text: fit(this.#parts(), textColumns(this.#stream)) });
  }

  #parts(): string[] {
    const { runs, seconds } = this.#timed;
    const left = (this.#total - this.#done) * seconds / runs - this.#elapsed();
    const eta = Number.isFinite(left) ? [`eta ${duration(left)}`] : [];
    return [`run ${this.#done + 1} of ${this.#total}`, ...this.#run!.parts, ...eta];
  }

  #elapsed(): number {
    return this.#run ? (performance.now() - this.#run.started) / 1000 : 0;
  }
}
