/** A disk that fails. @module */
import type { Disk, DiskFile } from "../../src/train/disk.ts";

/** The error of an operation, if it is to fail: its number counts from 0. */
export type Fails = (number: number, kind: keyof Disk | keyof DiskFile) => Error | undefined;

/** Does everything that another disk does, but for what is to fail. */
export class FailingDisk implements Disk {
  readonly #real: Disk;
  readonly #fails: Fails;
  /** Operations so far. */
  count = 0;

  constructor(real: Disk, fails: Fails) {
    this.#real = real;
    this.#fails = fails;
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
    this.#ask("rename");
    this.#real.rename(from, to);
  }

  remove(path: string, options?: { readonly recursive?: boolean }): void {
    this.#real.remove(path, options); // That needs no room.
  }

  makeFolder(path: string): string[] {
    this.#ask("makeFolder");
    return this.#real.makeFolder(path);
  }

  async syncFolder(path: string): Promise<void> {
    this.#ask("syncFolder");
    await this.#real.syncFolder(path);
  }

  #watch(file: DiskFile): DiskFile {
    const ask = (kind: keyof DiskFile) => this.#ask(kind);
    return {
      get length() {
        return file.length;
      },
      write(bytes) {
        try {
          ask("write");
        } catch (error) {
          file.write(bytes.subarray(0, bytes.length >> 1)); // As far as there was room.
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

  #ask(kind: keyof Disk | keyof DiskFile): void {
    const error = this.#fails(this.count++, kind);
    if (error) throw error;
  }
}
