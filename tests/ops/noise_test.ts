import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random, Stream } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { dense } from "../../src/ops/dense.ts";
import type { LayerSpec } from "../../src/ops/layer.ts";
import { createNoise, drawNoise, isNoisy, noiseGradient, noisyWeights } from "../../src/ops/noise.ts";
import { type Model, networkLayout } from "../../src/ops/model.ts";
import { hiddenStreams } from "../../src/ops/streams.ts";
import { duelingHead, noisyValueHead, valueHead } from "../../src/ops/td_value.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { assertChiSquare } from "./chi_square.ts";
import { blockNoise, noiseOf } from "./oracle_noise.ts";
import { floats, hyperParameters, joined, membersOf, uniform } from "./random_values.ts";
import { assertWithin, estimate, roundingBound } from "./tolerance.ts";

const noisy = (width: number): LayerSpec => dense({ width, relu: true, sigma: 0.5 });
const plain = (width: number): LayerSpec => dense({ width, relu: true });
const head = (dueling: boolean) => noisyValueHead({ dueling, sigma: 0.5 });
const models: readonly Model[] = [
  { observation: [1], hidden: [], head: head(false), actions: 1 },
  { observation: [5], hidden: [noisy(1), plain(6), noisy(17)], head: valueHead, actions: 3 },
  { observation: [7], hidden: [plain(33), noisy(131)], head: head(false), actions: 5 },
  {
    observation: [6],
    hidden: [noisy(3), ...hiddenStreams({ width: 12, sigma: 0.5 })],
    head: head(true),
    actions: 2,
  },
  { observation: [4], hidden: [...hiddenStreams({ width: 4, sigma: 0.5 })], head: duelingHead, actions: 3 },
];

const clocks = [{ seed: 1, updates: 0 }, { seed: 4_294_967_295, updates: 70_000 }, { seed: 1, updates: 1 }];

function membersAt(gpu: Gpu, at: typeof clocks) {
  return membersOf(
    gpu,
    at.map(({ seed, updates }) => ({ hyper: hyperParameters({ seed }), clock: { updates } })),
  );
}

/** Both networks' parameters, and what is made of them and of a gradient, of each member. */
async function made(gpu: Gpu, model: Model, at: typeof clocks) {
  const layout = networkLayout(model);
  const noise = createNoise(gpu, layout, at.length);
  const values = () =>
    joined(at.map(({ seed, updates }) => {
      const random = new Random(seed + updates);
      const own = layout.blocks.map(({ inputs, outputs }) => ({
        weight: uniform(inputs * outputs, random),
        bias: uniform(outputs, random),
      }));
      return packBlocks(layout, own);
    }));
  const [online, target] = [0, 1].map(() => {
    const each = Array.from(at.keys(), (i) => values().slice(i * layout.total, (i + 1) * layout.total));
    const shape = [at.length, 2, layout.total];
    return {
      each,
      parameters: floats(gpu, shape, joined(each.map((own) => withTransposed(layout, own)))),
      weights: floats(gpu, shape, new Float32Array(2 * at.length * layout.total)),
    };
  }) as [OneNetwork, OneNetwork];
  const gradient = floats(gpu, [at.length, layout.total], values());
  const program = new Recorder(gpu);
  drawNoise(program, membersAt(gpu, at), noise);
  noisyWeights(program, noise, { of: "online", ...online });
  noisyWeights(program, noise, { of: "target", ...target });
  noiseGradient(program, noise, gradient);
  gpu.enqueue(program);
  return {
    layout,
    parameters: online.each,
    online: await online.weights.read(),
    target: await target.weights.read(),
    gradient: await gradient.read(),
  };
}

interface OneNetwork {
  readonly each: Float32Array[];
  readonly parameters: ReturnType<typeof floats>;
  readonly weights: ReturnType<typeof floats>;
}

