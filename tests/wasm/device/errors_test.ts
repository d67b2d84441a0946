import { assert, assertEquals, assertRejects } from "@std/assert";
import { openWasmDevice } from "../../../src/wasm/device/open.ts";
import { bufferUsage, shaderStage } from "../../../src/wasm/device/usage.ts";
import { handCompiler } from "./kernels.ts";
import { errorOf, kernelLayout, messageOf, withDevice, words } from "./opened.ts";

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
    const params = words(device, [1, 2, 3, 4], bufferUsage.uniform);
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
