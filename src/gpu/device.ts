/** The adapter, its device, and the work enqueued on it. @module */
import { DeviceError, UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import type { DeviceChoice, DeviceKind } from "./choice.ts";
import { Kernel, kernelLabel, type KernelSpec } from "./kernel.ts";
import { type OpenDevice, openDevice } from "./open.ts";
import { lossError } from "./device_lost.ts";
import { type KernelProfile, type KernelProfileName, selectProfile } from "./profiles.ts";
import { Profiler } from "./profiler.ts";
import { probeFastReadback, Readback, type TensorRange } from "./readback.ts";
import type { Tensor } from "./tensor.ts";

/** How a device is opened. */
export interface GpuOptions {
  /**
   * Where the kernels run. `webgpu` takes any adapter of WebGPU's, a software one too; `wasm` compiles them to WebAssembly
   * with SIMD for the processor; `auto`, the default, takes a GPU where WebGPU has one, else `wasm`.
   */
  readonly device?: DeviceChoice;
  /** Tile and workgroup choices, `auto` by default: those of the adapter's kind. */
  readonly kernelProfile?: KernelProfileName;
  /** Times every kernel with timestamp queries, `false` by default. It slows everything down. */
  readonly profile?: boolean;
  /** `false` makes every read await its mapping, as on devices without the fast path. */
  readonly fastReadback?: boolean;
}

/** Operations that can be encoded any number of times; `Recorder` is one. */
export interface Program {
  /** The tensors that the operations touch. */
  readonly tensors: Iterable<Tensor>;
  /** Appends the operations, `times` times over, each to the pass that `passFor` gives for the label of its kernel. */
  encode(passFor: (label: string) => GPUComputePassEncoder, times: number): void;
}

/**
 * One device. Work is enqueued and goes to the GPU in one submit when something is read, when a tensor that it
 * touches is written, or at {@linkcode flush}.
 */
export class Gpu {
  /** What runs the kernels. */
  readonly kind: DeviceKind;
  /** The open device. Its errors surface in {@linkcode check}. */
  readonly device: GPUDevice;
  /** What the adapter tells of itself. */
  readonly info: GPUAdapterInfo;
  /** Tile and workgroup choices of the kernels. */
  readonly kernelProfile: KernelProfile;
  /** Whether {@linkcode Readback} reads without awaiting. */
  readonly fastReadback: boolean;
  /** Times every kernel; undefined unless opened with `profile`. */
  readonly profiler: Profiler | undefined;
  /** Bytes in buffers that are alive. */
  bytes = 0;
  /** Buffers that are alive. */
  buffers = 0;
  /** Submits so far. */
  submits = 0;
  readonly #kernels = new Map<string, Kernel>();
  readonly #staging: Readback[] = [];
  readonly #touched = new Set<Tensor>();
  #encoder: GPUCommandEncoder | undefined;
  /** The pass that dispatches go into until something else is encoded. */
  #pass: GPUComputePassEncoder | undefined;
  readonly #passFor = (label: string): GPUComputePassEncoder => this.#openPass(label);
  #failure: DeviceError | undefined;
  #lost: DeviceError | undefined;
  #closed = false;

  private constructor({ kind, device, info }: OpenDevice, options: Required<Omit<GpuOptions, "device">>) {
    this.kind = kind;
    this.device = device;
    this.info = info;
    this.kernelProfile = selectProfile(options.kernelProfile, { kind, info });
    this.fastReadback = options.fastReadback;
    this.profiler = options.profile ? new Profiler(device) : undefined;
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.#failure ??= new DeviceError(
        `The GPU reported an error: ${(event as GPUUncapturedErrorEvent).error.message}`,
      );
    });
    device.lost.then((info) => {
      if (!this.#closed) this.#lost = lossError(info);
    });
  }

  /**
   * Opens a device with the limits that its adapter offers.
   *
   * @throws {UsageError} When WebGPU is asked for and no adapter answers, timing is asked from one that has no timestamps, or
   * the kernel profile is not for the device.
   */
  static async open(options: GpuOptions = {}): Promise<Gpu> {
    const profile = options.profile ?? false;
    const opened = await openDevice(options.device ?? "auto", profile ? ["timestamp-query"] : []);
    try {
      return new Gpu(opened, {
        kernelProfile: options.kernelProfile ?? "auto",
        profile,
        fastReadback: options.fastReadback ?? await probeFastReadback(opened.device),
      });
    } catch (error) {
      opened.device.destroy();
      throw error;
    }
  }

  /** The adapter in words, as in `llvmpipe (LLVM 15.0.6, 256 bits)` or `WebAssembly SIMD, 2 threads`. */
  get adapter(): string {
    return this.info.description || this.info.device || this.info.vendor || "unnamed adapter";
  }

  /** The kernel that `spec` describes, compiled once per device. */
  kernel(spec: KernelSpec): Kernel {
    const key = JSON.stringify([
      kernelLabel(spec),
      spec.file.text,
      spec.modules?.map(({ text }) => text),
      spec.constants,
      spec.overrides,
    ]);
    let kernel = this.#kernels.get(key);
    if (!kernel) this.#kernels.set(key, kernel = new Kernel(this.device, spec));
    return kernel;
  }

  /** Waits until every kernel made so far has compiled. @throws {Error} With the file and line that did not. */
  async ready(): Promise<void> {
    await Promise.all([...this.#kernels.values()].map((kernel) => kernel.compiled));
    this.check();
  }

  /** Puts a program's operations, `times` times over, behind the work enqueued so far. */
  enqueue(program: Program, times = 1): void {
    program.encode(this.#passFor, times);
    for (const tensor of program.tensors) this.#touched.add(tensor);
  }

  /** The encoder of the next submit, behind the work enqueued so far. */
  get encoder(): GPUCommandEncoder {
    this.#pass?.end();
    this.#pass = undefined;
    return this.#encoder ??= this.device.createCommandEncoder();
  }

  /** All dispatches share a pass, as beginning one costs as much as a dispatch; when each is timed it has its own. */
  #openPass(label: string): GPUComputePassEncoder {
    if (this.#pass && !this.profiler) return this.#pass;
    const { encoder } = this;
    return this.#pass = this.profiler
      ? this.profiler.beginPass(encoder, label)
      : encoder.beginComputePass({ label: "qernel" });
  }

  /** Submits the work enqueued so far. @throws {DeviceError} When the device failed or was lost. */
  flush(): void {
    this.check();
    if (!this.#encoder) return;
    this.device.queue.submit([this.encoder.finish()]);
    this.submits++;
    this.#encoder = undefined;
    this.#touched.clear();
  }

  /** Submits the work enqueued so far if it touches `tensor`, so that a write comes after it. */
  settle(tensor: Tensor): void {
    if (!this.#lost && this.#touched.has(tensor)) this.flush(); // All work went with a lost device, and tensors can be freed.
  }

  /** Throws what the device reported since the last call, if anything; the loss of the device at every call. */
  check(): void {
    if (this.#lost) throw this.#lost;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }

  /** Reads a whole tensor. */
  async readBytes(tensor: Tensor): Promise<ArrayBuffer> {
    return await this.readRanges([{ tensor }]);
  }

  /** Reads ranges of tensors, one after another and after the work enqueued so far, in one read. */
  async readRanges(ranges: readonly TensorRange[]): Promise<ArrayBuffer> {
    const elements = ranges.reduce(
      (sum, { tensor, offset = 0, length = tensor.size - offset }) => sum + length,
      0,
    );
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(256, 4 * elements)));
    const size = Math.min(rounded, this.device.limits.maxBufferSize);
    let staging = this.#staging.find((free) => free.byteLength === size && !free.busy);
    if (!staging) this.#staging.push(staging = new Readback(this, size));
    return await staging.read(ranges);
  }

  /**
   * Checks a tensor before it is allocated; `label` and `shape` are for the message.
   *
   * @throws {UsageError} When one tensor of this many bytes is more than the adapter allows.
   */
  assertFits(byteLength: number, label: string, shape: readonly number[]): void {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const allowed = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (byteLength <= allowed) return;
    throw new UsageError(
      `Cannot allocate ${label} [${shape.join(", ")}]: it needs ${whole(byteLength)} bytes, ` +
        `the adapter allows ${whole(allowed)} per tensor`,
    );
  }

  /**
   * Creates a buffer and counts its bytes.
   *
   * @throws {DeviceError} When the device has reported something, as the one in WebAssembly does at once where memory
   * does not suffice: with the bytes needed and there.
   */
  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer {
    const buffer = this.device.createBuffer(descriptor);
    this.check();
    this.bytes += descriptor.size;
    this.buffers++;
    return buffer;
  }

  /** Destroys a buffer made by {@linkcode createBuffer}. */
  destroyBuffer(buffer: GPUBuffer): void {
    this.bytes -= buffer.size;
    this.buffers--;
    buffer.destroy();
  }

  /** Gives the device back. Everything made on it is gone. */
  close(): void {
    this.#closed = true;
    this.profiler?.dispose();
    this.device.destroy();
  }
}