for (const kernelProfile of profiles) {
  Deno.test(`An update's weights and the gradient of sigma are their oracle, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const model of models) {
        const { layout, parameters, online, target, gradient } = await made(gpu, model, clocks);
        assert(isNoisy(layout));
        const own = <T extends Float32Array>(all: T, member: number, halves: number) =>
          all.subarray(halves * member * layout.total, halves * (member + 1) * layout.total);
        for (const [member, { seed, updates }] of clocks.entries()) {
          const before = unpackBlocks(layout, parameters[member]!);
          for (const { blocks } of layout.layers) {
            for (const [i, block] of blocks.entries()) {
              if (block.noiseOf !== undefined) continue;
              const sigma = blocks.find(({ noiseOf }) => noiseOf === i);
              const label = `${layout.widths}, block ${block.index}, member ${member}`;
              const streams = [[online, Stream.noise], [target, Stream.targetNoise]] as const;
              for (const [all, stream] of streams) {
                const after = unpackBlocks(layout, own(all, member, 2))[block.index]!;
                const mu = before[block.index]!;
                if (!sigma) {
                  assertEquals(after, mu, label);
                  continue;
                }
                const noise = blockNoise(block, { seed, stream, counter: updates });
                const wanted = (key: "weight" | "bias") =>
                  estimate(mu[key].length, (at) => {
                    const scale = before[sigma.index]![key][at]!;
                    const [n, error] = key === "bias"
                      ? noiseOf(noise, at)
                      : noiseOf(noise, Math.floor(at / block.inputs), at % block.inputs);
                    const value = mu[key][at]! + scale * n;
                    const magnitude = Math.abs(mu[key][at]!) + Math.abs(scale * n);
                    return [value, Math.abs(scale) * error + roundingBound(3, magnitude)];
                  });
                assertWithin(after.weight, wanted("weight"), `${label}, weights`);
                assertWithin(after.bias, wanted("bias"), `${label}, biases`);
              }
              if (!sigma) continue;
              const noise = blockNoise(block, { seed, stream: Stream.noise, counter: updates });
              const after = unpackBlocks(layout, own(gradient, member, 1));
              const weight = estimate(block.inputs * block.outputs, (at) => {
                const given = after[block.index]!.weight[at]!;
                const [n, error] = noiseOf(noise, Math.floor(at / block.inputs), at % block.inputs);
                return [given * n, Math.abs(given) * error + roundingBound(1, Math.abs(given * n))];
              });
              const bias = estimate(block.outputs, (o) => {
                const given = after[block.index]!.bias[o]!;
                const [n, error] = noiseOf(noise, o);
                return [given * n, Math.abs(given) * error + roundingBound(1, Math.abs(given * n))];
              });
              assertWithin(after[sigma.index]!.weight, weight, `${label}, gradient by sigma of weights`);
              assertWithin(after[sigma.index]!.bias, bias, `${label}, gradient by sigma of biases`);
            }
          }
          // Both layouts of the online network, as a backward pass reads them: sigma has no place in it.
          const both = own(online, member, 2);
          const drawn = unpackBlocks(layout, both);
          for (const block of layout.blocks.filter(({ noiseOf }) => noiseOf !== undefined)) {
            drawn[block.index] = {
              weight: new Float32Array(block.inputs * block.outputs),
              bias: new Float32Array(block.outputs),
            };
          }
          assertEquals(both, withTransposed(layout, packBlocks(layout, drawn)));
        }
        const alone = await made(gpu, model, clocks.slice(1, 2));
        assertEquals(alone.online, own(online, 1, 2));
        assertEquals(alone.gradient, own(gradient, 1, 1));
      }
    }, { kernelProfile }));
}

/** The distribution function of the normal distribution, to 1e-7 (Abramowitz and Stegun, 7.1.26). */
function normal(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x) / Math.SQRT2);
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) *
    t;
  const tail = series * Math.exp(-x * x / 2) / 2;
  return x < 0 ? tail : 1 - tail;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

Deno.test("drawNoise() draws f of normal numbers, which do not depend on each other", () =>
  withGpu(async (gpu) => {
    const width = 500;
    const layout = networkLayout({
      observation: [width],
      hidden: [noisy(width)],
      head: head(false),
      actions: width,
    });
    const at = Array.from({ length: 20 }, (_, i) => ({ seed: i < 10 ? 7 : 8, updates: i % 10 }));
    const noise = createNoise(gpu, layout, at.length);
    const program = new Recorder(gpu);
    drawNoise(program, membersAt(gpu, at), noise);
    gpu.enqueue(program);
    const all = [...await noise.numbers.read()];
    assertEquals(all.length, at.length * 2 * 4 * width);

    // Six standard deviations of each mean.
    const near = (values: readonly number[], wanted: number, spread: number) =>
      assertAlmostEquals(meanOf(values), wanted, 6 * spread / Math.sqrt(values.length));
    const numbers = all.map((value) => Math.sign(value) * value * value);
    near(numbers, 0, 1);
    near(numbers.map((e) => e * e), 1, Math.sqrt(2));
    near(numbers.map((e) => e ** 4), 3, Math.sqrt(96));
    near(all, 0, 1);
    near(all.map((f) => f * f), Math.sqrt(2 / Math.PI), Math.sqrt(1 - 2 / Math.PI));
    const cells = 64;
    const counts = new Array<number>(cells).fill(0);
    for (const e of numbers) counts[Math.min(cells - 1, Math.floor(normal(e) * cells))]!++;
    assertChiSquare(counts, "normal numbers");

    // Neighbours, of which some have one hash; inputs and outputs; layers; networks; updates; seeds.
    const network = 4 * width;
    for (const distance of [1, 2, 3, 4, width, 2 * width, network, 2 * network, 20 * network]) {
      const [from, to] = [numbers.slice(0, -distance), numbers.slice(distance)];
      near(from.map((e, i) => e * to[i]!), 0, 1);
      near(from.map((e, i) => (e * e - 1) * (to[i]! ** 2 - 1)), 0, 2);
    }
  }));
