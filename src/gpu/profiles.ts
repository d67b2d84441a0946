/**
 * Kernel profiles: the tile and workgroup choices of each kind of device, in one table.
 *
 * A software rasteriser loads memory lane by lane, so large register tiles win and eight lanes fill a SIMD group;
 * a GPU wants full warps and many small tiles. WebAssembly runs one invocation after another, each with a few vector
 * registers, and a barrier has nothing to do where a workgroup is one of them.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import type { DeviceKind } from "./choice.ts";

/** Tile and workgroup choices of the kernels. */
export interface KernelProfile {
  /** Name in summaries and configs. */
  readonly name: string;
  /** Rows of a matrix-product tile per invocation, in fours, where its operands are uniform windows: 1, 2, 4 or 8. */
  readonly windowRows: number;
  /** The same where its operands are in storage. */
  readonly storageRows: number;
  /** Columns of a matrix-product tile per invocation, in fours: 1, 2 or 4. */
  readonly tileColumns: number;
  /** Invocations per workgroup of a matrix product. */
  readonly tileGroup: number;
  /** Rows and columns, in fours, of a tile of a convolution's outputs and of derivatives by its input. */
  readonly convTile: readonly [rows: number, columns: number];
  /** Fours of a convolution's channels that an invocation computes at once while acting. */
  readonly channelFours: number;
  /** Rows, in fours, and columns, in ones, of a tile of derivatives by its weights. */
  readonly convWeightsTile: readonly [rows: number, columns: number];
  /** Whether the operands of a matrix product are read through uniform windows where they fit. */
  readonly windows: boolean;
  /** Invocations per workgroup of an elementwise kernel. */
  readonly group: number;
  /** Invocations per workgroup that acts in a device environment: they share the columns of a layer, in fours. */
  readonly rolloutGroup: number;
}

/** The names of the profiles, and `auto` for the device's own. */
export const kernelProfileNames = [
  "auto",
  "software",
  "gpu",
  "wasm",
] as const satisfies readonly KernelProfileName[];

/** One of {@linkcode kernelProfileNames}. */
export type KernelProfileName = "auto" | "software" | "gpu" | "wasm";

/** The table. */
export const kernelProfiles: Readonly<Record<Exclude<KernelProfileName, "auto">, KernelProfile>> = {
  software: {
    name: "software",
    windowRows: 4,
    storageRows: 8,
    tileColumns: 4,
    tileGroup: 8,
    convTile: [4, 4],
    channelFours: 4,
    convWeightsTile: [4, 4],
    windows: true,
    group: 64,
    rolloutGroup: 8,
  },
  gpu: {
    name: "gpu",
    windowRows: 1,
    storageRows: 1,
    tileColumns: 1,
    tileGroup: 64,
    convTile: [1, 1],
    channelFours: 1,
    convWeightsTile: [1, 1],
    windows: false,
    group: 64,
    rolloutGroup: 64,
  },
  wasm: {
    name: "wasm",
    windowRows: 1,
    storageRows: 1,
    tileColumns: 2,
    tileGroup: 1,
    convTile: [4, 4],
    channelFours: 4,
    convWeightsTile: [1, 2],
    windows: false,
    group: 1,
    rolloutGroup: 1,
  },
};

/**
 * The profile named, or for `auto` the one that suits the device.
 *
 * @throws {UsageError} When its workgroups are larger than the device can run.
 */
export function selectProfile(
  name: KernelProfileName,
  { kind, info }: { readonly kind: DeviceKind; readonly info: GPUAdapterInfo },
): KernelProfile {
  if (kind === "wasm") {
    if (name === "auto" || name === "wasm") return kernelProfiles.wasm;
    throw new UsageError(
      `Cannot use the kernel profile "${name}" on the device wasm: its workgroups are of several invocations, ` +
        'wanted "wasm" or "auto"',
    );
  }
  if (name !== "auto") return kernelProfiles[name];
  return info.isFallbackAdapter ? kernelProfiles.software : kernelProfiles.gpu;
}
