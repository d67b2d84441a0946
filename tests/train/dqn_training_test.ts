import { assert, assertEquals, assertGreater, assertStrictEquals } from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { discrete } from "../../src/core/spaces.ts";
import { type Environment, noInfo } from "../../src/envs/environment.ts";
import { OneHot } from "../../src/envs/one_hot.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { parseCsv } from "../../src/format/csv.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import type { Callback } from "../../src/train/callbacks/callback.ts";
import { CsvLog } from "../../src/train/callbacks/csv_log.ts";
import { EvaluateEvery } from "../../src/train/callbacks/evaluate_every.ts";
import { Measure } from "../../src/train/callbacks/measure.ts";
import { SaveCheckpoints } from "../../src/train/callbacks/save_checkpoints.ts";
import { StopAtThreshold } from "../../src/train/callbacks/stop_at_threshold.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { hostEvaluator } from "../../src/train/evaluate.ts";
import { HostCollector } from "../../src/train/host_collector.ts";
import { train } from "../../src/train/trainer.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { withFolder } from "./fakes.ts";
import { learnerOptions } from "./learner_options.ts";

const length = 6;

/** A corridor of 6 cells, walked from the left: each step costs 0.1, the right end pays 1 and is the end. */
class Corridor implements Environment<number> {
  readonly observationSpace = discrete(length);
  readonly actionSpace = discrete(2);
  #cell = 0;

  reset() {
    this.#cell = 0;
    return { observation: this.#cell, info: noInfo };
  }

  step(action: number) {
    this.#cell = Math.max(0, this.#cell + (action === 1 ? 1 : -1));
    const terminated = this.#cell === length - 1;
    const reward = terminated ? 1 : -0.1;
    return { observation: this.#cell, reward, terminated, truncated: false, info: noInfo };
  }
}

/** Four steps at a cost of 0.1, then 1. */
const optimum = 4 * -0.1 + 1;

const makeEnvironment = () => new OneHot(new TimeLimit(new Corridor(), 30));
const evaluator = hostEvaluator(makeEnvironment);
const evaluation = { episodes: 4, seed: 1 };

interface Options {
  readonly steps: number;
  readonly environments?: number;
  readonly callbacks?: readonly Callback[];
  readonly slice?: number;
}

/** An agent that has been trained in the corridor. */
async function trained(gpu: Gpu, { steps, environments = 4, callbacks = [], slice = 200 }: Options) {
  const options = learnerOptions([length, 16, 2], { environments, gamma: 0.9, epsilon: 0.5 });
  const agent = await DqnAgent.create(gpu, options);
  await agent.warmUp();
  const vector = new VectorEnvironment(environments, makeEnvironment);
  const rule = { every: 1, unit: "step", updates: 1, warmup: 64 } as const;
  const collector = new HostCollector(agent, vector, { train: rule, seed: 2, slice });
  const end = await train({ agent, collector, budget: { steps }, callbacks });
  return { agent, end };
}

Deno.test("train() brings DqnAgent to the optimum of an environment of one's own, and keeps it", async () => {
  await withFolder(async (folder) => {
    await withGpu(async (gpu) => {
      const { agent, end } = await trained(gpu, {
        steps: 10_000,
        callbacks: [
          new EvaluateEvery({ interval: { every: 250 }, evaluator, ...evaluation }),
          new Measure({ interval: { every: 500 } }),
          new StopAtThreshold(optimum - 1e-6),
          new SaveCheckpoints({ folder }),
          new CsvLog({ folder }),
        ],
      });
      assert(end.reason.startsWith("threshold"), `it ended by its ${end.reason}`);

      const { state, metadata } = await loadCheckpoint(`${folder}/best.safetensors`);
      assertStrictEquals(metadata["step"], `${end.step}`);
      const other = await DqnAgent.create(gpu, learnerOptions([length, 16, 2]));
      other.load(state);
      const { mean, lengths } = await evaluator(other, evaluation);
      assertGreater(mean, optimum - 1e-6);
      assertEquals(lengths, [5, 5, 5, 5]);

      const { header, rows } = parseCsv(await Deno.readTextFile(`${folder}/metrics.csv`));
      assertStrictEquals(Number(rows.at(-1)![header.indexOf("evaluationMean")]), mean);
      for (const one of [agent, other]) one.dispose();
    });
  });
});

Deno.test("evaluations, checkpoints and slices change no bit of DqnAgent's training", async () => {
  await withFolder(async (folder) => {
    await withGpu(async (gpu) => {
      const saved = async (options: Omit<Options, "steps">) => {
        const { agent } = await trained(gpu, { steps: 400, ...options });
        const state = await agent.save({ full: true });
        agent.dispose();
        return state;
      };
      for (const environments of [1, 8]) {
        const plain = await saved({ environments });
        const watched = await saved({
          environments,
          slice: 0,
          callbacks: [
            new EvaluateEvery({ interval: { every: 72 }, evaluator, ...evaluation }),
            new SaveCheckpoints({ folder, interval: { every: 56 } }),
          ],
        });
        assertEquals(watched, plain);
      }
    });
  });
});
