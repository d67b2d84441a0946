/**
 * Reading device memory without waiting for a promise.
 *
 * In Deno an awaited `mapAsync` sleeps ten milliseconds after the GPU is done. Once a staging buffer has been through
 * one awaited mapping, a later `mapAsync` blocks until the work is done, and `getMappedRange` may follow at once. That
 * is outside the WebGPU specification, so it stands in this file alone and is probed once per device; where the probe
 * fails, reading awaits.
 *
 * @module
 */
import { eventLoopTurn } from "../core/event_loop.ts";
import type { Tensor } from "./tensor.ts";
import { bufferUsage, mapMode } from "../wasm/device/usage.ts";

/** A range of a tensor, in elements. */
export interface TensorRange {
  /** Where the elements are; each has four bytes. */
  readonly tensor: Tensor;
  /** First element, 0 by default. */
  readonly offset?: number;
  /** Number of elements, all that follow by default. */
  readonly length?: number;
}

/** What reading needs of a device; `Gpu` is one. */
export interface ReadbackHost {
  /** Whether a mapping may be read without awaiting it. */
  readonly fastReadback: boolean;
  /** The encoder of the next submit. */
  readonly encoder: GPUCommandEncoder;
  /** Creates the staging buffer. */
  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  /** Destroys the staging buffer. */
  destroyBuffer(buffer: GPUBuffer): void;
  /** Submits the work enqueued so far. */
  flush(): void;
  /** Throws what the device reported. */
  check(): void;
}

/** A staging buffer for reads of up to `byteLength` bytes. */
export class Readback {
  /** Most bytes of one read. */
  readonly byteLength: number;
  readonly #gpu: ReadbackHost;
  readonly #buffer: GPUBuffer;
  #mappedOnce = false;
  #busy = false;

  /** Allocates the staging buffer. `byteLength` is a positive multiple of 4. */
  constructor(gpu: ReadbackHost, byteLength: number) {
    this.#gpu = gpu;
    this.byteLength = byteLength;
    this.#buffer = gpu.createBuffer({
      label: "readback",
      size: byteLength,
      usage: bufferUsage.mapRead | bufferUsage.copyTarget,
    });
  }

  /** Whether a read is under way: its promise has not settled. */
  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Submits the work enqueued so far, waits for it, and returns the ranges' bytes one after another. The result is a
   * promise only where the device has no fast path, or at this buffer's first read.
   *
   * @throws {RangeError} When the ranges hold more bytes than the buffer.
   */
  read(ranges: readonly TensorRange[]): ArrayBuffer | Promise<ArrayBuffer> {
    let size = 0;
    const copies = ranges.map(({ tensor, offset = 0, length = tensor.size - offset }) => {
      const copy = { tensor, offset: offset * 4, at: size, length: length * 4 };
      size += copy.length;
      return copy;
    });
    if (size > this.byteLength) {
      const labels = ranges.map(({ tensor }) => tensor.label).join(", ");
      throw new RangeError(`Cannot read ${labels}: ${size} bytes, wanted at most ${this.byteLength}`);
    }
    for (const { tensor, offset, at, length } of copies) {
      this.#gpu.encoder.copyBufferToBuffer(tensor.buffer, offset, this.#buffer, at, length);
    }
    this.#gpu.flush();
    return this.#gpu.fastReadback && this.#mappedOnce ? this.#readNow(size) : this.#readLater(size);
  }

  /** Frees the staging buffer. */
  dispose(): void {
    this.#gpu.destroyBuffer(this.#buffer);
  }

  #readNow(size: number): ArrayBuffer | Promise<ArrayBuffer> {
    const mapping = this.#buffer.mapAsync(mapMode.read, 0, size);
    mapping.catch(() => {}); // unmap() may come before the promise settles.
    try {
      return this.#take(size);
    } catch (error) {
      return this.#explain(error);
    }
  }

  async #readLater(size: number): Promise<ArrayBuffer> {
    this.#busy = true;
    try {
      await this.#buffer.mapAsync(mapMode.read, 0, size);
      this.#mappedOnce = true;
      this.#gpu.check();
      return this.#take(size);
    } catch (error) {
      return await this.#explain(error);
    } finally {
      this.#busy = false;
    }
  }

  /** Throws what the device reports, once the event loop has brought it, rather than the mapping's own error. */
  async #explain(error: unknown): Promise<never> {
    await eventLoopTurn();
    this.#gpu.check();
    throw error;
  }

  #take(size: number): ArrayBuffer {
    const bytes = this.#buffer.getMappedRange(0, size).slice(0);
    this.#buffer.unmap();
    return bytes;
  }
}

/** Whether `device` serves a mapping at once after a buffer's first, awaited one, with the right values. */
export async function probeFastReadback(device: GPUDevice): Promise<boolean> {
  const size = 16;
  const source = device.createBuffer({ size, usage: bufferUsage.copySource | bufferUsage.copyTarget });
  const staging = device.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyTarget });
  const copy = (value: number) => {
    device.queue.writeBuffer(source, 0, new Uint32Array(4).fill(value));
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    return staging.mapAsync(mapMode.read);
  };
  const take = () => {
    const values = new Uint32Array(staging.getMappedRange().slice(0));
    staging.unmap();
    return values;
  };
  try {
    await copy(1);
    if (take().some((value) => value !== 1)) return false;
    copy(0xfeedbeef).catch(() => {});
    return take().every((value) => value === 0xfeedbeef);
  } catch {
    return false;
  } finally {
    source.destroy();
    staging.destroy();
  }
}
