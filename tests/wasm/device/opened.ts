/** A device with hand-written kernels for a test, and what is often done with it. @module */
import type { LostInfo } from "../../../src/wasm/device/context.ts";
import { openWasmDevice, type WasmDeviceOptions } from "../../../src/wasm/device/open.ts";
import { bufferUsage, mapMode, shaderStage } from "../../../src/wasm/device/usage.ts";
import { handCompiler } from "./kernels.ts";

const { storage, uniform, copySource, copyTarget, mapRead } = bufferUsage;

/** Opens a device, runs `test`, and destroys the device. Errors that no scope catches fail the test. */
export async function withDevice(
  test: (device: GPUDevice) => void | Promise<void>,
  { threads = 1, compiler = handCompiler }: WasmDeviceOptions = {},
): Promise<void> {
  const { device } = await openWasmDevice({ threads, compiler });
  const errors: string[] = [];
  device.addEventListener("uncapturederror", (event) => errors.push(messageOf(event)));
  try {
    await test(device);
    if (errors.length > 0) throw new Error(`The device reported: ${errors.join("; ")}`);
  } finally {
    device.destroy();
  }
}

/** The message of an `uncapturederror` event. */
export function messageOf(event: Event): string {
  return (event as GPUUncapturedErrorEvent).error.message;
}

/** The message of the error that `operation` makes in a scope of this kind; undefined where it makes none. */
export async function errorOf(
  device: GPUDevice,
  operation: () => void,
  filter: GPUErrorFilter = "validation",
): Promise<string | undefined> {
  device.pushErrorScope(filter);
  operation();
  return (await device.popErrorScope())?.message;
}

/** A buffer that holds these words, for any use on the device. */
export function words(device: GPUDevice, values: Iterable<number>, usage: number = storage): GPUBuffer {
  const data = Uint32Array.from(values);
  const buffer = device.createBuffer({
    label: "words",
    size: data.byteLength,
    usage: usage | copySource | copyTarget,
  });
  device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** The words of a buffer. */
export function read(device: GPUDevice, buffer: GPUBuffer): number[] {
  const staging = device.createBuffer({ size: buffer.size, usage: mapRead | copyTarget });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  staging.mapAsync(mapMode.read);
  const values = [...new Uint32Array(staging.getMappedRange())];
  staging.destroy();
  return values;
}

/** The layout of the hand-written kernels. */
export function kernelLayout(device: GPUDevice): GPUBindGroupLayout {
  const entry = (binding: number, type: GPUBufferBindingType) => ({
    binding,
    visibility: shaderStage.compute,
    buffer: { type },
  });
  return device.createBindGroupLayout({
    label: "kernel",
    entries: [entry(0, "read-only-storage"), entry(1, "storage"), entry(8, "uniform")],
  });
}

/** What a dispatch runs, and on what. */
export interface Program {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/** A hand-written kernel on these buffers. */
export function program(
  device: GPUDevice,
  kernel: string,
  { addends, values, params }: { addends: GPUBuffer; values: GPUBuffer; params: readonly [number, number] },
): Program {
  const layout = kernelLayout(device);
  const module = device.createShaderModule({ label: `${kernel}.wgsl`, code: kernel });
  const pipeline = device.createComputePipeline({
    label: kernel,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: kernel },
  });
  const group = device.createBindGroup({
    layout,
    entries: [addends, values].map((buffer, binding): GPUBindGroupEntry => ({
      binding,
      resource: { buffer },
    }))
      .concat({ binding: 8, resource: { buffer: words(device, params, uniform) } }),
  });
  return { pipeline, group };
}

/** The command buffer of a pass. */
export function encode(device: GPUDevice, record: (pass: GPUComputePassEncoder) => void): GPUCommandBuffer {
  const encoder = device.createCommandEncoder({ label: "test" });
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  return encoder.finish();
}

/** Runs a program so often, with so many workgroups. */
export function run(device: GPUDevice, { pipeline, group }: Program, workgroups: number, times = 1): void {
  device.queue.submit([encode(device, (pass) => {
    for (let time = 0; time < times; time++) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups);
    }
  })]);
}

/** Why the device is lost. */
export async function lossOf(device: GPUDevice): Promise<LostInfo> {
  return await device.lost as unknown as LostInfo;
}

/** The kernel `affine` on two words. */
export function affine(device: GPUDevice): Program & { values: GPUBuffer; addends: GPUBuffer } {
  const [addends, values] = [words(device, [1, 2]), words(device, [3, 4])];
  return { ...program(device, "affine", { addends, values, params: [0, 10] }), values, addends };
}
