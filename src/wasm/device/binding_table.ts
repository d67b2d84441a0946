/** Binding tables: where kernels find the bindings of a group. @module */
import type { KernelBinding } from "../code/kernel_code.ts";
import type { BufferUser, DeviceBuffer } from "./buffer.ts";
import type { DeviceContext } from "./context.ts";
import { Refusal } from "./errors.ts";
import type { MemoryRange } from "./memory.ts";

/** A range of a buffer under a number. */
export interface BufferRange {
  /** What it is used as. */
  readonly type: KernelBinding["type"];
  /** Where it is. */
  readonly buffer: DeviceBuffer;
  /** First byte in the buffer. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** The table that kernels find their bindings in. It goes when one of the buffers does. */
export class BindingTable implements BufferUser {
  readonly #context: DeviceContext;
  readonly #buffers: ReadonlySet<DeviceBuffer>;
  #memory: MemoryRange | undefined;

  /** Writes it into the device's memory. @throws {Refusal} When memory does not suffice. */
  constructor(context: DeviceContext, ranges: ReadonlyMap<number, BufferRange>) {
    this.#context = context;
    this.#buffers = new Set([...ranges.values()].map(({ buffer }) => buffer));
    try {
      this.#memory = context.memory.take(8 * (Math.max(-1, ...ranges.keys()) + 1));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Refusal(error.message, "out-of-memory");
    }
    for (const [binding, { buffer, offset, size }] of ranges) {
      context.memory.words.set([buffer.address + offset, size], this.#memory.address / 4 + 2 * binding);
    }
    for (const buffer of this.#buffers) buffer.attach(this);
  }

  /** Where it is; 0 where it is gone. */
  get address(): number {
    return this.#memory?.address ?? 0;
  }

  /** Gives its memory back. */
  release(): void {
    for (const buffer of this.#buffers) buffer.detach(this);
    if (this.#memory) this.#context.memory.give(this.#memory);
    this.#memory = undefined;
  }
}
