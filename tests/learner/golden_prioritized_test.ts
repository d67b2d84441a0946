import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Learner } from "../../src/learner/learner.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { perceptron } from "../../src/ops/model.ts";
import { readGolden } from "../golden.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { hyperParameters } from "../ops/random_values.ts";

/** `prioritized.json`: what `prioritized.py` writes. */
interface Golden {
  readonly options: {
    readonly seed: number;
    readonly capacity: number;
    readonly batch: number;
    readonly sizes: readonly number[];
    readonly gamma: number;
    readonly sync: number;
    readonly alpha: number;
    readonly epsilon: number;
    readonly beta: { readonly start: number; readonly end: number; readonly duration: number };
    readonly learningRate: number;
  };
  /** Weights and biases of a network, layer by layer, as `torch.nn.Linear` has them. */
  readonly start: readonly (readonly number[])[];
  readonly updates: readonly {
    readonly new: readonly {
      readonly observation: readonly number[];
      readonly next: readonly number[];
      readonly action: number;
      readonly reward: number;
      readonly terminated: number;
    }[];
    readonly rows: readonly number[];
    readonly weights: readonly number[];
    readonly errors: readonly number[];
    readonly loss: number;
    readonly priorities: readonly number[];
    readonly largest: number;
  }[];
  readonly end: readonly (readonly number[])[];
}

const { options, start, updates, end } = readGolden<Golden>("prioritized");

function learnerOptions(): LearnerOptions {
  const { batch, capacity, sizes, seed, gamma, sync, alpha, epsilon, beta, learningRate } = options;
  const member = hyperParameters({
    seed,
    capacity,
    gamma,
    syncPeriod: sync,
    learningRate: { kind: "constant", value: learningRate },
    priorityAlpha: alpha,
    priorityEpsilon: epsilon,
    priorityBeta: { kind: "linear", per: "update", ...beta },
  });
  return {
    members: [member],
    model: perceptron(sizes),
    batch,
    capacity,
    sampling: "with-replacement",
    prioritized: true,
    steps: 1,
    loss: "huber",
    double: true,
    optimizer: { kind: "adam", amsgrad: false },
    clipNorm: false,
    target: "update",
    initialization: "pytorch",
    masked: false,
    environments: 1,
  };
}

for (const kernelProfile of profiles) {
  Deno.test(`Learner draws, weighs and learns as PyTorch's program does from prioritized replay, tiles of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const learner = new Learner(gpu, learnerOptions());
      const { online, target, batch, td, metrics, transitions, priorities, replay: { layout } } = learner;
      const [first, second] = [start.slice(0, 2), start.slice(2)].map(([weight, bias]) => ({
        weight: Float32Array.from(weight!),
        bias: Float32Array.from(bias!),
      }));
      const packed = packBlocks(online.layout, [first!, second!]);
      for (const { parameters } of [online, target]) {
        parameters.write(withTransposed(online.layout, packed));
      }
      let repeated = 0;
      for (const [i, update] of updates.entries()) {
        for (const { observation, next, action, reward, terminated } of update.new) {
          const row = new Float32Array(layout.row);
          row.set(observation);
          row.set(next, layout.next);
          row.set([action, reward, terminated, 0], layout.outcome);
          transitions.write(row);
          gpu.enqueue(learner.observe);
        }
        gpu.enqueue(learner.update);
        const close = (actual: ArrayLike<number>, wanted: readonly number[], name: string) => {
          assertEquals(actual.length, wanted.length);
          for (const [at, number] of wanted.entries()) {
            assertAlmostEquals(
              actual[at]!,
              number,
              5e-6 * Math.max(1, Math.abs(number)),
              `${name} ${at}, ${i + 1}`,
            );
          }
        };
        assertEquals([...await batch.indices.read()], [...update.rows], `rows of update ${i + 1}`);
        const outcomes = await batch.outcomes.read();
        close(outcomes.filter((_, at) => at % 4 === 3), update.weights, "weight");
        close((await td.read()).slice(options.batch), update.errors, "TD error");
        close((await metrics.read()).slice(2 * (i + 1), 2 * (i + 1) + 1), [update.loss], "loss");
        const tree = await priorities!.tree.read();
        const leaves = tree.length / 2;
        close(tree.slice(leaves, leaves + options.capacity), update.priorities, "priority");
        close(tree.slice(0, 1), [update.largest], "largest");
        repeated += options.batch - new Set(update.rows).size;
      }
      assert(repeated > 0);
      const learned = unpackBlocks(online.layout, await online.parameters.read());
      for (const [at, wanted] of end.entries()) {
        const { weight, bias } = learned[at >> 1]!;
        for (const [k, number] of wanted.entries()) {
          assertAlmostEquals((at % 2 ? bias : weight)[k]!, number, 1e-5, `parameter ${at}.${k}`);
        }
        assert(wanted.some((number, k) => Math.abs(number - start[at]![k]!) > 0.01));
      }
      learner.dispose();
    }, { kernelProfile }));
}
