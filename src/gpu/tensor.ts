/** Typed arrays on the device. @module */
import { windowBytes } from "./kernel.ts";
import { bufferUsage } from "../wasm/device/usage.ts";

const arrayTypes = { f32: Float32Array, u32: Uint32Array, i32: Int32Array } as const;

/** The typed arrays of the host, by the element type they hold. */
export interface HostArrays {
  /** IEEE 754 binary32. */
  readonly f32: Float32Array<ArrayBuffer>;
  /** Integers in [0, 2^32). */
  readonly u32: Uint32Array<ArrayBuffer>;
  /** Integers in [-2^31, 2^31), two's complement. */
  readonly i32: Int32Array<ArrayBuffer>;
}

/** Element type of a {@linkcode Tensor}; every element has four bytes. */
export type DType = keyof HostArrays;

/** The typed array that holds elements of `D` on the host. */
export type HostArray<D extends DType> = HostArrays[D];

/** Shape, element type and name of a tensor. */
export interface TensorOptions<D extends DType> {
  /** Element type, `f32` by default. */
  readonly dtype?: D;
  /** Name in errors and GPU tools. */
  readonly label?: string;
  /** Whether uniform windows may be opened anywhere on it; the buffer is longer for that. */
  readonly windowed?: boolean;
}

/** What a tensor needs of its device; `Gpu` is one. */
export interface TensorHost {
  /** The device whose queue writes. */
  readonly device: GPUDevice;
  /** Creates the buffer. */
  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  /** Destroys the buffer. */
  destroyBuffer(buffer: GPUBuffer): void;
  /** Throws when one tensor of this many bytes is more than the adapter allows. */
  assertFits(byteLength: number, label: string, shape: readonly number[]): void;
  /** Submits the work enqueued so far if it touches the tensor. */
  settle(tensor: Tensor): void;
  /** Reads a whole tensor. */
  readBytes(tensor: Tensor): Promise<ArrayBuffer>;
}

/** Elements of a tensor of this shape. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}

/** A dense row-major array in one storage buffer, zero at first. */
export class Tensor<D extends DType = DType> {
  /** Element type. */
  readonly dtype: D;
  /** Extents, outermost first; `[]` is a single number. */
  readonly shape: readonly number[];
  /** Name in errors and GPU tools, `tensor` by default. */
  readonly label: string;
  /** Whether uniform windows may be opened anywhere on it. */
  readonly windowed: boolean;
  /** Number of elements. */
  readonly size: number;
  /** The elements from byte 0 on; with `windowed`, {@linkcode windowBytes} more follow them. */
  readonly buffer: GPUBuffer;
  readonly #gpu: TensorHost;

  /**
   * Allocates it.
   *
   * @throws {RangeError} When an extent is no positive integer.
   * @throws {UsageError} When the adapter's limits do not hold it; nothing is allocated then.
   */
  constructor(gpu: TensorHost, shape: readonly number[], options: TensorOptions<D> = {}) {
    for (const extent of shape) {
      if (!Number.isInteger(extent) || extent < 1) {
        throw new RangeError(`Cannot create tensor: shape is [${shape}], wanted positive integers`);
      }
    }
    this.#gpu = gpu;
    this.dtype = options.dtype ?? ("f32" as D);
    this.shape = [...shape];
    this.label = options.label ?? "tensor";
    this.windowed = options.windowed ?? false;
    this.size = sizeOfShape(shape);
    gpu.assertFits(this.byteLength, this.label, shape);
    this.buffer = gpu.createBuffer({
      label: this.label,
      size: this.byteLength + (this.windowed ? windowBytes : 0),
      usage: bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget |
        (this.windowed ? bufferUsage.uniform : 0),
    });
  }

  /** Bytes of device memory. */
  get byteLength(): number {
    return this.size * 4;
  }

  /**
   * Copies host values to the device, starting at element `offset`. Work already enqueued that touches this tensor
   * runs first.
   *
   * @throws {TypeError} When `values` has another element type.
   * @throws {RangeError} When `values` reaches past the end.
   */
  write(values: HostArray<D>, offset = 0): void {
    if (!(values instanceof arrayTypes[this.dtype])) {
      throw new TypeError(
        `Cannot write ${this.label}: values are ${values.constructor.name}, wanted ${
          arrayTypes[this.dtype].name
        }`,
      );
    }
    if (offset < 0 || offset + values.length > this.size) {
      throw new RangeError(
        `Cannot write ${this.label}: elements ${offset} to ${
          offset + values.length
        }, wanted at most ${this.size}`,
      );
    }
    this.#gpu.settle(this);
    this.#gpu.device.queue.writeBuffer(this.buffer, offset * 4, values as Float32Array<ArrayBuffer>);
  }

  /** Reads all elements after the work enqueued so far. */
  async read(): Promise<HostArray<D>> {
    const bytes = await this.#gpu.readBytes(this);
    return new arrayTypes[this.dtype](bytes) as HostArray<D>;
  }

  /** Frees the device memory. Using the tensor afterwards is an error. */
  dispose(): void {
    this.#gpu.settle(this);
    this.#gpu.destroyBuffer(this.buffer);
  }
}
