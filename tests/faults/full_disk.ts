/** A disk that has no more room. @module */
import type { Disk, DiskFile } from "../../src/train/disk.ts";

/** What needs room: of a write that fails, the first half is written. */
export type Needy = "create" | "append" | "makeFolder" | "write" | "sync";

/** Does everything that another disk does, but for what needs room and finds none. */
export class FullDisk implements Disk {
  readonly #real: Disk;
  readonly #isFull: (number: number, kind: Needy) => boolean;
  /** What needed room, so far. */
  count = 0;
  /** Whether anything found none. */
  wasFull = false;

  /** @param isFull Asked at all that needs room, with its number from 0. */
  constructor(real: Disk, isFull: (number: number, kind: Needy) => boolean) {
    this.#real = real;
    this.#isFull = isFull;
  }

  create(path: string): DiskFile {
    this.#ask("create");
    return this.#watch(this.#real.create(path));
  }

  append(path: string, length?: number): DiskFile {
    this.#ask("append");
    return this.#watch(this.#real.append(path, length));
  }

  rename(from: string, to: string): void {
    this.#real.rename(from, to);
  }

  remove(path: string, options?: { readonly recursive?: boolean }): void {
    this.#real.remove(path, options);
  }

  makeFolder(path: string): string[] {
    this.#ask("makeFolder");
    return this.#real.makeFolder(path);
  }

  async syncFolder(path: string): Promise<void> {
    await this.#real.syncFolder(path);
  }

  #watch(file: DiskFile): DiskFile {
    const ask = (kind: Needy) => this.#ask(kind);
    return {
      get length() {
        return file.length;
      },
      write(bytes) {
        try {
          ask("write");
        } catch (error) {
          file.write(bytes.subarray(0, bytes.length >> 1));
          throw error;
        }
        file.write(bytes);
      },
      sync: async () => {
        ask("sync");
        await file.sync();
      },
      close: () => file.close(),
    };
  }

  #ask(kind: Needy): void {
    if (!this.#isFull(this.count++, kind)) return;
    this.wasFull = true;
    throw Object.assign(new Error(noRoom), { code: "ENOSPC" });
  }
}

/** What the system says then. */
export const noRoom = "No space left on device (os error 28)";

/** What came of trials. */
export interface NoRoomFigures {
  /** How often the disk was full, from one thing on or for it alone. */
  readonly tried: number;
  /** Of them, those with one clear error, and the same folder as without once there was room. */
  readonly survived: number;
  /** What went wrong. */
  readonly failures: readonly string[];
}
