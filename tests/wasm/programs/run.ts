/** Runs a random program on a device. @module */
import type { Gpu } from "../../../src/gpu/device.ts";
import { Recorder } from "../../../src/gpu/recorder.ts";
import { Tensor } from "../../../src/gpu/tensor.ts";
import { bitsOf } from "../code/floats.ts";
import { splitmix32 } from "../code/splitmix.ts";
import { outerBytes, size } from "./program.ts";

/** The words that the program writes; its input follows from the seed. */
export async function runProgram(gpu: Gpu, text: string, seed: number): Promise<Uint32Array<ArrayBuffer>> {
  const random = splitmix32(seed);
  const { invocations, results } = size;
  const input = new Tensor<"u32">(gpu, [invocations, 4], { dtype: "u32" });
  input.write(
    Uint32Array.from({ length: input.size }, () => random() * 2 ** 32 >>> Math.floor(random() * 32)),
  );
  const state = new Tensor<"u32">(gpu, [invocations, outerBytes / 4], { dtype: "u32" });
  state.write(Uint32Array.from({ length: state.size }, () => bitsOf(Math.floor(random() * 2048) / 8 - 128)));
  const output = new Tensor<"u32">(gpu, [invocations, results], { dtype: "u32" });
  const tensors: Readonly<Record<string, Tensor>> = { input, state, results: output };
  const file = { name: `program_${seed}.wgsl`, text };
  const kernel = gpu.kernel({ file, entryPoint: "main" });
  await gpu.ready();
  const program = new Recorder(gpu);
  const { bindings } = kernel.interface; // A program may do without its state.
  program.dispatch(kernel, {
    tensors: Object.fromEntries(bindings.map(({ name }) => [name, tensors[name]!])),
    workgroups: [invocations],
  });
  gpu.enqueue(program);
  const words = await output.read();
  program.dispose();
  for (const tensor of [input, state, output]) tensor.dispose();
  return words;
}
