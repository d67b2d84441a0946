/** What a sweep shows while it goes on. @module */
import { type Bar, openBar, textColumns } from "../train/callbacks/progress_bar.ts";
import { clearedLine, type ProgressStream, standardError } from "../train/callbacks/progress_stream.ts";
import { fitParts } from "../train/callbacks/progress_text.ts";
import { describeResult, tableSoFar } from "./results_table.ts";
import type { RunResult, SweepResults } from "./sweep_results.ts";

/** How a {@linkcode SweepDisplay} shows. */
export interface SweepDisplayOptions {
  /** Those that have come in. */
  readonly results: Pick<SweepResults, "configurations">;
  /** Runs that each configuration has in the end. */
  readonly seeds: number;
  /** Standard error by default. */
  readonly stream?: ProgressStream;
}

/** The lines that a table leaves to the bar above it and to what was written before. */
const linesAbove = 3;

/** On a terminal a bar, and beneath it the table of the results so far; elsewhere a line for each of them. */
export class SweepDisplay {
  /** Whether it is a terminal, and drawn over and over. */
  readonly isLive: boolean;
  readonly #stream: ProgressStream;
  readonly #options: SweepDisplayOptions;
  #bar: Bar | undefined;
  /** As it was drawn last. */
  #table: readonly string[] = [];
  /** What it was made for; undefined once there are other results. */
  #room: string | undefined;

  /** Shows nothing yet. */
  constructor(options: SweepDisplayOptions) {
    const { stream = standardError } = options;
    this.#stream = stream;
    this.#options = options;
    this.isLive = stream.isTTY ?? false;
  }

  /** Shows how far the sweep is: `share` from 0 to 1, and in words. */
  async update(share: number, parts: readonly string[]): Promise<void> {
    if (!this.isLive) return void this.#stream.write(`${parts.join("  ")}\n`);
    this.#bar ??= await openBar(this.#stream);
    this.#bar.update(share, { text: fitParts(parts, textColumns(this.#stream)) });
    this.#makeTable();
    this.#drawTable();
  }

  /** Tells of results that have come in: on a terminal of those that failed at once, of others in the next table. */
  take(results: readonly RunResult[]): void {
    this.#room = undefined;
    for (const result of results) if (result.failed || !this.isLive) this.say(describeResult(result));
  }

  /** Writes a line, above the bar. */
  say(text: string): void {
    this.#stream.write(`${clearedLine(this.#stream)}${this.#bar ? clearBelow : ""}${text}\n`);
    this.#drawTable();
  }

  /** Ends the line of the bar, and takes the table away. */
  close(): void {
    if (!this.#bar) return;
    this.#bar.stop();
    this.#bar = undefined;
    this.#stream.write(clearBelow);
  }

  #makeTable(): void {
    const { columns = 80, rows = 24 } = this.#stream;
    const room = `${columns} ${rows}`;
    if (room === this.#room) return;
    this.#room = room;
    const { results: { configurations }, seeds } = this.#options;
    // A full line would break.
    this.#table = tableSoFar(configurations, { width: columns - 1, height: rows - linesAbove, seeds });
  }

  /** Draws the table over the former one, at once; the cursor stays in the line of the bar, which draws itself. */
  #drawTable(): void {
    if (!this.#bar || this.#table.length === 0) return;
    const text = this.#table.map((line) => `\r\n${line}\x1b[K`).join("");
    this.#stream.write(`${text}${clearBelow}\r\x1b[${this.#table.length}A`);
  }
}

/** The escape sequence that clears what stands behind the cursor and beneath it. */
const clearBelow = "\x1b[J";
