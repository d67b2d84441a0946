/**
 * What an adapter reaches in kernels that do one thing only. Other kernels are held against these.
 *
 * @module
 */
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { type RepeatOptions, secondsOf } from "./repeat.ts";

/** Vectors that an invocation computes with: on GPUs, lanes beside it fill the pipelines; a core has nothing else. */
function vectorsOf({ kind }: Gpu): number {
  return kind === "wasm" ? 12 : 3;
}

/** For each vector, a line. */
function lines(vectors: number, line: (i: number) => string): string {
  return Array.from({ length: vectors }, (_, i) => line(i)).join("\n");
}

const textOf = (vectors: number) => `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;

override GROUP: u32 = 64;

// ROUNDS and READS, see below, are appended.
// Eight floating-point operations a round and vector, in registers alone; every number tends to 1.
@compute @workgroup_size(GROUP)
fn multiply_add(@builtin(global_invocation_id) id: vec3u) {
  let half = source[id.x];
${lines(vectors, (i) => `  var v${i} = half + ${i}.0;`)}
  for (var i = 0u; i < ROUNDS; i++) {
${lines(vectors, (i) => `    v${i} = v${i} * half + half;`)}
  }
  result[id.x] = v0
${lines(vectors - 1, (i) => `    + v${i + 1}`)};
}

@compute @workgroup_size(GROUP)
fn copy(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&source)) { return; } // guard
  result[id.x] = source[id.x];
}

// A workgroup reads one stretch; its invocations read neighbouring places.
@compute @workgroup_size(GROUP)
fn sum(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let first = group.x * GROUP * READS + lane;
  var total = vec4f(0.0);
  for (var i = 0u; i < READS; i++) { total += source[first + i * GROUP]; }
  result[id.x] = total;
}

@compute @workgroup_size(1)
fn nothing() {}
`;

/** Rounds of `multiply_add`. */
const rounds = 2048;

/** Reads of an invocation of `sum`: longer loops are slower on a software adapter. */
const reads = 8;

/** An entry point of the text, and on how much it runs. */
interface Probe {
  readonly entryPoint: "multiply_add" | "copy" | "sum" | "nothing";
  readonly invocations: number;
  /** Floats of the source and of the result. */
  readonly floats: number;
}

/** GFLOP/s of multiply-adds in registers; a multiply-add counts as two. */
export async function multiplyAddCeiling(gpu: Gpu, options?: RepeatOptions): Promise<number> {
  const invocations = gpu.info.isFallbackAdapter ? 2 ** 12 : 2 ** 20;
  const seconds = await measure(
    gpu,
    { entryPoint: "multiply_add", invocations, floats: 4 * invocations },
    options,
  );
  return invocations * rounds * 8 * vectorsOf(gpu) / seconds / 1e9;
}

/**
 * GB/s of reading and writing, and of reading alone, on `bytes` bytes: the same as the kernels that are held against
 * them, as a small working set stays in a cache.
 */
export async function memoryCeilings(
  gpu: Gpu,
  bytes: number,
  options?: RepeatOptions,
): Promise<{ readonly copy: number; readonly read: number }> {
  const chunk = 4 * reads * gpu.kernelProfile.group; // Floats that a workgroup of `sum` reads.
  const floats = Math.ceil(bytes / 8 / chunk) * chunk; // Source and result are half each.
  const copy = await measure(gpu, { entryPoint: "copy", invocations: floats / 4, floats }, options);
  const read = await measure(gpu, { entryPoint: "sum", invocations: floats / 4 / reads, floats }, options);
  return { copy: 8 * floats / copy / 1e9, read: 4 * floats * (1 + 1 / reads) / read / 1e9 };
}

/** Microseconds that a dispatch takes which does nothing, among many in one submit. */
export async function emptyDispatch(gpu: Gpu, options?: RepeatOptions): Promise<number> {
  return 1e6 * await measure(gpu, { entryPoint: "nothing", invocations: 1, floats: 256 }, options);
}

/** Seconds of one dispatch of a probe. @throws {Error} When the probe did not do what it is for. */
async function measure(
  gpu: Gpu,
  { entryPoint, invocations, floats }: Probe,
  options?: RepeatOptions,
): Promise<number> {
  const source = new Tensor(gpu, [floats], { label: "source" });
  const result = new Tensor(gpu, [floats], { label: "result" });
  source.write(new Float32Array(floats).fill(0.5));
  const { group } = gpu.kernelProfile;
  const program = new Recorder(gpu);
  const vectors = vectorsOf(gpu);
  const kernel = gpu.kernel({
    file: { name: "ceilings.wgsl", text: textOf(vectors) },
    entryPoint,
    constants: { ROUNDS: rounds, READS: reads },
    overrides: entryPoint === "nothing" ? {} : { GROUP: group },
  });
  program.dispatch(kernel, {
    tensors: entryPoint === "nothing" ? {} : { source, result },
    workgroups: [Math.ceil(invocations / group)],
  });
  await gpu.ready();
  const wait = waiter(gpu);
  const seconds = await secondsOf(async (times) => {
    gpu.enqueue(program, times);
    await wait.done();
  }, options);
  const written = (await result.read())[0]!;
  const wanted = { multiply_add: vectors, copy: 0.5, sum: 0.5 * reads, nothing: 0 }[entryPoint];
  for (const made of [program, wait, source, result]) made.dispose();
  if (Math.abs(written - wanted) > 0.01) {
    throw new Error(`Cannot time ${entryPoint}: it wrote ${written}, wanted ${wanted}`);
  }
  return seconds;
}

/** Waits for the work enqueued so far by reading a few bytes. */
export function waiter(gpu: Gpu): { done(): Promise<void>; dispose(): void } {
  const tensor = new Tensor(gpu, [1], { label: "end of a sample" });
  return {
    done: async () => void await tensor.read(),
    dispose: () => tensor.dispose(),
  };
}
