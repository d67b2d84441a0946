/** A file of lines that grows in the course of a run. @module */
import type { StartEvent } from "../../core/events.ts";
import type { StateReader } from "../../core/state.ts";
import { makeFolder } from "../atomic_write.ts";
import { GrowingFile } from "./growing_file.ts";

const encoder = new TextEncoder();

/** Which file a {@linkcode LineFile} is. */
export interface LineFileOptions {
  /** Its folder, made when missing. */
  readonly folder: string;
  /** Its name. */
  readonly name: string;
  /** The first line of a file that is made anew; none by default. */
  readonly header?: string;
}

/** A text file that grows by whole lines, from the start of a run on. What is flushed while it is not open is dropped. */
export class LineFile {
  readonly #options: LineFileOptions;
  #file: GrowingFile | undefined;
  #lines = "";
  /** Bytes of the file that the run goes on behind. */
  #length: number | undefined;

  /** Writes nothing yet. */
  constructor(options: LineFileOptions) {
    this.#options = options;
  }

  /**
   * Makes the file anew; or goes on with what it holds, where the run goes on.
   *
   * @throws {UsageError} When the file is shorter than it is to be.
   * @throws {WriteError} When it cannot be written; `flush` and `sync` too.
   */
  async open(start: StartEvent): Promise<void> {
    const { folder, name, header } = this.#options;
    await makeFolder(folder);
    const isNew = this.#length === undefined && start.step === 0;
    this.#file = new GrowingFile(`${folder}/${name}`, isNew ? 0 : this.#length);
    this.#length = undefined;
    if (header !== undefined && isNew) this.add(header);
    this.flush();
  }

  /** Keeps a line, given without its break, for the next flush. */
  add(line: string): void {
    this.#lines += line + "\n";
  }

  /** Writes the lines added since the last call, in one call where the system takes them so. */
  flush(): void {
    if (this.#lines === "") return;
    const bytes = encoder.encode(this.#lines);
    this.#lines = "";
    this.#file?.write(bytes);
  }

  /** Flushes, and makes all lines outlast a crash; gives the length of the file in bytes, undefined while it is not open. */
  async sync(): Promise<number | undefined> {
    this.flush();
    return await this.#file?.sync();
  }

  /** Takes over the length that `sync` gave when it was saved under `key`: the next start goes on behind it. @throws {UsageError} When it is none. */
  load(saved: StateReader, key: string): void {
    this.#length = saved.has(key) ? saved.count(key) : undefined;
  }

  /** Ends it; what was not flushed is lost. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#lines = "";
  }
}
