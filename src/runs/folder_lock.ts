/** Who works in a folder. @module */
import { join } from "@std/path";
import { reasonOf, UsageError, WriteError } from "../core/errors.ts";
import { removePath, tryToRemove } from "../train/atomic_write.ts";
import { folderOf } from "../train/disk.ts";

/** The file in a folder that is locked by the process that works there, whose id it holds. */
export const lockFile = ".lock";

/** Milliseconds that a look at a lock may take, and times that these are waited for on a busy machine. */
const [glance, glances] = [20, 5];

/** Errors of a disk that fails, which are none of the user's. */
const failures: readonly string[] = ["ENOSPC", "EDQUOT", "EIO"];

/**
 * Keeps other processes, and others in this one, out of a folder until it is closed or the process has ended, in whatever
 * way: what a killed process leaves is in nobody's way. A folder that holds nothing else is as good as empty.
 */
export class FolderLock implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #closed = false;

  /**
   * Locks a folder that is there.
   *
   * @param options.left Whether only a lock that was left there is taken, and only at once: see {@linkcode FolderLock.ofKilled}.
   * @throws {UsageError} When another process works there, with its id, or the folder cannot be written.
   * @throws {WriteError} When the disk is full or fails.
   */
  constructor(folder: string, { left = false }: { readonly left?: boolean } = {}) {
    this.#path = join(folder, lockFile);
    try {
      this.#file = lock(this.#path, folder, left);
    } catch (error) {
      throw folderError(folder, error);
    }
  }

  /**
   * The lock of a folder that a killed process left, or nothing where there is none or somebody works there. A link is left
   * alone. It puts nothing into the folder, which somebody may be about to remove.
   */
  static ofKilled(folder: string): FolderLock | undefined {
    try {
      return Deno.lstatSync(folder).isDirectory ? new FolderLock(folder, { left: true }) : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Removes the folder, if it is there, with all that is in it, the lock after the rest, and is closed. Where something cannot be
   * removed the lock's file stays, by which the folder is one that was left.
   */
  removeFolder(): void {
    const folder = folderOf(this.#path);
    try {
      for (const name of namesIn(folder)) if (name !== lockFile) removePath(join(folder, name));
    } catch (error) {
      this.#letGo();
      throw error;
    }
    this.close();
    tryToRemove(folder);
  }

  /** Gives the folder free, and takes the file away; once, however often it is called. */
  close(): void {
    if (this.#closed) return;
    if (isAt(this.#path, this.#file)) tryToRemove(this.#path);
    this.#letGo();
  }

  /** Gives the folder free. */
  #letGo(): void {
    this.#closed = true;
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Whether the file of a lock, which is open for reading, is locked by somebody. */
export function isLocked(file: Deno.FsFile): boolean {
  if (!file.tryLockSync(false)) return true;
  file.unlockSync();
  return false;
}

/** What is in a folder, if that is there. */
export function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The file at the path, once it is locked; one that is there, and at once, if it was `left`. */
function lock(path: string, folder: string, left: boolean): Deno.FsFile {
  for (;;) {
    assertFile(path, folder);
    const file = Deno.openSync(path, { read: true, write: true, create: !left });
    if (!tryToLock(file, left ? 0 : glances)) {
      using _ = file;
      throw new UsageError(
        `Cannot work in ${folder}: ${holder(file)} works there, wanted a folder of its own`,
      );
    }
    if (isAt(path, file)) return sign(file);
    file.close(); // Whoever had it took it away meanwhile.
  }
}

/** Locks a file. Tries again so many times, as somebody may only be looking whether it is locked: see {@linkcode isLocked}. */
function tryToLock(file: Deno.FsFile, again: number): boolean {
  for (let left = again;; left--) {
    if (file.tryLockSync(true)) return true;
    if (left === 0) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, glance);
  }
}

/** Writes down whose the lock is. */
function sign(file: Deno.FsFile): Deno.FsFile {
  try {
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** @throws {UsageError} For what somebody else has put there: writing to a link would write elsewhere. */
function assertFile(path: string, folder: string): void {
  try {
    if (Deno.lstatSync(path).isFile) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new UsageError(`Cannot work in ${folder}: its ${lockFile} is no file, wanted one or none`);
}

/** Whether a file that is open is the one at the path. */
function isAt(path: string, file: Deno.FsFile): boolean {
  try {
    const [there, open] = [Deno.lstatSync(path), file.statSync()];
    return there.ino === open.ino && there.dev === open.dev;
  } catch {
    return false;
  }
}

/** Who holds the lock, in words. */
function holder(file: Deno.FsFile): string {
  try {
    const bytes = new Uint8Array(20);
    const [, id] = /^(\d+)\n/.exec(new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0))) ??
      [];
    if (id !== undefined) return id === `${Deno.pid}` ? "this process" : `process ${id}`;
  } catch {
    // On Windows nobody else reads what is locked.
  }
  return "another process";
}

/** What the system would not do in a folder: a mistake of the user, unless the disk is full or fails. */
export function folderError(folder: string, error: unknown): Error {
  if (error instanceof UsageError || error instanceof WriteError) return error;
  const reason = reasonOf(error);
  return failures.includes((error as { code?: string }).code ?? "")
    ? new WriteError(`Cannot write to ${folder}: ${reason}`, { cause: error })
    : new UsageError(`Cannot write to ${folder}: ${reason}, wanted a folder that can be written`, {
      cause: error,
    });
}
