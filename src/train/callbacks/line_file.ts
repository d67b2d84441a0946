/** A file of lines that grows. @module */
import type { StartEvent } from "../../core/events.ts";
import type { StateReader } from "../../core/state.ts";
import { GrowingFile } from "./growing_file.ts";

const encoder = new TextEncoder();

/** How a {@linkcode LineFile} begins. */
export interface LineFileOptions {
  /** The first line of a file that is made anew. */
  readonly header?: string;
  /** Bytes of the file that a run goes on behind, as `sync` told; all by default. */
  readonly length?: number | undefined;
}

/** The length of a file that was open when it was saved, as `sync` told it. @throws {UsageError} When it is none. */
export function readLength(saved: StateReader, key: string): number | undefined {
  return saved.has(key) ? saved.count(key) : undefined;
}

/** A text file that grows by whole lines. */
export class LineFile {
  readonly #file: GrowingFile;
  #lines = "";

  /**
   * Makes the file anew; or goes on with what it holds, where the run goes on.
   *
   * @param start The event that it is opened at.
   * @throws {UsageError} When the file is shorter than it is to be.
   * @throws {WriteError} When it cannot be written; `flush` and `sync` too.
   */
  constructor(path: string, start: StartEvent, { header, length }: LineFileOptions = {}) {
    const isNew = length === undefined && start.step === 0;
    this.#file = new GrowingFile(path, isNew ? 0 : length);
    if (header !== undefined && isNew) this.add(header);
    this.flush();
  }

  /** Keeps a line, given without its break, for the next flush. */
  add(line: string): void {
    this.#lines += line + "\n";
  }

  /** Writes the lines added since the last call, in one call where the system takes them so. */
  flush(): void {
    if (this.#lines === "") return;
    const bytes = encoder.encode(this.#lines);
    this.#lines = "";
    this.#file.write(bytes);
  }

  /** Flushes, and makes all lines outlast a crash; gives the length of the file in bytes. */
  async sync(): Promise<number> {
    this.flush();
    return await this.#file.sync();
  }

  /** Ends it; what was not flushed is lost. */
  close(): void {
    this.#file.close();
  }
}
