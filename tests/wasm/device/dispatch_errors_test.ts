import { assertEquals } from "@std/assert";
import { bufferUsage, shaderStage } from "../../../src/wasm/device/usage.ts";
import {
  affine,
  encode,
  errorOf,
  kernelLayout,
  type Program,
  program,
  read,
  run,
  withDevice,
  words,
} from "./opened.ts";

Deno.test("A pass with a dispatch that cannot be is refused as a whole when its encoder finishes", () =>
  withDevice(async (device) => {
    const { pipeline, group, values } = affine(device);
    const refused = async (record: (pass: GPUComputePassEncoder) => void) => {
      const message = await errorOf(device, () =>
        encode(device, (pass) => {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(2);
          record(pass);
        }));
      assertEquals(read(device, values), [3, 4]);
      return message?.replace('Cannot finish command encoder "test": ', "");
    };
    assertEquals(await refused(() => {}), undefined);
    assertEquals(
      await refused((pass) => pass.dispatchWorkgroups(2 ** 31)),
      "workgroups are [2147483648,1,1], wanted integers up to 2147483647",
    );
    assertEquals(
      await refused((pass) => pass.dispatchWorkgroups(65535, 65535)),
      "workgroups are [65535,65535,1], wanted at most 2147483647 in all",
    );
    assertEquals(await refused((pass) => pass.setBindGroup(1, group)), "group 1 is set, wanted group 0");
    assertEquals(
      await refused((pass) => {
        pass.setBindGroup(0, null);
        pass.dispatchWorkgroups(1);
      }),
      'no bind group is set for compute pipeline "affine"',
    );
    assertEquals(
      await refused((pass) => {
        pass.end();
        pass.dispatchWorkgroups(2);
      }),
      "a dispatch comes after the end of its pass",
    );
    assertEquals(
      await errorOf(device, () => encode(device, (pass) => pass.dispatchWorkgroups(1))),
      'Cannot finish command encoder "test": a dispatch comes before a pipeline is set',
    );
    const layout = device.createBindGroupLayout({ entries: [] });
    assertEquals(
      await refused((pass) => {
        pass.setBindGroup(0, device.createBindGroup({ label: "none", layout, entries: [] }));
        pass.dispatchWorkgroups(1);
      }),
      'bind group "none" does not suit the pipeline: binding 0 is missing',
    );
    const { group: wider } = program(device, "affine", {
      addends: words(device, [1]),
      values: words(device, [1]),
      params: [1, 1],
    });
    const narrow = device.createComputePipeline({
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ code: "unbound" }) },
    });
    assertEquals(
      await refused((pass) => {
        pass.setPipeline(narrow);
        pass.setBindGroup(0, wider);
        pass.dispatchWorkgroups(1);
      }),
      "bind group does not suit the pipeline: 3 bindings, wanted 0",
    );
    const short = device.createBindGroup({
      label: "short",
      layout: kernelLayout(device),
      entries: [
        { binding: 0, resource: { buffer: words(device, [1]) } },
        { binding: 1, resource: { buffer: values } },
        { binding: 8, resource: { buffer: words(device, [1], bufferUsage.uniform) } },
      ],
    });
    assertEquals(
      await refused((pass) => {
        pass.setBindGroup(0, short);
        pass.dispatchWorkgroups(1);
      }),
      'binding 8 of bind group "short" has 4 bytes, wanted at least 8',
    );
  }));

Deno.test("What belongs to another device is refused", () =>
  withDevice((device) =>
    withDevice(async (other) => {
      const [own, foreign] = [affine(device), affine(other)];
      const refused = async (operation: () => void, message: string) =>
        assertEquals(await errorOf(device, operation), message);
      const recorded = ({ pipeline }: Program, { group }: Program) => () =>
        void encode(device, (pass) => {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(1);
        });
      await refused(
        recorded(own, foreign),
        'Cannot finish command encoder "test": bind group belongs to another device',
      );
      await refused(
        recorded(foreign, own),
        'Cannot finish command encoder "test": bind group belongs to another device',
      );
      const commands = other.createCommandEncoder().finish();
      await refused(
        () => device.queue.submit([commands]),
        "Cannot submit commands: a command buffer belongs to another device",
      );
      await refused(
        () => device.queue.writeBuffer(foreign.values, 0, Uint32Array.of(1)),
        'Cannot write buffer "words": it belongs to another device',
      );
      await refused(() => {
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(own.values, 0, foreign.values, 0, 8);
        encoder.finish();
      }, 'Cannot finish command encoder: buffer "words" belongs to another device');
      const module = other.createShaderModule({ label: "m", code: "affine" });
      await refused(
        () => device.createComputePipeline({ layout: "auto", compute: { module } }),
        'Cannot create compute pipeline: shader module "m" belongs to another device',
      );
      const layout = kernelLayout(other);
      await refused(
        () => device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        'Cannot create pipeline layout: bind group layout "kernel" belongs to another device',
      );
      await refused(
        () => device.createBindGroup({ layout, entries: [] }),
        'Cannot create bind group: bind group layout "kernel" belongs to another device',
      );
      assertEquals(read(other, foreign.values), [3, 4]);
    })
  ));

Deno.test("A dispatch does not write a buffer that it reads, nor one range twice", () =>
  withDevice(async (device) => {
    const shared = words(device, new Array(128).fill(0));
    const { pipeline, group } = program(device, "affine", {
      addends: shared,
      values: shared,
      params: [0, 1],
    });
    assertEquals(
      await errorOf(device, () =>
        encode(device, (pass) => {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(1);
        })),
      'Cannot finish command encoder "test": buffer "words" is written as binding 1 and read as binding 0',
    );
    const entry = (binding: number) => ({
      binding,
      visibility: shaderStage.compute,
      buffer: { type: "storage" } as const,
    });
    const layout = device.createBindGroupLayout({ entries: [entry(0), entry(1)] });
    const writing = async (second: GPUBufferBinding) => {
      const entries = [{ binding: 0, resource: { buffer: shared, size: 256 } }, {
        binding: 1,
        resource: second,
      }];
      const both = device.createBindGroup({ layout, entries });
      const free = device.createComputePipeline({
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module: device.createShaderModule({ code: "unbound" }) },
      });
      return await errorOf(device, () =>
        encode(device, (pass) => {
          pass.setPipeline(free);
          pass.setBindGroup(0, both);
          pass.dispatchWorkgroups(1);
        }));
    };
    assertEquals(await writing({ buffer: shared, offset: 256 }), undefined);
    assertEquals(
      await writing({ buffer: shared, offset: 0, size: 4 }),
      'Cannot finish command encoder "test": buffer "words" is written as binding 0 and as binding 1, ' +
        "and the ranges overlap",
    );
  }));

Deno.test("submit() refuses a dispatch on a destroyed buffer, whichever it was", () =>
  withDevice(async (device) => {
    for (const gone of ["values", "addends"] as const) {
      const made = affine(device);
      run(device, made, 2);
      made[gone].destroy();
      assertEquals(
        await errorOf(device, () => run(device, made, 2)),
        'Cannot submit commands: a buffer that compute pipeline "affine" is run on is destroyed',
      );
    }
  }));
