import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { createNetwork, packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { denseBackward, denseForward } from "../../src/ops/dense.ts";
import { createMatrices, createMatrix, packMatrix, padded, unpackMatrix } from "../../src/ops/layout.ts";
import { networkLayout, perceptron } from "../../src/ops/model.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import * as oracle from "./oracle.ts";
import { floats, joined, transposed, uniform } from "./random_values.ts";
import { assertWithin, assertZero, exact } from "./tolerance.ts";

/** Extents around the tiles of 4 and 16: all triples of some, and one long or odd extent at a time. */
const few = [1, 4, 5, 17];
const cases: oracle.Extents[] = few.flatMap((inputs) =>
  few.flatMap((outputs) => few.map((batch) => ({ inputs, outputs, batch })))
);
for (const long of [3, 15, 16, 33, 131]) {
  cases.push({ inputs: long, outputs: 7, batch: 6 });
  cases.push({ inputs: 6, outputs: long, batch: 7 });
  cases.push({ inputs: 7, outputs: 6, batch: long });
}
cases.push({ inputs: 67, outputs: 65, batch: 129 });
// Operands of more than 64 KiB, of which the first has none that fits a uniform window, the others some.
cases.push({ inputs: 133, outputs: 129, batch: 131 });
cases.push({ inputs: 131, outputs: 130, batch: 9 });
cases.push({ inputs: 37, outputs: 6, batch: 450 });

/** One member's operands, row-major: weights `[outputs, inputs]`, matrices `[batch, features]`. */
interface Operands {
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  readonly x: Float32Array<ArrayBuffer>;
  readonly dy: Float32Array<ArrayBuffer>;
}

/** As they leave a ReLU: about a third of the inputs is zero. */
function operands({ inputs, outputs, batch }: oracle.Extents, random: Random): Operands {
  return {
    weight: uniform(outputs * inputs, random),
    bias: uniform(outputs, random),
    x: uniform(batch * inputs, random, [-0.5, 1]).map((value) => Math.max(0, value)),
    dy: uniform(batch * outputs, random),
  };
}

/** Row-major `[batch, features]` as the device has it: `[features, batch]` in both layouts. */
function packed(values: Float32Array, batch: number, features: number): Float32Array<ArrayBuffer> {
  return packMatrix(transposed(values, batch, features), features, batch);
}

/** Fills what pads the batch, as gathering does with copies of a row: no kernel may count it. */
function withLitter(
  matrix: Float32Array<ArrayBuffer>,
  features: number,
  batch: number,
): Float32Array<ArrayBuffer> {
  const half = matrix.length / 2;
  for (let feature = 0; feature < features; feature++) {
    for (let b = batch; b < padded(batch); b++) {
      matrix[feature * padded(batch) + b] = 1000;
      matrix[half + b * padded(features) + feature] = 1000;
    }
  }
  return matrix;
}

/** Device memory of a layer behind another one, so that its parameters do not start at 0. */
function upload(gpu: Gpu, members: readonly Operands[], extents: oracle.Extents) {
  const { inputs, outputs, batch } = extents;
  const layout = networkLayout(perceptron([2, inputs, outputs]));
  const first = {
    weight: new Float32Array(2 * inputs).fill(1000),
    bias: new Float32Array(inputs).fill(1000),
  };
  const count = members.length;
  const network = createNetwork(gpu, layout, { members: count, label: "network" });
  network.parameters.write(
    joined(members.map((own) => withTransposed(layout, packBlocks(layout, [first, own])))),
  );
  const matrix = (features: number, label: string) => createMatrix(gpu, [count, features, batch], label);
  const uploaded = {
    blocks: layout.layers[1]!.blocks,
    batch,
    parameters: network.parameters,
    input: matrix(inputs, "input"),
    outputGradient: matrix(outputs, "output gradient"),
    output: matrix(outputs, "output"),
    inputGradient: matrix(inputs, "input gradient"),
    gradient: new Tensor<"f32">(gpu, [count, layout.total]),
  };
  uploaded.input.write(
    joined(members.map((own) => withLitter(packed(own.x, batch, inputs), inputs, batch))),
  );
  uploaded.outputGradient.write(joined(members.map((own) => packed(own.dy, batch, outputs))));
  return uploaded;
}

type Uploaded = ReturnType<typeof upload>;

/** The floats of each member that `record` leaves in one of the uploaded tensors. */
async function run(
  gpu: Gpu,
  uploaded: Uploaded,
  record: (program: Recorder, uploaded: Uploaded) => Tensor<"f32">,
): Promise<Float32Array[]> {
  const program = new Recorder(gpu);
  const result = record(program, uploaded);
  gpu.enqueue(program);
  const values = await result.read();
  program.dispose();
  const { parameters, input, outputGradient, output, inputGradient, gradient } = uploaded;
  for (const tensor of [parameters, input, outputGradient, output, inputGradient, gradient]) tensor.dispose();
  const members = result.shape[0]!;
  const size = values.length / members;
  return Array.from({ length: members }, (_, member) => values.subarray(member * size, (member + 1) * size));
}

/**
 * Checks a kernel at every extent with three members against its oracle; and that the second member alone gets bit for
 * bit what it gets among them.
 */
async function checkKernel(
  gpu: Gpu,
  record: (program: Recorder, uploaded: Uploaded) => Tensor<"f32">,
  check: (actual: Float32Array, own: Operands, extents: oracle.Extents & { label: string }) => void,
): Promise<void> {
  const random = new Random(11);
  for (const extents of cases) {
    const members = [0, 1, 2].map(() => operands(extents, random));
    const results = await run(gpu, upload(gpu, members, extents), record);
    for (const [member, own] of members.entries()) {
      const label = `${extents.inputs} -> ${extents.outputs}, batch ${extents.batch}, member ${member}`;
      check(results[member]!, own, { ...extents, label });
    }
    const [alone] = await run(gpu, upload(gpu, [members[1]!], extents), record);
    assertEquals(alone, results[1]);
  }
}

/** The matrix `[batch, features]`, after a look at its padding and at its second layout. */
function unpackChecked(
  matrix: Float32Array,
  { features, batch, label }: { features: number; batch: number; label: string },
): Float32Array {
  const half = matrix.length / 2;
  for (let row = 0; row < padded(features); row++) {
    for (let column = 0; column < padded(batch); column++) {
      const value = matrix[row * padded(batch) + column]!;
      assertEquals(
        matrix[half + column * padded(features) + row],
        value,
        `${label}, layouts at ${row}, ${column}`,
      );
      if (row >= features) assertEquals(Math.abs(value), 0, `${label}, padding at ${row}, ${column}`);
    }
  }
  return transposed(unpackMatrix(matrix.subarray(0, half), features, batch), features, batch);
}

for (const kernelProfile of profiles) {
  for (const relu of [false, true]) {
    Deno.test(`denseForward() ${relu ? "with" : "without"} ReLU is its oracle, tiles of "${kernelProfile}"`, () =>
      withGpu((gpu) =>
        checkKernel(gpu, (program, uploaded) => {
          const pass = { parameters: uploaded.parameters, input: 0, both: true };
          denseForward(program, { ...uploaded, passes: [pass], relu });
          return uploaded.output;
        }, (actual, own, { label, ...extents }) => {
          const y = unpackChecked(actual, { features: extents.outputs, batch: extents.batch, label });
          const layer = { weight: exact(own.weight), bias: exact(own.bias) };
          assertWithin(y, oracle.denseForward(layer, exact(own.x), { ...extents, relu }), label);
        }), { kernelProfile }));
  }

  for (const rectified of [true, false]) {
    const name = rectified ? "that left a ReLU" : "that left none";
    Deno.test(`denseBackward() by an input ${name} is its oracle, tiles of "${kernelProfile}"`, () =>
      withGpu((gpu) =>
        checkKernel(gpu, (program, uploaded) => {
          denseBackward(program, { ...uploaded, rectified, layouts: 3 });
          return uploaded.inputGradient;
        }, (actual, own, { label, ...extents }) => {
          const dx = unpackChecked(actual, { features: extents.inputs, batch: extents.batch, label });
          const passed = { x: exact(own.x), dy: exact(own.dy) };
          const layer = { weight: exact(own.weight) };
          assertWithin(dx, oracle.denseBackwardInput(layer, passed, { ...extents, rectified }), label);
        }), { kernelProfile }));
  }

  Deno.test(`denseBackward() by the weights is its oracle, tiles of "${kernelProfile}"`, () =>
    withGpu((gpu) =>
      checkKernel(gpu, (program, uploaded) => {
        denseBackward(program, { ...uploaded, inputGradient: undefined, rectified: true, layouts: 3 });
        return uploaded.gradient;
      }, (actual, own, { label, ...extents }) => {
        const layout = networkLayout(perceptron([2, extents.inputs, extents.outputs]));
        const [before, layer] = unpackBlocks(layout, actual);
        const expected = oracle.denseBackwardWeights({ x: exact(own.x), dy: exact(own.dy) }, extents);
        assertWithin(layer!.weight, expected.weight, `${label}, weights`);
        assertWithin(layer!.bias, expected.bias, `${label}, bias`);
        assertZero(before!.weight, `${label}, the layer before`);
        const used = packBlocks(layout, [before!, layer!]);
        assertZero(actual.map((value, at) => value - used[at]!), `${label}, padding`);
      }), { kernelProfile }));
}

for (const kernelProfile of profiles) {
  Deno.test(`denseForward() of three passes is three of one pass, tiles of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(12);
      for (const [inputs, outputs, batch] of [[5, 17, 6], [131, 130, 9]] as const) {
        const count = 2;
        const layout = networkLayout(perceptron([inputs, outputs]));
        const networks = [0, 1].map(() =>
          floats(gpu, [count, 2, layout.total], uniform(2 * count * layout.total, random))
        );
        const input = createMatrices(gpu, [count, 2, inputs, batch], "input");
        input.write(uniform(input.size, random));
        const passes = [[0, 0], [1, 1], [0, 1]].map(([network, matrix]) => ({
          parameters: networks[network!]!,
          input: matrix!,
          both: true,
        }));
        const together = createMatrices(gpu, [count, 3, outputs, batch], "together");
        const apart = passes.map(() => createMatrix(gpu, [count, outputs, batch], "apart"));
        const program = new Recorder(gpu);
        const args = { blocks: layout.blocks, batch, input, relu: true };
        denseForward(program, { ...args, passes, output: together });
        for (const [i, pass] of passes.entries()) {
          denseForward(program, { ...args, passes: [pass], output: apart[i]! });
        }
        gpu.enqueue(program);
        const all = await together.read();
        const size = all.length / count / 3;
        for (const [i, output] of apart.entries()) {
          const own = await output.read();
          for (let member = 0; member < count; member++) {
            const at = (3 * member + i) * size;
            assertEquals(all.subarray(at, at + size), own.subarray(member * size, (member + 1) * size));
          }
        }
      }
    }, { kernelProfile }));
}
