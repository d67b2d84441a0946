/** Lists of device operations that are encoded again for every submit. @module */
import type { Gpu, Program } from "./device.ts";
import { type Kernel, paramsBinding, windowBytes } from "./kernel.ts";
import type { Tensor } from "./tensor.ts";
import { bufferUsage } from "../wasm/device/usage.ts";

/** A uniform window onto a tensor, from element `offset` on. */
export interface Window {
  /** One made with `windowed`. */
  readonly tensor: Tensor;
  /** First element, a multiple of 64. */
  readonly offset: number;
}

/** The arguments of one dispatch. */
export interface Dispatch {
  /** What the kernel only reads, in the order of its bindings. */
  readonly reads: readonly (Tensor | Window)[];
  /** Tensors the kernel writes, in the order of its bindings. */
  readonly writes: readonly Tensor[];
  /** Run-time sizes: unsigned 32-bit integers in the order of the file's `Params`. */
  readonly params: readonly number[];
  /** Workgroups in x, y and z; 1 where absent. */
  readonly workgroups: readonly [x: number, y?: number, z?: number];
}

interface DispatchOperation {
  readonly kernel: Kernel;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: Dispatch["workgroups"];
}

/**
 * A list of dispatches, recorded once and run any number of times by {@linkcode Gpu.enqueue}: command buffers are
 * single-use, but encoding costs well under a microsecond an operation.
 */
export class Recorder implements Program {
  /** The device of its kernels and tensors. */
  readonly gpu: Gpu;
  /** The tensors that the operations touch. */
  readonly tensors: Set<Tensor> = new Set();
  readonly #operations: DispatchOperation[] = [];
  readonly #params: GPUBuffer[] = [];

  /** An empty list. */
  constructor(gpu: Gpu) {
    this.gpu = gpu;
  }

  /** Operations recorded. */
  get length(): number {
    return this.#operations.length;
  }

  /**
   * Appends one dispatch.
   *
   * @throws {RangeError} When the number of tensors is not the kernel's, or a workgroup count is out of range.
   */
  dispatch(kernel: Kernel, { reads, writes, params, workgroups }: Dispatch): void {
    if (reads.length !== kernel.reads || writes.length !== kernel.writes) {
      throw new RangeError(
        `Cannot record ${kernel.label}: ${reads.length} read and ${writes.length} written tensors, ` +
          `wanted ${kernel.reads} and ${kernel.writes}`,
      );
    }
    const limit = this.gpu.device.limits.maxComputeWorkgroupsPerDimension;
    for (const count of workgroups) {
      if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= limit)) continue;
      throw new RangeError(
        `Cannot record ${kernel.label}: workgroups are [${workgroups}], wanted integers from 1 to ${limit}`,
      );
    }
    const bound = [...reads, ...writes];
    for (const entry of bound) this.tensors.add("tensor" in entry ? entry.tensor : entry);
    const uniform = this.#uniform(kernel.label, params);
    const bindGroup = this.gpu.device.createBindGroup({
      label: kernel.label,
      layout: kernel.layout,
      entries: [
        ...bound.map((entry, binding) => ({ binding, resource: bufferBinding(entry) })),
        { binding: paramsBinding, resource: { buffer: uniform } },
      ],
    });
    this.#operations.push({ kernel, bindGroup, workgroups });
  }

  /** Appends the list `times` times over. */
  encode(passFor: (label: string) => GPUComputePassEncoder, times: number): void {
    for (let time = 0; time < times; time++) {
      for (const { kernel, bindGroup, workgroups: [x, y, z] } of this.#operations) {
        const pass = passFor(kernel.label);
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(x, y, z);
      }
    }
  }

  /** Frees the run-time sizes, after the work already enqueued. The tensors belong to their makers. */
  dispose(): void {
    for (const tensor of this.tensors) this.gpu.settle(tensor);
    for (const buffer of this.#params) this.gpu.destroyBuffer(buffer);
    this.#params.length = 0;
    this.#operations.length = 0;
  }

  #uniform(label: string, params: readonly number[]): GPUBuffer {
    const values = new Uint32Array(Math.ceil(Math.max(1, params.length) / 4) * 4);
    values.set(params);
    const buffer = this.gpu.createBuffer({
      label: `${label} sizes`,
      size: values.byteLength,
      usage: bufferUsage.uniform | bufferUsage.copyTarget,
    });
    this.gpu.device.queue.writeBuffer(buffer, 0, values);
    this.#params.push(buffer);
    return buffer;
  }
}

function bufferBinding(entry: Tensor | Window): GPUBufferBinding {
  if (!("tensor" in entry)) return { buffer: entry.buffer, size: entry.byteLength };
  return { buffer: entry.tensor.buffer, offset: entry.offset * 4, size: windowBytes };
}
