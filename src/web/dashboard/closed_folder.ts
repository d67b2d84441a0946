/** A folder that nothing leads out of. @module */
import { join } from "@std/path";
import { UsageError } from "../../core/errors.ts";
import { mostTextBytes } from "../../format/untrusted_file.ts";

/** Where something lies below the folder: the names of folders, and of a file or folder in the last of them. */
export type Place = readonly string[];

/** A name in a folder. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is known of a file or folder without opening it. */
export interface Facts {
  readonly isFolder: boolean;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly changed: number;
}

/** Names that are no names of their own, or that some system takes for more than a name. */
// deno-lint-ignore no-control-regex
const unsafe = /^\.{0,2}$|[/\\:\x00-\x1f\x7f]/;

/** Whether a name says nothing but itself: no path, no drive, nothing that ends a text early. */
export function isSafeName(name: string): boolean {
  return !unsafe.test(name) && name.length <= 255;
}

/**
 * Reads below one folder. What is a symbolic link, or lies behind one, is not there: neither listed nor opened. So are pipes,
 * sockets and devices. The folder itself may be given by a link.
 */
export class ClosedFolder {
  /** Without links. */
  readonly #root: string;

  /** @throws {UsageError} When there is no such folder, or it may not be read. */
  constructor(path: string) {
    try {
      this.#root = Deno.realPathSync(path);
      Deno.readDirSync(this.#root);
    } catch (cause) {
      throw new UsageError(`Cannot read the folder ${path}: wanted one that is there`, { cause });
    }
  }

  /** Its path, without links. */
  get path(): string {
    return this.#root;
  }

  /** Names in a folder, sorted; none where there is no such folder. */
  async list(place: Place): Promise<Entry[]> {
    const path = this.#pathOf(place);
    const entries: Entry[] = [];
    try {
      if (path === undefined || !await this.#isOwn(path)) return [];
      for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
        if ((isFile || isDirectory) && isSafeName(name)) entries.push({ name, isFolder: isDirectory });
      }
    } catch {
      return []; // It has gone, or may not be read.
    }
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** What is known of a file or folder; undefined where there is none. */
  async look(place: Place): Promise<Facts | undefined> {
    const path = this.#pathOf(place);
    if (path === undefined) return undefined;
    try {
      const { isFile, isDirectory, size, mtime } = await Deno.lstat(path);
      if (!isFile && !isDirectory) return undefined;
      return { isFolder: isDirectory, size, changed: mtime?.getTime() ?? 0 };
    } catch {
      return undefined;
    }
  }

  /** Opens a file for reading; undefined where there is none. The caller closes it. */
  async open(place: Place): Promise<Deno.FsFile | undefined> {
    const path = this.#pathOf(place);
    let file: Deno.FsFile | undefined;
    try {
      // Looked at first, as a pipe would keep us waiting; and again once it is open, as it may have become another.
      if (path === undefined || !(await Deno.lstat(path)).isFile) return undefined;
      file = await Deno.open(path);
      const [open, there] = [await file.stat(), await Deno.lstat(path)];
      const isSame = open.ino === there.ino && open.dev === there.dev;
      if (there.isFile && isSame && await this.#isOwn(path)) return file;
    } catch {
      // It has gone, or may not be read.
    }
    file?.close();
    return undefined;
  }

  /** The text of a file; undefined where there is none, or it has over 4 MiB. */
  async readText(place: Place): Promise<string | undefined> {
    using file = await this.open(place);
    if (!file || (await file.stat()).size > mostTextBytes) return undefined;
    try {
      return await new Response(file.readable).text();
    } catch {
      return undefined;
    }
  }

  #pathOf(place: Place): string | undefined {
    return place.every(isSafeName) ? join(this.#root, ...place) : undefined;
  }

  /** Whether no link is on the way to what is there. */
  async #isOwn(path: string): Promise<boolean> {
    return await Deno.realPath(path) === path;
  }
}
