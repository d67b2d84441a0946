/** A device for a test. @module */
import { Gpu, type GpuOptions } from "../../src/gpu/device.ts";

/** The kernel profiles: every kernel has to be right with the tiles of each. */
export const profiles = ["software", "gpu", "wasm"] as const;

/**
 * Opens a device, runs `test`, and closes the device. What the GPU reports meanwhile fails the test, and so does a
 * machine without an adapter.
 */
export async function withGpu(
  test: (gpu: Gpu) => void | Promise<void>,
  options: GpuOptions = {},
): Promise<void> {
  const gpu = await Gpu.open(options);
  try {
    await test(gpu);
    gpu.flush();
    await gpu.device.queue.onSubmittedWorkDone(); // Reports come with the event loop.
    gpu.check();
  } finally {
    gpu.close();
  }
}
