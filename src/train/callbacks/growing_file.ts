/** A file that grows. @module */
import { cannotWrite } from "../write_whole.ts";

/** A file that grows by whole records: what is handed over at once goes out in one call where the system takes it so. */
export class GrowingFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  /**
   * Replaces the file by an empty one.
   *
   * @throws {WriteError} When it cannot be written, with the path and the reason; `write` too.
   */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** Ends it. */
  close(): void {
    this.#file.close();
  }
}
