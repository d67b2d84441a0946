/** Files that are written whole or not at all. @module */
import { reasonOf, WriteError } from "../core/errors.ts";
import { disk, folderOf } from "./disk.ts";

/** How a file's name ends until it is whole. */
export const temporaryEnd = ".tmp";

/**
 * Writes a file at once: to a temporary file beside it, which is synced and then renamed. Who reads `path`, or finds it
 * after a crash, sees the former file or the new one, never a part; once this is done, the new one.
 *
 * @param data Text is written as UTF-8; several parts come one after the other.
 * @throws {WriteError} When it cannot be written (a full disk, a missing permission or folder), with the path and
 * the reason. The former file is left as it was.
 */
export async function writeAtomically(
  path: string,
  data: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}${temporaryEnd}`;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  try {
    await writeSynced(temporary, bytes instanceof Uint8Array ? [bytes] : bytes);
    disk().rename(temporary, path);
    await disk().syncFolder(folderOf(path));
  } catch (error) {
    tryToRemove(temporary); // It may not exist; the first error is the one to tell.
    throw cannotWrite(path, error);
  }
}

async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = disk().create(path);
  try {
    for (const part of parts) file.write(part);
    await file.sync();
  } finally {
    file.close();
  }
}

/** Removes a file for good, if it is there. @throws {WriteError} When it cannot, with the path and the reason. */
export async function removeDurably(path: string): Promise<void> {
  try {
    disk().remove(path);
    await disk().syncFolder(folderOf(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw cannotWrite(path, error);
  }
}

/** Makes a folder and those above it. @throws {WriteError} When it cannot, with the path and the reason. */
export async function makeFolder(path: string): Promise<void> {
  try {
    for (const made of disk().makeFolder(path)) await disk().syncFolder(folderOf(made));
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Removes the temporary files that a process left in a folder, and in those within it, which was ended as it wrote. */
export function removeTemporaries(folder: string): void {
  for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) removeTemporaries(path);
    else if (isFile && name.endsWith(temporaryEnd)) tryToRemove(path);
  }
}

/** Removes a file, or a folder with all that is in it, if it is there. */
export function removePath(path: string): void {
  try {
    disk().remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes a file or an empty folder, where there is one and it can be removed. */
export function tryToRemove(path: string): void {
  try {
    disk().remove(path);
  } catch {
    // Nothing depends on it.
  }
}

/** The error of a file or folder that the system would not write, without the names of temporary files. */
export function cannotWrite(path: string, cause: unknown): WriteError {
  return new WriteError(`Cannot write ${path}: ${reasonOf(cause)}`, { cause });
}
