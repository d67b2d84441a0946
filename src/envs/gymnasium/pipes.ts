/** The pipes to a process of Python: bytes there and back, without waiting for the event loop. @module */
import { TrainingError } from "../../core/errors.ts";

/** Bytes of the end of what Python wrote that an error looks at. */
const logBytes = 8192;

/** Lines of it that an error shows. */
const logLines = 12;

/** The ends of this side. */
export class Pipes {
  readonly #requests: Deno.FsFile;
  readonly #replies: Deno.FsFile;
  /** What Python and the environments print. */
  readonly #log: Deno.FsFile;
  /** Milliseconds that a call into an environment may take. */
  readonly #limit: number;
  #isOpen = true;

  /**
   * Opens the pipes in `folder`, which Python then removes.
   *
   * @param limit Seconds that a call into an environment may take.
   */
  constructor(folder: string, limit: number) {
    this.#requests = openEnd(`${folder}/requests`, { write: true });
    this.#replies = openEnd(`${folder}/replies`, { read: true });
    this.#log = Deno.openSync(`${folder}/log`);
    this.#limit = limit * 1000;
  }

  /** Whether Python is there, as far as is known. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends `request`, and fills `reply`. @throws {TrainingError} `failure`, with what has become of Python. */
  exchange(request: Uint8Array, reply: Uint8Array, failure: string): void {
    const start = performance.now();
    try {
      if (this.#isOpen && this.#send(request) && this.#receive(reply)) return;
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
    const log = this.#isOpen ? this.#readLog() : [];
    this.close();
    // It ends itself when the time is up, so that the time is what tells.
    const elapsed = performance.now() - start;
    throw new TrainingError(`${failure}: ${elapsed >= this.#limit ? lateness(elapsed, log) : death(log)}`);
  }

  /** Sends what has no reply, to a Python that may have ended. */
  tell(request: Uint8Array): void {
    try {
      if (this.#isOpen) this.#send(request);
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }

  /** Lets go of the pipes, by which Python ends. Once is enough. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const file of [this.#requests, this.#replies, this.#log]) file.close();
  }

  #send(bytes: Uint8Array): true {
    for (let at = 0; at < bytes.length;) at += this.#requests.writeSync(bytes.subarray(at));
    return true;
  }

  /** Whether there was as much to read. */
  #receive(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length;) {
      const taken = this.#replies.readSync(at === 0 ? bytes : bytes.subarray(at));
      if (taken === null) return false;
      at += taken;
    }
    return true;
  }

  /** The last lines of what was printed. */
  #readLog(): string[] {
    const { size } = this.#log.statSync();
    this.#log.seekSync(Math.max(0, size - logBytes), Deno.SeekMode.Start);
    const bytes = new Uint8Array(logBytes);
    const taken = this.#log.readSync(bytes) ?? 0;
    return linesOf(new TextDecoder().decode(bytes.subarray(0, taken)));
  }
}

/** The lines of a text that say something. */
export function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
}

/** Why there was no answer in so many milliseconds, by a traceback whose first lines are the innermost. */
export function lateness(elapsed: number, log: readonly string[]): string {
  const first = log.findLastIndex((line) => line.includes("(most recent call first)"));
  const traceback = first < 0 ? [] : log.slice(first + 1, first + 1 + logLines);
  const where = traceback.length > 0 ? `. Python was at\n${traceback.join("\n")}` : "";
  return `there was no answer in ${Math.floor(elapsed / 1000)} s, wanted one by then${where}`;
}

/** What has become of a Python that has ended, by what it wrote last. */
export function death(log: readonly string[]): string {
  const last = log.slice(-logLines).join("\n");
  return `Python has ended, wanted an answer. ${
    last ? `The last that it wrote:\n${last}` : "It wrote nothing"
  }`;
}

/** An end of a named pipe. It is opened for both at first: opened for one it would wait for a Python that may be dead. */
function openEnd(path: string, end: { readonly read: true } | { readonly write: true }): Deno.FsFile {
  using _both = Deno.openSync(path, { read: true, write: true });
  return Deno.openSync(path, end);
}
