/** All memory of the device: one WebAssembly memory and who has which part of it. @module */
import { whole } from "../../core/numbers.ts";

/** Addresses are multiples of it: WebGPU's largest `minStorageBufferOffsetAlignment`. */
export const alignment = 256;

const pageBytes = 65536;
/** Pages of the largest 32-bit memory: 4 GiB. */
const mostPages = 65536;
/** Pages by which the memory grows at least. A page that nothing has touched takes no physical memory. */
const leastGrowth = 256;

/** How a {@linkcode DeviceMemory} is made. */
export interface MemoryOptions {
  /** Whether threads share it, `false` by default. */
  readonly shared?: boolean;
  /** Pages of 64 KiB that it may grow to, 65,536 by default: 4 GiB. */
  readonly maximumPages?: number;
}

/** A part of the memory. */
export interface MemoryRange {
  /** Of its first byte, a multiple of {@linkcode alignment} and not 0. */
  readonly address: number;
  /** A multiple of {@linkcode alignment}. */
  readonly bytes: number;
}

/** One WebAssembly memory that grows as ranges of it are asked for; ranges given back are used again. */
export class DeviceMemory {
  /** What kernels import. */
  readonly memory: WebAssembly.Memory;
  /** Whether threads share it. */
  readonly shared: boolean;
  /** Bytes that ranges may take in all. */
  readonly capacity: number;
  #bytes!: Uint8Array;
  #words!: Uint32Array;
  /** Ranges that nobody has, by address; no two of them touch, and none reaches `#top`. */
  readonly #free: { address: number; bytes: number }[] = [];
  /** From here on nobody has anything. It starts above 0, so that no address is 0. */
  #top = alignment;
  /** From here on nobody ever had anything, so that all is zero. */
  #untouched = alignment;
  #taken = 0;
  /** As far as the memory can grow, as is known by now. */
  #reach: number;

  /** @throws {RangeError} When the engine has no address space for a page. */
  constructor({ shared = false, maximumPages = mostPages }: MemoryOptions = {}) {
    const { memory, maximum } = reserve(shared, maximumPages);
    this.memory = memory;
    this.shared = shared;
    this.#reach = maximum * pageBytes;
    this.capacity = this.#reach - alignment;
    this.#look();
  }

  /** All bytes. Another array after the memory has grown: not to be kept. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** All bytes as words. Another array after the memory has grown: not to be kept. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** Bytes that nobody has; the longest range may be shorter. */
  get available(): number {
    return this.capacity - this.#taken;
  }

  /** A range of at least so many bytes, all zero. @throws {RangeError} With the bytes needed and there. */
  take(bytes: number): MemoryRange {
    const rounded = Math.ceil(Math.max(1, bytes) / alignment) * alignment;
    const address = this.#takeFree(rounded) ?? this.#takeTop(rounded);
    this.#taken += rounded;
    this.#bytes.fill(0, address, Math.min(address + rounded, Math.max(address, this.#untouched)));
    this.#untouched = Math.max(this.#untouched, address + rounded);
    return { address, bytes: rounded };
  }

  /** Gives a range back. */
  give({ address, bytes }: MemoryRange): void {
    this.#taken -= bytes;
    let next = this.#free.findIndex((range) => range.address > address);
    if (next < 0) next = this.#free.length;
    let merged = { address, bytes };
    const before = this.#free[next - 1];
    if (before && before.address + before.bytes === address) {
      merged = { address: before.address, bytes: before.bytes + bytes };
      this.#free.splice(--next, 1);
    }
    const after = this.#free[next];
    if (after && after.address === address + bytes) {
      merged.bytes += after.bytes;
      this.#free.splice(next, 1);
    }
    if (merged.address + merged.bytes === this.#top) this.#top = merged.address;
    else this.#free.splice(next, 0, merged);
  }

  /** The start of the shortest free range that is long enough; the first of them. */
  #takeFree(bytes: number): number | undefined {
    let best = -1;
    for (const [i, range] of this.#free.entries()) {
      if (range.bytes >= bytes && (best < 0 || range.bytes < this.#free[best]!.bytes)) best = i;
    }
    const range = this.#free[best];
    if (!range) return undefined;
    const { address } = range;
    range.address += bytes;
    range.bytes -= bytes;
    if (range.bytes === 0) this.#free.splice(best, 1);
    return address;
  }

  #takeTop(bytes: number): number {
    const address = this.#top;
    const end = address + bytes;
    const missing = Math.ceil((end - this.#bytes.length) / pageBytes);
    if (missing > 0 && !this.#grow(missing)) {
      const there = Math.max(this.#reach - address, 0, ...this.#free.map((range) => range.bytes));
      throw new RangeError(
        `it needs ${whole(bytes)} bytes, and of ${whole(this.capacity)} bytes ${whole(this.available)} ` +
          `are free, at most ${whole(there)} of them in one piece`,
      );
    }
    this.#top = end;
    return address;
  }

  /** Grows by so many pages, or by more where there is room. */
  #grow(pages: number): boolean {
    const room = (this.capacity + alignment - this.#bytes.length) / pageBytes;
    if (pages > room) return false;
    try {
      this.memory.grow(Math.min(room, Math.max(pages, leastGrowth)));
    } catch {
      this.#reach = this.#bytes.length; // The engine or the operating system has no more.
      return false;
    }
    this.#look();
    return true;
  }

  #look(): void {
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#words = new Uint32Array(this.memory.buffer);
  }
}

/** A memory that may grow to as much of `maximum` as the engine gives address space for. */
function reserve(shared: boolean, maximum: number): { memory: WebAssembly.Memory; maximum: number } {
  try {
    return { memory: new WebAssembly.Memory({ initial: 1, maximum, shared }), maximum };
  } catch (error) {
    if (maximum <= leastGrowth || !(error instanceof RangeError)) throw error;
    return reserve(shared, Math.floor(maximum / 2));
  }
}
