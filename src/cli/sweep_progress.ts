/** How far a sweep has come, on the terminal. @module */
import { formatDuration } from "../train/callbacks/progress_text.ts";
import { SweepDisplay, type SweepDisplayOptions } from "./sweep_display.ts";
import type { RunResult } from "./sweep_results.ts";

/** What a {@linkcode SweepProgress} counts. */
export interface SweepProgressOptions extends SweepDisplayOptions {
  /** Runs of the sweep. */
  readonly total: number;
  /** Those that were done before. */
  readonly done: number;
  /** Seconds from one line to the next where there is no terminal, 60 by default. */
  readonly lineEvery?: number;
}

/** What trains at the moment: one run, or several together. */
export interface ActiveRuns {
  /** Runs that train together. */
  readonly runs: number;
  /** What tells them from others, and how they go. */
  readonly parts: readonly string[];
  /** Share of the work that is done, 0 where nobody knows. */
  readonly share: number;
  /** Steps of the run that is farthest; 0 where nobody knows. */
  readonly step?: number;
  /** Whether training was over before, so that their time says nothing of others; not by default. */
  readonly isTrained?: boolean;
}

/**
 * A bar and a table on a terminal; elsewhere a line for each run or population, one a minute while it goes on, and one for each
 * result:
 *
 * ```
 * run 7 of 45  capacity 1000  seed 2  eta 3:20
 * capacity 1000, seed 2: final return 487.5, 20,000 steps, solved at 8,451
 * runs 8 to 17 of 45  population of 10  12,000 steps  3 solved  eta 2:10
 * ```
 *
 * The time left is that of the runs so far, for each run to come.
 */
export class SweepProgress {
  readonly #total: number;
  readonly #display: SweepDisplay;
  readonly #lineEvery: number;
  #done: number;
  /** Runs that were timed, and their seconds. */
  #timed = { runs: 0, seconds: 0 };
  #active: ActiveRuns | undefined;
  #started = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Shows nothing yet. */
  constructor({ total, done, lineEvery = 60, ...shown }: SweepProgressOptions) {
    this.#display = new SweepDisplay(shown);
    this.#lineEvery = lineEvery;
    this.#total = total;
    this.#done = done;
  }

  /** Training begins; `active` is looked at over and over. */
  async begin(active: ActiveRuns): Promise<void> {
    this.#active = active;
    this.#started = performance.now();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#draw(), 1000 * (this.#display.isLive ? 1 : this.#lineEvery));
    await this.#draw();
  }

  /** What began is over, with these results. */
  end(results: readonly RunResult[]): void {
    const { runs, isTrained = false } = this.#active!;
    if (!isTrained) {
      this.#timed.runs += runs;
      this.#timed.seconds += this.#elapsed();
    }
    this.#done += runs;
    this.#active = undefined;
    this.#display.take(results);
  }

  /** Writes a line, above the bar. */
  say(text: string): void {
    this.#display.say(text);
  }

  /** Ends the line of the bar. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#display.close();
  }

  async #draw(): Promise<void> {
    if (!this.#active) return;
    const { runs, share } = this.#active;
    await this.#display.update((this.#done + runs * share) / this.#total, this.#parts());
  }

  #parts(): string[] {
    const { runs, parts, share } = this.#active!;
    const elapsed = this.#elapsed();
    const timed = this.#timed;
    const secondsPerRun = timed.runs > 0 ? timed.seconds / timed.runs : elapsed / (runs * share);
    const left = (this.#total - this.#done) * secondsPerRun - elapsed;
    const eta = Number.isFinite(left) ? [`eta ${formatDuration(left)}`] : [];
    const first = this.#done + 1;
    const which = runs === 1 ? `run ${first}` : `runs ${first} to ${this.#done + runs}`;
    return [`${which} of ${this.#total}`, ...parts, ...eta];
  }

  #elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }
}
