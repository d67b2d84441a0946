/** Memory in which an invocation keeps its arrays and a workgroup its variables. @module */
import type { DeviceMemory, MemoryRange } from "./memory.ts";

/** One range for each thread, as long as the neediest kernel so far asks for. */
export class Scratch {
  readonly #memory: DeviceMemory;
  readonly #threads: number;
  #range: MemoryRange | undefined;
  #stride = 0;

  /** Takes nothing yet. */
  constructor(memory: DeviceMemory, threads: number) {
    this.#memory = memory;
    this.#threads = threads;
  }

  /** Address of the first thread's range. */
  get address(): number {
    return this.#range?.address ?? 0;
  }

  /** Bytes from one thread's range to the next. */
  get stride(): number {
    return this.#stride;
  }

  /** Makes every range at least so long. @throws {RangeError} When memory does not suffice. */
  reserve(bytes: number): void {
    if (bytes <= this.#stride) return;
    if (this.#range) this.#memory.give(this.#range);
    this.#range = undefined;
    this.#stride = 0;
    // Whole cache lines, so that threads do not share one.
    const stride = Math.ceil(bytes / 128) * 128;
    this.#range = this.#memory.take(stride * this.#threads);
    this.#stride = stride;
  }
}
