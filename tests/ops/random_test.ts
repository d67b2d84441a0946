import { assertEquals } from "@std/assert";
import { below, pcg4d, Random, Stream, unitInterval, type Words } from "../../src/core/random.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { randomModule } from "../../src/ops/elementwise.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { tensorOf } from "./random_values.ts";

const text = `@group(0) @binding(0) var<storage, read> inputs: array<vec4u>;
@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> words: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> numbers: array<vec2u>;

@compute @workgroup_size(64)
fn draw(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&inputs)) { return; } // guard
  let drawn = pcg4d(inputs[id.x]);
  words[id.x] = drawn;
  numbers[id.x] = vec2u(bitcast<u32>(unit_interval(drawn.x)), below(drawn.x, counts[id.x]));
}
`;

Deno.test("random.wgsl draws bit for bit what src/core/random.ts draws", () =>
  withGpu(async (gpu) => {
    const edges = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
    const inputs: Words[] = edges.flatMap((a) => edges.map((b): Words => [a, b, b ^ a, a]));
    const random = new Random(1);
    for (let i = 0; i < 4000; i++) inputs.push([random.word(), random.below(8), i, random.word()]);
    const counts = inputs.map((_, i) => i % 3 === 0 ? random.word() : 1 + random.below(1000));
    const program = new Recorder(gpu);
    const words = new Tensor<"u32">(gpu, [inputs.length, 4], { dtype: "u32" });
    const numbers = new Tensor<"u32">(gpu, [inputs.length, 2], { dtype: "u32" });
    program.dispatch(
      gpu.kernel({
        file: { name: "draw.wgsl", text },
        entryPoint: "draw",
        modules: [randomModule],
      }),
      {
        tensors: {
          inputs: tensorOf(gpu, [inputs.length, 4], {
            dtype: "u32",
            values: Uint32Array.from(inputs.flat()),
          }),
          counts: tensorOf(gpu, [inputs.length], { dtype: "u32", values: Uint32Array.from(counts) }),
          words,
          numbers,
        },
        workgroups: [Math.ceil(inputs.length / 64)],
      },
    );
    gpu.enqueue(program);
    const drawn = inputs.map((input) => pcg4d(...input));
    assertEquals(await words.read(), Uint32Array.from(drawn.flat()));
    const bits = new Uint32Array(Float32Array.from(drawn, ([word]) => unitInterval(word)).buffer);
    const expected = drawn.flatMap(([word], i) => [bits[i]!, below(word, counts[i]!)]);
    assertEquals(await numbers.read(), Uint32Array.from(expected));
  }));

Deno.test("random.wgsl has the streams of src/core/random.ts by the same numbers", () => {
  const found = [...randomModule.text.matchAll(/^const STREAM_(\w+) = (\d+)u;$/gm)];
  assertEquals(found.length >= 4, true, randomModule.text);
  for (const [, name, number] of found) {
    const camel = name!.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    assertEquals([camel, (Stream as Record<string, number>)[camel]], [camel, Number(number)]);
  }
});
