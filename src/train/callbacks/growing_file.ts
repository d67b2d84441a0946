/** A file that grows. @module */
import { cannotWrite } from "../write_whole.ts";

/** A file that grows by whole records: what is handed over at once goes out in one call where the system takes it so. */
export class GrowingFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  /**
   * Replaces the file by an empty one, or with `append` goes on behind what it holds.
   *
   * @throws {WriteError} When it cannot be written, with the path and the reason; `write` too.
   */
  constructor(path: string, { append = false }: { readonly append?: boolean } = {}) {
    this.#path = path;
    try {
      this.#file = Deno.openSync(path, { create: true, append, write: !append, truncate: !append });
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
