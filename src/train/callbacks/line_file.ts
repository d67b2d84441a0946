/** A file of lines that grows. @module */
import type { StartEvent } from "../../core/events.ts";
import { GrowingFile } from "./growing_file.ts";

const encoder = new TextEncoder();

/** A text file that grows by whole lines. */
export class LineFile {
  readonly #file: GrowingFile;
  #lines = "";

  /**
   * Replaces the file by its `header`, a line; or goes on behind what it holds, where the run goes on.
   *
   * @param start The event that it is opened at.
   * @throws {WriteError} When it cannot be written; `flush` too.
   */
  constructor(path: string, start: StartEvent, header?: string) {
    const append = start.step > 0;
    this.#file = new GrowingFile(path, { append });
    if (header !== undefined && !append) this.add(header);
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

  /** Ends it; what was not flushed is lost. */
  close(): void {
    this.#file.close();
  }
}
