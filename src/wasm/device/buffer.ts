/** Buffers: ranges of the device's memory, and their mapping. @module */
import { whole } from "../../core/numbers.ts";
import type { DeviceContext } from "./context.ts";
import { named, Refusal } from "./errors.ts";
import { mostBufferBytes } from "./limits.ts";
import type { MemoryRange } from "./memory.ts";
import { bufferUsage, mapMode } from "./usage.ts";

/** Kernels load 16 bytes at a time: so many may be read past the end of a binding. */
const padding = 16;

const knownUsage = 0x03ff;

/** What is of no use any more when a buffer is destroyed. */
export interface BufferUser {
  /** Called once, when the buffer is destroyed. */
  release(): void;
}

interface Mapping {
  readonly mode: number;
  readonly start: number;
  readonly end: number;
  /** What `getMappedRange` gave. */
  readonly ranges: { readonly offset: number; readonly bytes: ArrayBuffer }[];
}

/** A buffer. Mapped ranges are copies, which go back at `unmap` if they are for writing. */
export class DeviceBuffer implements GPUBuffer {
  /** Its name in messages. */
  label: string;
  /** Bytes. */
  readonly size: number;
  /** Bits of {@linkcode bufferUsage}. */
  readonly usage: number;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  readonly #users = new Set<BufferUser>();
  #range: MemoryRange | undefined;
  #mapping: Mapping | undefined;

  /** @throws {RangeError} When it is to be mapped and `size` is no multiple of 4. */
  constructor(context: DeviceContext, descriptor: GPUBufferDescriptor) {
    const { label = "", size, usage, mappedAtCreation = false } = descriptor;
    if (mappedAtCreation && size % 4 !== 0) {
      throw new RangeError(
        `Cannot map ${named("buffer", label)}: it has ${size} bytes, wanted a multiple of 4`,
      );
    }
    this.context = context;
    this.label = label;
    this.size = size;
    this.usage = usage;
    if (context.isLost) return;
    this.#range = context.errors.attempt(`create ${this}`, () => takeRange(context, descriptor));
    if (mappedAtCreation) this.#mapping = { mode: mapMode.write, start: 0, end: size, ranges: [] };
  }

  /** Address of its first byte; 0 where it is destroyed or was never made. */
  get address(): number {
    return this.#range?.address ?? 0;
  }

  /** Whether a mapping is open. */
  get mapState(): GPUBufferMapState {
    return this.#mapping ? "mapped" : "unmapped";
  }

  /** Why no command may use it now, as a verb for it; undefined where one may. */
  get hindrance(): string | undefined {
    if (!this.#range) return "is destroyed or was never made";
    return this.#mapping && "is mapped";
  }

  /** Maps it. It is mapped at once, before the promise is settled. */
  mapAsync(mode: number, offset = 0, size = Math.max(0, this.size - offset)): Promise<undefined> {
    if (this.context.isLost) {
      return Promise.reject(new DOMException(`Cannot map ${this}: its device is lost`, "AbortError"));
    }
    const mapped = this.context.errors.attempt(`map ${this}`, () => {
      const wanted = mode === mapMode.read
        ? bufferUsage.mapRead
        : mode === mapMode.write
        ? bufferUsage.mapWrite
        : 0;
      if (this.hindrance !== undefined) throw new Refusal(`it ${this.hindrance}`);
      if ((this.usage & wanted) === 0) throw new Refusal("its usage does not allow the mode");
      if (offset % 8 !== 0) throw new Refusal(`the offset is ${offset}, wanted a multiple of 8`);
      if (size % 4 !== 0) throw new Refusal(`the size is ${size}, wanted a multiple of 4`);
      if (offset + size > this.size) {
        throw new Refusal(`bytes ${offset} to ${offset + size}, wanted at most ${this.size}`);
      }
      this.#mapping = { mode, start: offset, end: offset + size, ranges: [] };
      return true;
    });
    if (mapped) return Promise.resolve(undefined);
    return Promise.reject(new DOMException(`Cannot map ${this}`, "OperationError"));
  }

  /**
   * A copy of mapped bytes, all from `offset` on by default.
   *
   * @throws {DOMException} `OperationError` when they are not mapped, or given already.
   */
  getMappedRange(offset = 0, size = Math.max(0, this.size - offset)): ArrayBuffer {
    const end = offset + size;
    const refuse = (state: string) =>
      new DOMException(`Cannot get bytes of ${this}: ${state}`, "OperationError");
    if (!this.#mapping) throw refuse("it is not mapped");
    const { start, end: last, ranges } = this.#mapping;
    if (offset % 8 !== 0 || size % 4 !== 0) {
      throw refuse(`offset ${offset}, size ${size}, wanted multiples of 8 and 4`);
    }
    if (offset < start || end > last) {
      throw refuse(`bytes ${offset} to ${end}, mapped are ${start} to ${last}`);
    }
    if (ranges.some((range) => offset < range.offset + range.bytes.byteLength && range.offset < end)) {
      throw refuse(`bytes ${offset} to ${end} overlap a range that was given before`);
    }
    // A buffer that could not be made is mapped at creation all the same.
    const bytes = this.#range
      ? this.context.memory.bytes.slice(this.address + offset, this.address + end).buffer
      : new ArrayBuffer(size);
    ranges.push({ offset, bytes: bytes as ArrayBuffer });
    return bytes as ArrayBuffer;
  }

  /** Ends the mapping; what was given of it becomes empty. */
  unmap(): undefined {
    for (const { offset, bytes } of this.#mapping?.ranges ?? []) {
      if (this.#mapping?.mode === mapMode.write && this.#range) {
        this.context.memory.bytes.set(new Uint8Array(bytes), this.address + offset);
      }
      bytes.transfer(0);
    }
    this.#mapping = undefined;
  }

  /** Gives the memory back. */
  destroy(): undefined {
    this.unmap();
    for (const user of this.#users) user.release();
    if (this.#range) this.context.memory.give(this.#range);
    this.#range = undefined;
  }

  /** Has `user` told of the destruction. */
  attach(user: BufferUser): void {
    if (this.#range) this.#users.add(user);
    else user.release();
  }

  /** Has `user` not told any more. */
  detach(user: BufferUser): void {
    this.#users.delete(user);
  }

  /** For messages. */
  toString(): string {
    return named("buffer", this.label);
  }
}

function takeRange(context: DeviceContext, { size, usage }: GPUBufferDescriptor): MemoryRange {
  if (!Number.isInteger(size) || size < 0) throw new Refusal(`its size is ${size}, wanted a whole number`);
  if (usage === 0 || (usage & ~knownUsage) !== 0) {
    throw new Refusal(`its usage is ${usage}, which WebGPU does not know`);
  }
  for (const [map, partner, name] of mappable) {
    if ((usage & map) !== 0 && (usage & ~map & ~partner) !== 0) {
      throw new Refusal(`its usage is ${usage}, wanted ${name}`);
    }
  }
  if (size > mostBufferBytes(context.memory)) {
    throw new Refusal(
      `it has ${whole(size)} bytes, wanted at most ${whole(mostBufferBytes(context.memory))}`,
    );
  }
  try {
    return context.memory.take(size + padding);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal(error.message, "out-of-memory");
  }
}

const mappable = [
  [bufferUsage.mapRead, bufferUsage.copyTarget, "MAP_READ with nothing but COPY_DST"],
  [bufferUsage.mapWrite, bufferUsage.copySource, "MAP_WRITE with nothing but COPY_SRC"],
] as const;
