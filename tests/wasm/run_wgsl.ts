/** Runs WGSL without a device: compiled, and called on arrays. @module */
import { compileKernel } from "../../src/wasm/code/compile.ts";
import type { KernelFunction } from "../../src/wasm/code/kernel_code.ts";
import { checkModule } from "../../src/wasm/wgsl/check.ts";

/** Arrays that a kernel is bound to. */
export type HostArray = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** How a kernel is run. */
export interface RunOptions {
  /** Its entry point, `main` by default. */
  readonly entryPoint?: string;
  /** Arrays by the number of their binding; what the kernel writes is in them afterwards. */
  readonly arrays: Readonly<Record<number, HostArray>>;
  /** Workgroups, 1 in each direction by default. */
  readonly workgroups?: readonly [number, number?, number?];
  /** Values of overrides. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Whether products and sums are fused, `true` by default. */
  readonly relaxed?: boolean;
}

const tableBytes = 256;

/** Runs a kernel once. Returns 0, or the line of a loop without an end. */
export function runWgsl(text: string, options: RunOptions): number {
  const { arrays, constants = {}, relaxed = true } = options;
  const code = compileKernel(checkModule(text), options.entryPoint ?? "main", {
    constants,
    relaxed,
    shared: false,
  });
  const entries = Object.entries(arrays).map(([binding, array]) => ({ binding: Number(binding), array }));
  let end = tableBytes + Math.ceil(code.scratchBytes / 256) * 256;
  const places = entries.map(({ array }) => {
    const address = end;
    end += Math.ceil((array.byteLength + 16) / 256) * 256;
    return address;
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  const table = new Uint32Array(memory.buffer, 0, tableBytes / 4);
  entries.forEach(({ binding, array }, i) => {
    table[2 * binding] = places[i]!;
    table[2 * binding + 1] = array.byteLength;
    new Uint8Array(memory.buffer).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      places[i],
    );
  });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code.bytes), { device: { memory } });
  const [x, y = 1, z = 1] = options.workgroups ?? [1];
  const line = (instance.exports.dispatch as KernelFunction)(0, x * y * z, x, y, z, 0, tableBytes);
  entries.forEach(({ array }, i) => {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
      .set(new Uint8Array(memory.buffer, places[i], array.byteLength));
  });
  return line;
}

/** Runs a body that writes `out`, an array of u32, and returns what it wrote. */
export function integers(body: string, { count = 4, more = "" } = {}): number[] {
  const out = new Uint32Array(count);
  runWgsl(
    `${more}
    @group(0) @binding(0) var<storage, read_write> out: array<u32>;
    @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { ${body} }`,
    { arrays: { 0: out } },
  );
  return [...out];
}
