import { assert, assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import { openWasmDevice } from "../../../src/wasm/device/open.ts";
import { DeviceMemory } from "../../../src/wasm/device/memory.ts";
import { Threads } from "../../../src/wasm/device/threads.ts";
import { WorkEstimate } from "../../../src/wasm/device/dispatch.ts";
import { handCompiler, scratchBytes } from "./kernels.ts";
import { errorOf, lossOf, program, read, run, withDevice, words } from "./opened.ts";

/** Runs until `isDone`, for 20 s at most: a busy machine may let the other threads wait. */
function until(isDone: () => boolean): void {
  const end = performance.now() + 20_000;
  while (!isDone()) assert(performance.now() < end, "the other threads did nothing in 20 s");
}

Deno.test("Results are the same bit for bit whatever the number of threads", async () => {
  const results: number[][] = [];
  for (const threads of [1, 2, 3, 5]) {
    await withDevice((device) => {
      const found: number[] = [];
      for (const workgroups of [2, 3, 7, 64, 1000]) {
        const addends = words(device, Array.from({ length: workgroups }, (_, i) => i));
        const values = words(device, new Array(workgroups).fill(1));
        const turns = Math.ceil(20_000 / workgroups);
        const long = program(device, "iterate", { addends, values, params: [turns, 3] });
        const short = program(device, "affine", { addends, values, params: [0, 5] });
        for (let time = 0; time < 40; time++) {
          run(device, long, workgroups);
          run(device, short, workgroups, 3);
        }
        found.push(...read(device, values));
      }
      results.push(found);
    }, { threads });
  }
  assertEquals(results[0]!.length, 1076);
  for (const result of results) assertEquals(result, results[0]);
});

Deno.test("A long dispatch runs on all threads, each with scratch memory of its own", () =>
  withDevice((device) => {
    const values = words(device, new Array(64).fill(0));
    const trace = program(device, "trace", { addends: words(device, [0]), values, params: [10_000, 64] });
    const seen = new Set<number>();
    until(() => {
      run(device, trace, 64, 10);
      for (const address of read(device, values)) seen.add(address);
      return seen.size === 3;
    });
    const [first, second, third] = [...seen].sort((a, b) => a - b);
    assertGreaterOrEqual(second! - first!, scratchBytes);
    assertEquals(third! - second!, second! - first!);
  }, { threads: 3 }));

Deno.test("Threads.piecesFor() cuts no job that is too short, and no more pieces than there are workgroups", async () => {
  const threads = await Threads.start(new DeviceMemory({ shared: true }), 2);
  const pieces = [[100, 0.005], [100, 0.0061], [100, 0.0071], [100, 5], [3, 5], [1, 5]] as const;
  assertEquals(pieces.map(([workgroups, ms]) => threads?.piecesFor(workgroups, ms)), [1, 6, 7, 8, 3, 1]);
  threads?.close();
});

Deno.test("Kernels that are made after the memory has grown run on all threads", () =>
  withDevice((device) => {
    for (let time = 0; time < 3; time++) {
      words(device, new Array(2 ** 20).fill(1));
      device.createBuffer({ size: 2 ** 26, usage: 8 });
      const values = words(device, new Array(64).fill(0));
      const trace = program(device, "trace", { addends: words(device, [0]), values, params: [10_000, 64] });
      until(() => {
        run(device, trace, 64, 10);
        return new Set(read(device, values)).size === 2;
      });
    }
  }, { threads: 2 }));

Deno.test("A long dispatch runs on the caller's thread where no memory is left to tell the others its code", () =>
  withDevice(async (device) => {
    const values = words(device, new Array(64).fill(0));
    const trace = program(device, "trace", { addends: words(device, [0]), values, params: [10_000, 64] });
    const staging = device.createBuffer({ size: 256, usage: 9 });
    for (let size = 2 ** 31; size >= 256;) {
      const create = () => device.createBuffer({ size: size - 16, usage: 8 });
      if (await errorOf(device, create, "out-of-memory")) size /= 2;
    }
    run(device, trace, 64, 20);
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(values, 0, staging, 0, 256);
    device.queue.submit([encoder.finish()]);
    staging.mapAsync(1);
    assertEquals(new Set(new Uint32Array(staging.getMappedRange())).size, 1);
  }, { threads: 2 }));

Deno.test("A loop without an end in any thread loses the device with its line", () =>
  withDevice(async (device) => {
    const [addends, values] = [words(device, [0]), words(device, new Array(64).fill(0))];
    const good = program(device, "trace", { addends, values, params: [10_000, 64] });
    until(() => {
      run(device, good, 64, 10);
      return new Set(read(device, values)).size === 2;
    });
    // The last workgroup of a dispatch whose estimate is there already, so that it runs in pieces.
    const params = words(device, [10_000, 64], 64);
    const layout = good.pipeline.getBindGroupLayout(0);
    const group = device.createBindGroup({
      layout,
      entries: [[0, addends], [1, values], [8, params]].map(([binding, buffer]) => ({
        binding: binding as number,
        resource: { buffer: buffer as GPUBuffer },
      })),
    });
    run(device, { pipeline: good.pipeline, group }, 64, 2);
    device.queue.writeBuffer(params, 4, Uint32Array.of(63));
    run(device, { pipeline: good.pipeline, group }, 64);
    const { reason, line, pipeline } = await lossOf(device);
    assertEquals([reason, line, pipeline], ["unknown", 7, good.pipeline]);
  }, { threads: 2 }));

Deno.test("openWasmDevice() tells how many threads there are, and refuses none", async () => {
  for (const [threads, text] of [[1, "1 thread"], [2, "2 threads"], [4, "4 threads"]] as const) {
    const { device, info } = await openWasmDevice({ threads, compiler: handCompiler });
    assertEquals(info.description, `WebAssembly SIMD, ${text}`);
    device.destroy();
  }
  for (const threads of [0, 1.5, NaN]) {
    await assertRejects(
      () => openWasmDevice({ threads, compiler: handCompiler }),
      RangeError,
      `Cannot open a WebAssembly device: ${threads} threads, wanted at least 1`,
    );
  }
});

/** What a process without any permission prints that opens a device of two threads. */
async function printed(...args: string[]): Promise<string> {
  const script = new URL("./process.ts", import.meta.url).href;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", script, ...args],
    stdin: "null",
    signal: AbortSignal.timeout(60_000), // One that does not end fails.
    env: { NO_COLOR: "1" },
  });
  const process = await command.output();
  const [out, error] = [process.stdout, process.stderr].map((bytes) =>
    new TextDecoder().decode(bytes).trim()
  );
  assertEquals([process.code, error], [0, ""]);
  return out!;
}

