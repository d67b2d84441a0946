import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { conv } from "../../src/ops/conv.ts";
import { createMatrices, createMatrix, packMatrix, padded, unpackMatrix } from "../../src/ops/layout.ts";
import { widthOf } from "../../src/ops/layer.ts";
import { networkLayout } from "../../src/ops/model.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import * as oracle from "./oracle_conv.ts";
import { joined, transposed, uniform } from "./random_values.ts";
import { assertWithin, assertZero, exact } from "./tolerance.ts";

/** Channels, rows and columns; outputs; size, stride and padding; batch. */
const cases = ([
  [[1, 1, 1], 1, [1, 1, "valid"], 1],
  [[3, 5, 7], 5, [3, 1, "valid"], 6],
  [[4, 10, 10], 16, [3, 1, "valid"], 12],
  [[5, 7, 6], 7, [2, 2, "same"], 5],
  [[6, 9, 5], 4, [5, 2, "same"], 3],
  [[2, 6, 11], 33, [3, 3, "valid"], 9],
  [[10, 4, 3], 3, [3, 1, "same"], 34],
  [[7, 6, 6], 18, [4, 1, "same"], 17],
  [[33, 3, 4], 17, [2, 3, "valid"], 7],
  [[1, 5, 4], 2, [1, 3, "same"], 2],
] as const).map(([[channels, ...board], outputs, [size, stride, padding], batch], i): oracle.Convolution => ({
  channels,
  board,
  outputs,
  size,
  stride,
  padding,
  batch,
  relu: i % 5 !== 1,
}));

/** One member's operands, row-major. */
interface Operands {
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  readonly x: Float32Array<ArrayBuffer>;
  readonly dy: Float32Array<ArrayBuffer>;
}

function operands(one: oracle.Convolution, random: Random): Operands {
  const { channels, board, outputs, size, batch } = one;
  return {
    weight: uniform(outputs * channels * size ** 2, random),
    bias: uniform(outputs, random),
    x: uniform(batch * channels * widthOf(board), random, [-0.5, 1]).map((value) => Math.max(0, value)),
    dy: uniform(batch * outputs * widthOf(oracle.placesOf(one)), random),
  };
}

/** The layer behind another one, so that its parameters do not start at 0, and what it is in this network. */
function layoutOf({ channels, board, outputs, size, stride, padding, relu }: oracle.Convolution) {
  const first = conv({ channels, size: 1, stride: 1, padding: "valid" });
  const layer = conv({ channels: outputs, size, stride, padding, relu });
  return networkLayout({ observation: [1, ...board], hidden: [first, layer], head: valueHead, actions: 1 });
}

/** `[features, batch]` in both layouts, of which the second one is wrong: what reads it is seen. In the batch's padding `litter`. */
function matrixOf(values: Float32Array, [batch, features]: [number, number], litter = 0): Float32Array {
  const packed = packMatrix(transposed(values, batch, features), features, batch);
  packed.fill(1000, packed.length / 2);
  for (let feature = 0; feature < features; feature++) {
    packed.fill(litter, feature * padded(batch) + batch, (feature + 1) * padded(batch));
  }
  return packed;
}

/** What a forward and a backward pass leave behind, of each member. */
async function passed(
  gpu: Gpu,
  members: readonly Operands[],
  one: oracle.Convolution & { readonly rectified: boolean },
) {
  const { batch, rectified } = one;
  const layout = layoutOf(one);
  const placed = layout.layers[1]!;
  const count = members.length;
  const matrix = (label: string, features: number) => createMatrix(gpu, [count, features, batch], label);
  const parameters = new Tensor<"f32">(gpu, [count, 2, layout.total], { label: "parameters" });
  const filled = (block: typeof layout.blocks[number]) => ({
    weight: new Float32Array(block.rows * block.columns).fill(1000),
    bias: new Float32Array(block.outputs).fill(1000),
  });
  parameters.write(
    joined(
      members.map((own) =>
        withTransposed(
          layout,
          packBlocks(layout, [filled(layout.blocks[0]!), own, filled(layout.blocks[2]!)]),
        )
      ),
    ),
  );
  const input = createMatrices(gpu, [count, 2, placed.inputs, batch], "input");
  input.write(joined(members.flatMap(({ x }) => {
    const packed = matrixOf(x, [batch, placed.inputs], 1000);
    return [packed, packed]; // The forward pass reads the second matrix, the backward pass the first one.
  })));
  const outputGradient = matrix("dy", placed.outputs);
  outputGradient.write(joined(members.map(({ dy }) => matrixOf(dy, [batch, placed.outputs]))));
  const output = matrix("y", placed.outputs);
  const inputGradient = matrix("dx", placed.inputs);
  const gradient = new Tensor<"f32">(gpu, [count, layout.total], { label: "gradient" });
  const program = new Recorder(gpu);
  const { blocks } = placed;
  placed.layer.forward(program, {
    blocks,
    batch,
    passes: [{ parameters, input: 1, both: true }],
    input,
    output,
  });
  placed.layer.backward(program, {
    blocks,
    batch,
    parameters,
    input,
    outputGradient,
    gradient,
    inputGradient,
    rectified,
    layouts: 3,
  });
  gpu.enqueue(program);
  const of = async (tensor: Tensor<"f32">) => {
    const all = await tensor.read();
    const share = all.length / count;
    return members.map((_, member) => all.subarray(member * share, (member + 1) * share));
  };
  const results = {
    y: await of(output),
    dx: await of(inputGradient),
    gradient: await of(gradient),
  };
  program.dispose();
  for (const tensor of [parameters, input, outputGradient, output, inputGradient, gradient]) tensor.dispose();
  return { layout, placed, ...results };
}

