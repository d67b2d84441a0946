/** Where progress is written. @module */

/** What a {@linkcode ProgressBar} writes to: a Node stream is one. */
export interface ProgressStream {
  /** Takes text, escape sequences included where it is a terminal. */
  write(text: string): unknown;
  /** Whether it is a terminal, not by default. */
  readonly isTTY?: boolean;
  /** Width of the terminal, 80 by default. */
  readonly columns?: number;
}

/** This process's standard error; what it does not take is dropped. */
export const standardError: ProgressStream = {
  write(text: string) {
    try {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
    } catch {
      // Nobody is reading: no reason to end a run.
    }
  },
  get isTTY() {
    return Deno.stderr.isTerminal();
  },
  get columns() {
    try {
      return Deno.consoleSize().columns;
    } catch {
      return 80;
    }
  },
};
