import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import type { DeviceBuffer } from "../../../src/wasm/device/buffer.ts";
import { openWasmDevice } from "../../../src/wasm/device/open.ts";
import { bufferUsage, shaderStage } from "../../../src/wasm/device/usage.ts";
import { handCompiler } from "./kernels.ts";
import {
  encode,
  errorOf,
  kernelLayout,
  lossOf,
  messageOf,
  type Program,
  program,
  read,
  run,
  withDevice,
  words,
} from "./opened.ts";

const { uniform } = bufferUsage;

Deno.test("Error scopes keep the first error of their kind, from the innermost scope outwards", () =>
  withDevice(async (device) => {
    const wrong = (label: string) => device.createBuffer({ label, size: 4, usage: 0 });
    device.pushErrorScope("validation");
    device.pushErrorScope("out-of-memory");
    wrong("first");
    wrong("second");
    assertEquals(await device.popErrorScope(), null);
    device.pushErrorScope("validation");
    wrong("third");
    const [inner, outer] = [await device.popErrorScope(), await device.popErrorScope()];
    assert(inner?.message.includes('"third"'), inner?.message);
    assert(outer?.message.includes('"first"'), outer?.message);
    await assertRejects(
      () => device.popErrorScope(),
      DOMException,
      "Cannot pop an error scope: none is open",
    );
  }));

Deno.test("An error that no scope catches is an uncapturederror event at once", async () => {
  const { device } = await openWasmDevice({ threads: 1, compiler: handCompiler });
  const events: Event[] = [];
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    events.push(event);
  });
  device.createBuffer({ label: "b", size: 4, usage: 0 });
  assertEquals(events.map(messageOf), [
    'Cannot create buffer "b": its usage is 0, which WebGPU does not know',
  ]);
  assert(events[0]!.defaultPrevented);
  device.destroy();
  device.createBuffer({ label: "b", size: 4, usage: 0 });
  assertEquals(events.length, 1); // A lost device reports nothing.
});

Deno.test("createShaderModule() tells every error of its text with the line", () =>
  withDevice(async (device) => {
    for (const [code, lines] of [["affine\nwrong one", [2]], ["wrong\naffine\nwrong", [1, 3]]] as const) {
      let module: GPUShaderModule | undefined;
      const message = await errorOf(device, () => module = device.createShaderModule({ label: "m", code }));
      assert(message?.startsWith(`Cannot compile shader module "m": line ${lines[0]}: wrong`), message);
      const { messages } = await module!.getCompilationInfo();
      assertEquals(
        messages.map(({ type, lineNum }): unknown[] => [type, lineNum]),
        lines.map((line) => ["error", line]),
      );
      const create = () => device.createComputePipeline({ layout: "auto", compute: { module: module! } });
      assertEquals(
        await errorOf(device, create),
        'Cannot create compute pipeline: shader module "m" did not compile',
      );
    }
    const { messages } = await device.createShaderModule({ code: "affine" }).getCompilationInfo();
    assertEquals(messages, []);
  }));

Deno.test("createComputePipeline() tells a text that does not compile in the module's messages too", () =>
  withDevice(async (device) => {
    const module = device.createShaderModule({ code: "refused" });
    const create = () => device.createComputePipeline({ label: "p", layout: "auto", compute: { module } });
    assertEquals(
      await errorOf(device, create),
      'Cannot create compute pipeline "p": line 5: textures are not supported',
    );
    const { messages } = await module.getCompilationInfo();
    assertEquals(messages.map(({ message, lineNum }) => [message, lineNum]), [[
      "textures are not supported",
      5,
    ]]);
  }));

