import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../src/gpu/device.ts";
import type { Dispatch } from "../../src/gpu/recorder.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { affineKernel, recordAffine } from "./affine.ts";
import { withGpu } from "./with_gpu.ts";

function words(gpu: Gpu, ...values: number[]): Tensor<"u32"> {
  const tensor = new Tensor<"u32">(gpu, [values.length], { dtype: "u32" });
  tensor.write(Uint32Array.from(values));
  return tensor;
}

/** What 0 becomes by `times` times x <- factor x + addend, modulo 2^32. */
function iterated(times: number, factor: number, addend: number): number {
  let value = 0;
  for (let i = 0; i < times; i++) value = (Math.imul(factor, value) + addend) >>> 0;
  return value;
}

Deno.test("Gpu.enqueue() runs a list as often as asked, in order, in one submit", () =>
  withGpu(async (gpu) => {
    const values = words(gpu, 0, 0);
    const program = recordAffine(gpu, { addends: words(gpu, 1, 5), values, factor: 3 });
    const other = recordAffine(gpu, { addends: words(gpu, 2, 2), values, factor: 7 });
    const before = gpu.submits;
    gpu.enqueue(program, 1000);
    gpu.enqueue(other);
    assertEquals(gpu.submits, before);
    const expected = [1, 5].map((addend) => (Math.imul(7, iterated(1000, 3, addend)) + 2) >>> 0);
    assertEquals(await values.read(), Uint32Array.from(expected));
    assertEquals(gpu.submits, before + 1);
  }));

Deno.test("Recorder runs its operations in the order recorded, each seeing the one before", () =>
  withGpu(async (gpu) => {
    const [values, addends] = [words(gpu, 0), words(gpu, 1)];
    const program = new Recorder(gpu);
    for (const factor of [2, 3, 5]) {
      program.dispatch(affineKernel(gpu), {
        tensors: { addends, values },
        sizes: { size: 1, factor },
        workgroups: [1],
      });
    }
    assertEquals([program.length, program.tensors.size], [3, 2]);
    gpu.enqueue(program, 2);
    assertEquals(await values.read(), Uint32Array.of(21 * 30 + 21)); // ((2 x + 1) 3 + 1) 5 + 1 = 30 x + 21
  }));

Deno.test("Recorder.dispatch() refuses tensors and sizes of other names than the kernel's, and workgroups out of range", () =>
  withGpu((gpu) => {
    const [values, addends] = [words(gpu, 0), words(gpu, 1)];
    const program = new Recorder(gpu);
    const limit = gpu.device.limits.maxComputeWorkgroupsPerDimension;
    const record = (part: Partial<Dispatch>) => () =>
      program.dispatch(affineKernel(gpu), {
        tensors: { addends, values },
        sizes: { size: 1, factor: 1 },
        workgroups: [1],
        ...part,
      });
    for (
      const tensors of [{}, { values }, { addends, value: values }, {
        addends,
        values,
        more: values,
      }] as const
    ) {
      assertThrows(
        record({ tensors: tensors as Dispatch["tensors"] }),
        RangeError,
        `Cannot record affine.wgsl:affine: tensors are [${
          Object.keys(tensors).join(", ")
        }], wanted [addends, values]`,
      );
    }
    assertThrows(
      () => program.dispatch(affineKernel(gpu), { tensors: { addends, values }, workgroups: [1] }),
      RangeError,
      "Cannot record affine.wgsl:affine: size size, factor is missing",
    );
    assertThrows(
      record({ sizes: { size: 1, facto: 1 } }),
      RangeError,
      'Cannot record affine.wgsl:affine: there is no size facto, wanted size, factor; did you mean "factor"?',
    );
    for (const workgroups of [[0], [1, limit + 1], [1, 1, 0.5], [NaN]]) {
      assertThrows(
        record({ workgroups: workgroups as [number] }),
        RangeError,
        `Cannot record affine.wgsl:affine: workgroups are [${workgroups}], wanted integers from 1 to ${limit}`,
      );
    }
    assertEquals(program.length, 0);
  }));

Deno.test("Recorder.dispatch() binds the elements of a windowed tensor, and not what follows them", () =>
  withGpu(async (gpu) => {
    const text = `@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@compute @workgroup_size(1)
fn length() { values[0] = arrayLength(&values); }
`;
    for (const windowed of [false, true]) {
      const values = new Tensor<"u32">(gpu, [12], { dtype: "u32", windowed });
      const program = new Recorder(gpu);
      const kernel = gpu.kernel({ file: { name: "length.wgsl", text }, entryPoint: "length" });
      program.dispatch(kernel, { tensors: { values }, workgroups: [1] });
      gpu.enqueue(program);
      assertEquals((await values.read())[0], 12);
    }
  }));

Deno.test("Recorder.dispose() gives back the bytes of its run-time sizes", () =>
  withGpu((gpu) => {
    const [values, addends] = [words(gpu, 0), words(gpu, 1)];
    const before = [gpu.bytes, gpu.buffers];
    const program = recordAffine(gpu, { values, addends, factor: 1 });
    assertEquals([gpu.bytes, gpu.buffers], [before[0]! + 16, before[1]! + 1]);
    program.dispose();
    assertEquals([gpu.bytes, gpu.buffers], before);
  }));

Deno.test("Recorder.dispose() comes after the work already enqueued from it", () =>
  withGpu(async (gpu) => {
    const [values, addends] = [words(gpu, 0), words(gpu, 4)];
    const program = recordAffine(gpu, { values, addends, factor: 1 });
    gpu.enqueue(program, 2);
    program.dispose();
    assertEquals(await values.read(), Uint32Array.of(8));
  }));

Deno.test("Tensor.write() comes after pending work that touches the tensor", () =>
  withGpu(async (gpu) => {
    const [values, addends] = [words(gpu, 0), words(gpu, 1)];
    const program = recordAffine(gpu, { values, addends, factor: 3 });
    const before = gpu.submits;
    gpu.enqueue(program);
    addends.write(Uint32Array.of(5)); // An operand of the pending work ...
    assertEquals(gpu.submits, before + 1);
    gpu.enqueue(program);
    values.write(Uint32Array.of(100)); // ... and its result.
    assertEquals(gpu.submits, before + 2);
    gpu.enqueue(program);
    assertEquals(await values.read(), Uint32Array.of(305));
    const second = words(gpu, 0);
    const firstResult = recordAffine(gpu, { values: second, addends: values, factor: 1 });
    gpu.enqueue(firstResult);
    values.write(Uint32Array.of(9));
    assertEquals(await second.read(), Uint32Array.of(305));
  }));

Deno.test("Tensor.write() submits nothing where no pending work touches the tensor", () =>
  withGpu(async (gpu) => {
    const [values, addends, stranger] = [words(gpu, 0), words(gpu, 1), words(gpu, 2)];
    const program = recordAffine(gpu, { values, addends, factor: 3 });
    const before = gpu.submits;
    values.write(Uint32Array.of(10)); // Nothing is pending.
    gpu.enqueue(program);
    stranger.write(Uint32Array.of(3)); // Something is, but it does not touch this tensor.
    assertEquals(gpu.submits, before);
    gpu.flush();
    addends.write(Uint32Array.of(2)); // It was submitted: nothing is pending again.
    gpu.flush();
    assertEquals(gpu.submits, before + 1);
    gpu.enqueue(program);
    assertEquals(await values.read(), Uint32Array.of(31 * 3 + 2));
  }));
