import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { recordAffine } from "./affine.ts";
import { withGpu } from "./with_gpu.ts";

Deno.test("Tensor is zero at first, and reads back what was written, in each dtype", () =>
  withGpu(async (gpu) => {
    const floats = new Tensor<"f32">(gpu, [2, 3]);
    const words = new Tensor<"u32">(gpu, [3], { dtype: "u32" });
    const integers = new Tensor<"i32">(gpu, [3], { dtype: "i32" });
    assertEquals(await floats.read(), new Float32Array(6));
    const values = Float32Array.of(0.1, -0, 3e38, 1e-30, -1.5, 16777217);
    floats.write(values);
    words.write(Uint32Array.of(0, 1, 4294967295));
    integers.write(Int32Array.of(-2147483648, -1, 2147483647));
    assertEquals(await floats.read(), values);
    assertEquals(await words.read(), Uint32Array.of(0, 1, 4294967295));
    assertEquals(await integers.read(), Int32Array.of(-2147483648, -1, 2147483647));
  }));

Deno.test("Tensor.write() at an offset leaves the rest alone, and writes just the view it is given", () =>
  withGpu(async (gpu) => {
    const tensor = new Tensor<"u32">(gpu, [6], { dtype: "u32" });
    tensor.write(Uint32Array.of(1, 2, 3, 4, 5, 6));
    tensor.write(Uint32Array.of(90, 91, 92, 93).subarray(1, 3), 3);
    assertEquals(await tensor.read(), Uint32Array.of(1, 2, 3, 91, 92, 6));
    tensor.write(Uint32Array.of(7), 5);
    assertEquals(await tensor.read(), Uint32Array.of(1, 2, 3, 91, 92, 7));
  }));

Deno.test("Tensor.write() refuses another element type and values past the end, and changes nothing", () =>
  withGpu(async (gpu) => {
    const tensor = new Tensor<"f32">(gpu, [4], { label: "weights" });
    assertThrows(
      () => tensor.write(Uint32Array.of(1) as never),
      TypeError,
      "Cannot write weights: values are Uint32Array, wanted Float32Array",
    );
    for (const offset of [3, -1]) {
      assertThrows(
        () => tensor.write(Float32Array.of(1, 2), offset),
        RangeError,
        `Cannot write weights: elements ${offset} to ${offset + 2}, wanted at most 4`,
      );
    }
    assertEquals(await tensor.read(), new Float32Array(4));
  }));

Deno.test("Tensor refuses a shape that is not of positive integers", () =>
  withGpu((gpu) => {
    for (const extent of [0, -1, 1.5, NaN]) {
      assertThrows(
        () => new Tensor(gpu, [2, extent]),
        RangeError,
        `Cannot create tensor: shape is [2,${extent}], wanted positive integers`,
      );
    }
    assertEquals([gpu.bytes, gpu.buffers], [0, 0]);
  }));

Deno.test("Tensor larger than the adapter allows says both sizes, and nothing is allocated", () =>
  withGpu((gpu) => {
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
    const allowed = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    const size = allowed / 4 + 1;
    gpu.assertFits(allowed, "replay", [allowed / 4]);
    assertThrows(
      () => new Tensor(gpu, [1, size], { label: "replay" }),
      UsageError,
      `Cannot allocate replay [1, ${size}]: it needs ${(allowed + 4).toLocaleString("en")} bytes, ` +
        `the adapter allows ${allowed.toLocaleString("en")} per tensor`,
    );
    assertEquals([gpu.bytes, gpu.buffers], [0, 0]);
  }));

Deno.test("Tensor.dispose() gives its bytes back, after the pending work that needs it", () =>
  withGpu(async (gpu) => {
    const values = new Tensor<"u32">(gpu, [100], { dtype: "u32" });
    await values.read(); // Makes the staging buffer, which stays.
    const before = [gpu.bytes, gpu.buffers];
    const addends = new Tensor<"u32">(gpu, [100], { dtype: "u32" });
    assertEquals([gpu.bytes, gpu.buffers], [before[0]! + 400, before[1]! + 1]);
    addends.write(new Uint32Array(100).fill(7));
    const program = recordAffine(gpu, { addends, values, factor: 1 });
    gpu.enqueue(program, 3);
    addends.dispose();
    assertEquals(await values.read(), new Uint32Array(100).fill(21));
    program.dispose();
    assertEquals([gpu.bytes, gpu.buffers], before);
  }));

Deno.test("Tensor.read() of several tensors at once gives each its own values", async () => {
  for (const fastReadback of [true, false]) {
    await withGpu(async (gpu) => {
      const tensors = [1, 2, 3].map((value) => {
        const tensor = new Tensor<"u32">(gpu, [5], { dtype: "u32" });
        tensor.write(new Uint32Array(5).fill(value));
        return tensor;
      });
      for (let time = 0; time < 2; time++) {
        const read = await Promise.all(tensors.map((tensor) => tensor.read()));
        assertEquals(read, [1, 2, 3].map((value) => new Uint32Array(5).fill(value)));
      }
    }, { fastReadback });
  }
});

Deno.test("Tensor.read() of a tensor that was disposed is an error", () =>
  withGpu(async (gpu) => {
    const tensor = new Tensor(gpu, [4]);
    await tensor.read();
    tensor.dispose();
    await assertRejects(async () => {
      await tensor.read();
      await gpu.device.queue.onSubmittedWorkDone();
      gpu.check();
    }, Error);
  }));

Deno.test("Tensor that the WebAssembly device has no memory for says how much it needs and how much is there", () =>
  withGpu((gpu) => {
    const first = new Tensor(gpu, [700_000_000]);
    const counts = [gpu.buffers, gpu.bytes];
    const error = assertThrows(() => new Tensor(gpu, [700_000_000], { label: "replay" }), TrainingError);
    assertMatch(
      error.message,
      /^The GPU reported an error: Cannot create buffer "replay": it needs 2,800,000,256 bytes, and of 4,294,967,040 bytes 1,49\d,\d{3},\d{3} are free/,
    );
    assertEquals([gpu.buffers, gpu.bytes], counts);
    first.dispose();
  }, { device: "wasm" }));
