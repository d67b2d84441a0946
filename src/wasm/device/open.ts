/** Opens the device. @module */
import { count as counted } from "../../core/numbers.ts";
import { compileKernel } from "../code/compile.ts";
import { checkModule } from "../wgsl/check.ts";
import type { Module } from "../wgsl/tree.ts";
import type { Compiler } from "./context.ts";
import { Device } from "./device.ts";
import { assertSimd } from "./engine.ts";
import { DeviceMemory } from "./memory.ts";
import { Threads } from "./threads.ts";

/** How a device is opened. */
export interface WasmDeviceOptions {
  /** Threads that run a dispatch, the caller's among them; as many as there are cores by default. */
  readonly threads?: number;
  /** What makes kernels of WGSL, ours by default. */
  readonly compiler?: Compiler;
}

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
 * @throws {UsageError} When the engine has no WebAssembly with SIMD, or a page may not use it.
 * @throws {RangeError} When `threads` is no positive integer.
 */
export async function openWasmDevice(options: WasmDeviceOptions = {}): Promise<WasmDevice> {
  const { compiler = ownCompiler(), threads: count = globalThis.navigator?.hardwareConcurrency ?? 1 } =
    options;
  assertSimd();
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot open a WebAssembly device: ${count} threads, wanted at least 1`);
  }
  const memory = new DeviceMemory({ shared: count > 1 && sharesMemory() });
  const threads = memory.shared ? await Threads.start(memory, count) : undefined;
  const device = new Device({ memory, compiler, threads });
  const info = {
    vendor: "",
    architecture: "wasm",
    device: "",
    description: `WebAssembly SIMD, ${counted(threads?.count ?? 1, "thread")}`,
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
    isFallbackAdapter: true,
  };
  return { device: device as unknown as GPUDevice, info };
}

/** Whether threads may share memory: in pages, those that are isolated from other origins alone. */
function sharesMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return "SharedArrayBuffer" in globalThis && crossOriginIsolated !== false;
}

/** A compiler that checks a text once, however many of its entry points are asked for. */
export function ownCompiler(): Compiler {
  const modules = new Map<string, Module>();
  return {
    check(text) {
      let module = modules.get(text);
      if (!module) modules.set(text, module = checkModule(text));
      return module;
    },
    compile: compileKernel,
  };
}
