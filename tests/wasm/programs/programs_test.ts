import { assert, assertEquals } from "@std/assert";
import { withGpu } from "../../gpu/with_gpu.ts";
import { splitmix32 } from "../code/splitmix.ts";
import { runWgsl } from "../run_wgsl.ts";
import { Choice } from "./choice.ts";
import { inexact } from "./inexact.ts";
import { randomProgram, size } from "./program.ts";
import { runProgram } from "./run.ts";

/** How many programs, and the seed of the first: more by hand. */
const count = Number(Deno.env.get("QERNEL_PROGRAMS") ?? 12);
const first = Number(Deno.env.get("QERNEL_PROGRAMS_FROM") ?? 1);
const seeds = Array.from({ length: count }, (_, i) => first + i);

Deno.test("random programs give the words that they give on WebGPU's adapter", () =>
  withGpu(
    (ours) =>
      withGpu(async (theirs) => {
        for (const seed of seeds) {
          const text = randomProgram(seed);
          const [got, wanted] = [await runProgram(ours, text, seed), await runProgram(theirs, text, seed)];
          const wrong = got.findIndex((word, i) => word !== wanted[i]);
          const at = `[${Math.floor(wrong / size.results)}] ${wrong % size.results}`;
          assertEquals(
            wrong,
            -1,
            `seed ${seed}, result ${at}: ${got[wrong]}, wanted ${wanted[wrong]}\n${text}`,
          );
        }
      }, { device: "webgpu" }),
    { device: "wasm" },
  ));

/** Refuses a result of random expressions that is further off than they may be. */
function checkInexact(seed: number, { width, relaxed }: { width: number; relaxed: boolean }): void {
  const choice = new Choice(seed);
  const expressions = Array.from({ length: 8 }, () => inexact(choice, 5));
  const points = 24;
  const random = splitmix32(seed);
  const inputs = Float32Array.from({ length: 3 * points * 4 }, () => 2 ** (2 * random() - 1));
  const results = new Float32Array(expressions.length * points * 4);
  const type = width === 1 ? "f32" : `vec${width}f`;
  const lanes = "xyzw".slice(0, width);
  const calls = expressions.map((_, i) =>
    `results[id.x * ${expressions.length}u + ${i}u] = ` +
    `vec4f(e${i}(a.${lanes}, b.${lanes}, c.${lanes})${", 0.0".repeat(4 - width)});`
  );
  runWgsl(
    `alias F = ${type};
    @group(0) @binding(0) var<storage, read> inputs: array<array<vec4f, 3>>;
    @group(0) @binding(1) var<storage, read_write> results: array<vec4f>;
    ${expressions.map(({ text }, i) => `fn e${i}(a: F, b: F, c: F) -> F { return ${text}; }`).join("\n")}
    @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) {
      let a = inputs[id.x][0];
      let b = inputs[id.x][1];
      let c = inputs[id.x][2];
      ${calls.join("\n")}
    }`,
    { arrays: { 0: inputs, 1: results }, workgroups: [points], relaxed },
  );
  for (let point = 0; point < points; point++) {
    for (const [i, { text, value, error }] of expressions.entries()) {
      for (let lane = 0; lane < width; lane++) {
        const at = [0, 1, 2].map((input) => inputs[(point * 3 + input) * 4 + lane]!);
        const wanted = value(at);
        const got = results[(point * expressions.length + i) * 4 + lane]!;
        const off = Math.abs(got / wanted - 1) * 2 ** 24;
        assert(
          off <= error * 1.001,
          `${type} ${text} of ${at} is ${got}, wanted ${wanted}: ${off} > ${error}`,
        );
      }
    }
  }
}

for (const relaxed of [false, true]) {
  Deno.test(`random expressions of floats are near float64's${relaxed ? ", fused" : ""}`, () => {
    for (const seed of seeds) checkInexact(seed, { width: seed % 4 + 1, relaxed });
  });
}
