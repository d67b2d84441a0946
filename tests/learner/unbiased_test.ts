import { assertGreater, assertLess } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Learner } from "../../src/learner/learner.ts";
import { unpackBlocks } from "../../src/learner/network.ts";
import { perceptron } from "../../src/ops/model.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { hyperParameters } from "../ops/random_values.ts";
import { smallOptions } from "./small.ts";

const [states, actions, gamma] = [4, 2, 0.8];

/** A transition between states, of which the same ones have rewards and ends by chance. */
interface Step {
  readonly state: number;
  readonly action: number;
  readonly reward: number;
  readonly next: number;
  readonly terminated: boolean;
}

/** A replay memory in which now and then a reward is large: its errors stay large, whatever Q is. */
function chanceSteps(count: number): Step[] {
  const random = new Random(7);
  return Array.from({ length: count }, () => {
    const [state, action] = [random.below(states), random.below(actions)];
    return {
      state,
      action,
      reward: (random.below(7) === 0 ? 8 : 0) + (action === 1 ? 0.25 * state : 0.125),
      next: (state + (random.below(3) > 0 ? 1 : action + 2)) % states,
      terminated: random.below(10) === 0,
    };
  });
}

/** Q of the process whose chances are those of the replay memory, all transitions alike: value iteration. */
function valuesOf(steps: readonly Step[]): number[] {
  let q = new Array<number>(states * actions).fill(0);
  for (let sweep = 0; sweep < 300; sweep++) {
    const best = (state: number) => Math.max(...q.slice(state * actions, (state + 1) * actions));
    q = q.map((_, at) => {
      const own = steps.filter(({ state, action }) => state * actions + action === at);
      const targets = own.map(({ reward, terminated, next }) =>
        reward + (terminated ? 0 : gamma * best(next))
      );
      return targets.reduce((sum, target) => sum + target, 0) / own.length;
    });
  }
  return q;
}

/** How far a linear network over one-hot states comes to lie from `wanted`, for each member, at the entry that is worst. */
async function worstErrors(
  gpu: Gpu,
  steps: readonly Step[],
  { wanted, exponents }: {
    wanted: readonly number[];
    exponents: readonly (readonly [alpha: number, beta: number])[];
  },
): Promise<number[]> {
  const updates = 12_000;
  const members = exponents.map(([alpha, beta], seed) =>
    hyperParameters({
      seed,
      gamma,
      capacity: steps.length,
      priorityAlpha: alpha,
      priorityEpsilon: 0.01,
      priorityBeta: { kind: "constant", value: beta },
      learningRate: { kind: "linear", start: 0.1, end: 0.001, duration: updates, per: "update" },
    })
  );
  const learner = new Learner(gpu, {
    ...smallOptions({ members, environments: 1, prioritized: true, target: "none", double: false }),
    model: perceptron([states, actions]),
    capacity: steps.length,
    sampling: "with-replacement",
    batch: 128,
    loss: "mse",
    optimizer: { kind: "sgd", amsgrad: false },
    clipNorm: false,
  });
  const { transitions, online, replay: { layout } } = learner;
  for (const { state, action, reward, next, terminated } of steps) {
    const row = new Float32Array(layout.row);
    row[state] = row[layout.next + next] = 1;
    row.set([action, reward, Number(terminated), 0], layout.outcome);
    for (const member of members.keys()) transitions.write(row, member * layout.row);
    gpu.enqueue(learner.observe);
  }
  for (let done = 0; done < updates; done += 500) {
    gpu.enqueue(learner.update, 500);
    gpu.flush();
  }
  const parameters = await online.parameters.read();
  learner.dispose();
  return members.map((_, member) => {
    const own = parameters.subarray(2 * member * online.layout.total, (2 * member + 1) * online.layout.total);
    const [{ weight, bias }] = unpackBlocks(online.layout, own) as [
      { weight: Float32Array; bias: Float32Array },
    ];
    return Math.max(...wanted.map((value, at) => {
      const [state, action] = [Math.floor(at / actions), at % actions];
      return Math.abs(weight[action * states + state]! + bias[action]! - value);
    }));
  });
}

Deno.test("prioritized replay with beta 1 comes to the fixed point of value iteration, and misses it without weights", () =>
  withGpu(async (gpu) => {
    const steps = chanceSteps(200);
    const exponents = [[0.6, 1], [1, 1], [0.6, 0], [1, 0]] as const;
    const errors = await worstErrors(gpu, steps, { wanted: valuesOf(steps), exponents });
    for (const [member, [alpha, beta]] of exponents.entries()) {
      const label = `alpha ${alpha}, beta ${beta}`;
      // The rare reward of 8 alone is worth one in seven; Q is about 6.
      if (beta === 1) assertLess(errors[member]!, 0.1, label);
      else assertGreater(errors[member]!, 1.5, label);
    }
  }));