/** The matrix `[batch, features]`, after a look at its second layout and at what fills it up. */
function unpackChecked(
  matrix: Float32Array,
  { features, batch, label }: { features: number; batch: number; label: string },
): Float32Array {
  const half = matrix.length / 2;
  for (let f = 0; f < padded(features); f++) {
    for (let b = 0; b < batch; b++) {
      const value = matrix[f * padded(batch) + b]!;
      assertEquals(matrix[half + b * padded(features) + f], value, `${label}, layouts at ${f}, ${b}`);
      if (f >= features) assertEquals(value, 0, `${label}, padding at ${f}, ${b}`);
    }
  }
  return transposed(unpackMatrix(matrix.subarray(0, half), features, batch), features, batch);
}

for (const kernelProfile of profiles) {
  Deno.test(`conv() forward and backward is its oracle, for each member, tiles of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(15);
      for (const [i, plain] of cases.entries()) {
        if (kernelProfile === "software" && i % 3 !== 1) continue; // Each tile takes llvmpipe a second.
        const one = { ...plain, rectified: i % 2 === 0 };
        const members = [0, 1].map(() => operands(one, random));
        const { layout, placed, y, dx, gradient } = await passed(gpu, members, one);
        for (const [member, own] of members.entries()) {
          const label = `${JSON.stringify(plain)}, member ${member}`;
          const [x, dy] = [exact(own.x), exact(own.dy)];
          const parameters = { weight: exact(own.weight), bias: exact(own.bias) };
          const [batch, features] = [one.batch, placed.outputs];
          assertWithin(
            unpackChecked(y[member]!, { features, batch, label }),
            oracle.convForward(parameters, x, one),
            `${label}, y`,
          );
          assertWithin(
            unpackChecked(dx[member]!, { features: placed.inputs, batch, label }),
            oracle.convBackwardInput(parameters, { x, dy }, one),
            `${label}, dx`,
          );
          const blocks = unpackBlocks(layout, gradient[member]!);
          const expected = oracle.convBackwardWeights({ x, dy }, one);
          assertWithin(blocks[1]!.weight, expected.weight, `${label}, dW`);
          assertWithin(blocks[1]!.bias, expected.bias, `${label}, dbias`);
          assertZero(blocks[0]!.weight, `${label}, the layer before`);
          const used = packBlocks(layout, blocks);
          assertZero(gradient[member]!.map((value, at) => value - used[at]!), `${label}, padding`);
        }
        const alone = await passed(gpu, members.slice(1), one);
        for (const name of ["y", "dx", "gradient"] as const) {
          assertEquals(alone[name][0], { y, dx, gradient }[name][1], `${name} of a member alone`);
        }
      }
    }, { kernelProfile }));
}

Deno.test("The oracle's derivatives are those of its forward pass, by finite differences", () => {
  const random = new Random(16);
  for (const plain of cases.filter(({ batch, outputs }) => batch * outputs < 40)) {
    const own = operands(plain, random);
    own.bias.fill(50); // Nothing is cut off by the ReLU, whose derivative is its layer's successor's business.
    const [x, dy] = [exact(own.x), exact(own.dy)];
    const parameters = { weight: exact(own.weight), bias: exact(own.bias) };
    const loss = () =>
      oracle.convForward(parameters, x, plain).value.reduce((sum, y, i) => sum + y * dy.value[i]!, 0);
    const expected = oracle.convBackwardWeights({ x, dy }, plain);
    for (
      const [values, slopes] of [
        [x.value, oracle.convBackwardInput(parameters, { x, dy }, { ...plain, rectified: false }).value],
        [parameters.weight.value, expected.weight.value],
        [parameters.bias.value, expected.bias.value],
      ] as const
    ) {
      for (let at = 0; at < values.length; at += 1 + Math.floor(values.length / 5)) {
        const start = values[at]!;
        values[at] = start + 0.5;
        const above = loss();
        values[at] = start - 0.5;
        assertAlmostEquals(above - loss(), slopes[at]!, 1e-9);
        values[at] = start;
      }
    }
  }
});

Deno.test("conv() names what it cannot take", () => {
  const layer = conv({ channels: 8, size: 4, stride: 1, padding: "same" });
  assertThrows(
    () => layer([128]),
    UsageError,
    "its input is of shape [128], wanted [channels, rows, columns]",
  );
  assertThrows(() => layer([2, 3, 5]), UsageError, "size is 4, wanted at most 3, as its board is 3 x 5");
  assertEquals(layer([2, 4, 5]).output, [8, 4, 5]);
  assert(layer([2, 4, 5]).readsFirstLayouts);
});
