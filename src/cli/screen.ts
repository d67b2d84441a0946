/** A part of the terminal that is drawn over and over. @module */
import { endingSignals } from "./interrupt.ts";
import { ExitCode } from "./main.ts";
import type { ProgressStream } from "../train/callbacks/progress_stream.ts";

const hideCursor = "\x1b[?25l", showCursor = "\x1b[?25h", clearLine = "\x1b[K", clearBelow = "\x1b[J";

/** Draws texts in place of each other, with the cursor hidden. Ctrl-C shows it again and ends the process. */
export class Screen implements Disposable {
  readonly #stream: ProgressStream;
  readonly #interrupt = (): never => {
    this[Symbol.dispose]();
    Deno.exit(ExitCode.interrupted);
  };
  /** Line breaks of the text that stands there. */
  #breaks = 0;

  /** Takes the terminal until it is disposed of. */
  constructor(stream: ProgressStream) {
    this.#stream = stream;
    for (const signal of endingSignals) Deno.addSignalListener(signal, this.#interrupt);
    stream.write(hideCursor);
  }

  /** Puts `text`, which must not be higher than the terminal, where the one before stood. */
  draw(text: string): void {
    const lines = text.split("\n");
    const home = this.#breaks > 0 ? `\r\x1b[${this.#breaks}A` : "\r";
    this.#stream.write(`${home}${lines.join(`${clearLine}\n`)}${clearLine}${clearBelow}`);
    this.#breaks = lines.length - 1;
  }

  /** Leaves what was drawn last, and goes on below it. */
  keep(): void {
    this.#stream.write("\n");
    this.#breaks = 0;
  }

  /** Gives the terminal back. */
  [Symbol.dispose](): void {
    this.#stream.write(`\x1b[0m${this.#breaks > 0 ? "\n" : ""}${showCursor}`);
    for (const signal of endingSignals) Deno.removeSignalListener(signal, this.#interrupt);
  }
}
