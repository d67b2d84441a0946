/** A kernel for the tests of the device layer: its result depends on the order in which dispatches run. @module */
import type { Gpu } from "../../src/gpu/device.ts";
import type { Kernel } from "../../src/gpu/kernel.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";

const text = `// values[i] <- factor values[i] + addends[i]
struct Params {
  size: u32,
  factor: u32,
}
@group(0) @binding(0) var<storage, read> addends: array<u32>;
@group(0) @binding(1) var<storage, read_write> values: array<u32>;
@group(0) @binding(8) var<uniform> params: Params;

@compute @workgroup_size(64)
fn affine(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.size) { return; } // guard
  values[id.x] = params.factor * values[id.x] + addends[id.x];
}
`;

/** The kernel. */
export function affineKernel(gpu: Gpu): Kernel {
  return gpu.kernel({ file: { name: "affine.wgsl", text }, entryPoint: "affine" });
}

/** A list of one dispatch, `values <- factor values + addends`. */
export function recordAffine(
  gpu: Gpu,
  { addends, values, factor }: { addends: Tensor<"u32">; values: Tensor<"u32">; factor: number },
): Recorder {
  const program = new Recorder(gpu);
  program.dispatch(affineKernel(gpu), {
    tensors: { addends, values },
    sizes: { size: values.size, factor },
    workgroups: [Math.ceil(values.size / 64)],
  });
  return program;
}
