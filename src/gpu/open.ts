/** Opening the device that is asked for. @module */
import { UsageError } from "../core/errors.ts";
import { openWasmDevice } from "../wasm/device/open.ts";
import { type DeviceChoice, type DeviceKind, settledChoice } from "./choice.ts";
import { quietSoftwareAdapter } from "./software.ts";

/** A device that is open. */
export interface OpenDevice {
  /** Its kind. */
  readonly kind: DeviceKind;
  /** The device, with the limits that its adapter offers. */
  readonly device: GPUDevice;
  /** What the adapter tells of itself. */
  readonly info: GPUAdapterInfo;
}

/** Limits that are asked for as the adapter has them, in place of those that every adapter has. */
const raisedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupStorageSize",
] as const;

/** With what helps: on this machine, or in a page, whose reader can do less about it. */
const noAdapter = () =>
  "Cannot open a WebGPU device: no adapter answered, wanted " + (
    globalThis.Deno
      ? "a GPU driver or a software one. Run `sh setup.sh --tests`, or install Mesa's Vulkan driver " +
        "(Debian, Ubuntu: mesa-vulkan-drivers libvulkan1)"
      : "a GPU, and a browser that lets pages use it"
  ) + "; the device wasm needs none.";

/**
 * Opens the device that is asked for.
 *
 * @param features The features that are wanted of it, none by default.
 * @throws {UsageError} When WebGPU is asked for and no adapter answers, a feature is missing, or there is no WebAssembly
 * with SIMD.
 */
export async function openDevice(
  choice: DeviceChoice,
  features: readonly GPUFeatureName[] = [],
): Promise<OpenDevice> {
  const settled = settledChoice(choice);
  const adapter = settled === "wasm" ? null : await requestAdapter();
  const isTaken = settled === "webgpu" || adapter && !adapter.info.isFallbackAdapter;
  if (isTaken) return await openWebGpu(adapter, features);
  const opened = await openWasmDevice();
  assertFeatures(opened.device, features);
  return { kind: "wasm", ...opened };
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  quietSoftwareAdapter();
  return await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: "high-performance" }) ?? null;
}

async function openWebGpu(
  adapter: GPUAdapter | null,
  requiredFeatures: readonly GPUFeatureName[],
): Promise<OpenDevice> {
  if (!adapter) throw new UsageError(noAdapter());
  assertFeatures(adapter, requiredFeatures);
  const { info, limits } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: [...requiredFeatures],
    requiredLimits: Object.fromEntries(raisedLimits.map((name) => [name, limits[name]])),
  });
  return { kind: "webgpu", device, info };
}

function assertFeatures(of: Pick<GPUAdapter, "features">, wanted: readonly GPUFeatureName[]): void {
  const missing = wanted.find((feature) => !of.features.has(feature));
  if (missing) throw new UsageError(`Cannot time kernels: the adapter has no ${missing} feature`);
}
