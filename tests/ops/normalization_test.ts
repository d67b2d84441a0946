import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { type BlockValues, packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { createMatrices, createMatrix, packMatrix, padded, unpackMatrix } from "../../src/ops/layout.ts";
import { type NetworkLayout, networkLayout, type PlacedLayer } from "../../src/ops/model.ts";
import { layerNormalization } from "../../src/ops/normalization.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { floats, joined, transposed, uniform } from "./random_values.ts";
import { assertWithin, estimate, roundingBound } from "./tolerance.ts";

/** Features, groups of them that are normalized by themselves, and rows. */
const cases = [[1, 1, 1], [5, 1, 6], [8, 2, 3], [33, 1, 17], [130, 1, 5], [264, 2, 66]] as const;
const members = 2;

interface Forward {
  readonly normal: Float64Array;
  readonly y: Float64Array;
  readonly root: Float64Array;
}

/** The definition, in float64; matrices are `[rows, features]`. */
function oracle(
  x: Float32Array,
  { weight, bias }: BlockValues,
  { features, groups, relu }: { readonly features: number; readonly groups: number; readonly relu: boolean },
): Forward {
  const width = features / groups;
  const [normal, y, root] = [x, x, x].map(({ length }) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let first = 0; first < x.length; first += width) {
    const own = Array.from(x.subarray(first, first + width));
    const mean = own.reduce((sum, value) => sum + value, 0) / width;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    for (let i = 0; i < width; i++) {
      const feature = (first + i) % features;
      root[first + i] = 1 / Math.sqrt(variance + 1e-5);
      normal[first + i] = (own[i]! - mean) * root[first + i]!;
      const value = weight[feature]! * normal[first + i]! + bias[feature]!;
      y[first + i] = relu ? Math.max(0, value) : value;
    }
  }
  return { normal, y, root };
}

/** Derivatives of the sum of `dy y` by x and by gain and offset. */
function oracleBackward(
  { normal, root }: Forward,
  { weight }: BlockValues,
  { dy, features, groups }: { readonly dy: Float32Array; readonly features: number; readonly groups: number },
) {
  const width = features / groups;
  const dx = new Float64Array(dy.length);
  const [gain, offset] = [new Float64Array(features), new Float64Array(features)];
  for (let first = 0; first < dy.length; first += width) {
    const at = Array.from({ length: width }, (_, i) => first + i);
    const slopes = at.map((i) => dy[i]! * weight[i % features]!);
    const mean = slopes.reduce((sum, slope) => sum + slope, 0) / width;
    const product = slopes.reduce((sum, slope, i) => sum + slope * normal[at[i]!]!, 0) / width;
    for (const [i, slope] of slopes.entries()) {
      dx[at[i]!] = root[at[i]!]! * (slope - mean - normal[at[i]!]! * product);
      gain[at[i]! % features]! += dy[at[i]!]! * normal[at[i]!]!;
      offset[at[i]! % features]! += dy[at[i]!]!;
    }
  }
  return { dx, gain, offset };
}

/** Every number may be off by so many roundings of numbers of this size. */
function near(value: Float64Array, roundings: number, size: number) {
  return estimate(value.length, (i) => [value[i]!, roundingBound(roundings, size)]);
}

function matricesOf(
  values: readonly Float32Array[],
  rows: number,
  features: number,
): Float32Array<ArrayBuffer> {
  return joined(values.map((own) => packMatrix(transposed(own, rows, features), features, rows)));
}

/** The matrix `[rows, features]` of a member, after a look at its second layout and at what fills it up. */
function matrixOf(all: Float32Array, member: number, [rows, features]: [number, number]): Float32Array {
  const own = all.subarray(member * all.length / members, (member + 1) * all.length / members);
  const half = own.length / 2;
  for (let f = 0; f < padded(features); f++) {
    for (let row = 0; row < rows; row++) {
      const value = own[f * padded(rows) + row]!;
      assertEquals(own[half + row * padded(features) + f], value, `layouts at ${f}, ${row}`);
      if (f >= features) assertEquals(Math.abs(value), 0, `padding at ${f}, ${row}`);
    }
  }
  return transposed(unpackMatrix(own.subarray(0, half), features, rows), features, rows);
}

/** A pass through both parts and back, of each member. */
async function passed(
  gpu: Gpu,
  layout: NetworkLayout,
  { x, dy, parameters, rows }: {
    readonly x: readonly Float32Array[];
    readonly dy: readonly Float32Array[];
    readonly parameters: readonly Float32Array[];
    readonly rows: number;
  },
) {
  const [normalize, scale] = layout.layers as [PlacedLayer, PlacedLayer];
  const features = normalize.inputs;
  const matrix = (label: string) => createMatrix(gpu, [members, features, rows], label);
  const input = createMatrices(gpu, [members, 2, features, rows], "input");
  // The matrix that is read is the second one of two.
  const packed = x.map((own) => packMatrix(transposed(own, rows, features), features, rows));
  input.write(joined(packed.flatMap((own) => [own, own])));
  const [middle, output, outputGradient, middleGradient, inputGradient] = ["y", "z", "dz", "dy", "dx"].map(
    matrix,
  ) as [
    Tensor<"f32">,
    Tensor<"f32">,
    Tensor<"f32">,
    Tensor<"f32">,
    Tensor<"f32">,
  ];
  outputGradient.write(matricesOf(dy, rows, features));
  const all = floats(
    gpu,
    [members, 2, layout.total],
    joined(parameters.map((own) => withTransposed(layout, own))),
  );
  const gradient = new Tensor<"f32">(gpu, [members, layout.total]);
  const program = new Recorder(gpu);
  const pass = { parameters: all, both: true };
  const shared = { batch: rows, parameters: all, gradient, rectified: false, layouts: 3 as const };
  normalize.layer.forward(program, {
    blocks: [],
    batch: rows,
    passes: [{ ...pass, input: 1 }],
    input,
    output: middle,
  });
  const { blocks } = scale;
  scale.layer.forward(program, {
    blocks,
    batch: rows,
    passes: [{ ...pass, input: 0 }],
    input: middle,
    output,
  });
  scale.layer.backward(program, {
    ...shared,
    blocks,
    input: middle,
    outputGradient,
    inputGradient: middleGradient,
  });
  normalize.layer.backward(program, {
    ...shared,
    blocks: [],
    input,
    outputGradient: middleGradient,
    inputGradient,
  });
  gpu.enqueue(program);
  return {
    output: await output.read(),
    inputGradient: await inputGradient.read(),
    gradient: await gradient.read(),
  };
}

for (const kernelProfile of profiles) {
  for (const relu of [false, true]) {
    const name = relu ? " with a ReLU" : "";
    Deno.test(`layerNormalization()${name} is its definition forward and backward, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const random = new Random(6);
        for (const [features, groups, rows] of cases) {
          const modules = Array.from({ length: groups }, (_, i) => `module${i}`);
          const layout = networkLayout({
            observation: [features],
            hidden: layerNormalization({ modules, relu }),
            head: valueHead,
            actions: 1,
          });
          const draw = () => Array.from({ length: members }, () => uniform(rows * features, random, [-3, 5]));
          const own = Array.from({ length: members }, (): BlockValues => ({
            weight: uniform(features, random, [0.5, 2]),
            bias: uniform(features, random),
          }));
          const last = { weight: new Float32Array(features), bias: new Float32Array(1) };
          const parameters = own.map((values) => packBlocks(layout, [values, last]));
          const [x, dy] = [draw(), draw()];
          const actual = await passed(gpu, layout, { x, dy, parameters, rows });
          for (const [member, values] of own.entries()) {
            const label = `${features} features, ${groups} groups, ${rows} rows, member ${member}`;
            const forward = oracle(x[member]!, values, { features, groups, relu });
            const { dx, gain, offset } = oracleBackward(forward, values, {
              dy: dy[member]!,
              features,
              groups,
            });
            // Sums of so many terms, and the roots before them; what a difference of two alike numbers loses grows with the root.
            const terms = features / groups + 30;
            const most = forward.root.reduce((largest, root) => Math.max(largest, root), 1);
            const y = matrixOf(actual.output, member, [rows, features]);
            assertWithin(y, near(forward.y, terms, 10 * most), `${label}, y`);
            const found = matrixOf(actual.inputGradient, member, [rows, features]);
            assertWithin(found, near(dx, 3 * terms, 40 * most ** 2), `${label}, dx`);
            const learned = unpackBlocks(layout, actual.gradient.subarray(member * layout.total))[0]!;
            assertWithin(learned.weight, near(gain, terms + rows, 50 * rows * most), `${label}, gain`);
            assertWithin(learned.bias, near(offset, rows, 5 * rows), `${label}, offset`);
          }
        }
      }, { kernelProfile }));
  }
}
