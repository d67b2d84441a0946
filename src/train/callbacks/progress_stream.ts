/** Where progress is written. @module */

/** What a {@linkcode ProgressBar} and others write to: a Node stream is one. */
export interface ProgressStream {
  /** Takes text, escape sequences included where it is a terminal. */
  write(text: string): unknown;
  /** Whether it is a terminal, not by default. */
  readonly isTTY?: boolean;
  /** Width of the terminal, 80 by default. */
  readonly columns?: number;
  /** Height of the terminal, 24 by default. */
  readonly rows?: number;
}

/** This process's standard error; what it does not take is dropped. */
export const standardError: ProgressStream = processStream(Deno.stderr);

/** This process's standard output; what it does not take is dropped. */
export const standardOutput: ProgressStream = processStream(Deno.stdout);

/**
 * Writes a line of text where a progress bar may stand: on a terminal the bar's line is cleared first, and the bar draws
 * itself anew below.
 */
export function writeLine(stream: ProgressStream, text: string): void {
  stream.write(`${stream.isTTY ? "\r\x1b[K" : ""}${text}\n`);
}

function processStream(file: typeof Deno.stderr | typeof Deno.stdout): ProgressStream {
  return {
    write(text: string) {
      try {
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      } catch {
        // Nobody is reading: no reason to end a run.
      }
    },
    get isTTY() {
      return file.isTerminal();
    },
    get columns() {
      return consoleSize().columns;
    },
    get rows() {
      return consoleSize().rows;
    },
  };
}

function consoleSize(): { readonly columns: number; readonly rows: number } {
  try {
    return Deno.consoleSize();
  } catch {
    return { columns: 80, rows: 24 };
  }
}
