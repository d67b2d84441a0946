import { assert, assertEquals } from "@std/assert";
import { TabularAgent } from "../../src/agents/tabular.ts";
import { StateRows } from "../../src/core/state.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { DeviceCollector } from "../../src/train/device_collector.ts";
import { HostCollector, type HostCollectorOptions } from "../../src/train/host_collector.ts";
import { acting, lasting } from "../device_envs/acting_setup.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import type { StepRule } from "../../src/train/update_rule.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { normalization, smallMember } from "../learner/small.ts";
import { withoutRows } from "./kept_in_memory.ts";

const never = { step: Infinity, update: Infinity, episode: Infinity };

function make(
  options: Omit<HostCollectorOptions, "seed">,
): { agent: TabularAgent; collector: HostCollector } {
  const environment = new VectorEnvironment(2, () => new FrozenLake({ slippery: true }));
  const agent = new TabularAgent({
    states: 16,
    actions: 4,
    environments: 2,
    seed: 3,
    alpha: { kind: "constant", value: 0.1 },
    gamma: 0.9,
    exploration: { kind: "constant", value: 0.5 },
  });
  return { agent, collector: new HostCollector(agent, environment, { ...options, seed: 5 }) };
}

/** All that is told of 60 steps, by one collector or by a fresh one for each chunk, and what has been learned then. */
async function storyOf(options: Omit<HostCollectorOptions, "seed">, isResumed: boolean) {
  let { agent, collector } = make(options);
  const story = { episodes: [] as unknown[], losses: [] as number[], fill: 0, chunks: 0 };
  for (let steps = 0; steps < 60; story.chunks++) {
    await collector.collect([{ ...never, step: 60 }]);
    const [report] = await collector.report();
    steps = report.steps;
    story.episodes.push(...report.finished);
    story.losses.push(...report.losses);
    assertEquals(report.episodes, story.episodes.length);
    story.fill = report.fill?.done ?? story.fill;
    if (!isResumed) continue;
    const state = structuredClone(await collector.save());
    assert(state !== undefined);
    ({ agent, collector } = make(options));
    assertEquals(await collector.load(0, state), []);
  }
  return { ...story, end: await agent.snapshot() };
}

const rules = {
  "updates by step": { train: { every: 4, unit: "step", updates: 3, warmup: 10 } },
  "more updates an episode than are made at once": {
    train: { every: 1, unit: "episode", updates: 150, warmup: 0 },
  },
  "random play before step 0": { train: { every: 1, unit: "episode", updates: 5, warmup: 0 }, prefill: 30 },
} as const;

for (const [name, rule] of Object.entries(rules)) {
  Deno.test(`HostCollector that goes on from any of its reports tells the same, with ${name}`, async () => {
    const whole = await storyOf({ ...rule, slice: 10_000 }, false);
    const resumed = await storyOf({ ...rule, slice: 0 }, true);
    assert(resumed.chunks > 30 && whole.episodes.length > 2 && whole.losses.length > 20);
    assertEquals({ ...resumed, chunks: whole.chunks }, whole);
  });
}

const bursts = { every: 7, updates: 12, warmup: 20 };
/** Two epochs of six minibatches after each 6 steps. */
const rollouts = {
  environments: 3,
  members: [smallMember({ capacity: 18 })],
  capacity: 18,
  batch: 3,
  target: "none",
  double: false,
  lambdaReturns: true,
} as const;
const choices: readonly [string, Partial<LearnerOptions>, StepRule][] = [
  ["1 environment, target by update, uniform", { target: "update" }, bursts],
  ["1 environment, target by update, prioritized", { target: "update", prioritized: true }, bursts],
  [
    "3 environments, target by step, prioritized",
    { environments: 3, target: "step", prioritized: true },
    bursts,
  ],
  ["3 environments, target by episode, uniform", { environments: 3, target: "episode" }, bursts],
  ["3 environments, normalized", { environments: 3, normalization }, bursts],
  ["3 environments, lambda returns", rollouts, { every: 18, updates: 12, warmup: 18 }],
];

