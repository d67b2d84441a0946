/** A file of lines that grows. @module */
import { GrowingFile } from "./growing_file.ts";

const encoder = new TextEncoder();

/** A text file that grows by whole lines. */
export class LineFile {
  readonly #file: GrowingFile;
  #lines = "";

  /** Replaces the file by an empty one. @throws {WriteError} When it cannot be written; `flush` too. */
  constructor(path: string) {
    this.#file = new GrowingFile(path);
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
