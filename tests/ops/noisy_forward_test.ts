import { assertEquals } from "@std/assert";
import { Random, Stream } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { type BlockValues, packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { dense } from "../../src/ops/dense.ts";
import type { LayerSpec } from "../../src/ops/layer.ts";
import { createMatrix, packMatrix, unpackMatrix } from "../../src/ops/layout.ts";
import { type NetworkLayout, networkLayout, type PlacedLayer } from "../../src/ops/model.ts";
import { hiddenStreams, streams } from "../../src/ops/streams.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { type BlockNoise, blockNoise, noiseOf } from "./oracle_noise.ts";
import { floats, hyperParameters, joined, membersOf, transposed, uniform } from "./random_values.ts";
import { assertWithin, estimate, roundingBound } from "./tolerance.ts";

const sigma = 0.5;
/** Inputs, the layer that they go through, and environments. */
const cases: readonly (readonly [inputs: number, layer: LayerSpec, environments: number])[] = [
  [1, dense({ width: 1, relu: false, sigma }), 1],
  [5, dense({ width: 17, relu: true, sigma }), 66],
  [33, dense({ width: 6, relu: false, sigma }), 3],
  [131, dense({ width: 130, relu: true, sigma }), 2],
  [6, hiddenStreams({ width: 12, sigma })[0]!, 5],
  [24, streams([1, 3], sigma), 4],
  [8, streams([5, 17], sigma), 1],
];
const clocks = [{ seed: 9, steps: 4_294_967_000 }, { seed: 1, steps: 0 }, { seed: 1, steps: 1 }];

/** The outputs `[E, outputs]` of each member's environments, who see `observations` of it. */
async function acted(
  gpu: Gpu,
  layout: NetworkLayout,
  { parameters, observations, at, environments }: {
    readonly parameters: readonly Float32Array[];
    readonly observations: readonly Float32Array[];
    readonly at: typeof clocks;
    readonly environments: number;
  },
): Promise<Float32Array[]> {
  const [{ layer, blocks, inputs, outputs }] = layout.layers as [PlacedLayer];
  const matrix = (features: number) => createMatrix(gpu, [at.length, features, environments], "matrix");
  const [input, output] = [matrix(inputs), matrix(outputs)];
  input.write(
    joined(
      observations.map((own) => packMatrix(transposed(own, environments, inputs), inputs, environments)),
    ),
  );
  const noise = membersOf(
    gpu,
    at.map(({ seed, steps }) => ({ hyper: hyperParameters({ seed }), clock: { steps } })),
  );
  const all = floats(
    gpu,
    [at.length, 2, layout.total],
    joined(parameters.map((own) => withTransposed(layout, own))),
  );
  const program = new Recorder(gpu);
  layer.forward(program, {
    blocks,
    batch: environments,
    passes: [{ parameters: all, input: 0, both: false, noise }],
    input,
    output,
  });
  gpu.enqueue(program);
  const values = await output.read();
  const share = values.length / at.length;
  return at.map((_, member) =>
    transposed(unpackMatrix(values.subarray(member * share), outputs, environments), outputs, environments)
  );
}

/** Output `o` of a block, before a ReLU, for the row `x` of its inputs; with its error. */
function output(
  { mu, scale, noise }: { readonly mu: BlockValues; readonly scale: BlockValues; readonly noise: BlockNoise },
  x: Float32Array,
  o: number,
): [value: number, error: number] {
  let [sum, magnitude, inherited] = [0, 0, 0];
  for (let i = 0; i <= x.length; i++) {
    const at = o * x.length + i;
    const [weight, sigma, input] = i < x.length
      ? [mu.weight[at]!, scale.weight[at]!, x[i]!]
      : [mu.bias[o]!, scale.bias[o]!, 1];
    const [n, error] = noiseOf(noise, o, i < x.length ? i : undefined);
    sum += (weight + sigma * n) * input;
    magnitude += Math.abs(weight * input) + Math.abs(sigma * n * input);
    inherited += Math.abs(sigma * input) * error;
  }
  return [sum, inherited + roundingBound(x.length + 5, magnitude)];
}

for (const kernelProfile of profiles) {
  Deno.test(`Noisy layers act with noise of each environment's own step, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(3);
      for (const [width, spec, environments] of cases) {
        const layout = networkLayout({ observation: [width], hidden: [spec], head: valueHead, actions: 1 });
        const [{ blocks, layer, outputs }] = layout.layers as [PlacedLayer];
        const half = blocks.length / 2;
        const parameters = clocks.map(() => {
          const drawn = layout.blocks.map((block): BlockValues => ({
            weight: uniform(block.inputs * block.outputs, random),
            bias: uniform(block.outputs, random),
          }));
          return packBlocks(layout, drawn);
        });
        const observations = clocks.map(() => uniform(environments * width, random));
        const actual = await acted(gpu, layout, { parameters, observations, at: clocks, environments });
        for (const [member, { seed, steps }] of clocks.entries()) {
          const values = unpackBlocks(layout, parameters[member]!);
          for (let row = 0; row < environments * half; row++) {
            const [e, i] = [Math.floor(row / half), row % half];
            const block = blocks[i]!;
            const noise = blockNoise(block, { seed, stream: Stream.actingNoise, counter: steps + e });
            const own = { mu: values[block.index]!, scale: values[blocks[i + half]!.index]!, noise };
            const first = e * width + i * block.inputs;
            const x = observations[member]!.subarray(first, first + block.inputs);
            const wanted = estimate(block.outputs, (o) => {
              const [value, error] = output(own, x, o);
              return [layer.relu ? Math.max(0, value) : value, error];
            });
            const at = e * outputs + i * blocks[0]!.columns;
            const label = `${width} to ${outputs}, member ${member}, environment ${e}, block ${i}`;
            assertWithin(actual[member]!.subarray(at, at + block.outputs), wanted, label);
          }
        }
        const alone = { parameters: [parameters[1]!], observations: [observations[1]!], at: [clocks[1]!] };
        assertEquals((await acted(gpu, layout, { ...alone, environments }))[0], actual[1]);
      }
    }, { kernelProfile }));
}
