import { assertAlmostEquals, assertGreater, assertLess } from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import type { HeadConfig } from "../../src/config/agent_config.ts";
import { modelOf } from "../../src/config/learner_options.ts";
import { Random } from "../../src/core/random.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { smallMember, smallOptions } from "./small.ts";

/** An agent with a table in place of a network: a weight for each state, action and entry. */
function tableAgent(
  gpu: Gpu,
  { states, actions, head }: { states: number; actions: number; head: HeadConfig },
  options: Partial<LearnerOptions>,
): Promise<DqnAgent> {
  return DqnAgent.create(
    gpu,
    smallOptions({
      model: modelOf({ hidden: [], head }, {
        observationSpace: box([states], 0, 1),
        actionSpace: discrete(actions),
      }),
      loss: "mse",
      double: false,
      optimizer: { kind: "sgd", amsgrad: false },
      clipNorm: false,
      target: "update",
      environments: 1,
      sampling: "with-replacement",
      ...options,
    }),
  );
}

const oneHot = (state: number, states: number) =>
  Float32Array.from({ length: states }, (_, i) => Number(i === state));

/** Takes in one transition; what ends has no next state. */
function observe(
  agent: DqnAgent,
  [from, action, reward, to]: readonly [from: number, action: number, reward: number, to?: number],
  states: number,
): void {
  agent.observe({
    observations: oneHot(from, states),
    actions: Uint32Array.of(action),
    rewards: Float32Array.of(reward),
    nextObservations: oneHot(to ?? from, states),
    terminated: Uint8Array.of(Number(to === undefined)),
    truncated: Uint8Array.of(0),
  });
}

const step = (value: number) => ({ kind: "constant", value }) as const;

Deno.test("C51, QR-DQN and IQN find a return of two values, with the share of each", () =>
  withGpu(async (gpu) => {
    const heads = [
      { kind: "categorical", atoms: 5, vMin: -1, vMax: 1 },
      { kind: "quantile", quantiles: 10, kappa: 0.01 },
      { kind: "implicit", quantiles: 8, targetQuantiles: 1, actionQuantiles: 32, cosines: 16, kappa: 0.01 },
    ] as const;
    for (const head of heads) {
      const member = smallMember({
        learningRate: { kind: "linear", start: 0.2, end: 0.002, duration: 3000, per: "update" },
        momentum: 0.9,
        weightDecay: 0,
      });
      const agent = await tableAgent(gpu, { states: 1, actions: 1, head }, {
        members: [member],
        capacity: 1000,
        batch: 64,
      });
      for (let i = 0; i < 1000; i++) observe(agent, [0, 0, i % 10 < 3 ? -1 : 1], 1);
      agent.update(3000);
      const [mean] = await agent.getQ(oneHot(0, 1));
      assertAlmostEquals(mean!, 0.4, 0.05, head.kind);
      const saved = await agent.save();
      const { data: weight } = saved["online.layers.0.weight"]!;
      const { data: bias } = saved["online.layers.0.bias"]!;
      const entries = Array.from(bias, (value, i) => value + weight[i]!);
      if (head.kind === "implicit") {
        const [w, c] = [saved["online.embedding.weight"]!.data, saved["online.embedding.bias"]!.data];
        for (const tau of [0.05, 0.15, 0.25, 0.35, 0.5, 0.7, 0.95]) {
          const phi = Array.from(w).reduce(
            (sum, of, i) => sum + of * Math.cos(Math.PI * (i + 1) * tau),
            c[0]!,
          );
          const quantile = weight[0]! * Math.max(0, phi) + bias[0]!;
          assertAlmostEquals(quantile, tau < 0.3 ? -1 : 1, 0.25, `quantile at ${tau}`);
        }
      } else if (head.kind === "categorical") {
        const powers = entries.map(Math.exp);
        const sum = powers.reduce((a, b) => a + b);
        for (const [i, wanted] of [0.3, 0, 0, 0, 0.7].entries()) {
          assertAlmostEquals(powers[i]! / sum, wanted, 0.05, `atom ${i}`);
        }
      } else {
        for (const [i, quantile] of entries.entries()) {
          assertAlmostEquals(quantile, i < 3 ? -1 : 1, 0.1, `quantile ${i}`);
        }
      }
      agent.dispose();
    }
  }));

Deno.test("double DQN rates a state of many actions with noisy rewards by what they are worth, and plain DQN above it", () =>
  withGpu(async (gpu) => {
    // State 0 leads to state 1, whose ten actions each end with a reward of -1 or 1, evenly: both states are worth 0.
    const actions = 10;
    const valueOf = async (double: boolean) => {
      const member = smallMember({
        gamma: 1,
        tau: 1,
        syncPeriod: 200,
        learningRate: step(0.2),
        weightDecay: 0,
      });
      const agent = await tableAgent(gpu, { states: 2, actions, head: { kind: "value" } }, {
        members: [member],
        capacity: 64,
        batch: 32,
        double,
      });
      const random = new Random(9);
      let [sum, reads] = [0, 0];
      for (let update = 0; update < 6000; update++) {
        observe(agent, [0, random.below(actions), 0, 1], 2);
        for (let i = 0; i < 3; i++) observe(agent, [1, random.below(actions), 2 * random.below(2) - 1], 2);
        agent.update();
        if (update < 1000 || update % 25 > 0) continue;
        const q = await agent.getQ(oneHot(0, 2));
        sum += q.reduce((a, b) => a + b) / actions;
        reads++;
      }
      agent.dispose();
      return sum / reads;
    };
    const [plain, double] = [await valueOf(false), await valueOf(true)];
    assertGreater(plain, 0.3);
    assertLess(Math.abs(double), 0.15);
  }));
