import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { DqnMember } from "../../src/agents/dqn_member.ts";
import { DivergenceError } from "../../src/core/errors.ts";
import { deriveSeed, Stream } from "../../src/core/random.ts";
import type { Evaluation } from "../../src/core/events.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
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
import { Walk, walkSpec } from "../device_envs/walk.ts";
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

/** The walk with another text, which the look at it before does not play: seeds there are small. */
function walkWith(text: string, insertion: string): typeof walkSpec {
  const changed = walkSpec.file.text.replace(text, insertion);
  return { ...walkSpec, file: { name: "walk.wgsl", text: changed } };
}

/** Not finite from the third step on. */
const atStep3 = (number: string) => `select(${number}, FAULT, state.stream.seed > 255u && next.count >= 3u)`;
const reward = "0.5 * f32(action) - next.level";
const seen = "f32(state.latest) / 4.0";

for (
  const [fault, spec, message] of [
    [
      "a reward of NaN",
      walkWith(reward, atStep3(reward).replace("FAULT", "sqrt(2.5 - f32(next.count))")),
      "Cannot use the reward of episode EPISODE, step 3: it is NaN, wanted a finite float32",
    ],
    [
      "an infinite reward",
      walkWith(reward, atStep3(reward).replace("FAULT", "exp(100.0 * f32(next.count))")),
      "Cannot use the reward of episode EPISODE, step 3: it is Infinity, wanted a finite float32",
    ],
    [
      "rewards of an infinite sum",
      walkWith(reward, atStep3(reward).replace("FAULT", "1.5e38 * f32(min(next.count, 2u))")),
      "Cannot use the return of episode EPISODE: it is beyond what float32 holds",
    ],
    [
      "an observation of NaN",
      walkWith(seen, `select(${seen}, sqrt(2.5 - f32(state.count)), state.stream.seed > 255u)`),
      "Cannot use the observation 2 of episode EPISODE, step 3: it is NaN, wanted a finite float32",
    ],
    [
      "a start of NaN",
      walkWith(seen, `select(${seen}, sqrt(-0.5 - f32(state.count)), state.stream.seed > 255u)`),
      "Cannot use the observation 2 of episode 0, at its reset: it is NaN, wanted a finite float32",
    ],
  ] as const
) {
  Deno.test(`DeviceEvaluator refuses ${fault}, and names its step`, () =>
    withGpu(async (gpu) => {
      const made = await acting(gpu, { members: actingMembers, capacity: 16 });
      const environment = await prepareDeviceEnvironment(gpu, { ...spec, maxEpisodeSteps: 4 });
      const evaluator = new DeviceEvaluator(gpu, { environment, network: made.learner.online });
      const agent = new DqnMember(made.learner, 1);
      const asked = { episodes: 20, seed: 9 };
      const step = message.includes("return") ? 3 : Number(/step (\d)/.exec(message)?.[1] ?? 0);
      const starts = Array.from({ length: 20 }, (_, i) => new Walk(deriveSeed(9, Stream.evaluation, i)));
      const episode = starts.findIndex((walk) => {
        for (let at = 1; at < step; at++) if (walk.step(0).terminated) return false;
        return true;
      });
      await assertRejects(
        () => evaluator.of(1)(agent, asked),
        DivergenceError,
        message.replace("EPISODE", `${episode}`),
      );
      agent.dispose();
      made.dispose();
    }));
}

Deno.test("DeviceEvaluator fails the member whose episodes are at fault, not the others", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    const [, good] = [0, 1].map((i) => deriveSeed(i, Stream.evaluation, 0));
    const text = `select(${reward}, sqrt(-0.5 - f32(next.count)), state.stream.seed == ${
      deriveSeed(0, Stream.evaluation, 0)
    }u)`;
    const environment = await prepareDeviceEnvironment(gpu, walkWith(reward, text));
    const evaluator = new DeviceEvaluator(gpu, { environment, network: made.learner.online });
    const agents = [0, 1].map((i) => new DqnMember(made.learner, i));
    const [bad, fine] = await Promise.allSettled(
      agents.map((agent, i) => evaluator.of(i)(agent, { episodes: 1, seed: i })),
    );
    assertEquals([bad!.status, fine!.status, good! > 255], ["rejected", "fulfilled", true]);
    for (const agent of agents) agent.dispose();
    made.dispose();
  }));

Deno.test("DeviceEvaluator tells what each of its episodes came to, in order: returns, lengths, wins and their statistics", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    const evaluator = await evaluatorOf(gpu, made);
    const agent = new DqnMember(made.learner, 2);
    const episodes = 30;
    const found = await evaluator.of(2)(agent, { episodes, seed: 4 });
    const policy = agent.policy(1);
    const wanted: { total: number; length: number; won: boolean }[] = [];
    for (let i = 0; i < episodes; i++) {
      const walk = new Walk(deriveSeed(4, Stream.evaluation, i));
      for (let ended = false; !ended;) {
        const [action] = await policy.act(Float32Array.from(walk.observation));
        const { reward, terminated, truncated } = walk.step(action!);
        ended = terminated || truncated;
        if (ended) {
          wanted.push({
            total: walk.total + walk.rest,
            length: walk.count,
            won: terminated && reward >= 0.25,
          });
        }
      }
    }
    policy.dispose();
    const totals = wanted.map(({ total }) => total);
    assertEquals(found.returns, totals);
    assertEquals(found.lengths, wanted.map(({ length }) => length));
    const won = wanted.filter((episode) => episode.won).length;
    assertEquals([found.episodes, found.winRate, found.min, found.max], [
      episodes,
      won / episodes,
      Math.min(...totals),
      Math.max(...totals),
    ]);
    const mean = totals.reduce((sum, total) => sum + total) / episodes;
    const variance = totals.map((total) => (total - mean) ** 2).reduce((sum, square) => sum + square) /
      episodes;
    assertAlmostEquals(found.mean, mean, 1e-12);
    assertAlmostEquals(found.std ** 2, variance, 1e-12);
    // They differ enough to tell: some are won and some lost, and hardly two returns are equal.
    assertEquals([won > 0 && won < episodes, new Set(totals).size > episodes / 2], [true, true]);
    agent.dispose();
    made.dispose();
  }));
