/** A builtin function of WGSL over arrays of arguments, on a device. @module */
import type { Gpu } from "../../../src/gpu/device.ts";
import { Recorder } from "../../../src/gpu/recorder.ts";
import { Tensor } from "../../../src/gpu/tensor.ts";
import { preludeFunction, preludeText } from "../../../src/wasm/code/prelude.ts";

/** What to evaluate. */
export interface Call {
  /** Of the builtin. */
  readonly name: string;
  /** Of each argument a letter: `f`, `i` and `u` for `f32`, `i32` and `u32`, `s` for a scalar `u32` beside vectors. */
  readonly types: string;
  /** The letter of the result. */
  readonly result: "f" | "i" | "u";
  /** Components of the arguments. */
  readonly width: 1 | 2 | 3 | 4;
  /** Whether our own WGSL stands for the builtin; only for widths of 1 and 4. */
  readonly prelude?: boolean;
}

const swizzles = { 1: ["x", "y", "z", "w"], 2: ["xy", "zw"], 3: ["xyz", "yzw"], 4: ["xyzw"] } as const;

/** The name to call, and the letters of what it takes: ours may take `u32` for `i32`. */
function resolve({ name, types, result, prelude }: Call): { name: string; types: string } {
  if (!prelude) return { name, types };
  const ours = preludeFunction(name, ({ f: "f32", i: "i32", u: "u32" } as const)[result]);
  if (ours === undefined) throw new Error(`Cannot evaluate ${name}: the prelude has none for ${result}32`);
  return { name: ours, types: ours.endsWith("_") && result === "i" ? types.replaceAll("i", "u") : types };
}

/** `call` of the components `swizzle` of a, b, c and d, as bits. */
function expression(call: Call, swizzle: string): string {
  const { name, types } = resolve(call);
  const type = (letter: string) => call.width === 1 ? `${letter}32` : `vec${call.width}${letter}`;
  const args = [...types].map((letter, i) => {
    const argument = "abcd"[i]!;
    if (letter !== "s") return `bitcast<${type(letter)}>(${argument}.${swizzle})`;
    return call.prelude ? `${type("u")}(${argument}.x)` : `${argument}.x`;
  });
  return `bitcast<${type("u")}>(${name}(${args.join(", ")}))`;
}

/** A kernel that evaluates `call`. */
function kernelText(call: Call): string {
  const parts = swizzles[call.width].map((swizzle) => expression(call, swizzle));
  const result = call.width === 3 ? `vec4u(${parts[0]}, (${parts[1]}).z)` : `vec4u(${parts.join(", ")})`;
  const letters = [..."abcd"].slice(0, call.types.length);
  return `@group(0) @binding(0) var<storage, read> args: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> results: array<vec4u>;
struct Params { size: u32 }
@group(0) @binding(8) var<uniform> params: Params;
@compute @workgroup_size(64) fn evaluate(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.size) { return; } // guard
${letters.map((letter, i) => `  let ${letter} = args[id.x + ${i}u * params.size];`).join("\n")}
  results[id.x] = ${result};
}
`;
}

/** The bits of the results for the bits of the arguments; each array has a multiple of 4 elements, the same. */
export async function evaluate(
  gpu: Gpu,
  call: Call,
  args: readonly Uint32Array<ArrayBuffer>[],
): Promise<Uint32Array<ArrayBuffer>> {
  const count = args[0]!.length;
  const input = new Tensor<"u32">(gpu, [args.length, count], { dtype: "u32" });
  args.forEach((values, i) => input.write(values, i * count));
  const output = new Tensor<"u32">(gpu, [count], { dtype: "u32" });
  const modules = call.prelude
    ? [{ name: "prelude.wgsl", text: preludeText(resolve(call).name, call.width as 1 | 4) }]
    : [];
  const file = { name: `${call.name}.wgsl`, text: kernelText(call) };
  const program = new Recorder(gpu);
  program.dispatch(gpu.kernel({ file, entryPoint: "evaluate", modules }), {
    tensors: { args: input, results: output },
    sizes: { size: count / 4 },
    workgroups: [Math.ceil(count / 256)],
  });
  await gpu.ready();
  gpu.enqueue(program);
  const results = await output.read();
  program.dispose();
  input.dispose();
  output.dispose();
  return results;
}
