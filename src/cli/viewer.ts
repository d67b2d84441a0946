/** Environments in a terminal, drawn over and over. @module */
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../core/errors.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { loadRasterizer } from "../report/raster.ts";
import { terminalPicture } from "../report/terminal_picture.ts";
import { type ProgressStream, standardOutput } from "../train/callbacks/progress_stream.ts";
import { drawState } from "../train/play.ts";
import { endingSignals } from "./interrupt.ts";
import { ExitCode } from "../command/main.ts";

/** Shows an environment, state after state. */
export interface Viewer extends Disposable {
  /** Shows the present state with a line below, and waits as long as it is to be seen. */
  show(line: string): Promise<void>;
  /** Leaves the latest state, and goes on below it. */
  keep(): void;
}

/** How {@linkcode openViewer} shows. */
export interface ViewerOptions {
  /** The environment's name, for errors. */
  readonly id: string;
  /** Milliseconds that a state is seen; 50 for pictures and 250 for text by default. */
  readonly delay: number | undefined;
  /** Where to; this process's standard output by default. */
  readonly stream?: ProgressStream;
}

/**
 * A viewer on a terminal: text where the environment has a `renderText`, else its picture in half blocks, redrawn in
 * place. What is no terminal, a file say, gets every text once, one after the other and without waiting.
 *
 * @throws {UsageError} When the environment has neither, or has only pictures and there is no terminal.
 */
export async function openViewer(
  environment: Environment<Observation>,
  { id, delay, stream = standardOutput }: ViewerOptions,
): Promise<Viewer> {
  const asText = environment.renderText !== undefined;
  if (!asText && !environment.render) {
    throw new UsageError(
      `Cannot show ${id} in the terminal: it does not draw itself, wanted an environment with renderText or render`,
    );
  }
  if (!stream.isTTY) {
    if (asText) return listing(environment, stream);
    throw new UsageError(
      `Cannot show ${id} in the terminal: standard output is no terminal, wanted one, or --gif FILE`,
    );
  }
  const picture = asText ? () => environment.renderText!() : await pictureFor(environment, stream);
  const pause = delay ?? (asText ? 250 : 50);
  const screen = new Screen(stream);
  return {
    async show(line) {
      screen.draw(`${picture()}\n${line}`);
      await sleep(pause);
    },
    keep: () => screen.keep(),
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

function listing(environment: Environment<Observation>, stream: ProgressStream): Viewer {
  return {
    show: (line) => Promise.resolve(void stream.write(`${environment.renderText!()}\n${line}\n\n`)),
    keep() {},
    [Symbol.dispose]() {},
  };
}

/** Draws the present state as large as the terminal allows, with the line below and the one where the cursor ends. */
async function pictureFor(
  environment: Environment<Observation>,
  stream: ProgressStream,
): Promise<() => string> {
  const rasterizer = await loadRasterizer();
  const size = { width: 600, height: 400 };
  return () => {
    const { columns = 80, rows = 24 } = stream;
    const fitting = Math.floor((rows - 2) * 2 * size.width / size.height);
    return terminalPicture(rasterizer.pixels(drawState(environment, size)), {
      columns: Math.max(1, Math.min(columns, fitting)),
    });
  };
}

const hideCursor = "\x1b[?25l", showCursor = "\x1b[?25h", clearLine = "\x1b[K", clearBelow = "\x1b[J";

/** Draws texts in place of each other, with the cursor hidden. Ctrl-C shows it again and ends the process. */
class Screen implements Disposable {
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
