import { assertEquals, assertRejects } from "@std/assert";
import { DqnMember } from "../../src/agents/dqn_member.ts";
import type { Evaluation } from "../../src/core/events.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/acting.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/registry.ts";
import { makeEnv } from "../../src/envs/registry.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { DeviceEvaluator } from "../../src/train/device_evaluator.ts";
import { hostEvaluator } from "../../src/train/evaluate.ts";
import {
  type Acting,
  acting,
  actingMembers,
  assertSameMember,
  lasting,
} from "../device_envs/acting_setup.ts";
import { walkSpec } from "../device_envs/walk.ts";
import { withGpu } from "../gpu/with_gpu.ts";

/** The evaluator of a population in an environment. */
async function evaluatorOf(
  gpu: Gpu,
  { learner }: Acting,
  options: { id?: string; limit?: number | null } = {},
) {
  const spec = options.id ? deviceEnvironmentSpec(options.id)! : walkSpec;
  const { limit } = options;
  const use = limit === undefined ? {} : { maxEpisodeSteps: limit };
  const environment = await prepareDeviceEnvironment(gpu, spec, use);
  return new DeviceEvaluator(gpu, { environment, network: learner.online });
}

for (const [id, limit] of [["CartPole-v1", 40], ["Gridworld-v0", 12], ["MountainCar-v0", 25]] as const) {
  Deno.test(`DeviceEvaluator plays ${id} as evaluate does: the same starts, lengths, returns and wins`, () =>
    withGpu(async (gpu) => {
      const spec = deviceEnvironmentSpec(id)!;
      const made = await acting(gpu, { members: actingMembers, capacity: 16 }, { spec });
      const evaluator = await evaluatorOf(gpu, made, { id, limit });
      const onHost = hostEvaluator(() => makeEnv(id, { maxEpisodeSteps: limit }));
      for (const member of [0, 2]) {
        const agent = new DqnMember(made.learner, member);
        // Short episodes: their states differ by too little to turn an action.
        const asked = { episodes: 30, seed: 3 };
        assertEquals(await evaluator.of(member)(agent, asked), await onHost(agent, asked));
        agent.dispose();
      }
      made.dispose();
    }));
}

Deno.test("DeviceEvaluator gives each of several members what it gets alone, and changes nothing", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    gpu.enqueue(made.rollout.program(20));
    const before = await lasting(made);
    const evaluator = await evaluatorOf(gpu, made);
    const agents = actingMembers.map((_, i) => new DqnMember(made.learner, i));
    const asked = [{ episodes: 5, seed: 1 }, { episodes: 100, seed: 2 }, { episodes: 1, seed: 1 }];
    const alone: Evaluation[] = [];
    for (const [i, agent] of agents.entries()) alone.push(await evaluator.of(i)(agent, asked[i]!));
    const submits = gpu.submits;
    const together = await Promise.all(agents.map((agent, i) => evaluator.of(i)(agent, asked[i]!)));
    assertEquals(gpu.submits - submits <= 4, true); // One play for all.
    assertEquals(together, alone);
    assertEquals(together.map(({ returns, lengths }) => [returns.length, lengths.length]), [[5, 5], [
      100,
      100,
    ], [1, 1]]);
    assertEquals(new Set(together.map(({ returns }) => returns[0])).size, 3);
    (await lasting(made)).forEach((member, i) => assertSameMember(member, before[i]!));
    for (const agent of agents) agent.dispose();
    made.dispose();
  }));

Deno.test("DeviceEvaluator ends when aborted, for those alone who were", () =>
  withGpu(async (gpu) => {
    const spec = { ...walkSpec, id: "TestForever-v0" };
    const text = spec.file.text.replace("next.count == next.length", "false");
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    const environment = await prepareDeviceEnvironment(gpu, { ...spec, file: { ...spec.file, text } }, {
      maxEpisodeSteps: 2000,
    });
    const evaluator = new DeviceEvaluator(gpu, { environment, network: made.learner.online });
    const agent = new DqnMember(made.learner, 0);
    const asked = { episodes: 2, seed: 1 };
    const signal = AbortSignal.abort(new RangeError("no more"));
    const ended = assertRejects(() => evaluator.of(0)(agent, { ...asked, signal }), RangeError, "no more");
    const other = evaluator.of(1)(agent, asked);
    await ended;
    assertEquals((await other).lengths, [2000, 2000]);
    await assertRejects(() => evaluator.of(0)(agent, { ...asked, signal }), RangeError, "no more");
    agent.dispose();
    made.dispose();
  }));

Deno.test("DeviceEvaluator counts an episode without a time limit after 10,000 steps, as evaluate does", () =>
  withGpu(async (gpu) => {
    const spec = { ...walkSpec, id: "TestUnlimited-v0" };
    const text = spec.file.text.replace("next.count == next.length", "false");
    const made = await acting(gpu);
    const environment = await prepareDeviceEnvironment(gpu, { ...spec, file: { ...spec.file, text } }, {
      maxEpisodeSteps: null,
    });
    const evaluator = new DeviceEvaluator(gpu, { environment, network: made.learner.online });
    const agent = new DqnMember(made.learner, 0);
    assertEquals((await evaluator.of(0)(agent, { episodes: 1, seed: 1 })).lengths, [10_000]);
    agent.dispose();
    made.dispose();
  }));