Deno.test("createComputePipeline() refuses names, constants, workgroups and layouts that do not fit", () =>
  withDevice(async (device) => {
    const module = device.createShaderModule({ label: "m", code: "affine\niterate\noverride width" });
    const refused = async (
      stage: Omit<GPUProgrammableStage, "module">,
      entries?: GPUBindGroupLayoutEntry[],
    ) => {
      const layout = entries
        ? device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] })
        : "auto";
      const create = () => device.createComputePipeline({ layout, compute: { module, ...stage } });
      return (await errorOf(device, create))?.replace("Cannot create compute pipeline: ", "");
    };
    const entry = (binding: number, type: GPUBufferBindingType, minBindingSize = 0) => ({
      binding,
      visibility: shaderStage.compute,
      buffer: { type, minBindingSize },
    });
    const entryPoint = "affine";
    assertEquals(await refused({ entryPoint, constants: { width: 2 } }), undefined);
    assertEquals(await refused({}), "no entry point is named, wanted one of affine, iterate");
    assertEquals(
      await refused({ entryPoint: "absent" }),
      "entry point absent is not there, wanted one of affine, iterate",
    );
    assertEquals(
      await refused({ entryPoint, constants: { widht: 2 } }),
      "constant widht is no override, wanted one of width",
    );
    assertEquals(
      await refused({ entryPoint, constants: { width: 1025 } }),
      "its workgroups are 1025 x 1 x 1, wanted at most 1024 invocations, and 64 in z",
    );
    const fitting = [entry(0, "read-only-storage"), entry(1, "storage"), entry(8, "uniform", 8)];
    assertEquals(await refused({ entryPoint }, [...fitting, entry(2, "storage")]), undefined);
    assertEquals(
      await refused({ entryPoint }, fitting.slice(1)),
      "binding 0, which it uses, is not in the layout",
    );
    assertEquals(
      await refused({ entryPoint }, [entry(0, "storage"), ...fitting.slice(1)]),
      "binding 0 is storage in the layout, wanted read-only-storage",
    );
    assertEquals(
      await refused({ entryPoint }, [...fitting.slice(0, 2), entry(8, "uniform", 4)]),
      "binding 8 has 4 bytes in the layout, wanted at least 8",
    );
  }));

Deno.test("createBindGroupLayout() and createPipelineLayout() refuse what the device has not", () =>
  withDevice(async (device) => {
    const refused = (entries: GPUBindGroupLayoutEntry[]) =>
      errorOf(device, () => device.createBindGroupLayout({ entries }));
    const visibility = shaderStage.compute;
    const message = "Cannot create bind group layout: binding";
    assertEquals(
      await refused([{ binding: 1000, visibility, buffer: {} }]),
      `${message} 1000, wanted 0 to 999`,
    );
    assertEquals(
      await refused([{ binding: 1, visibility, buffer: {} }, { binding: 1, visibility, buffer: {} }]),
      `${message} 1 is there twice`,
    );
    assertEquals(
      await refused([{ binding: 2, visibility, texture: {} }]),
      `${message} 2 is no buffer, and this device has nothing else`,
    );
    assertEquals(
      await refused([{ binding: 3, visibility, buffer: { hasDynamicOffset: true } }]),
      `${message} 3 has a dynamic offset, which this device has not`,
    );
    assertEquals(
      await refused([{ binding: 4, visibility: 1, buffer: {} }]),
      `${message} 4 is visible to stages other than compute, which this device has not`,
    );
    const bindGroupLayouts = [kernelLayout(device), kernelLayout(device)];
    assertEquals(
      await errorOf(device, () => device.createPipelineLayout({ bindGroupLayouts })),
      "Cannot create pipeline layout: 2 groups, wanted group 0 alone",
    );
  }));

