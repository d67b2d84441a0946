import { assert, assertEquals } from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { lambdaReturns } from "../../src/ops/lambda_returns.ts";
import { padded } from "../../src/ops/layout.ts";
import { perceptron } from "../../src/ops/model.ts";
import { momentsWords } from "../../src/ops/moments.ts";
import { createBatch, replaySample } from "../../src/ops/replay.ts";
import { readGolden } from "../golden.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { smallMember, smallOptions } from "./small.ts";

/** `moments.json`: what `moments.py` writes. Sizes: E environments, W numbers of an observation. */
interface Golden {
  readonly options: {
    readonly gamma: number;
    readonly epsilon: number;
    readonly observationClip: number;
    readonly rewardClip: number;
  };
  readonly steps: readonly {
    /** [E, W], acted on at this step. */
    readonly observations: readonly (readonly number[])[];
    readonly rewards: readonly number[];
    readonly ends: readonly number[];
    /** [W], of the observations so far. */
    readonly mean: readonly number[];
    readonly variance: readonly number[];
    /** Of the running returns so far. */
    readonly returnMean: number;
    readonly returnVariance: number;
  }[];
  /** By the moments after the last step, [steps, E, W] and [steps, E]. */
  readonly normalized: {
    readonly observations: readonly (readonly (readonly number[])[])[];
    readonly rewards: readonly (readonly number[])[];
  };
}

const { options, steps, normalized } = readGolden<Golden>("moments");
const [environments, width] = [steps[0]!.ends.length, steps[0]!.mean.length];
const capacity = environments * steps.length;

function agentOf(gpu: Gpu, changes: Partial<LearnerOptions>): DqnAgent {
  const { gamma } = options;
  return new DqnAgent(
    gpu,
    smallOptions({
      members: [smallMember({ gamma, capacity, lambda: 0 })],
      model: perceptron([width, 6, 2]),
      environments,
      capacity,
      ...changes,
    }),
  );
}

function observe(agent: DqnAgent, step: number): void {
  const { observations, rewards, ends } = steps[step]!;
  const next = steps[Math.min(step + 1, steps.length - 1)]!.observations;
  agent.observe({
    observations: Float32Array.from(observations.flat()),
    actions: new Uint32Array(environments),
    rewards: Float32Array.from(rewards),
    nextObservations: Float32Array.from(next.flat()),
    // However an episode ends.
    terminated: Uint8Array.from(ends, (end, i) => end * Number(i !== 1)),
    truncated: Uint8Array.from(ends, (end, i) => end * Number(i > 0)),
  });
}

/** Off by so many roundings of float32 at most, of a number of this size at least. */
function assertClose(found: number, wanted: number, { size, label }: { size: number; label: string }): void {
  const off = Math.abs(found - wanted) / Math.max(Math.abs(wanted), size) * 2 ** 24;
  assert(off <= 40, `${label}: ${found}, wanted ${wanted}, off by ${off} roundings`);
}

