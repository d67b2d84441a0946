import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import type { ShaderFile } from "../../src/gpu/kernel.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { affineKernel } from "./affine.ts";
import { withGpu } from "./with_gpu.ts";

/** A kernel that fills `values` with `body`, which stands in line 3. */
function fill(name: string, body: string): ShaderFile {
  const text = `@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@compute @workgroup_size(1) fn fill() {
  ${body}
}
`;
  return { name, text };
}

const spec = { entryPoint: "fill" };

Deno.test("Kernel that does not compile names the file and line, and shows the line", () =>
  withGpu(async (gpu) => {
    gpu.kernel({ file: fill("broken.wgsl", "values[0] = missing;"), ...spec });
    const error = await assertRejects(() => gpu.ready(), Error, "Cannot compile broken.wgsl:fill:");
    assert(/^broken\.wgsl:3: .*missing/m.test(error.message), error.message);
    assert(error.message.includes("\n    values[0] = missing;"), error.message);
  }));

Deno.test("Kernel with an error in an appended module names the module's own line", () =>
  withGpu(async (gpu) => {
    const helper = { name: "helper.wgsl", text: "fn one() -> u32 { return 1u; }\n" };
    const module = { name: "wrong.wgsl", text: "// First line.\n\nfn two() -> u32 { return 2.5; }\n" };
    gpu.kernel({
      file: fill("caller.wgsl", "values[0] = one() + two();"),
      modules: [helper, module],
      ...spec,
    });
    const error = await assertRejects(() => gpu.ready(), Error, "Cannot compile caller.wgsl:fill:");
    assert(/^wrong\.wgsl:3: /m.test(error.message), error.message);
    assert(error.message.includes("\n    fn two() -> u32 { return 2.5; }"), error.message);
  }));

Deno.test("Kernel that WebAssembly does not take says where, what, and that WebGPU may", () =>
  withGpu(async (gpu) => {
    const file = fill("half.wgsl", "workgroupBarrier();");
    gpu.kernel({ file: { ...file, text: file.text.replace("size(1)", "size(2)") }, ...spec });
    const error = await assertRejects(() => gpu.ready(), Error);
    assertEquals(
      error.message,
      "Cannot compile half.wgsl:fill:\n" +
        "half.wgsl:3: a barrier in a workgroup of 2 invocations is not supported here: wanted a workgroup of 1; " +
        "`--device webgpu` may take it\n    workgroupBarrier();",
    );
  }, { device: "wasm" }));

Deno.test("Kernel without its entry point says which", () =>
  withGpu(async (gpu) => {
    gpu.kernel({ file: fill("other.wgsl", "values[0] = 1u;"), ...spec, entryPoint: "absent" });
    await assertRejects(() => gpu.ready(), Error, "Cannot create other.wgsl:absent: ");
  }));

Deno.test("Gpu.kernel() makes a kernel once for the same constants and overrides", () =>
  withGpu(async (gpu) => {
    assertStrictEquals(affineKernel(gpu), affineKernel(gpu));
    const file = {
      name: "size.wgsl",
      text: `override BASE: u32 = 0;\n${fill("", "values[0] = BASE + SIZE;").text}`,
    };
    const make = (size: number, base: number) =>
      gpu.kernel({ file, ...spec, constants: { SIZE: size }, overrides: { BASE: base } });
    assertStrictEquals(make(1, 2), make(1, 2));
    const kernels = [make(1, 2), make(3, 2), make(1, 10)];
    assertEquals(new Set(kernels).size, 3);
    const values = new Tensor<"u32">(gpu, [1], { dtype: "u32" });
    for (const [i, sum] of [3, 5, 11].entries()) {
      const program = new Recorder(gpu);
      program.dispatch(kernels[i]!, { tensors: { values }, workgroups: [1] });
      gpu.enqueue(program);
      assertEquals(await values.read(), Uint32Array.of(sum));
      program.dispose();
    }
  }));

Deno.test("Kernel with more than 8 storage bindings is refused", () =>
  withGpu((gpu) => {
    const file = (most: number) => {
      const names = Array.from({ length: most }, (_, i) => `extra${i}`);
      const own = fill("wide.wgsl", names.map((name) => `values[0] += ${name};`).join(" "));
      const bound = names.map((name, i) => `@group(0) @binding(${i + 1}) var<storage, read> ${name}: u32;\n`);
      return { ...own, text: own.text + bound.join("") };
    };
    gpu.kernel({ file: file(7), ...spec });
    assertThrows(
      () => gpu.kernel({ file: file(8), ...spec }),
      RangeError,
      "Cannot create wide.wgsl:fill: 9 storage bindings, wanted at most 8",
    );
  }));
