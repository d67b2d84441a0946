/** Files of runs in a folder that workers and followers share, in place of the database. @module */
import { reasonOf, UsageError } from "../core/errors.ts";
import { disk, folderOf } from "../train/disk.ts";
import { makeFolder, removeDurably, writeAtomically } from "../train/atomic_write.ts";
import { type FileOwner, type FileStore, placeOf, plain } from "./file_store.ts";

/** A folder on a disk that all machines of a queue see, each by a path of its own. */
export class SharedFolder implements FileStore {
  readonly #folder: string;

  /** @param folder Its path on this machine. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder where there is none, and a file in it for a moment. @throws {WriteError} */
  async assertWritable(): Promise<void> {
    await makeFolder(this.#folder);
    const probe = `${this.#folder}/probe-${crypto.randomUUID()}`;
    await writeAtomically(probe, "");
    await removeDurably(probe);
  }

  /** @throws {UsageError} Unless the folder can be listed, or is to be made by a worker. */
  assertReadable(): Promise<void> {
    try {
      Deno.readDirSync(this.#folder).next();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        throw new UsageError(
          `Cannot read ${this.#folder}: ${reasonOf(error)}, wanted the folder that the workers write to`,
        );
      }
    }
    return Promise.resolve();
  }

  /** Writes a file. @returns Its place in the folder, for whoever reads it. @throws {WriteError} */
  async write(owner: FileOwner, path: string, bytes: Uint8Array): Promise<string> {
    const place = placeOf(owner, path);
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
  prune({ sweep, run, token }: FileOwner, kept: ReadonlySet<string>): Promise<void> {
    for (const { name } of this.#entries(`${sweep}/${run}`)) {
      if (Number(name) <= token) this.#prune(`${sweep}/${run}/${name}`, kept);
    }
    return Promise.resolve();
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
    return `${this.#folder}/${plain(place)}`;
  }
}