Deno.test("createBindGroup() refuses bindings that do not suit the layout", () =>
  withDevice(async (device) => {
    const layout = kernelLayout(device);
    const [addends, values] = [words(device, new Array(128).fill(1)), words(device, [1, 2])];
    const params = words(device, [1, 2, 3, 4], uniform);
    const fitting: GPUBindGroupEntry[] = [addends, values].map((buffer, binding) => ({
      binding,
      resource: { buffer },
    }));
    fitting.push({ binding: 8, resource: { buffer: params } });
    const refused = async (entries: GPUBindGroupEntry[]) => {
      const message = await errorOf(device, () => device.createBindGroup({ label: "g", layout, entries }));
      return message?.replace('Cannot create bind group "g": ', "");
    };
    const first = async (resource: GPUBufferBinding) =>
      (await refused([{ binding: 0, resource }, ...fitting.slice(1)]))?.replace(
        'binding 0 is buffer "words": ',
        "",
      );
    assertEquals(await refused(fitting), undefined);
    assertEquals(await first({ buffer: addends, offset: 256 }), undefined);
    assertEquals(await first({ buffer: addends, offset: 256, size: 256 }), undefined);
    assertEquals(await refused(fitting.slice(1)), "binding 0 of the layout is missing");
    assertEquals(await refused([...fitting, fitting[0]!]), "binding 0 is there twice");
    assertEquals(
      await refused([...fitting, { binding: 3, resource: { buffer: values } }]),
      "binding 3 is not in the layout",
    );
    assertEquals(await first({ buffer: params }), "its usage is 76, wanted storage in it");
    assertEquals(await first({ buffer: addends, offset: 4 }), "the offset is 4, wanted a multiple of 256");
    assertEquals(
      await first({ buffer: addends, offset: 256, size: 260 }),
      "bytes 256 to 516, wanted some of its 512",
    );
    assertEquals(await first({ buffer: addends, offset: 512 }), "bytes 512 to 512, wanted some of its 512");
    assertEquals(await first({ buffer: addends, size: 6 }), "6 bytes, wanted a multiple of 4");
    const { device: other } = await openWasmDevice({ threads: 1, compiler: handCompiler });
    assertEquals(await first({ buffer: words(other, [1]) }), "binding 0 is no buffer of this device");
    other.destroy();
  }));

/** The kernel `affine` on two words. */
function affine(device: GPUDevice): Program & { values: GPUBuffer; addends: GPUBuffer } {
  const [addends, values] = [words(device, [1, 2]), words(device, [3, 4])];
  return { ...program(device, "affine", { addends, values, params: [0, 10] }), values, addends };
}

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
        { binding: 8, resource: { buffer: words(device, [1], uniform) } },
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

Deno.test("A loop without an end loses the device with the line, and what follows does not run", async () => {
  await withDevice(async (device) => {
    const [addends, values] = [words(device, [1, 1, 1]), words(device, [0, 0, 0])];
    const trace = program(device, "trace", { addends, values, params: [1, 1] });
    const after = program(device, "affine", { addends, values, params: [0, 1] });
    device.queue.submit([
      encode(device, (pass) => {
        for (const { pipeline, group } of [trace, after]) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(3);
        }
      }),
    ]);
    const loss = await lossOf(device);
    assertEquals(loss.reason, "unknown");
    assertEquals(
      loss.message,
      'compute pipeline "trace" took 268,435,456 turns in one invocation, the last of the loop in line 7',
    );
    assertEquals([loss.pipeline, loss.line], [trace.pipeline, 7]);
    run(device, after, 3);
    device.queue.writeBuffer(values, 8, Uint32Array.of(9));
    await assertRejects(() => values.mapAsync(1), DOMException, "its device is lost");
    // Nothing has an effect any more: what the memory holds is what the first workgroup left.
    const { address, context } = values as unknown as DeviceBuffer;
    const [first, , third] = context.memory.words.subarray(address / 4);
    assert(first !== 0, "the first workgroup did not run");
    assertEquals(third, 0);
  });
});

Deno.test("A fault of the code loses the device and throws nothing", () =>
  withDevice(async (device) => {
    const fault = program(device, "fault", {
      addends: words(device, [1]),
      values: words(device, [1]),
      params: [1, 1],
    });
    run(device, fault, 1);
    const { reason, message, line } = await lossOf(device);
    assertEquals([reason, line], ["unknown", undefined]);
    assert(message.startsWith('compute pipeline "fault" failed: '), message);
  }));

Deno.test("destroy() resolves lost, and everything after it has no effect and reports nothing", () =>
  withDevice(async (device) => {
    const buffer = words(device, [1]);
    const made = affine(device);
    device.destroy();
    const { reason, message } = await lossOf(device);
    assertEquals([reason, message], ["destroyed", ""]);
    run(device, made, 2);
    device.queue.writeBuffer(buffer, 0, Uint32Array.of(2));
    device.createBuffer({ size: 4, usage: 0 });
    device.createQuerySet({ type: "timestamp", count: -1 });
    await assertRejects(() => buffer.mapAsync(1), DOMException, "its device is lost");
    assertThrows(() => buffer.getMappedRange(), DOMException, "it is not mapped");
    assertInstanceOf(device.createCommandEncoder().finish(), Object);
  }));
