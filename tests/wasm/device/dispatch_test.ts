import { assert, assertEquals, assertRejects } from "@std/assert";
import { Kernel } from "../../../src/gpu/kernel.ts";
import { Profiler } from "../../../src/gpu/profiler.ts";
import { probeFastReadback } from "../../../src/gpu/readback.ts";
import { openWasmDevice, ownCompiler } from "../../../src/wasm/device/open.ts";
import { bufferUsage } from "../../../src/wasm/device/usage.ts";
import { handCompiler } from "./kernels.ts";
import { encode, errorOf, kernelLayout, program, read, run, withDevice, words } from "./opened.ts";

const { uniform } = bufferUsage;

Deno.test("openWasmDevice() tells what it is, and needs a compiler of its options alone", async () => {
  const { device, info } = await openWasmDevice({ threads: 1, compiler: handCompiler });
  assertEquals(info.description, "WebAssembly SIMD, 1 thread");
  assert(device.features.has("timestamp-query"));
  device.destroy();
});

Deno.test("A dispatch runs every workgroup once, on the ranges of its group", () =>
  withDevice((device) => {
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    const addends = words(device, [...new Array(64).fill(9), ...numbers]);
    const values = words(device, [...new Array(64).fill(5), ...numbers]);
    const params = words(device, [...new Array(64).fill(5), 0, 3], uniform);
    const { pipeline } = program(device, "affine", { addends, values, params: [0, 0] });
    const group = device.createBindGroup({
      layout: kernelLayout(device),
      entries: [[0, addends], [1, values], [8, params]].map(([binding, buffer]) => ({
        binding: binding as number,
        resource: { buffer: buffer as GPUBuffer, offset: 256 },
      })),
    });
    run(device, { pipeline, group }, 98);
    const expected = numbers.map((i) => i < 98 ? 4 * i : i);
    assertEquals(read(device, values), [...new Array(64).fill(5), ...expected]);
  }));

Deno.test("Dispatches, copies and submits happen in the order recorded", () =>
  withDevice((device) => {
    const [addends, values] = [words(device, [1]), words(device, [0])];
    const [double, triple] = [2, 3].map((factor) =>
      program(device, "affine", { addends, values, params: [0, factor] })
    );
    const copied = words(device, [0]);
    const encoder = device.createCommandEncoder();
    for (let time = 0; time < 2; time++) {
      const pass = encoder.beginComputePass();
      for (const { pipeline, group } of [double!, triple!]) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(1, 1, 1);
      }
      pass.end();
      if (time === 0) encoder.copyBufferToBuffer(values, 0, copied, 0, 4);
    }
    const later = encode(device, (pass) => {
      pass.setPipeline(double!.pipeline);
      pass.setBindGroup(0, double!.group);
      pass.dispatchWorkgroups(1);
    });
    device.queue.submit([encoder.finish(), later]);
    assertEquals([read(device, copied), read(device, values)], [[4], [57]]); // 0 1 4; 4 9 28; 57
  }));

Deno.test("A dispatch of no workgroups does nothing", () =>
  withDevice((device) => {
    const module = device.createShaderModule({
      code: "@group(0) @binding(0) var<storage, read_write> out: array<u32>;\n" +
        "@compute @workgroup_size(1) fn main() { out[0] = 1u; }",
    });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
    const out = words(device, [7]);
    const layout = pipeline.getBindGroupLayout(0);
    const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: out } }] });
    for (const [x, y, z] of [[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0]] as const) {
      device.queue.submit([encode(device, (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(x, y, z);
      })]);
    }
    assertEquals(read(device, out), [7]);
  }, { compiler: ownCompiler() }));

Deno.test("A group serves several pipelines and numbers of workgroups in turns", () =>
  withDevice((device) => {
    const [addends, values] = [words(device, [1, 1, 1]), words(device, [0, 0, 0])];
    const affine = program(device, "affine", { addends, values, params: [3, 2] });
    const iterate = program(device, "iterate", { addends, values, params: [3, 2] });
    const submit = (pipeline: GPUComputePipeline, workgroups: number) =>
      run(device, { pipeline, group: affine.group }, workgroups);
    submit(affine.pipeline, 3); // 1 1 1
    submit(iterate.pipeline, 2); // 15 15 1
    submit(affine.pipeline, 1); // 31 15 1
    submit(affine.pipeline, 0);
    for (let workgroups = 0; workgroups < 20; workgroups++) submit(affine.pipeline, workgroups % 2 ? 3 : 0);
    const tenTimes = (value: number) => 1024 * (value + 1) - 1;
    assertEquals(read(device, values), [31, 15, 1].map(tenTimes));
  }));

Deno.test("A dispatch has workgroups in three dimensions", () =>
  withDevice((device) => {
    const [addends, values] = [words(device, new Array(8).fill(1)), words(device, new Array(8).fill(0))];
    const { pipeline, group } = program(device, "affine", { addends, values, params: [0, 1] });
    for (const [x, y, z] of [[2, 2, 2], [1, 2, 2], [1, 1, 2], [1, 1, 3], [1, 2, 3], [2, 1, 3]] as const) {
      device.queue.submit([encode(device, (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(x, y, z);
        pass.dispatchWorkgroups(x, y, z);
      })]);
    }
    assertEquals(read(device, values), [12, 12, 10, 8, 6, 6, 2, 2]); // Those of 8, 4, 2, 3, 6 and 6 workgroups, twice.
  }));

