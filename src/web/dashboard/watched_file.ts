/** A small file, read again when it has changed. @module */
import { tryJson } from "../../format/json_text.ts";
import { readHeader } from "../../format/safetensors_header.ts";
import type { ClosedFolder, Place } from "./closed_folder.ts";

/** What a file holds, as long as it stays as it is. */
export class WatchedFile<T> {
  readonly #folder: ClosedFolder;
  readonly #place: Place;
  readonly #read: (folder: ClosedFolder, place: Place) => Promise<T | undefined>;
  #facts = "";
  #value: T | undefined;
  #changed = 0;

  /** @param read Reads the file; undefined where it does not hold what is wanted. */
  constructor(
    folder: ClosedFolder,
    place: Place,
    read: (folder: ClosedFolder, place: Place) => Promise<T | undefined>,
  ) {
    [this.#folder, this.#place, this.#read] = [folder, place, read];
  }

  /** What it held at the latest look. */
  get value(): T | undefined {
    return this.#value;
  }

  /** When it was last written, in milliseconds since 1970; 0 where there is none. */
  get changed(): number {
    return this.#changed;
  }

  /** Looks at it. Returns whether it is no longer as it was. */
  async look(): Promise<boolean> {
    const facts = await this.#folder.look(this.#place);
    const id = facts ? `${facts.size} ${facts.changed}` : "";
    if (id === this.#facts) return false;
    [this.#facts, this.#changed] = [id, facts?.changed ?? 0];
    this.#value = facts ? await this.#read(this.#folder, this.#place) : undefined;
    return true;
  }
}

/** A reader of JSON that holds what `check` wants, which otherwise throws. */
export function json<T>(
  check: (given: unknown) => T,
): (folder: ClosedFolder, place: Place) => Promise<T | undefined> {
  return async (folder, place) => {
    const parsed = tryJson(await folder.readText(place) ?? "");
    try {
      return "value" in parsed ? check(parsed.value) : undefined;
    } catch {
      return undefined;
    }
  };
}

/** Reads the texts that a checkpoint was saved with. */
export async function checkpointTexts(
  folder: ClosedFolder,
  place: Place,
): Promise<Readonly<Record<string, string>> | undefined> {
  using file = await folder.open(place);
  if (!file) return undefined;
  try {
    const reader = readHeader((await file.stat()).size);
    let asked = reader.next();
    while (!asked.done) {
      const bytes = new Uint8Array(asked.value);
      for (let held = 0; held < bytes.length;) {
        const read = await file.read(bytes.subarray(held));
        if (read === null) return undefined;
        held += read;
      }
      asked = reader.next(bytes);
    }
    return asked.value.metadata;
  } catch {
    return undefined; // It is no checkpoint, or a new one is being put in its place.
  }
}
