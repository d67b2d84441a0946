import { assertEquals } from "@std/assert";
import { pcg4d, Random, Stream, unitInterval } from "../../src/core/random.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import {
  backward,
  type BlockValues,
  createActivations,
  createGradients,
  createNetwork,
  forward,
  packBlocks,
  unpackBlocks,
  withTransposed,
} from "../../src/learner/network.ts";
import { dense } from "../../src/ops/dense.ts";
import { implicitHead } from "../../src/ops/distributional.ts";
import type { ImplicitOptions } from "../../src/ops/implicit_layer.ts";
import { packMatrix, padded, unpackMatrix } from "../../src/ops/layout.ts";
import { type NetworkLayout, networkLayout, parameterCount } from "../../src/ops/model.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { hyperParameters, joined, membersOf, transposed, uniform } from "./random_values.ts";
import { assertWithin, estimate, roundingBound } from "./tolerance.ts";

interface Case extends ImplicitOptions {
  /** Widths from the observation to the actions. */
  readonly widths: readonly number[];
  /** Whether the hidden layers have a ReLU. */
  readonly relu: boolean;
  readonly batch: number;
}

const numbers = (
  [quantiles, targetQuantiles, actionQuantiles, cosines]: readonly [number, number, number, number],
): ImplicitOptions => ({ quantiles, targetQuantiles, actionQuantiles, cosines });
const cases: readonly Case[] = [
  { widths: [1, 1], relu: true, batch: 1, ...numbers([1, 1, 1, 1]) },
  { widths: [3, 9, 2], relu: true, batch: 5, ...numbers([3, 4, 5, 6]) },
  { widths: [2, 5, 6, 3], relu: false, batch: 9, ...numbers([2, 1, 2, 8]) },
  { widths: [2, 4, 18, 5], relu: true, batch: 3, ...numbers([1, 9, 32, 13]) },
];
const clocks = [{ seed: 7, updates: 3 }, { seed: 4_294_967_295, updates: 70_000 }];

/** A row, and the fractions that are asked for. */
interface Row {
  readonly x: readonly number[];
  readonly taus: readonly number[];
}

/** The quantiles `[count, actions]` of a row by the paper's formula; `sizes` adds up the absolute values of all terms instead. */
function quantilesOf(
  { layers }: NetworkLayout,
  values: readonly BlockValues[],
  { x, taus, relu, sizes }: Row & { readonly relu: boolean; readonly sizes: boolean },
): number[][] {
  const of = (value: number) => sizes ? Math.abs(value) : value;
  const through = (index: number, input: readonly number[], rectified: boolean) => {
    const { weight, bias } = values[index]!;
    return Array.from(bias, (offset, o) => {
      let sum = of(offset);
      for (const [i, value] of input.entries()) sum += of(weight[o * input.length + i]!) * value;
      return rectified ? Math.max(0, sum) : sum;
    });
  };
  const last = layers.at(-1)!;
  const psi = layers.slice(0, -1).reduce(
    (input, { blocks }) => through(blocks[0]!.index, input, relu),
    x.map(of),
  );
  const [, embedding, learned] = last.blocks;
  return taus.map((tau) => {
    const cosine = (_: unknown, i: number) => sizes ? 1 : Math.cos(Math.PI * (i + 1) * tau);
    const phi = through(embedding!.index, Array.from({ length: embedding!.inputs }, cosine), true);
    return through(learned!.index, psi.map((value, f) => value * phi[f]!), false);
  });
}

/** The fractions of a row's samples. */
function drawn(
  { seed, updates }: { readonly seed: number; readonly updates: number },
  stream: number,
  { row, batch, count }: { readonly row: number; readonly batch: number; readonly count: number },
): number[] {
  return Array.from({ length: count }, (_, sample) => {
    const column = sample * padded(batch) + row;
    return unitInterval(pcg4d(seed, stream, updates, Math.floor(column / 4))[column % 4]!);
  });
}

/** In float64, as finite differences need them. */
function exactValues(values: readonly BlockValues[]): BlockValues[] {
  return values.map(({ weight, bias }) => ({
    weight: Float64Array.from(weight),
    bias: Float64Array.from(bias),
  })) as unknown as BlockValues[];
}

