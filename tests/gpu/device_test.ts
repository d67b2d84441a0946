import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import type { DeviceKind } from "../../src/gpu/choice.ts";
import { Gpu } from "../../src/gpu/device.ts";
import { kernelProfiles, selectProfile } from "../../src/gpu/profiles.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { withGpu } from "./with_gpu.ts";
import { withVariable } from "./with_variable.ts";

/** An adapter of the kind, which gives the device of this machine's. */
async function adapterOf({ isFallbackAdapter }: { readonly isFallbackAdapter: boolean }): Promise<unknown> {
  const adapter = await navigator.gpu.requestAdapter();
  return { info: { isFallbackAdapter }, limits: {}, requestDevice: () => adapter!.requestDevice() };
}

/** Runs `test` while `navigator.gpu` offers `adapter`. */
async function withAdapter(adapter: unknown, test: () => Promise<void>): Promise<void> {
  const own = Object.getOwnPropertyDescriptor(navigator.gpu, "requestAdapter");
  Object.defineProperty(navigator.gpu, "requestAdapter", {
    configurable: true,
    value: () => Promise.resolve(adapter),
  });
  try {
    await test();
  } finally {
    if (own) Object.defineProperty(navigator.gpu, "requestAdapter", own);
    else Reflect.deleteProperty(navigator.gpu, "requestAdapter");
  }
}

/** Lets the events that are due arrive. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

Deno.test("Gpu.open() of WebGPU without an adapter says what to install", () =>
  withAdapter(null, async () => {
    const error = await assertRejects(
      () => Gpu.open({ device: "webgpu" }),
      UsageError,
      "no adapter answered",
    );
    assert(error.message.includes("sh setup.sh --tests"), error.message);
    assert(error.message.includes("mesa-vulkan-drivers"), error.message);
  }));

Deno.test("Gpu.open() takes a GPU where one answers, else WebAssembly; a software adapter if WebGPU is asked for", async () => {
  await withVariable("QERNEL_DEVICE", undefined, async () => {
    for (const [isFallbackAdapter, auto] of [[true, "wasm"], [false, "webgpu"]] as const) {
      for (const [device, kind] of [["auto", auto], ["webgpu", "webgpu"], ["wasm", "wasm"]] as const) {
        const adapter = await adapterOf({ isFallbackAdapter }); // It gives one device.
        await withAdapter(adapter, () => withGpu((gpu) => assertEquals(gpu.kind, kind), { device }));
      }
    }
    await withAdapter(null, () => withGpu((gpu) => assertEquals(gpu.kind, "wasm")));
  });
});

Deno.test("Gpu.open() of WebAssembly names it with its threads; its limits are those of memory", () =>
  withGpu((gpu) => {
    assertMatch(gpu.adapter, /^WebAssembly SIMD, [1-9]\d* threads?$/);
    assertStrictEquals(gpu.kernelProfile, kernelProfiles.wasm);
    assert(gpu.device.limits.maxComputeWorkgroupsPerDimension > 2 ** 24); // A workgroup is one invocation.
    gpu.assertFits(2 ** 30, "replay", [2 ** 28]);
  }, { device: "wasm" }));

Deno.test("Gpu.open() refuses to time kernels on an adapter without timestamps", () =>
  withAdapter({ features: new Set() }, async () => {
    await assertRejects(
      () => Gpu.open({ device: "webgpu", profile: true }),
      UsageError,
      "Cannot time kernels: the adapter has no timestamp-query feature",
    );
  }));

Deno.test("Gpu.open() asks for the limits that the adapter offers", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  assert(adapter, "this machine has no adapter");
  await withGpu((gpu) => {
    for (
      const limit of [
        "maxBufferSize",
        "maxStorageBufferBindingSize",
        "maxComputeInvocationsPerWorkgroup",
        "maxComputeWorkgroupStorageSize",
      ] as const
    ) {
      assertEquals(gpu.device.limits[limit], adapter.limits[limit], limit);
    }
    assert(gpu.adapter !== "unnamed adapter", "the adapter has no name");
  }, { device: "webgpu" });
});

Deno.test("Gpu.open() of WebGPU gives Mesa a folder to look into, where it was given none", async () => {
  const { XDG_RUNTIME_DIR: _, ...env } = Deno.env.toObject();
  const code = `
    import { Gpu } from "${new URL("../../src/gpu/device.ts", import.meta.url)}";
    (await Gpu.open({ device: "webgpu" })).close();
    console.log(Deno.env.get("XDG_RUNTIME_DIR"));`;
  const run = new Deno.Command(Deno.execPath(), { args: ["eval", code], env, clearEnv: true });
  const { stdout, stderr } = await run.output();
  const told = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  assertEquals(told, [Deno.build.os === "linux" ? "/tmp" : "undefined", ""]);
});

Deno.test("selectProfile() takes the profile named, or the one of the device's kind", async () => {
  const device = (kind: DeviceKind, isFallbackAdapter: boolean) => ({
    kind,
    info: { isFallbackAdapter } as GPUAdapterInfo,
  });
  const kinds = [
    [device("webgpu", true), kernelProfiles.software],
    [device("webgpu", false), kernelProfiles.gpu],
  ] as const;
  for (const [opened, own] of kinds) {
    assertStrictEquals(selectProfile("auto", opened), own);
    for (const name of ["software", "gpu", "wasm"] as const) {
      assertStrictEquals(selectProfile(name, opened), kernelProfiles[name]);
    }
  }
  await withGpu((gpu) => assertStrictEquals(gpu.kernelProfile, kernelProfiles.gpu), { kernelProfile: "gpu" });
});

Deno.test("Gpu.open() of WebAssembly takes its own kernel profile alone, whatever the adapter's info says", async () => {
  for (const kernelProfile of ["auto", "wasm"] as const) {
    await withGpu((gpu) => assertStrictEquals(gpu.kernelProfile, kernelProfiles.wasm), {
      device: "wasm",
      kernelProfile,
    });
  }
  for (const kernelProfile of ["software", "gpu"] as const) {
    const error = await assertRejects(() => Gpu.open({ device: "wasm", kernelProfile }), UsageError);
    assertEquals(
      error.message,
      `Cannot use the kernel profile "${kernelProfile}" on the device wasm: its workgroups are of several invocations, ` +
        'wanted "wasm" or "auto"',
    );
  }
});

Deno.test("Gpu.check() and flush() throw an error that the GPU reported, once", () =>
  withGpu(async (gpu) => {
    const invalid = () =>
      gpu.device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    for (const surface of [() => gpu.check(), () => gpu.flush()]) {
      invalid();
      await turn();
      assertThrows(surface, TrainingError, "The GPU reported an error: ");
      surface();
    }
  }));

Deno.test("Gpu whose device is lost says so at every read and flush, with a remedy", async () => {
  for (const fastReadback of [true, false]) {
    const gpu = await Gpu.open({ fastReadback });
    const tensor = new Tensor(gpu, [4]);
    const readback = new Readback(gpu, tensor.byteLength);
    for (let time = 0; time < 2; time++) await readback.read([{ tensor }]);
    gpu.device.destroy();
    for (let time = 0; time < 3; time++) {
      const error = await assertRejects(
        async () => await readback.read([{ tensor }]),
        TrainingError,
        "The GPU device was lost",
      );
      assert(error.message.includes("If it happens again, use smaller"), error.message);
    }
    assertThrows(() => gpu.flush(), TrainingError, "The GPU device was lost");
    gpu.close();
  }
});

Deno.test("Gpu that was closed reports no loss", async () => {
  const gpu = await Gpu.open();
  gpu.close();
  await turn();
  gpu.check();
});
