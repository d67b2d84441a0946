/** What a command buffer holds. @module */
import type { DeviceBuffer } from "./buffer.ts";
import type { LostInfo } from "./context.ts";
import type { QuerySet } from "./query_set.ts";

/** Something that the queue does. */
export interface Command {
  /** Why it cannot run now; undefined where it can. */
  readonly hindrance: string | undefined;
  /** Does it. Gives why the device is lost by it, if it is. */
  run(): LostInfo | undefined;
}

/** A part of a buffer. */
export interface BufferPart {
  /** Whose. */
  readonly buffer: DeviceBuffer;
  /** First byte. */
  readonly offset: number;
}

/** Copies bytes from one buffer to another. */
export class Copy implements Command {
  readonly #source: BufferPart;
  readonly #target: BufferPart;
  readonly #size: number;

  /** The parts are inside their buffers. */
  constructor(source: BufferPart, target: BufferPart, size: number) {
    this.#source = source;
    this.#target = target;
    this.#size = size;
  }

  /** A buffer that is destroyed or mapped. */
  get hindrance(): string | undefined {
    return hindranceOf(this.#source.buffer) ?? hindranceOf(this.#target.buffer);
  }

  /** Copies. */
  run(): undefined {
    const { buffer, offset } = this.#source;
    const from = buffer.address + offset;
    const to = this.#target.buffer.address + this.#target.offset;
    buffer.context.memory.bytes.copyWithin(to, from, from + this.#size);
  }
}

/** Sets bytes of a buffer to zero. */
export class Clear implements Command {
  readonly #part: BufferPart;
  readonly #size: number;

  /** The part is inside its buffer. */
  constructor(part: BufferPart, size: number) {
    this.#part = part;
    this.#size = size;
  }

  /** A buffer that is destroyed or mapped. */
  get hindrance(): string | undefined {
    return hindranceOf(this.#part.buffer);
  }

  /** Clears. */
  run(): undefined {
    const { buffer, offset } = this.#part;
    const start = buffer.address + offset;
    buffer.context.memory.bytes.fill(0, start, start + this.#size);
  }
}

/** Writes down the time, in nanoseconds. */
export class Stamp implements Command {
  readonly #queries: QuerySet;
  readonly #index: number;

  /** `index` is inside the set. */
  constructor(queries: QuerySet, index: number) {
    this.#queries = queries;
    this.#index = index;
  }

  /** A set that is destroyed. */
  get hindrance(): string | undefined {
    return hindranceOf(this.#queries);
  }

  /** Writes. */
  run(): undefined {
    this.#queries.times![this.#index] = BigInt(Math.round(performance.now() * 1e6));
  }
}

/** Copies times into a buffer. */
export class Resolve implements Command {
  readonly #queries: QuerySet;
  readonly #first: number;
  readonly #count: number;
  readonly #target: BufferPart;

  /** The queries are inside the set, the part inside its buffer. */
  constructor(queries: QuerySet, { first, count }: { first: number; count: number }, target: BufferPart) {
    this.#queries = queries;
    this.#first = first;
    this.#count = count;
    this.#target = target;
  }

  /** A set or buffer that is destroyed. */
  get hindrance(): string | undefined {
    return hindranceOf(this.#queries) ?? hindranceOf(this.#target.buffer);
  }

  /** Copies. */
  run(): undefined {
    const { buffer, offset } = this.#target;
    const times = this.#queries.times!.slice(this.#first, this.#first + this.#count);
    buffer.context.memory.bytes.set(new Uint8Array(times.buffer), buffer.address + offset);
  }
}

function hindranceOf(resource: DeviceBuffer | QuerySet): string | undefined {
  return resource.hindrance === undefined ? undefined : `${resource} ${resource.hindrance}`;
}
