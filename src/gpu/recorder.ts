/** Lists of device operations that are encoded again for every submit. @module */
import type { Gpu, Program } from "./device.ts";
import { type Kernel, paramsBinding, windowBytes } from "./kernel.ts";
import { encodeSizes, type Sizes } from "./run_time_sizes.ts";
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
  /** What the kernel binds, by the names of its variables; a {@linkcode Window} for a uniform one. */
  readonly tensors: Readonly<Record<string, Tensor | Window>>;
  /** Run-time sizes, by the names of the text's `Params`: those that the kernel reads at least. None by default. */
  readonly sizes?: Sizes;
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
   * @throws {RangeError} When the tensors or sizes are not those that the kernel names, or a workgroup count is out of range.
   */
  dispatch(kernel: Kernel, { tensors, sizes = {}, workgroups }: Dispatch): void {
    const limit = this.gpu.device.limits.maxComputeWorkgroupsPerDimension;
    for (const count of workgroups) {
      if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= limit)) continue;
      throw new RangeError(
        `Cannot record ${kernel.label}: workgroups are [${workgroups}], wanted integers from 1 to ${limit}`,
      );
    }
    assertNamed(kernel, Object.keys(tensors));
    const { bindings, params } = kernel.interface;
    const entries = bindings.map(({ name, binding }): GPUBindGroupEntry => ({
      binding,
      resource: bufferBinding(tensors[name]!),
    }));
    const values = encodeSizesOf(kernel, sizes);
    if (params !== undefined) {
      entries.push({ binding: paramsBinding, resource: { buffer: this.#uniform(kernel.label, values) } });
    }
    const bindGroup = this.gpu.device.createBindGroup({
      label: kernel.label,
      layout: kernel.layout,
      entries,
    });
    for (const entry of Object.values(tensors)) this.tensors.add("tensor" in entry ? entry.tensor : entry);
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

  #uniform(label: string, values: ArrayBuffer): GPUBuffer {
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

/** Throws RangeError unless `given` are the names of what the kernel binds. */
function assertNamed({ label, interface: { bindings } }: Kernel, given: readonly string[]): void {
  const wanted = bindings.map(({ name }) => name);
  if (given.length === wanted.length && given.every((name) => wanted.includes(name))) return;
  throw new RangeError(
    `Cannot record ${label}: tensors are [${given.join(", ")}], wanted [${wanted.join(", ")}]`,
  );
}

function encodeSizesOf(kernel: Kernel, sizes: Sizes): ArrayBuffer {
  try {
    return encodeSizes(kernel.interface, sizes);
  } catch (error) {
    throw new RangeError(`Cannot record ${kernel.label}: ${(error as Error).message}`);
  }
}