const two = "WebAssembly SIMD, 2 threads\ntwo threads ran";
const one = "WebAssembly SIMD, 1 thread\none thread ran";

Deno.test("A process needs no permission for threads, and ends when its device is destroyed or forgotten", async () => {
  assertEquals(await printed("destroy"), two);
  assertEquals(await printed("forget"), two);
});

Deno.test("Threads run in web workers where there is nothing else, as in a page", async () => {
  assertEquals(await printed("destroy", "page"), two);
});

Deno.test("A device has one thread where workers are refused or fail, or memory may not be shared", async () => {
  assertEquals(await printed("destroy", "page", "refused"), one);
  assertEquals(await printed("destroy", "page", "failing"), one);
  assertEquals(await printed("destroy", "not isolated"), one);
});

Deno.test("WorkEstimate measures ever fewer runs, and takes the smaller of the two latest", () => {
  const estimate = new WorkEstimate();
  const due = Array.from({ length: 1100 }, (_, i) => estimate.isDue() ? i + 1 : 0).filter((run) => run > 0);
  assertEquals(due, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024]);
  assertEquals(estimate.milliseconds, 0);
  for (const [measured, estimated] of [[9, 9], [2, 2], [7, 2], [6, 6], [1, 1]] as const) {
    estimate.add(measured);
    assertEquals(estimate.milliseconds, estimated);
  }
});
