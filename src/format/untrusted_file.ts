/**
 * Files that others may have made: looked at before they are opened, as a pipe would keep who opens it waiting for ever, and
 * not read beyond a bound.
 *
 * @module
 */
import { whole } from "../core/numbers.ts";
import { reasonOf, UsageError } from "../core/errors.ts";

/** Bytes of a text that a person or a run wrote, 4 MiB: JSON read from so many takes no more than 400 MiB of memory. */
export const mostTextBytes = 4 * 2 ** 20;

/** How a file is read. */
export interface UntrustedFileOptions {
  /** Bytes it may have, {@linkcode mostTextBytes} by default. */
  readonly most?: number;
  /** What messages say cannot be done, `read PATH` by default. */
  readonly action?: string;
}

/** An open file and its size when it was opened. */
export interface UntrustedFile extends Disposable {
  /** Bytes. */
  readonly size: number;
  /** The next `count` bytes, in an array of their own. @throws {Error} When there are fewer. */
  read(count: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The text of a file.
 *
 * @throws {UsageError} When there is none, it is no file, too large, may not be read or is not UTF-8.
 */
export async function readUntrustedText(path: string, options: UntrustedFileOptions = {}): Promise<string> {
  using file = await openUntrustedFile(path, options);
  const { action = `read ${path}` } = options;
  const bytes = await file.read(file.size).catch((cause) => {
    throw refusal(action, reason(cause), cause);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refusal(action, "it is no text in UTF-8", cause);
  }
}

/** As {@linkcode readUntrustedText}; undefined where there is no such file. */
export async function readUntrustedTextIfThere(
  path: string,
  options: UntrustedFileOptions = {},
): Promise<string | undefined> {
  try {
    return await readUntrustedText(path, options);
  } catch (error) {
    if ((error as Error).cause instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Opens a file. @throws {UsageError} When there is none, it is no file, too large, or may not be read. */
export async function openUntrustedFile(
  path: string,
  options: UntrustedFileOptions = {},
): Promise<UntrustedFile> {
  const { most = mostTextBytes, action = `read ${path}` } = options;
  try {
    assertFile(await Deno.stat(path), { most, action });
    const file = await Deno.open(path);
    try {
      const { size } = assertFile(await file.stat(), { most, action }); // Of what was opened.
      return {
        size,
        read: (count) => readBytes(file, count),
        [Symbol.dispose]: () => file.close(),
      };
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (cause) {
    throw cause instanceof UsageError ? cause : refusal(action, reason(cause), cause);
  }
}

/**
 * Refuses to write to what leads elsewhere: each path is to be a file, a folder, or free.
 *
 * @throws {UsageError} For a symbolic link, a pipe, a socket or a device, with its path.
 */
export function assertPlainPaths(paths: readonly string[]): void {
  for (const path of paths) {
    if (!leadsElsewhere(path)) continue;
    const found = "it is a symbolic link, a pipe, a socket or a device";
    throw refusal(`write to ${path}`, `${found}, wanted a file or folder of its own`);
  }
}

function leadsElsewhere(path: string): boolean {
  try {
    const { isFile, isDirectory } = Deno.lstatSync(path);
    return !isFile && !isDirectory;
  } catch {
    return false; // Nothing is there, or nobody may know: then writing fails as well.
  }
}

function assertFile(info: Deno.FileInfo, { most, action }: Required<UntrustedFileOptions>): Deno.FileInfo {
  const { isFile, isDirectory, size } = info;
  if (!isFile) {
    throw refusal(
      action,
      `it is ${isDirectory ? "a folder" : "a pipe, a socket or a device"}, wanted a file`,
    );
  }
  if (size <= most) return info;
  throw refusal(action, `it has ${whole(size)} bytes, wanted at most ${whole(most)}`);
}

async function readBytes(file: Deno.FsFile, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const taken = await file.read(bytes.subarray(at));
    if (taken === null) throw new Error(`it ends ${whole(count - at)} bytes early`);
    at += taken;
  }
  return bytes;
}

/** Why a file is not read. */
function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be read, wanted the permission";
  return reasonOf(error);
}

function refusal(action: string, problem: string, cause?: unknown): UsageError {
  return new UsageError(`Cannot ${action}: ${problem}`, { cause });
}
