import { assertLessOrEqual } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { uniform } from "../ops/random_values.ts";
import type { OptimizerRule } from "../ops/oracle_optimizer.ts";
import {
  flat,
  joinLayers,
  type Layer,
  Reference,
  type ReferenceBatch,
  type ReferenceRules,
} from "./reference.ts";

const sizes = [3, 6, 5, 2];
const batchSize = 11;

/** The target network's parameters do not move, so that the loss is a function of the online ones alone. */
const optimizer: OptimizerRule = {
  kind: "sgd",
  amsgrad: false,
  learningRate: 0,
  beta1: 0,
  beta2: 0,
  momentum: 0,
  alpha: 0,
  epsilon: 1e-8,
  weightDecay: 0,
  clipValue: Infinity,
};

function layersOf(random: Random): Layer[] {
  return sizes.slice(1).map((outputs, i) => ({
    weight: uniform(outputs * sizes[i]!, random),
    bias: uniform(outputs, random),
  }));
}

function lossOf(
  rules: ReferenceRules,
  networks: { online: Layer[]; target: Layer[] },
  batch: ReferenceBatch,
): number {
  return new Reference(rules, networks.online, networks.target).update(batch).metrics.value[0]!;
}

for (const loss of ["mse", "huber"] as const) {
  Deno.test(`Reference's gradients are the finite differences of its ${loss} loss`, () => {
    const random = new Random(31);
    const networks = { online: layersOf(random), target: layersOf(random) };
    const rules: ReferenceRules = {
      sizes,
      optimizer,
      ...(loss === "huber" ? { delta: 1 } : {}),
      gamma: 0.9,
      double: false,
      tau: 1,
      syncPeriod: 10,
    };
    const batch: ReferenceBatch = {
      observations: uniform(batchSize * 3, random),
      nextObservations: uniform(batchSize * 3, random),
      actions: Array.from({ length: batchSize }, () => random.below(2)),
      rewards: uniform(batchSize, random),
      terminated: Array.from({ length: batchSize }, () => random.below(2)),
      weights: uniform(batchSize, random, [0, 2]),
    };
    const gradient =
      joinLayers(new Reference(rules, networks.online, networks.target).update(batch).gradients).value;
    const numbers = flat(networks.online);
    const step = 2 ** -17; // About the cube root of float64's rounding, where both errors of a difference are least.
    for (let i = 0; i < numbers.length; i++) {
      const at = (shift: number) =>
        lossOf(rules, { ...networks, online: unflat(numbers.with(i, numbers[i]! + shift)) }, batch);
      const difference = (at(step) - at(-step)) / (2 * step);
      // The loss is piecewise quadratic in one parameter: central differences are exact but for rounding, of some
      // hundred operations on numbers of the loss's size, divided by the step.
      const rounding = 200 * 2 ** -53 * (1 + at(0)) / step;
      assertLessOrEqual(Math.abs(difference - gradient[i]!), rounding, `parameter ${i}`);
    }
  });
}

function unflat(numbers: readonly number[]): Layer[] {
  let at = 0;
  const take = (length: number) => numbers.slice(at, at += length);
  return sizes.slice(1).map((outputs, i) => ({ weight: take(outputs * sizes[i]!), bias: take(outputs) }));
}
