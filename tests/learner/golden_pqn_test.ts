import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Learner } from "../../src/learner/learner.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { perceptron } from "../../src/ops/model.ts";
import { readGolden } from "../golden.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { hyperParameters } from "../ops/random_values.ts";

/** `pqn.json`: what `pqn.py` writes. */
interface Golden {
  readonly options: {
    readonly seed: number;
    readonly environments: number;
    readonly rows: number;
    readonly minibatches: number;
    readonly sizes: readonly number[];
    readonly gamma: number;
    readonly lambda: number;
    readonly learningRate: { readonly start: number; readonly end: number; readonly duration: number };
    readonly clipNorm: number;
  };
  /** Weights and biases of a network, layer by layer, as `torch.nn.Linear` has them. */
  readonly start: readonly (readonly number[])[];
  readonly rollouts: readonly {
    /** Step by step, those of each step by environment. */
    readonly transitions: readonly {
      readonly observation: readonly number[];
      readonly next: readonly number[];
      readonly action: number;
      readonly reward: number;
      readonly terminated: number;
      readonly truncated: number;
    }[];
    readonly returns: readonly number[];
    readonly updates: readonly { readonly rows: readonly number[]; readonly loss: number }[];
  }[];
  readonly end: readonly (readonly number[])[];
}

const { options, start, rollouts, end } = readGolden<Golden>("pqn");

function learnerOptions(): LearnerOptions {
  const { seed, environments, rows, minibatches, sizes, gamma, lambda, learningRate, clipNorm } = options;
  const member = hyperParameters({
    seed,
    capacity: rows,
    gamma,
    lambda,
    clipNorm,
    learningRate: { kind: "linear", per: "update", ...learningRate },
  });
  return {
    members: [member],
    model: perceptron(sizes),
    batch: rows / minibatches,
    capacity: rows,
    sampling: "without-replacement",
    prioritized: false,
    steps: 1,
    loss: "mse",
    double: false,
    optimizer: { kind: "radam", amsgrad: false },
    clipNorm: true,
    target: "none",
    initialization: "pytorch",
    masked: false,
    environments,
    lambdaReturns: true,
  };
}

for (const kernelProfile of profiles) {
  Deno.test(`Learner of lambda returns learns rollouts as PyTorch's program does, tiles of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const learner = new Learner(gpu, learnerOptions());
      const { online, batch, metrics, transitions, returns, replay: { layout } } = learner;
      const [first, second] = [start.slice(0, 2), start.slice(2)].map(([weight, bias]) => ({
        weight: Float32Array.from(weight!),
        bias: Float32Array.from(bias!),
      }));
      online.parameters.write(withTransposed(online.layout, packBlocks(online.layout, [first!, second!])));
      let update = 0;
      for (const [i, rollout] of rollouts.entries()) {
        for (let step = 0; step < options.rows; step += options.environments) {
          const rows = new Float32Array(options.environments * layout.row);
          for (let at = 0; at < options.environments; at++) {
            const { observation, next, action, reward, terminated, truncated } = rollout
              .transitions[step + at]!;
            rows.set(observation, at * layout.row);
            rows.set(next, at * layout.row + layout.next);
            rows.set([action, reward, terminated, truncated], at * layout.row + layout.outcome);
          }
          transitions.write(rows);
          gpu.enqueue(learner.observe);
        }
        gpu.enqueue(learner.prepare);
        const found = await returns!.read();
        for (const [row, wanted] of rollout.returns.entries()) {
          assertAlmostEquals(found[row]!, wanted, 1e-5, `return of row ${row}, rollout ${i + 1}`);
        }
        for (const { rows, loss } of rollout.updates) {
          gpu.enqueue(learner.update);
          update++;
          assertEquals([...await batch.indices.read()], [...rows], `rows of update ${update}`);
          const told = (await metrics.read())[2 * update]!;
          assertAlmostEquals(told, loss, 1e-5 * Math.max(1, loss), `loss of update ${update}`);
        }
      }
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