for (const [name, options, train] of choices) {
  Deno.test(`DeviceCollector that goes on from any of its reports tells the same: ${name}`, () =>
    withGpu(async (gpu) => {
      const begin = async (slice: number) => {
        const made = await acting(gpu, options, { records: 64 });
        return { made, collector: new DeviceCollector(made.learner, made.rollout, { train, slice }) };
      };
      const storyOf = async (isResumed: boolean) => {
        let { made, collector } = await begin(isResumed ? 0 : 100);
        const end = () => [collector, made].forEach((each) => each.dispose());
        const story = { episodes: [] as unknown[], losses: [] as number[], chunks: 0 };
        for (let [steps, updates] = [0, 0]; steps < 90; story.chunks++) {
          // In the middle of bursts, too.
          const until = isResumed
            ? { step: Math.min(90, steps + 4), update: updates + 5 }
            : { update: Infinity };
          await collector.collect([{ step: 90, episode: Infinity, ...until }]);
          const [report] = await collector.report();
          [steps, updates] = [report!.steps, report!.updates];
          story.episodes.push(...report!.finished);
          story.losses.push(...report!.losses);
          assertEquals(report!.episodes, story.episodes.length);
          if (!isResumed) continue;
          const state = await withoutRows(await collector.save(0));
          end();
          ({ made, collector } = await begin(0));
          await collector.load(0, state);
        }
        const [learned] = await lasting(made);
        for (const name of ["metrics", "slots"]) delete learned![name]; // Chunks leave different ones behind.
        end();
        return { ...story, learned };
      };
      const [whole, resumed] = [await storyOf(false), await storyOf(true)];
      assert(resumed.chunks > 20 && whole.episodes.length > 2 && whole.losses.length > 20);
      assertEquals({ ...resumed, chunks: whole.chunks }, whole);
    }));
}

Deno.test("HostCollector counts on from its latest report, whatever its agent has been given since", async () => {
  const train = { every: 4, unit: "step", updates: 3, warmup: 10 } as const;
  const { agent, collector } = make({ train, slice: 10_000 });
  const until = async (step: number) => {
    await collector.collect([{ ...never, step }]);
    const [{ steps, updates, episodes, finished }] = await collector.report();
    return { steps, updates, episodes, finished: finished.map(({ episode }) => episode) };
  };
  const first = await until(40);
  const counts = { shape: [3, 2], data: Uint32Array.of(500, 0, 900, 0, 70, 0) };
  agent.load({ ...await agent.save(), counts });
  const { finished, ...second } = await until(80);
  assertEquals(second, {
    steps: 80,
    updates: first.updates + agent.counts.updates - 900,
    episodes: first.episodes + agent.counts.episodes - 70,
  });
  assertEquals([first.finished[0], finished[0], finished.at(-1)], [1, first.episodes + 1, second.episodes]);
  assertEquals(agent.counts.steps, 540);
});

Deno.test("DeviceCollector takes over the states of its members in any order, and while one is still being taken over", () =>
  withGpu(async (gpu) => {
    const begin = async () => {
      const made = await acting(gpu, { members: [smallMember({}), smallMember({ seed: 4 })] }, {
        records: 64,
      });
      const train = { every: 2, updates: 1, warmup: 10 };
      return { made, collector: new DeviceCollector(made.learner, made.rollout, { train }) };
    };
    const come = async (collector: DeviceCollector, step: number) => {
      for (let steps = [0, 0]; steps[0]! < step;) {
        await collector.collect([{ ...never, step }, { ...never, step }]);
        steps = (await collector.report()).map(({ steps }) => steps);
        assertEquals(steps[0], steps[1]);
      }
    };
    const first = await begin();
    await come(first.collector, 40);
    const states = await Promise.all([0, 1].map((i) => first.collector.save(i).then(withoutRows)));

    // The first member has its clock and waits for its rows while the other is taken over.
    const { made, collector } = await begin();
    const { members } = made.learner;
    const [asked, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const [read, reads] = [members.read.bind(members), [] as Promise<void>[]];
    members.read = async () => {
      reads.push(reads.length === 0 ? Promise.resolve() : asked.promise);
      await reads.at(-1);
      return await read();
    };
    const { agent, ...rest } = states[0] as { agent: { replay: StateRows } };
    const slow = new StateRows(agent.replay, async (place, count) => {
      asked.resolve();
      await other.promise;
      return await agent.replay.read(place, count);
    });
    await Promise.all([
      collector.load(0, { agent: { ...agent, replay: slow }, ...rest }),
      collector.load(1, states[1]!).finally(other.resolve),
    ]);
    await Promise.all([come(first.collector, 60), come(collector, 60)]);
    const [learned, wanted] = await Promise.all([made, first.made].map(lasting));
    for (const [i, member] of learned!.entries()) {
      assertEquals({ ...member, metrics: 0, slots: 0 }, { ...wanted![i], metrics: 0, slots: 0 }); // Of chunks.
    }
    for (const each of [first.collector, first.made, collector, made]) each.dispose();
  }));
