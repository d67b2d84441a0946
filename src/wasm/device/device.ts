/** The device: the part of `GPUDevice` that computes. @module */
import { BindGroup, type BindGroupDescriptor } from "./bind_group.ts";
import { DeviceBuffer } from "./buffer.ts";
import { CommandEncoder } from "./command_encoder.ts";
import type { Compiler, DeviceContext, LostInfo } from "./context.ts";
import { type DeviceError, ErrorScopes } from "./errors.ts";
import { BindGroupLayout, PipelineLayout } from "./layout.ts";
import { deviceLimits } from "./limits.ts";
import type { DeviceMemory } from "./memory.ts";
import { ComputePipeline, type PipelineDescriptor } from "./pipeline.ts";
import { QuerySet } from "./query_set.ts";
import { Queue } from "./queue.ts";
import { Scratch } from "./scratch.ts";
import { ShaderModule } from "./shader_module.ts";
import type { Threads } from "./threads.ts";

/** What a device is made of. */
export interface DeviceParts {
  /** All its memory. */
  readonly memory: DeviceMemory;
  /** What makes its kernels. */
  readonly compiler: Compiler;
  /** What runs large dispatches; undefined for the caller's thread alone. */
  readonly threads: Threads | undefined;
}

/** An error that no scope caught. */
class UncapturedErrorEvent extends Event {
  readonly error: DeviceError;

  constructor(error: DeviceError) {
    super("uncapturederror", { cancelable: true });
    this.error = error;
  }
}

/** Buffers, WGSL kernels and a queue, with WebGPU's names and rules. Every call is done when it returns. */
export class Device extends EventTarget {
  /** Its name. */
  label = "";
  /** Where commands go. */
  readonly queue: Queue;
  /** What it has besides. */
  readonly features: ReadonlySet<string> = new Set(["timestamp-query"]);
  /** Largest sizes. */
  readonly limits: Partial<GPUSupportedLimits>;
  /** Resolves when the device is lost. */
  readonly lost: Promise<LostInfo>;
  readonly #context: DeviceContext;

  /** A device with nothing on it. */
  constructor({ memory, compiler, threads }: DeviceParts) {
    super();
    const { promise, resolve } = Promise.withResolvers<LostInfo>();
    let isLost = false;
    this.lost = promise;
    this.#context = {
      memory,
      compiler,
      errors: new ErrorScopes((error) => {
        // At once, so that the next look at the device's errors sees it. A lost device reports nothing.
        if (!isLost) this.dispatchEvent(new UncapturedErrorEvent(error));
      }),
      threads,
      scratch: new Scratch(memory, threads?.most ?? 1),
      get isLost() {
        return isLost;
      },
      lose(info) {
        if (!isLost) threads?.close();
        isLost = true;
        resolve(info);
      },
    };
    this.limits = deviceLimits(memory);
    this.queue = new Queue(this.#context);
  }

  /** Opens an error scope. */
  pushErrorScope(filter: GPUErrorFilter): undefined {
    this.#context.errors.push(filter);
  }

  /** Closes the latest error scope and gives its first error. Rejects when none is open. */
  popErrorScope(): Promise<DeviceError | null> {
    return new Promise((resolve) => resolve(this.#context.errors.pop()));
  }

  /** Makes a buffer, all zero. */
  createBuffer(descriptor: GPUBufferDescriptor): DeviceBuffer {
    return new DeviceBuffer(this.#context, descriptor);
  }

  /** Checks a WGSL text. */
  createShaderModule(descriptor: GPUShaderModuleDescriptor): ShaderModule {
    return new ShaderModule(this.#context, descriptor);
  }

  /** Says what bindings a group has. */
  createBindGroupLayout(descriptor: GPUBindGroupLayoutDescriptor): BindGroupLayout {
    return new BindGroupLayout(this.#context, descriptor);
  }

  /** Says what groups a pipeline has: one at most. */
  createPipelineLayout(
    descriptor: { label?: string; bindGroupLayouts: readonly BindGroupLayout[] },
  ): PipelineLayout {
    return new PipelineLayout(this.#context, descriptor);
  }

  /** Names the buffers that a dispatch works on. */
  createBindGroup(descriptor: BindGroupDescriptor): BindGroup {
    return new BindGroup(this.#context, descriptor);
  }

  /** Compiles an entry point. */
  createComputePipeline(descriptor: PipelineDescriptor): ComputePipeline {
    return new ComputePipeline(this.#context, descriptor);
  }

  /** Begins to record commands. */
  createCommandEncoder(descriptor?: GPUCommandEncoderDescriptor): CommandEncoder {
    return new CommandEncoder(this.#context, descriptor);
  }

  /** Makes room for timestamps. */
  createQuerySet(descriptor: GPUQuerySetDescriptor): QuerySet {
    return new QuerySet(this.#context, descriptor);
  }

  /** Ends the use of the device. */
  destroy(): undefined {
    this.#context.lose({ reason: "destroyed", message: "" });
  }
}
