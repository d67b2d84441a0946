import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import type { Gpu } from "../../src/gpu/device.ts";
import { probeFastReadback, Readback } from "../../src/gpu/readback.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { recordAffine } from "./affine.ts";
import { withGpu } from "./with_gpu.ts";

/** Reads a counter `times` times, one dispatch each; gives the results that were promises. */
async function countByReading(gpu: Gpu, times: number): Promise<number> {
  const values = new Tensor<"u32">(gpu, [300], { dtype: "u32" });
  const addends = new Tensor<"u32">(gpu, [300], { dtype: "u32" });
  addends.write(new Uint32Array(300).fill(1));
  const program = recordAffine(gpu, { values, addends, factor: 1 });
  const readback = new Readback(gpu, values.byteLength);
  let promises = 0;
  for (let time = 1; time <= times; time++) {
    gpu.enqueue(program);
    const bytes = readback.read([{ tensor: values }]);
    if (bytes instanceof Promise) promises++;
    const read = new Uint32Array(await bytes);
    assert(read.length === 300 && read.every((value) => value === time), `read ${time}: ${read.slice(0, 4)}`);
  }
  return promises;
}

Deno.test("Readback gives right values over 2,000 reads, and only the first is a promise", () =>
  withGpu(async (gpu) => {
    assert(gpu.fastReadback, "the probe found no fast path here");
    assertEquals(await countByReading(gpu, 2000), 1);
  }));

Deno.test("Readback gives right values over 50 reads where it has to await each", () =>
  withGpu(async (gpu) => {
    assertEquals(gpu.fastReadback, false);
    assertEquals(await countByReading(gpu, 50), 50);
  }, { fastReadback: false }));

Deno.test("Readback joins ranges in their order, and its result does not change with the next read", () =>
  withGpu(async (gpu) => {
    const a = new Tensor<"u32">(gpu, [6], { dtype: "u32" });
    const b = new Tensor<"u32">(gpu, [2], { dtype: "u32" });
    a.write(Uint32Array.of(0, 1, 2, 3, 4, 5));
    b.write(Uint32Array.of(10, 11));
    const readback = new Readback(gpu, 24);
    const ranges = [{ tensor: b }, { tensor: a, offset: 4 }, { tensor: a, offset: 1, length: 2 }];
    for (let time = 0; time < 2; time++) {
      const bytes = await readback.read(ranges);
      assertEquals(new Uint32Array(bytes), Uint32Array.of(10, 11, 4, 5, 1, 2));
      assertEquals(new Uint32Array(await readback.read([{ tensor: a, length: 1 }])), Uint32Array.of(0));
      assertEquals(new Uint32Array(bytes), Uint32Array.of(10, 11, 4, 5, 1, 2));
    }
    assertThrows(
      () => readback.read([{ tensor: b }, { tensor: a }]),
      RangeError,
      "Cannot read tensor, tensor: 32 bytes, wanted at most 24",
    );
    const buffers = gpu.buffers;
    readback.dispose();
    assertEquals(gpu.buffers, buffers - 1);
  }));

/** A device of which only what {@linkcode probeFastReadback} touches is there. */
function fakeDevice(second: "fast" | "unmapped" | "stale"): { device: GPUDevice; alive: () => number } {
  let alive = 0;
  let mappings = 0;
  let written = new Uint32Array(4);
  let copied = written;
  const device = {
    createBuffer() {
      alive++;
      return {
        mapAsync: () => (mappings++, Promise.resolve()),
        getMappedRange() {
          if (mappings > 1 && second === "unmapped") throw new DOMException("not mapped", "OperationError");
          return copied.slice().buffer;
        },
        unmap() {},
        destroy: () => alive--,
      };
    },
    queue: {
      writeBuffer: (_buffer: unknown, _offset: number, values: Uint32Array<ArrayBuffer>) => written = values,
      submit() {
        if (mappings === 0 || second !== "stale") copied = written;
      },
    },
    createCommandEncoder: () => ({ copyBufferToBuffer() {}, finish() {} }),
  };
  return { device: device as unknown as GPUDevice, alive: () => alive };
}

Deno.test("probeFastReadback() is true only where the second mapping has the right values at once", async () => {
  for (const [second, fast] of [["fast", true], ["unmapped", false], ["stale", false]] as const) {
    const { device, alive } = fakeDevice(second);
    assertEquals(await probeFastReadback(device), fast, second);
    assertEquals(alive(), 0, second);
  }
});

Deno.test("probeFastReadback() decides how a device reads, unless the caller does", async () => {
  await withGpu(async (gpu) => assertEquals(gpu.fastReadback, await probeFastReadback(gpu.device)));
  await withGpu(async (gpu) => {
    const tensor = new Tensor<"u32">(gpu, [1], { dtype: "u32" });
    const readback = new Readback(gpu, 4);
    await readback.read([{ tensor }]);
    assertInstanceOf(readback.read([{ tensor }]), ArrayBuffer);
  }, { fastReadback: true });
});