for (const kernelProfile of profiles) {
  Deno.test(`Samples of implicit quantiles, their means and gradients are the definition's, tiles of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(3);
      for (const { widths, relu, batch, ...options } of cases) {
        if (kernelProfile !== "wasm" && widths.length > 3) continue; // Tiles differ, not layers.
        const actions = widths.at(-1)!;
        const head = implicitHead({ ...options, kappa: 1 });
        const hidden = widths.slice(1, -1).map((width) => dense({ width, relu }));
        const layout = networkLayout({ observation: widths.slice(0, 1), hidden, head, actions });
        const count = clocks.length;
        const [online, target] = ["online", "target"].map((label) =>
          createNetwork(gpu, layout, { members: count, label })
        ) as [ReturnType<typeof createNetwork>, ReturnType<typeof createNetwork>];
        const drawValues = () =>
          clocks.map(() =>
            layout.blocks.map(({ inputs, outputs }): BlockValues => ({
              weight: uniform(inputs * outputs, random),
              bias: uniform(outputs, random),
            }))
          );
        const [own, others] = [drawValues(), drawValues()];
        for (const [network, values] of [[online, own], [target, others]] as const) {
          const floats = values.map((blocks) => withTransposed(layout, packBlocks(layout, blocks)));
          network.parameters.write(joined(floats));
        }
        const activations = createActivations(gpu, online, { batch, label: "a", passes: 3, sampled: true });
        const gradients = createGradients(gpu, online, activations);
        const inputs = clocks.map(() => [0, 1, 2].map(() => uniform(batch * widths[0]!, random, [-2, 2])));
        const matrix = (x: Float32Array) => packMatrix(transposed(x, batch, widths[0]!), widths[0]!, batch);
        activations.matrices[0]!.write(joined(inputs.flatMap((passes) => passes.map(matrix))));
        const columns = options.quantiles * padded(batch);
        const slopes = clocks.map(() => uniform(options.quantiles * batch * actions, random));
        const slopeOf = (member: number, row: number, sample: number, action: number) =>
          slopes[member]![(sample * batch + row) * actions + action]!;
        gradients.outputs.write(joined(clocks.map((_, member) => {
          const all = new Float32Array(actions * columns);
          for (let column = 0; column < columns; column++) {
            const [row, sample] = [column % padded(batch), Math.floor(column / padded(batch))];
            for (let a = 0; a < actions && row < batch; a++) {
              all[a * columns + column] = slopeOf(member, row, sample, a);
            }
          }
          return packMatrix(all, actions, columns);
        })));
        const members = membersOf(
          gpu,
          clocks.map(({ seed, updates }) => ({ hyper: hyperParameters({ seed }), clock: { updates } })),
        );
        const program = new Recorder(gpu);
        forward(program, [
          { network: online, input: 0, backward: true, samples: { of: "online", members } },
          { network: target, input: 1, samples: { of: "target", members } },
          { network: target, input: 2 },
        ], activations);
        backward(program, online, { activations, gradients });
        gpu.enqueue(program);
        const outputs = await activations.outputs.read();
        const learned = await gradients.parameters.read();
        const share = outputs.length / count / 6;
        // Of the sums one after another, and of the cosines.
        const terms = widths.reduce((sum, width) => sum + width + 1, options.cosines + 10);
        for (const [member, clock] of clocks.entries()) {
          const label = `${widths}, member ${member}`;
          /** Of each row of a pass the quantiles, and how large their terms are. */
          const wanted = (
            values: readonly BlockValues[],
            pass: number,
            taus: (row: number) => readonly number[],
          ) => {
            const rows = (sizes: boolean) =>
              Array.from({ length: batch }, (_, row) => {
                const own = inputs[member]![pass]!.subarray(row * widths[0]!, (row + 1) * widths[0]!);
                return quantilesOf(layout, values, { x: [...own], taus: taus(row), relu, sizes });
              });
            return { values: rows(false), sizes: rows(true) };
          };
          const found = (pass: number, columns: number) => {
            const all = outputs.subarray((member * 6 + 2 * pass) * share);
            return unpackMatrix(all, actions, columns);
          };
          const tausOf = (of: "fractions" | "targetFractions", samples: number) => (row: number) =>
            drawn(clock, Stream[of], { row, batch, count: samples });
          const ofOnline = tausOf("fractions", options.quantiles);
          const passes = [
            [own[member]!, ofOnline, options.quantiles],
            [others[member]!, tausOf("targetFractions", options.targetQuantiles), options.targetQuantiles],
          ] as const;
          for (const [pass, [values, taus, samples]] of passes.entries()) {
            const expected = wanted(values, pass, taus);
            const columns = samples * padded(batch);
            const actual = found(pass, columns);
            for (const [row, quantiles] of expected.values.entries()) {
              for (const [sample, byAction] of quantiles.entries()) {
                const near = estimate(actions, (a) => {
                  const size = expected.sizes[row]![sample]![a]!;
                  return [byAction[a]!, roundingBound(terms, size)];
                });
                const column = sample * padded(batch) + row;
                const own = byAction.map((_, a) => actual[a * columns + column]!);
                assertWithin(own, near, `${label}, pass ${pass}, row ${row}, sample ${sample}`);
              }
            }
          }

          const count = options.actionQuantiles;
          const evenly = Array.from({ length: count }, (_, k) => (2 * k + 1) / (2 * count));
          const means = wanted(others[member]!, 2, () => evenly);
          const meanOf = (quantiles: readonly number[][], a: number) =>
            quantiles.reduce((sum, byAction) => sum + byAction[a]!, 0) / count;
          // Fractions are rounded to 24 bits, and by so much their cosines are off.
          const rounded = options.cosines * Math.PI * 2 ** -24;
          const near = estimate(batch * actions, (i) => {
            const [row, a] = [Math.floor(i / actions), i % actions];
            const size = meanOf(means.sizes[row]!, a);
            return [meanOf(means.values[row]!, a), roundingBound(terms + count, size) + rounded * size];
          });
          assertWithin(transposed(found(2, batch), actions, batch), near, `${label}, means`);

          // Finite differences of the sum of slope times quantile.
          const values = exactValues(own[member]!);
          const objectives = () => {
            const rows = wanted(values, 0, ofOnline);
            const total = [0, 0] as [value: number, size: number];
            for (let row = 0; row < batch; row++) {
              for (let sample = 0; sample < options.quantiles; sample++) {
                for (let a = 0; a < actions; a++) {
                  const slope = slopeOf(member, row, sample, a);
                  total[0] += slope * rows.values[row]![sample]![a]!;
                  total[1] += Math.abs(slope) * rows.sizes[row]![sample]![a]!;
                }
              }
            }
            return total;
          };
          const [, size] = objectives();
          const difference = (numbers: Float32Array, i: number) => {
            const before = numbers[i]!;
            const step = 1e-6 * (Math.sign(before) || 1);
            numbers[i] = before + step;
            const above = objectives();
            numbers[i] = before - step;
            const below = objectives();
            numbers[i] = before;
            const [value, magnitude] = above.map((of, j) => (of - below[j]!) / (2 * step)) as [
              number,
              number,
            ];
            const error = terms * 2 ** -53 * size / 1e-6;
            return [
              value,
              roundingBound(terms + batch * options.quantiles, Math.abs(magnitude)) + error,
            ] as const;
          };
          const gradient = unpackBlocks(layout, learned.subarray(member * layout.total));
          for (const { index, isDerived } of layout.blocks) {
            for (const key of ["weight", "bias"] as const) {
              const of = values[index]![key];
              const near = estimate(of.length, (i) => isDerived ? [0, 0] : difference(of, i));
              assertWithin(gradient[index]![key], near, `${label}, gradient of block ${index}, ${key}`);
            }
          }
        }
        const numbers = layout.blocks.filter(({ isDerived }) => !isDerived)
          .reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
        assertEquals(parameterCount(layout), numbers);
      }
    }, { kernelProfile }));
}
