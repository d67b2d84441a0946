import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { createNetwork, packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { conv } from "../../src/ops/conv.ts";
import type { LayerSpec } from "../../src/ops/layer.ts";
import { type Model, networkLayout, perceptron } from "../../src/ops/model.ts";
import { initializations, initializeParameters } from "../../src/ops/parameters.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { assertUniform } from "../core/uniform.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { initial, initialBound } from "./oracle_random.ts";
import { hyperParameters, membersOf } from "./random_values.ts";
import { assertWithin, estimate, roundingBound, roundingsOf } from "./tolerance.ts";

/** sqrt of 6 and of the inputs, their division, and the product with a number that float32 has exactly. */
const roundings = 2 * roundingsOf.sqrt + roundingsOf.division + 2;

const options = { channels: 5, size: 2, stride: 1, padding: "valid" } as const;

type Rule = typeof initializations[number];

/** Both layouts of each seed's network. */
async function initialized(
  gpu: Gpu,
  seeds: readonly number[],
  { model, rule }: { model: Model; rule: Rule },
): Promise<Float32Array[]> {
  const layout = networkLayout(model);
  const { parameters } = createNetwork(gpu, layout, { members: seeds.length, label: "network" });
  parameters.write(new Float32Array(parameters.size).fill(7)); // Padding has to become zero.
  const members = membersOf(gpu, seeds.map((seed) => ({ hyper: hyperParameters({ seed }) })));
  const program = new Recorder(gpu);
  initializeParameters(program, { members, parameters }, { network: layout, rule });
  gpu.enqueue(program);
  const all = await parameters.read();
  return seeds.map((_, i) => all.slice(2 * i * layout.total, 2 * (i + 1) * layout.total));
}

for (const kernelProfile of profiles) {
  for (const rule of initializations) {
    Deno.test(`initializeParameters() by the rule ${rule} is its twin, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const seeds = [0, 42, 4_294_967_295];
        const boards = { observation: [3, 4, 5], hidden: [conv(options)], head: valueHead, actions: 2 };
        for (
          const model of [...[[1, 1], [4, 3, 2], [5, 17, 16, 6]].map((sizes) => perceptron(sizes)), boards]
        ) {
          const layout = networkLayout(model);
          const networks = await initialized(gpu, seeds, { model, rule });
          for (const [i, both] of networks.entries()) {
            const values = unpackBlocks(layout, both);
            for (const { index, inputs: rows, outputs, channels } of layout.blocks) {
              // Of a convolution a row is one of four places, and in it one of four channels, of which the last one is none.
              const inputs = channels === undefined ? rows : 12;
              const rowOf = (input: number) =>
                channels === undefined ? input : input % 4 * 4 + Math.floor(input / 4);
              const bound = initialBound(rule, inputs);
              const expected = (
                input: (at: number) => number,
                output: (at: number) => number,
                length: number,
              ) =>
                estimate(length, (at) => {
                  const entry = { layer: index, inputs: rows, outputs, input: input(at), output: output(at) };
                  const value = bound * initial(seeds[i]!, rule, entry);
                  return [value, roundingBound(roundings, Math.abs(value))];
                });
              const label = `${layout.widths}, layer ${index}, seed ${seeds[i]}`;
              const { weight, bias } = values[index]!;
              const weights = expected(
                (at) => rowOf(at % inputs),
                (at) => Math.floor(at / inputs),
                weight.length,
              );
              assertWithin(weight, weights, `${label}, weights`);
              assertWithin(bias, expected(() => rows, (at) => at, outputs), `${label}, bias`);
              if (rule === "he") assertEquals(bias, new Float32Array(outputs), label);
            }
            const used = withTransposed(layout, packBlocks(layout, values));
            assertEquals(zeroedGaps(both, layout), used, `${layout.widths}, layouts and padding`);
          }
          const [alone] = await initialized(gpu, seeds.slice(1, 2), { model, rule });
          assertEquals(alone, networks[1]);
        }
      }, { kernelProfile }));
  }
}

/** The floats with zeros between the blocks, where no kernel reads. */
function zeroedGaps(both: Float32Array, { blocks, total }: ReturnType<typeof networkLayout>): Float32Array {
  const result = new Float32Array(both.length);
  for (const { offset, rows, columns, inputs } of blocks) {
    result.set(both.subarray(offset, offset + rows * columns), offset);
    const end = total + offset + Math.ceil(inputs / 4) * 4 * columns;
    result.set(both.subarray(total + offset, end), total + offset);
  }
  return result;
}

Deno.test("initializeParameters() sets a block with constants to them, and draws the others as without it", () =>
  withGpu(async (gpu) => {
    const plain = perceptron([5, 9, 6, 3]);
    const constants = { weight: 0.25, bias: -1.5 };
    const [first, second] = plain.hidden as [LayerSpec, LayerSpec];
    const withConstants: LayerSpec = (input) => {
      const layer = second(input);
      return { ...layer, blocks: layer.blocks.map((block) => ({ ...block, initial: constants })) };
    };
    for (const rule of initializations) {
      const model = { ...plain, hidden: [first, withConstants] };
      const layout = networkLayout(model);
      const [drawn] = await initialized(gpu, [7], { model: plain, rule });
      const [made] = await initialized(gpu, [7], { model, rule });
      const expected = unpackBlocks(layout, drawn!);
      expected[1] = {
        weight: new Float32Array(9 * 6).fill(constants.weight),
        bias: new Float32Array(6).fill(constants.bias),
      };
      assertEquals(zeroedGaps(made!, layout), withTransposed(layout, packBlocks(layout, expected)), rule);
    }
  }));

Deno.test("initializeParameters() is uniform within its bounds, and differs between seeds and layers", () =>
  withGpu(async (gpu) => {
    const model = perceptron([64, 64, 64]);
    const layout = networkLayout(model);
    for (const rule of initializations) {
      const networks = await initialized(gpu, [1, 2], { model, rule });
      const drawn = networks.flatMap((both) => unpackBlocks(layout, both).map(({ weight }) => weight));
      const bound = Math.fround(initialBound(rule, 64));
      for (const weight of drawn) {
        assert(weight.every((value) => Math.abs(value) <= bound), rule);
        // The factor keeps what rounds to the bound itself below 1.
        assertUniform([...weight].map((value) => (value / bound + 1) / 2 * (1 - 2 ** -20)));
      }
      const firsts = drawn.map((weight) => weight[0]);
      assertEquals(new Set(firsts).size, firsts.length);
    }
  }));
