/** What the compiler gives the device: the WebAssembly of one entry point, and how it is called. @module */

/** Options of a compilation. */
export interface CodeOptions {
  /** Values of overrides, by name or by the number of `@id`. */
  readonly constants: Readonly<Record<string, number>>;
  /** Whether the memory is shared between threads. */
  readonly shared: boolean;
  /** Whether the engine has relaxed SIMD: products and sums are fused then. */
  readonly relaxed: boolean;
}

/** Turns that the loops of one invocation may take together; at so many the dispatch ends. A long turn counts as several. */
export const mostTurns = 2 ** 28;

/** A compiled entry point. */
export interface KernelCode {
  /**
   * A WebAssembly module. It imports the memory as `device.memory` and exports `dispatch`, a {@linkcode KernelFunction}.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bindings of group 0 that the entry point uses. */
  readonly bindings: readonly KernelBinding[];
  /** Invocations of a workgroup in x, y and z. */
  readonly workgroupSize: readonly [number, number, number];
  /** Bytes of scratch memory that a thread needs, a multiple of 16. */
  readonly scratchBytes: number;
}

/** A binding that an entry point uses. */
export interface KernelBinding {
  /** Its number in group 0. */
  readonly binding: number;
  /** As in the layout of a bind group. */
  readonly type: "uniform" | "read-only-storage" | "storage";
  /** Bytes that it has to have at least. */
  readonly minimumBytes: number;
}

/**
 * Runs the workgroups with linear numbers in [first, end) of a dispatch of x * y * z: x runs fastest.
 *
 * `bindings` is the address of a table: for each binding number from 0 on, the address of its first byte (a multiple of
 * 16) and its number of bytes, two u32. `scratch` is the address of `scratchBytes` bytes that no other thread uses.
 * Returns 0, or the line of the loop with which an invocation came to {@linkcode mostTurns}.
 */
export type KernelFunction = (
  first: number,
  end: number,
  x: number,
  y: number,
  z: number,
  bindings: number,
  scratch: number,
) => number;
