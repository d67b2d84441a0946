/** Time spent in each kernel, from timestamp queries. @module */
import { bufferUsage, mapMode } from "../wasm/device/usage.ts";

/** One row of {@linkcode Profiler.table}: the dispatches that were timed. */
export interface KernelTime {
  /** `<file>:<entry point>`. */
  readonly kernel: string;
  /** How many were timed. */
  readonly dispatches: number;
  /** Milliseconds in all. */
  readonly milliseconds: number;
}

const capacity = 4096; // Queries in a set: the largest that WebGPU allows.

/** Times every dispatch of the passes it begins; needs the `timestamp-query` feature. */
export class Profiler {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  readonly #labels: string[] = [];
  /** Dispatches that found no room. */
  untimed = 0;
  readonly #times = new Map<string, { dispatches: number; nanoseconds: number }>();

  /** Makes room for 2,048 dispatches between two calls of {@linkcode collect}. */
  constructor(device: GPUDevice) {
    this.#device = device;
    this.#queries = device.createQuerySet({ label: "profiler", type: "timestamp", count: capacity });
    const size = capacity * 8;
    this.#resolved = device.createBuffer({
      size,
      usage: bufferUsage.queryResolve | bufferUsage.copySource,
    });
    this.#staging = device.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyTarget });
  }

  /** Begins a pass for one dispatch of `label`. Once the query set is full, passes go untimed until {@linkcode collect}. */
  beginPass(encoder: GPUCommandEncoder, label: string): GPUComputePassEncoder {
    const index = this.#labels.length * 2;
    if (index + 2 > capacity) {
      this.untimed++;
      return encoder.beginComputePass({ label });
    }
    this.#labels.push(label);
    return encoder.beginComputePass({
      label,
      timestampWrites: {
        querySet: this.#queries,
        beginningOfPassWriteIndex: index,
        endOfPassWriteIndex: index + 1,
      },
    });
  }

  /** Adds the times of the submitted passes to the table. */
  async collect(): Promise<void> {
    const labels = this.#labels.splice(0);
    if (labels.length === 0) return;
    const encoder = this.#device.createCommandEncoder({ label: "profiler" });
    encoder.resolveQuerySet(this.#queries, 0, labels.length * 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, labels.length * 16);
    this.#device.queue.submit([encoder.finish()]);
    await this.#staging.mapAsync(mapMode.read);
    const stamps = new BigUint64Array(this.#staging.getMappedRange());
    for (const [i, label] of labels.entries()) {
      const entry = this.#times.get(label) ?? { dispatches: 0, nanoseconds: 0 };
      entry.dispatches++;
      entry.nanoseconds += Number(stamps[2 * i + 1]! - stamps[2 * i]!);
      this.#times.set(label, entry);
    }
    this.#staging.unmap();
  }

  /** The kernels, the costliest first. */
  table(): KernelTime[] {
    return [...this.#times]
      .map(([kernel, { dispatches, nanoseconds }]) => ({
        kernel,
        dispatches,
        milliseconds: nanoseconds / 1e6,
      }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
  }

  /** Frees the queries and the buffers they are read through. */
  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
