import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { recordAffine } from "./affine.ts";
import { withGpu } from "./with_gpu.ts";

const slow = {
  name: "slow.wgsl",
  text: `@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@compute @workgroup_size(1)
fn slow() {
  for (var i = 0u; i < 100000u; i++) { values[0] = values[0] * 3u + i; }
}
`,
};

Deno.test("Profiler counts and times every dispatch, the costliest kernel first", () =>
  withGpu(async (gpu) => {
    const start = performance.now();
    const values = new Tensor<"u32">(gpu, [64], { dtype: "u32" });
    const addends = new Tensor<"u32">(gpu, [64], { dtype: "u32" });
    const quick = recordAffine(gpu, { values, addends, factor: 1 });
    const long = new Recorder(gpu);
    const kernel = gpu.kernel({ file: slow, entryPoint: "slow" });
    long.dispatch(kernel, { tensors: { values }, workgroups: [1] });
    const profiler = gpu.profiler!;
    await profiler.collect();
    assertEquals(profiler.table(), []);
    gpu.enqueue(quick, 3);
    gpu.enqueue(long, 2);
    gpu.flush();
    await profiler.collect();
    gpu.enqueue(quick, 4);
    gpu.flush();
    await profiler.collect();
    const table = profiler.table();
    assertEquals(profiler.untimed, 0);
    assertEquals(Object.fromEntries(table.map(({ kernel, dispatches }) => [kernel, dispatches])), {
      "slow.wgsl:slow": 2,
      "affine.wgsl:affine": 7,
    });
    assertGreaterOrEqual(table[0]!.milliseconds, table[1]!.milliseconds);
    const elapsed = performance.now() - start;
    for (const { kernel, milliseconds } of table) {
      assert(milliseconds > 0 && milliseconds < elapsed, `${kernel}: ${milliseconds} ms of ${elapsed}`);
    }
  }, { profile: true }));

Deno.test("Profiler leaves results as they are, also past the end of its query set", () =>
  withGpu(async (gpu) => {
    const values = new Tensor<"u32">(gpu, [1], { dtype: "u32" });
    const addends = new Tensor<"u32">(gpu, [1], { dtype: "u32" });
    addends.write(Uint32Array.of(1));
    gpu.enqueue(recordAffine(gpu, { values, addends, factor: 1 }), 3000);
    assertEquals(await values.read(), Uint32Array.of(3000));
    await gpu.profiler!.collect();
    assertEquals(gpu.profiler!.table().map(({ dispatches }) => dispatches), [2048]);
    assertEquals(gpu.profiler!.untimed, 952);
  }, { profile: true }));
