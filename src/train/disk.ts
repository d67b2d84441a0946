/** What is written to a disk: all writes that matter go through here. @module */

import { assertPlainPaths } from "../format/untrusted_file.ts";

/** A file that is open for writing. */
export interface DiskFile {
  /** Bytes that it holds. */
  readonly length: number;
  /** Writes all of `bytes` behind what it holds, in one call where the system takes them so. */
  write(bytes: Uint8Array): void;
  /** Makes what it holds outlast a crash; whether its name does is for the folder's `sync`. */
  sync(): Promise<void>;
  /** Lets go of it. */
  close(): void;
}

/**
 * What writes files. Everything but syncing is done when the call returns, one thing after the other, and outlasts the end
 * of the process; what outlasts a crash of the machine is what was synced. Errors are those of the system: whoever calls
 * says what could not be written.
 */
export interface Disk {
  /** Makes a file, which is to be new. */
  create(path: string): DiskFile;
  /** Goes on with a file behind its first `length` bytes, all by default, and cuts off what follows; made when missing. */
  append(path: string, length?: number): DiskFile;
  /** Gives a file another name, in place of a former file of that name. */
  rename(from: string, to: string): void;
  /** Removes a file or an empty folder; or, where `recursive`, a folder with all that is in it. */
  remove(path: string, options?: { readonly recursive?: boolean }): void;
  /** Makes a folder and those above it that are missing; gives those made, the uppermost first. */
  makeFolder(path: string): string[];
  /** Makes the names in a folder outlast a crash: those given, those taken away. */
  syncFolder(path: string): Promise<void>;
}

/** The disk that everything is written to. */
export function disk(): Disk {
  return current;
}

/** Puts another disk in place of the present one, for tests, until what is returned is disposed of. */
export function replaceDisk(other: Disk): Disposable {
  const former = current;
  current = other;
  return { [Symbol.dispose]: () => void (current = former) };
}

/** The folder that a path is in. */
export function folderOf(path: string): string {
  const [, folder] = (Deno.build.os === "windows" ? /^(.*)[\\/][^\\/]+[\\/]*$/s : /^(.*)\/[^/]+\/*$/s)
    .exec(path) ?? [];
  return folder === undefined ? "." : folder || "/";
}

/** The files of this machine. */
class SystemDisk implements Disk {
  create(path: string): DiskFile {
    return new SystemFile(Deno.openSync(path, { write: true, createNew: true }), 0);
  }

  append(path: string, length?: number): DiskFile {
    assertPlainPaths([path]); // As a link in a folder of a stranger would have another file cut.
    // Not opened for appending, as Windows would then not cut it.
    const file = Deno.openSync(path, { write: true, create: true });
    try {
      if (length !== undefined) file.truncateSync(length);
      return new SystemFile(file, file.seekSync(0, Deno.SeekMode.End));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  rename(from: string, to: string): void {
    Deno.renameSync(from, to);
  }

  remove(path: string, options: { readonly recursive?: boolean } = {}): void {
    Deno.removeSync(path, options);
  }

  makeFolder(path: string): string[] {
    const missing: string[] = [];
    for (let at = path; !isThere(at); at = folderOf(at)) missing.unshift(at);
    Deno.mkdirSync(path, { recursive: true });
    return missing;
  }

  async syncFolder(path: string): Promise<void> {
    if (Deno.build.os === "windows") return; // It opens no folders.
    try {
      using folder = Deno.openSync(path);
      await folder.sync();
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
}

/** A file of this machine. */
class SystemFile implements DiskFile {
  readonly #file: Deno.FsFile;
  #length: number;

  constructor(file: Deno.FsFile, length: number) {
    this.#file = file;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const taken = this.#file.writeSync(bytes.subarray(at));
      at += taken;
      this.#length += taken;
    }
  }

  async sync(): Promise<void> {
    await this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** Whether syncing folders is none of what a file system does, or none of what this process may: it can read nothing back either. */
function isRefusal(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.NotSupported ||
    ["EINVAL", "ENOTSUP", "EACCES"].includes((error as { code?: string }).code ?? "");
}

let current: Disk = new SystemDisk();
