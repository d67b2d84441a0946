import { assertEquals } from "@std/assert";
import type { Gpu } from "../../src/gpu/device.ts";
import { Learner } from "../../src/learner/learner.ts";
import { packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { packMatrix, unpackMatrix } from "../../src/ops/layout.ts";
import { readGolden } from "../golden.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { transposed } from "../ops/random_values.ts";
import { assertWithin, type Estimate } from "../ops/tolerance.ts";
import {
  type GoldenCase,
  type GoldenLayer,
  type GoldenLearner,
  type GoldenUpdate,
  learnerOptions,
  referenceRules,
} from "./golden_case.ts";
import { flat, joinLayers, Reference } from "./reference.ts";

/** What an update left on the device, in the words of the recorded data. */
type Left = Required<
  Omit<GoldenUpdate, "observations" | "nextObservations" | "actions" | "rewards" | "terminated">
>;

const { cases } = readGolden<GoldenLearner>("learner");

for (const kernelProfile of profiles) {
  for (const golden of cases) {
    Deno.test(`Learner makes PyTorch's updates of "${golden.name}", tiles of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const learner = new Learner(gpu, learnerOptions(golden));
        setNetworks(learner, golden);
        const reference = new Reference(referenceRules(golden), golden.start.online, golden.start.target);
        for (const [i, update] of golden.updates.entries()) {
          setBatch(learner, update);
          gpu.enqueue(learner.learn);
          const left = await readUpdate(gpu, learner, i + 1);
          const estimated = reference.update(update);
          const check = (
            name: string,
            actual: ArrayLike<number>,
            wanted: ArrayLike<number>,
            { error }: Estimate,
          ) => assertWithin(actual, { value: Float64Array.from(wanted), error }, `update ${i + 1}, ${name}`);
          check("q", left.q, update.q, estimated.q);
          check("targets", left.targets, update.targets, estimated.targets);
          check("TD errors", left.tdErrors, update.tdErrors, estimated.tdErrors);
          const loss = {
            value: estimated.metrics.value.slice(0, 1),
            error: estimated.metrics.error.slice(0, 1),
          };
          check("loss", [left.loss], [update.loss], loss);
          for (
            const [name, estimates] of [
              ["gradients", estimated.gradients],
              ["online", reference.online],
              ["target", reference.target],
            ] as const
          ) {
            for (const [layer, wanted] of (update[name] ?? []).entries()) {
              const actual = left[name][layer]!;
              check(
                `${name}, weights of layer ${layer}`,
                actual.weight,
                wanted.weight,
                estimates[layer]!.weight,
              );
              check(`${name}, bias of layer ${layer}`, actual.bias, wanted.bias, estimates[layer]!.bias);
            }
          }
        }
        learner.dispose();
      }, { kernelProfile }));
  }
}

Deno.test("Reference makes PyTorch's updates to float64 rounding", () => {
  const finer = 2 ** (24 - 53 + 1); // A rounding of float64 for each of float32, on both sides.
  for (const golden of cases) {
    const reference = new Reference(referenceRules(golden), golden.start.online, golden.start.target);
    for (const [i, update] of golden.updates.entries()) {
      const made = reference.update(update);
      const pairs: [string, Estimate, readonly number[]][] = [
        ["q", made.q, update.q],
        ["targets", made.targets, update.targets],
        ["TD errors", made.tdErrors, update.tdErrors],
        ["loss", first(made.metrics), [update.loss]],
      ];
      for (
        const [name, layers] of [
          ["gradients", made.gradients],
          ["online", reference.online],
          ["target", reference.target],
        ] as const
      ) {
        if (update[name]) pairs.push([name, joinLayers(layers), flat(update[name])]);
      }
      for (const [name, { value, error }, wanted] of pairs) {
        const bound = { value: Float64Array.from(wanted), error: error.map((float32) => finer * float32) };
        assertWithin(value, bound, `${golden.name}, update ${i + 1}, ${name}`);
      }
    }
  }
});

/** The first number alone. */
function first({ value, error }: Estimate): Estimate {
  return { value: value.subarray(0, 1), error: error.subarray(0, 1) };
}

function setNetworks({ online, target }: Learner, { start }: GoldenCase): void {
  const { layout } = online;
  const floats = (layers: readonly GoldenLayer[]) =>
    withTransposed(
      layout,
      packBlocks(
        layout,
        layers.map(({ weight, bias }) => ({
          weight: Float32Array.from(weight),
          bias: Float32Array.from(bias),
        })),
      ),
    );
  online.parameters.write(floats(start.online));
  target.parameters.write(floats(start.target));
}

function setBatch({ batch, online, options }: Learner, update: GoldenUpdate): void {
  const [rows, width] = [batch.size, online.layout.widths[0]!];
  const matrix = (values: readonly number[]) => packMatrix(transposed(values, rows, width), width, rows);
  const [s, next] = [matrix(update.observations), matrix(update.nextObservations)];
  batch.observations.write(s);
  batch.observations.write(next, s.length);
  const { gamma } = options.members[0]!;
  const outcomes = update.actions.flatMap((
    action,
    i,
  ) => [action, update.rewards[i]!, update.terminated[i] ? 0 : gamma, 1]);
  batch.outcomes.write(Float32Array.from(outcomes));
}

/** Reads what update number `update` left, after a look at both layouts of the parameters. */
async function readUpdate(gpu: Gpu, learner: Learner, update: number): Promise<Left> {
  const { online, target, activations, td, metrics, gradients, options } = learner;
  const { layout } = online;
  const [q, tds, gradient, both, other] = await Promise.all([
    activations.outputs.read(),
    td.read(),
    gradients.parameters.read(),
    online.parameters.read(),
    target.parameters.read(),
  ]);
  assertEquals(both, withTransposed(layout, both.slice(0, layout.total)), "layouts of the parameters");
  const { actions } = options.model;
  const layers = (floats: Float32Array) =>
    unpackBlocks(layout, floats).map(({ weight, bias }) => ({ weight: [...weight], bias: [...bias] }));
  gpu.check();
  return {
    q: [...transposed(unpackMatrix(q, actions, options.batch), actions, options.batch)],
    targets: [...tds.subarray(0, options.batch)],
    tdErrors: [...tds.subarray(options.batch)],
    loss: (await metrics.read())[2 * update]!,
    gradients: layers(gradient),
    online: layers(both),
    target: layers(other),
  };
}