Deno.test("A pipeline of layout auto has the bindings that its entry point uses", () =>
  withDevice((device) => {
    const module = device.createShaderModule({ code: "affine" });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
    const values = words(device, [5]);
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [[0, words(device, [1])], [1, values], [8, words(device, [0, 2], uniform)]].map((
        [binding, buffer],
      ) => ({ binding: binding as number, resource: { buffer: buffer as GPUBuffer } })),
    });
    run(device, { pipeline, group }, 1);
    assertEquals(read(device, values), [11]);
    const free = device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code: "unbound" }) },
    });
    device.queue.submit([encode(device, (pass) => {
      pass.setPipeline(free);
      pass.dispatchWorkgroups(1);
    })]);
  }));

Deno.test("Destroying one buffer of a group gives the memory of its binding table back", () =>
  withDevice((device) => {
    const [addends, values] = [words(device, [1]), words(device, [0])];
    const { pipeline } = program(device, "affine", { addends, values, params: [0, 0] });
    const layout = kernelLayout(device);
    const at = (buffer: GPUBuffer) => (buffer as unknown as { address: number }).address;
    const top = () => {
      const large = device.createBuffer({ size: 100_000, usage: uniform });
      const address = at(large);
      large.destroy();
      return address;
    };
    const before = top();
    for (let time = 0; time < 1000; time++) {
      const params = words(device, [0, 1], uniform);
      const group = device.createBindGroup({
        layout,
        entries: [[0, addends], [1, values], [8, params]].map(([binding, buffer]) => ({
          binding: binding as number,
          resource: { buffer: buffer as GPUBuffer },
        })),
      });
      run(device, { pipeline, group }, 1);
      params.destroy();
    }
    assertEquals(top(), before);
    assertEquals(read(device, values), [1000]);
  }));

Deno.test("probeFastReadback() finds that the device serves a mapping at once", () =>
  withDevice(async (device) => assertEquals(await probeFastReadback(device), true)));

Deno.test("Profiler times passes on the device", () =>
  withDevice(async (device) => {
    const start = performance.now();
    const [addends, values] = [words(device, [1]), words(device, [0])];
    const { pipeline, group } = program(device, "iterate", { addends, values, params: [1_000_000, 3] });
    const profiler = new Profiler(device);
    const encoder = device.createCommandEncoder();
    for (const label of ["long", "none", "long"]) {
      const pass = profiler.beginPass(encoder, label);
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      if (label === "long") pass.dispatchWorkgroups(1);
      pass.end();
    }
    device.queue.submit([encoder.finish()]);
    const elapsed = performance.now() - start;
    await profiler.collect();
    const [long, none] = profiler.table();
    assertEquals([long?.kernel, long?.dispatches, none?.dispatches], ["long", 2, 1]);
    assert(
      long!.milliseconds > 0.5 && long!.milliseconds < elapsed,
      `${long!.milliseconds} of ${elapsed} ms`,
    );
    profiler.dispose();
  }));

Deno.test("resolveQuerySet() refuses queries and places that are not there", () =>
  withDevice(async (device) => {
    const querySet = device.createQuerySet({ label: "q", type: "timestamp", count: 4 });
    const target = device.createBuffer({ label: "t", size: 288, usage: bufferUsage.queryResolve });
    const refused = async (first: number, count: number, offset: number) => {
      const encoder = device.createCommandEncoder();
      encoder.resolveQuerySet(querySet, first, count, target, offset);
      const message = await errorOf(device, () => encoder.finish());
      return message?.replace("Cannot finish command encoder: ", "");
    };
    assertEquals(await refused(0, 4, 256), undefined);
    assertEquals(await refused(1, 4, 0), 'queries 1 to 5 of query set "q", wanted at most 4');
    assertEquals(await refused(0, 1, 8), 'the offset in buffer "t" is 8, wanted a multiple of 256');
    const late = device.createCommandEncoder();
    late.resolveQuerySet(querySet, 0, 4, target, 0);
    const commands = late.finish();
    querySet.destroy();
    assertEquals(
      await errorOf(device, () => device.queue.submit([commands])),
      'Cannot submit commands: query set "q" is destroyed or was never made',
    );
    const create = (type: GPUQueryType, count: number) =>
      errorOf(device, () => device.createQuerySet({ type, count }));
    assertEquals(
      await create("occlusion", 1),
      "Cannot create query set: its type is occlusion, wanted timestamp",
    );
    assertEquals(
      await create("timestamp", 4097),
      "Cannot create query set: it has 4097 queries, wanted at most 4096",
    );
  }));

Deno.test("Kernel names the file and line of what the compiler refuses, in modules and pipelines too", () =>
  withDevice(async (device) => {
    const compiled = (text: string, module: string, entryPoint = "unbound") => {
      const [file, appended] = [{ name: "first.wgsl", text }, { name: "second.wgsl", text: module }];
      return new Kernel(device, { file, modules: [appended], entryPoint }).compiled;
    };
    await compiled("unbound", "");
    await assertRejects(
      () => compiled("unbound\n", "\nwrong one"),
      Error,
      "Cannot compile first.wgsl:unbound:\nsecond.wgsl:2: wrong one is wrong\n    wrong one",
    );
    await assertRejects(
      () => compiled("\n\nrefused", "\nhere", "refused"),
      Error,
      "Cannot compile first.wgsl:refused:\nsecond.wgsl:2: textures are not supported\n    here",
    );
    await assertRejects(() => compiled("unbound", "", "absent"), Error, "entry point absent is not there");
  }));
