/** A file that grows. @module */
import { UsageError } from "../../core/errors.ts";
import { disk, type DiskFile, folderOf } from "../disk.ts";
import { cannotWrite } from "../atomic_write.ts";

/** A file that grows by whole records: what is handed over at once goes out in one call where the system takes it so. */
export class GrowingFile {
  readonly #path: string;
  readonly #file: DiskFile;
  /** Whether a crash would leave its name. */
  #isNamed = false;

  /**
   * Goes on behind the first `length` bytes of the file, all by default, and cuts off what follows; 0 makes it anew.
   *
   * @throws {UsageError} When the file is missing or shorter.
   * @throws {WriteError} When it cannot be written, with the path and the reason; `write` and `sync` too.
   */
  constructor(path: string, length?: number) {
    this.#path = path;
    if (length) assertHolds(path, length);
    try {
      this.#file = disk().append(path, length);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): void {
    try {
      this.#file.write(bytes);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** Makes what was written outlast a crash; gives the length of the file in bytes. */
  async sync(): Promise<number> {
    const { length } = this.#file;
    try {
      await this.#file.sync();
      if (!this.#isNamed) await disk().syncFolder(folderOf(this.#path));
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
    this.#isNamed = true;
    return length;
  }

  /** Ends it. */
  close(): void {
    this.#file.close();
  }
}

function assertHolds(path: string, length: number): void {
  const found = sizeOf(path);
  if (found !== undefined && found >= length) return;
  const state = found === undefined ? "there is no such file" : `it holds ${found} bytes`;
  throw new UsageError(
    `Cannot go on with ${path}: ${state}, wanted the ${length} bytes that it held when the run was saved`,
  );
}

/** Bytes of a file; undefined where there is none. */
function sizeOf(path: string): number | undefined {
  try {
    const { isFile, size } = Deno.statSync(path);
    return isFile ? size : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw cannotWrite(path, error);
  }
}
