/** Files that are written whole or not at all. @module */
import { WriteError } from "../core/errors.ts";

/**
 * Writes a file at once: to a temporary file beside it, which is synced and then renamed. Who reads `path`, or finds it
 * after a crash, sees the former file or the new one, never a part.
 *
 * @param data Text is written as UTF-8.
 * @throws {WriteError} When it cannot be written (a full disk, a missing permission or folder), with the path and
 * the reason. The former file is left as it was.
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
    file.close();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {}); // It may not exist; the first error is the one to tell.
    throw cannotWrite(path, error);
  }
}

/** Makes a folder and those above it. @throws {WriteError} When it cannot, with the path and the reason. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** The error of a file or folder that the system would not write, without the names of temporary files. */
export function cannotWrite(path: string, cause: unknown): WriteError {
  const reason = String((cause as Error)?.message ?? cause).replace(/: \w+ '.*$/s, "");
  return new WriteError(`Cannot write ${path}: ${reason}`, { cause });
}
