import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../src/gpu/device.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import type { StepRule } from "../../src/train/update_rule.ts";
import { acting } from "../device_envs/acting_setup.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { normalization, smallMember } from "../learner/small.ts";
import { assertSameStory, collectAll, type Plan, type Story } from "./device_loop.ts";

/** Rollouts of 6 steps in 3 environments, learned in two epochs of six minibatches. */
const rollouts: Partial<LearnerOptions> = {
  environments: 3,
  capacity: 18,
  batch: 3,
  target: "none",
  double: false,
  loss: "mse",
  clipNorm: false,
  lambdaReturns: true,
  normalization: { rewards: normalization.rewards },
};
const train: StepRule = { every: 18, updates: 12, warmup: 18 };

/** Dues in the middle of rollouts and of their updates; episodes end there, too. */
const plan: Plan = {
  steps: 180,
  intervals: [{ every: 39 }, { every: 29, unit: "update" }, { every: 11, unit: "episode" }],
};

async function story(
  gpu: Gpu,
  members: LearnerOptions["members"],
  { plans, slice }: { readonly plans: readonly Plan[]; readonly slice: number },
): Promise<Story[]> {
  const made = await acting(gpu, { ...rollouts, members }, { records: 64 });
  try {
    return await collectAll(made, plans, { train, slice });
  } finally {
    made.dispose();
  }
}

const of = (changes: Parameters<typeof smallMember>[0]) => smallMember({ capacity: 18, ...changes });

Deno.test("DeviceCollector learns rollouts to the same bits however work is cut", () =>
  withGpu(async (gpu) => {
    const members = [of({})];
    const [whole] = await story(gpu, members, { plans: [plan], slice: 1000 });
    const [pieces] = await story(gpu, members, { plans: [plan], slice: 0 });
    assertSameStory(pieces!, whole!, "a chunk of the least");
    assertEquals(whole!.losses.length, 120);
    assert(whole!.finished.length > 20 && whole!.dues.length > 10);
    assert(whole!.losses.every((loss) => loss > 0));
  }));

Deno.test("DeviceCollector learns rollouts of each member as of it alone, where members rest in the middle of them", () =>
  withGpu(async (gpu) => {
    const members = [
      of({ seed: 1 }),
      of({ seed: 2, gamma: 0.5, lambda: 1 }),
      of({ seed: 3, lambda: 0 }),
      of({ seed: 4, learningRate: { kind: "constant", value: 1e30 } }),
    ];
    const plans: readonly Plan[] = [
      { steps: 162, intervals: [{ every: 6, unit: "episode" }] },
      { steps: 90, intervals: [{ every: 31, unit: "update" }, { every: 10, unit: "episode" }] },
      { steps: 200, intervals: [{ every: 45 }, { every: 1, unit: "episode" }] },
      { steps: 200 },
    ];
    const together = await story(gpu, members, { plans, slice: 2 });
    for (const [i, member] of members.entries()) {
      const [alone] = await story(gpu, [member], { plans: [plans[i]!], slice: 100 });
      assertSameStory(together[i]!, alone!, `member ${i}`);
    }
    assertEquals(together.map(({ error }) => error !== undefined), [false, false, false, true]);
  }));
