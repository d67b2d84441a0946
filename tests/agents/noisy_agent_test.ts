import { assert, assertEquals, assertLess, assertNotEquals } from "@std/assert";
import type { AgentState, Transitions } from "../../src/agents/agent.ts";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { playEpisodes } from "../../src/device_envs/greedy_episodes.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import type { DeviceEnvironment } from "../../src/device_envs/device_environment.ts";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { writeClock, zeroClock } from "../../src/ops/member.ts";
import { dense } from "../../src/ops/dense.ts";
import type { Model } from "../../src/ops/model.ts";
import { hiddenStreams } from "../../src/ops/streams.ts";
import { duelingHead, noisyValueHead, valueHead } from "../../src/ops/td_value.ts";
import { uniform } from "../ops/random_values.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { smallMember, smallOptions } from "../learner/small.ts";

const models = (sigma?: number): Model[] => [
  {
    observation: [4],
    hidden: [9, 6].map((width) => dense({ width, relu: true, sigma })),
    head: sigma === undefined ? valueHead : noisyValueHead({ dueling: false, sigma }),
    actions: 2,
  },
  {
    observation: [4],
    hidden: hiddenStreams({ width: 12, sigma }),
    head: sigma === undefined ? duelingHead : noisyValueHead({ dueling: true, sigma }),
    actions: 2,
  },
];

/** An agent that learns nothing. */
async function agentOf(gpu: Gpu, model: Model): Promise<DqnAgent> {
  const still = {
    syncPeriod: 1_000_000,
    clipValue: Infinity,
    learningRate: { kind: "constant", value: 0 },
  } as const;
  return await DqnAgent.create(
    gpu,
    smallOptions({
      members: [smallMember(still)],
      model,
      optimizer: { kind: "sgd", amsgrad: false },
      loss: "mse",
      clipNorm: false,
    }),
  );
}

function transitionsOf(count: number): Transitions {
  const random = new Random(4);
  const flags = () => Uint8Array.from({ length: count }, () => random.below(4) === 0 ? 1 : 0);
  return {
    observations: uniform(4 * count, random),
    nextObservations: uniform(4 * count, random),
    actions: Uint32Array.from({ length: count }, () => random.below(2)),
    rewards: uniform(count, random),
    terminated: flags(),
    truncated: new Uint8Array(count),
  };
}

/** A state without sigma, as that of a network that is not noisy. */
function plainState(state: AgentState): AgentState {
  const named = Object.entries(state).filter(([name]) => !name.endsWith("_sigma"));
  return Object.fromEntries(named.map(([name, values]) => [name.replace(/_mu$/, ""), values]));
}

Deno.test("What is asked of a noisy agent, greedy play, Q values and the loss of transitions, is answered without noise", () =>
  withGpu(async (gpu) => {
    const prepared = await prepareDeviceEnvironment(gpu, deviceEnvironmentSpec("CartPole-v1")!);
    const environment = prepared as DeviceEnvironment & { readonly maxEpisodeSteps: number };
    const plainModels = models();
    for (const [i, model] of models(3).entries()) {
      const [noisy, plain] = [await agentOf(gpu, model), await agentOf(gpu, plainModels[i]!)];
      plain.load(plainState(await noisy.save()));
      const random = new Random(8);
      const observations = uniform(4 * 30, random);
      const transitions = transitionsOf(30);
      const answers = [noisy, plain].map(async (agent) => ({
        q: await agent.getQ(observations),
        loss: await agent.lossOf(transitions),
        actions: await agent.policy(30).act(observations),
        played: await playEpisodes(gpu, [1, 2, 3].map((seed) => ({ seed, member: 0 })), {
          environment,
          network: agent.learner.online,
        }),
      }));
      assertEquals(await answers[0], await answers[1]);
      for (const agent of [noisy, plain]) agent.dispose();
    }
  }));

Deno.test("The gradient of a noisy agent is that of its loss with the noise of the update, by finite differences", () =>
  withGpu(async (gpu) => {
    for (const model of models(0.7)) {
      const agent = await agentOf(gpu, model);
      const { learner } = agent;
      const { layout, parameters } = learner.online;
      const batch = transitionsOf(2 * 40);
      for (let i = 0; i < 40; i++) agent.observe(rowsOf(batch, 2 * i));
      agent.update();
      const lossAt = async (update = 0): Promise<number> => {
        writeClock(learner.members, 0, { ...zeroClock, updates: update });
        gpu.enqueue(learner.learn);
        return (await learner.metrics.read())[2 * (update + 1)]!;
      };
      const atFirst = await lossAt();
      assertEquals(await lossAt(), atFirst);
      assertNotEquals(await lossAt(1), atFirst);
      await lossAt();
      const gradient = await learner.gradients.parameters.read();
      const all = await parameters.read();
      const h = 2 ** -7;
      let checked = 0;
      for (const block of layout.blocks) {
        for (
          const [row, column] of [[0, 0], [block.inputs, 0], [block.inputs - 1, block.outputs - 1]] as const
        ) {
          const at = block.offset + row * block.columns + column;
          const losses = [];
          for (const step of [-h, h]) {
            parameters.write(Float32Array.of(all[at]! + step), at);
            losses.push(await lossAt());
          }
          parameters.write(Float32Array.of(all[at]!), at);
          const slope = (losses[1]! - losses[0]!) / (2 * h);
          // The loss is good to 2^-20 of it; a ReLU may turn on the way.
          assertLess(
            Math.abs(slope - gradient[at]!),
            0.02 * Math.abs(slope) + 2 ** -20 * atFirst / h,
            `${at}`,
          );
          checked += Number(Math.abs(slope) > 1e-3);
        }
      }
      assert(checked > 5, `only ${checked} slopes`);
      agent.dispose();
    }
  }));

function rowsOf(all: Transitions, first: number): Transitions {
  const environments = 2;
  const cut = <T extends { slice(from: number, to: number): T }>(values: T, width = 1) =>
    values.slice(first * width, (first + environments) * width);
  return {
    observations: cut(all.observations, 4),
    nextObservations: cut(all.nextObservations, 4),
    actions: cut(all.actions),
    rewards: cut(all.rewards),
    terminated: cut(all.terminated),
    truncated: cut(all.truncated),
  };
}
