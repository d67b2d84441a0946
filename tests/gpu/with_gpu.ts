/** A device for a test. @module */
import { Gpu, type GpuOptions } from "../../src/gpu/device.ts";

/** The kernel profiles: every kernel has to be right with the tiles of each. */
export const profiles = ["software", "gpu", "wasm"] as const;

/** The device that a profile is for; undefined for one that suits all. */
const devices = { software: "webgpu", gpu: "webgpu", wasm: "wasm", auto: undefined } as const;

/**
 * Opens a device, runs `test`, and closes the device. Where a profile is named and no device, it is the one that the profile
 * is for. What the device reports meanwhile fails the test, and so does a machine without an adapter for WebGPU.
 */
export async function withGpu(
  test: (gpu: Gpu) => void | Promise<void>,
  options: GpuOptions = {},
): Promise<void> {
  const device = options.device ?? devices[options.kernelProfile ?? "auto"];
  const gpu = await Gpu.open({ ...options, ...device ? { device } : {} });
  try {
    await test(gpu);
    gpu.flush();
    await gpu.device.queue.onSubmittedWorkDone(); // Reports come with the event loop.
    gpu.check();
  } finally {
    gpu.close();
  }
}
