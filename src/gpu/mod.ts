/**
 * The device, for kernels of your own: tensors, kernels in WGSL, and lists of dispatches that are recorded once and run any
 * number of times, on WebGPU or, where there is no GPU, in WebAssembly.
 *
 * ```ts
 * import { Gpu, Recorder, Tensor } from "./src/gpu/mod.ts";
 *
 * const text = `
 * struct Params { count: u32 }
 *
 * @group(0) @binding(0) var<storage, read> x: array<f32>;
 * @group(0) @binding(1) var<storage, read_write> y: array<f32>;
 * @group(0) @binding(8) var<uniform> params: Params;
 *
 * @compute @workgroup_size(64)
 * fn square(@builtin(global_invocation_id) id: vec3u) {
 *   if (id.x < params.count) { y[id.x] = x[id.x] * x[id.x]; }
 * }`;
 *
 * const gpu = await Gpu.open();
 * const x = new Tensor<"f32">(gpu, [3]);
 * const y = new Tensor<"f32">(gpu, [3]);
 * const square = gpu.kernel({ file: { name: "square.wgsl", text }, entryPoint: "square" });
 * const program = new Recorder(gpu);
 * program.dispatch(square, { tensors: { x, y }, sizes: { count: 3 }, workgroups: [1] });
 * await gpu.ready(); // Tells the line of what does not compile.
 *
 * x.write(Float32Array.of(1, 2, 3));
 * gpu.enqueue(program);
 * console.log(...await y.read()); // = 1 4 9
 * gpu.close();
 * ```
 *
 * @module
 */
export type { DeviceChoice, DeviceKind } from "./choice.ts";
export { Gpu, type GpuOptions, type Program } from "./device.ts";
export type { ShaderFile } from "./joined_text.ts";
export type { Kernel, KernelSpec } from "./kernel.ts";
export type { Binding, Fields, KernelInterface } from "./kernel_interface.ts";
export type { KernelTime, Profiler } from "./profiler.ts";
export { type KernelProfile, type KernelProfileName, kernelProfiles } from "./profiles.ts";
export { Readback, type ReadbackHost, type TensorRange } from "./readback.ts";
export { type Dispatch, Recorder, type Window } from "./recorder.ts";
export type { Size, Sizes } from "./run_time_sizes.ts";
export {
  type DType,
  type HostArray,
  type HostArrays,
  Tensor,
  type TensorHost,
  type TensorOptions,
} from "./tensor.ts";
