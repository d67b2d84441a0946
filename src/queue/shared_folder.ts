/** Files of runs in a folder that workers and followers share, in place of the database. @module */
import { excerpt, reasonOf, UsageError } from "../core/errors.ts";
import { disk, folderOf } from "../train/disk.ts";
import { makeFolder, writeAtomically } from "../train/atomic_write.ts";

/** Whose files they are: a run, and the hand-out of its job. */
export interface FileOwner {
  /** The sweep's id. */
  readonly sweep: string;
  readonly run: string;
  /** No two that hold the job write to the same place, as each has a number of its own. */
  readonly token: number;
}

/** A folder on a disk that all machines of a queue see, each by a path of its own. */
export class SharedFolder {
  readonly #folder: string;

  /** @param folder Its path on this machine. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a file. @returns Its place in the folder, for whoever reads it. @throws {WriteError} */
  async write({ sweep, run, token }: FileOwner, path: string, bytes: Uint8Array): Promise<string> {
    const place = `${sweep}/${run}/${token}/${path}`;
    const target = this.#path(place);
    await makeFolder(folderOf(target));
    await writeAtomically(target, bytes);
    return place;
  }

  /** Reads a file. @throws {UsageError} When it is not there. */
  async read(place: string): Promise<Uint8Array> {
    try {
      return await Deno.readFile(this.#path(place));
    } catch (error) {
      throw new UsageError(
        `Cannot read ${place} in ${this.#folder}: ${
          reasonOf(error)
        }, wanted the folder that the workers of the sweep write to`,
      );
    }
  }

  /** Removes what a run has there of this hand-out and of former ones, but for some places. */
  prune({ sweep, run, token }: FileOwner, kept: ReadonlySet<string>): void {
    for (const { name } of this.#entries(`${sweep}/${run}`)) {
      if (Number(name) <= token) this.#prune(`${sweep}/${run}/${name}`, kept);
    }
  }

  #prune(place: string, kept: ReadonlySet<string>): void {
    for (const { name, isDirectory } of this.#entries(place)) {
      const inner = `${place}/${name}`;
      if (isDirectory) this.#prune(inner, kept);
      else if (!kept.has(inner)) this.#tryToRemove(inner);
    }
    if (this.#entries(place).length === 0) this.#tryToRemove(place);
  }

  #entries(place: string): Deno.DirEntry[] {
    try {
      return [...Deno.readDirSync(this.#path(place))];
    } catch {
      return [];
    }
  }

  #tryToRemove(place: string): void {
    try {
      disk().remove(this.#path(place));
    } catch {
      // It is in nobody's way.
    }
  }

  /** @throws {UsageError} For a place that leads out of the folder. */
  #path(place: string): string {
    if (place.split("/").every((part) => /^[\w%-][\w.%-]*$/.test(part))) return `${this.#folder}/${place}`;
    throw new UsageError(
      `Cannot use the file "${excerpt(place)}": its path leads elsewhere, wanted one in its folder`,
    );
  }
}
