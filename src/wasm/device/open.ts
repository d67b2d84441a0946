/** Opens the device. @module */
import { compileKernel } from "../code/compile.ts";
import { checkModule } from "../wgsl/check.ts";
import type { Compiler } from "./context.ts";
import { Device } from "./device.ts";
import { hasSimd } from "./engine.ts";
import { DeviceMemory } from "./memory.ts";

/** How a device is opened. */
export interface WasmDeviceOptions {
  /** Threads that run a dispatch, the caller's among them; as many as there are cores by default. */
  readonly threads?: number;
  /** What makes kernels of WGSL, ours by default. */
  readonly compiler?: Compiler;
}

const ours: Compiler = { check: checkModule, compile: compileKernel };

/** An open device. */
export interface WasmDevice {
  /** What it has of a WebGPU device: no textures, no rendering, group 0 alone. */
  readonly device: GPUDevice;
  /** What it tells of itself. */
  readonly info: GPUAdapterInfo;
}

/**
 * Opens a device that runs WGSL in WebAssembly. Every call is done when it returns, mappings too.
 *
 * @throws {Error} When the engine has no WebAssembly SIMD.
 */
export function openWasmDevice({ compiler = ours }: WasmDeviceOptions = {}): Promise<WasmDevice> {
  return Promise.try(() => {
    if (!hasSimd()) throw new Error("Cannot open a WebAssembly device: the JavaScript engine has no SIMD");
    const device = new Device({ memory: new DeviceMemory(), compiler });
    const info = {
      vendor: "",
      architecture: "wasm",
      device: "",
      description: "WebAssembly SIMD, 1 thread",
      subgroupMinSize: 4,
      subgroupMaxSize: 4,
      isFallbackAdapter: true,
    };
    return { device: device as unknown as GPUDevice, info };
  });
}
