import { assert, assertEquals, assertThrows } from "@std/assert";
import { actingSteps, playedTogether } from "../../src/device_envs/acting.ts";
import { makeLayers } from "../../src/learner/kinds.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { mostActing } from "../../src/device_envs/device_environment.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import type { ShaderFile } from "../../src/gpu/kernel.ts";
import { kernelProfiles } from "../../src/gpu/profiles.ts";
import { workgroupBytes } from "../../src/gpu/workgroup_memory.ts";
import { networkLayout, perceptron } from "../../src/ops/model.ts";
import { withGpu } from "./with_gpu.ts";

const folder = new URL("../../shaders/", import.meta.url);

/** What every WebGPU adapter has. */
const defaults = { workgroupStorage: 16384, invocations: 256 };

/** Our own shaders. */
const shaders: readonly ShaderFile[] = [...Deno.readDirSync(folder)]
  .map(({ name }) => ({ name, text: Deno.readTextFileSync(new URL(name, folder)) }));

function file(text: string): ShaderFile {
  return { name: "own.wgsl", text };
}

Deno.test("workgroupBytes() counts variables in sixteens, whatever shapes them", () => {
  const text = `override GROUP: u32 = 8;
var<workgroup> sums: array<vec2f, GROUP>; // var<workgroup> none: array<f32, 9>;
var<workgroup>   flag : bool;
var<workgroup> tiles: array<vec4f, 3 * WIDTH *2u>;
fn helper() { var inner: array<f32, 99>; }
`;
  assertEquals(
    workgroupBytes({ file: file(text), constants: { WIDTH: 5 }, overrides: { GROUP: 3 } }),
    32 + 16 + 480,
  );
  assertEquals(workgroupBytes({ file: file("fn helper() {}") }), 0);
});

Deno.test("workgroupBytes() refuses what it cannot count", () => {
  for (const type of ["array<f32, OTHER>", "array<mat4x4f, 4>", "Tile", "array<f32, 2 + 2>"]) {
    const text = `var<workgroup> sums: ${type};`;
    assertThrows(
      () => workgroupBytes({ file: file(text) }),
      RangeError,
      `Cannot count the bytes of own.wgsl: sums is ${type}`,
    );
  }
});

Deno.test("Kernels keep within the workgroup memory and invocations of every adapter, with every profile", () => {
  assert(shaders.some(({ text }) => text.includes("var<workgroup>")));
  for (const { group, tileGroup, rolloutGroup } of Object.values(kernelProfiles)) {
    assert(Math.max(group, tileGroup, rolloutGroup) <= defaults.invocations);
    for (const shader of shaders) {
      const constants = { WIDTH: mostActing / 4, TOGETHER: 1 };
      const overrides = { GROUP: group, ROWS: Math.max(4, group) };
      const bytes = workgroupBytes({ file: shader, constants, overrides });
      assert(bytes <= defaults.workgroupStorage, `${shader.name}: ${bytes} bytes`);
    }
  }
});

Deno.test("mostActing is what a layer may read and write on every adapter, by its workgroup memory", () => {
  const rollout = shaders.find(({ name }) => name === "rollout.wgsl")!;
  const constants = { WIDTH: mostActing / 4 + 2, TOGETHER: 1 };
  assert(workgroupBytes({ file: rollout, constants }) > defaults.workgroupStorage);
});

Deno.test("playedTogether() is the number of environments whose layers fit the workgroup memory", () => {
  const together = (maxComputeWorkgroupStorageSize: number, width: number) =>
    playedTogether(
      { device: { limits: { maxComputeWorkgroupStorageSize } } } as Gpu,
      actingSteps(networkLayout(perceptron([width, width, 2])), { noise: false }),
    );
  assertEquals([508, 509, 1020, 1021, 2044].map((width) => together(16384, width)), [4, 2, 2, 1, 1]);
  assertEquals([1020, 1021, 2044].map((width) => together(32768, width)), [4, 2, 2]);
  const board = { observation: [10, 10, 10], hidden: makeLayers({ kind: "conv", channels: 16, size: 3 }) };
  const steps = actingSteps(networkLayout({ ...board, head: valueHead, actions: 3 }), { noise: false });
  assertEquals(steps.width, (1000 + 1024) / 4); // Of the two layers in turn that take most, and not twice the wider one.
});

Deno.test("Kernel refuses more workgroup memory than its device has", () =>
  withGpu((gpu) => {
    const most = gpu.device.limits.maxComputeWorkgroupStorageSize;
    const text = `var<workgroup> sums: array<f32, SIZE>;
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@compute @workgroup_size(1) fn fill() { values[0] = sums[0]; }
`;
    const kernel = (bytes: number) =>
      gpu.kernel({
        file: file(text),
        entryPoint: "fill",
        constants: { SIZE: bytes / 4 },
      });
    kernel(most);
    assertThrows(
      () => kernel(most + 16),
      RangeError,
      `Cannot create own.wgsl:fill: ${most + 16} bytes of workgroup memory, wanted at most ${most}`,
    );
  }));