for (const kernelProfile of profiles) {
  Deno.test(`moments and what they normalize are those of Stable-Baselines3's VecNormalize, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const { epsilon, observationClip, rewardClip, gamma } = options;
      const agent = agentOf(gpu, {
        normalization: {
          observations: { epsilon, clip: observationClip },
          rewards: { epsilon, clip: rewardClip },
        },
      });
      const plain = agentOf(gpu, {});
      const { learner } = agent;
      const moments = learner.moments!;
      for (const [at, { mean, variance, returnMean, returnVariance }] of steps.entries()) {
        observe(agent, at);
        const words = await moments.numbers.read();
        const floats = new Float32Array(words.buffer);
        const compare = (number: number, wanted: { mean: number; variance: number }) => {
          const [, , rest, squares, , scale] = floats.subarray(number * momentsWords);
          const label = `number ${number} after step ${at + 1}`;
          const count = environments * (at + 1) + 1e-4;
          assertEquals(words[number * momentsWords], environments * (at + 1));
          const spread = Math.sqrt(wanted.variance);
          assertClose(floats[number * momentsWords + 1]! + rest!, wanted.mean, { size: spread, label });
          // The first numbers are far from the mean so far, 0.
          assertClose(squares! / count, wanted.variance, {
            size: Math.abs(wanted.mean) * spread / 10,
            label,
          });
          const size = 1 / Math.sqrt(wanted.variance + epsilon);
          assertClose(scale!, size, { size: 2 * size, label });
        };
        for (let i = 0; i < width; i++) compare(i, { mean: mean[i]!, variance: variance[i]! });
        compare(padded(width), { mean: returnMean, variance: returnVariance });
      }

      const { replay, members } = learner;
      const batch = createBatch(gpu, replay.layout, { members: 1, size: capacity });
      const returns = new Tensor<"f32">(gpu, [1, capacity], { label: "returns" });
      const program = new Recorder(gpu);
      const sampled = async (steps: number) => {
        const program = new Recorder(gpu);
        const sampling = "in-order";
        replaySample(program, members, { replay, batch, sampling, moments, steps, environments });
        gpu.enqueue(program);
        const drawn = [await batch.observations.read(), await batch.outcomes.read()] as const;
        program.dispose();
        return drawn;
      };
      const wantedRewards = normalized.rewards.flat();
      const [matrices, outcomes] = await sampled(1);
      const half = matrices.length / 4;
      for (let i = 0; i < capacity; i++) {
        const [step, e] = [Math.floor(i / environments), i % environments];
        for (let j = 0; j < width; j++) {
          for (const later of [0, 1]) {
            const at = Math.min(step + later, steps.length - 1);
            const found = matrices[2 * later * half + j * padded(capacity) + i]!;
            const label = `entry ${j} of row ${i}, ${later}`;
            // The mean is rounded: of entry 1 it is some 15 times the spread.
            assertClose(found, normalized.observations[at]![e]![j]!, { size: 10, label });
          }
        }
        assertClose(outcomes[4 * i + 1]!, wantedRewards[i]!, { size: 1, label: `reward of row ${i}` });
      }
      const clipped = wantedRewards.filter((reward) => Math.abs(reward) === rewardClip).length;
      assert(clipped > 3 && clipped < capacity / 2, `${clipped} rewards are clipped`);

      const [, ofTwo] = await sampled(2);
      for (let i = 0; i + environments < capacity; i++) {
        const goesOn = 1 - steps[Math.floor(i / environments)]!.ends[i % environments]!;
        const wanted = wantedRewards[i]! + goesOn * gamma * wantedRewards[i + environments]!;
        assertClose(ofTwo[4 * i + 1]!, wanted, { size: 1, label: `return of row ${i}` });
      }
      lambdaReturns(program, members, { replay, environments, returns, moments }); // Of values that are 0.
      gpu.enqueue(program);
      for (const [i, found] of (await returns.read()).entries()) {
        assertClose(found, wantedRewards[i]!, { size: 1, label: `lambda return of row ${i}` });
      }

      const shown = Float32Array.from(steps.slice(0, 5).flatMap(({ observations }) => observations.flat()));
      const seen = Float32Array.from(normalized.observations.slice(0, 5).flat(2));
      const [found, wanted] = [await agent.getQ(shown), await plain.getQ(seen)]; // Of the same parameters.
      for (const [i, q] of wanted.entries()) assertClose(found[i]!, q, { size: 20, label: `Q ${i}` });

      const heldOut = (observations: Float32Array, rewards: readonly (readonly number[])[]) => ({
        observations,
        nextObservations: observations,
        actions: new Uint32Array(5 * environments),
        rewards: Float32Array.from(rewards.slice(0, 5).flat()),
        terminated: new Uint8Array(5 * environments),
        truncated: new Uint8Array(5 * environments),
      });
      const loss = await agent.lossOf(heldOut(shown, steps.map(({ rewards }) => rewards)));
      const wantedLoss = await plain.lossOf(heldOut(seen, normalized.rewards));
      assertClose(loss, wantedLoss, { size: 20, label: "held-out loss" });
      agent.cutEpisodes();
      assertEquals(await moments.running.read(), new Float32Array(environments));
      for (const one of [program, agent, plain]) one.dispose();
    }, { kernelProfile }));
}
