/** Files that a state holds, as what is written after it is not of it. @module */
import { excerpt, UsageError } from "../../core/errors.ts";
import type { State, StateReader } from "../../core/state.ts";
import { tryToRemove, writeAtomically } from "../atomic_write.ts";

/** Some of a folder's files, to be saved and put back whole. */
export class FileSnapshot {
  readonly #folder: string;
  readonly #pattern: RegExp;
  #kept: ReadonlyMap<string, Uint8Array> | undefined;

  /** Those of a folder whose names match. */
  constructor(folder: string, pattern: RegExp) {
    this.#folder = folder;
    this.#pattern = pattern;
  }

  /** Their names and bytes. */
  async save(): Promise<State> {
    const names = await this.#names();
    return await Promise.all(
      names.map(async (name) => ({ name, bytes: await Deno.readFile(this.#pathOf(name)) })),
    );
  }

  /** Takes what was saved, for `restore`. @throws {UsageError} When that is something else. */
  load(saved: readonly StateReader[]): void {
    this.#kept = new Map(
      saved.map((file) => [this.readName(file, "name"), file.array("bytes", "Uint8Array")]),
    );
  }

  /** A name of one of them. @throws {UsageError} When it is of another file, or leads out of the folder. */
  readName(saved: StateReader, key: string): string {
    const name = saved.text(key);
    if (this.#pattern.test(name)) return name;
    throw new UsageError(`Cannot restore the file ${excerpt(name)}: wanted one that the run writes`);
  }

  /** Makes the folder's files those that were loaded, if any were, and no others. @throws {WriteError} When it cannot. */
  async restore(): Promise<void> {
    const kept = this.#kept;
    if (!kept) return;
    this.#kept = undefined;
    const names = await this.#names();
    for (const name of names.filter((name) => !kept.has(name))) tryToRemove(this.#pathOf(name));
    for (const [name, bytes] of kept) {
      const path = this.#pathOf(name);
      if (!names.includes(name) || !isSame(await Deno.readFile(path), bytes)) {
        await writeAtomically(path, bytes);
      }
    }
  }

  /** Those that are there. */
  async #names(): Promise<string[]> {
    const entries = await Array.fromAsync(Deno.readDir(this.#folder)).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    });
    const files = entries.filter(({ name, isFile }) => isFile && this.#pattern.test(name));
    return files.map(({ name }) => name).toSorted();
  }

  #pathOf(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
