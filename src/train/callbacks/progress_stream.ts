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

/** Something that is drawn over and over in the same place. */
export interface LiveDisplay {
  /** Where others print meanwhile: what is written, whole lines, comes above it. Elsewhere than on a terminal, in turn. */
  readonly lines: ProgressStream;
}

/** This process's standard error; what it does not take is dropped, as in a page, which has none. */
export const standardError: ProgressStream = processStream(() => Deno.stderr);

/** This process's standard output; what it does not take is dropped. */
export const standardOutput: ProgressStream = processStream(() => Deno.stdout);

/** The escape sequence that clears the line of the cursor, on a terminal. */
export function clearedLine({ isTTY }: ProgressStream): string {
  return isTTY ? "\r\x1b[K" : "";
}

/**
 * Writes a line of text where a progress bar may stand: on a terminal the bar's line is cleared first, and the bar draws
 * itself anew below.
 */
export function writeLine(stream: ProgressStream, text: string): void {
  stream.write(`${clearedLine(stream)}${text}\n`);
}

/** A stream that hands text on to another one, changed. */
export function changedStream(stream: ProgressStream, change: (text: string) => string): ProgressStream {
  return {
    write: (text) => stream.write(change(text)),
    get isTTY() {
      return stream.isTTY ?? false;
    },
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
  };
}

function processStream(file: () => typeof Deno.stderr | typeof Deno.stdout): ProgressStream {
  return {
    write(text: string) {
      try {
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length;) at += file().writeSync(bytes.subarray(at));
      } catch {
        // Nobody is reading: no reason to end a run.
      }
    },
    get isTTY() {
      try {
        return file().isTerminal();
      } catch {
        return false;
      }
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
