import { assert, assertEquals, assertRejects } from "@std/assert";
import { DqnMember } from "../../src/agents/dqn_member.ts";
import type { AgentState } from "../../src/agents/agent.ts";
import { TrainingError } from "../../src/core/errors.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { decodeClocks, writeClock } from "../../src/ops/member.ts";
import { DeviceCollector } from "../../src/train/device_collector.ts";
import type { StepRule } from "../../src/train/update_rule.ts";
import { acting, actingMembers, assertSameMember, lasting, withClock } from "../device_envs/acting_setup.ts";
import { walkLimit, walkSpec } from "../device_envs/walk.ts";
import { bufferUsage } from "../../src/wasm/device/usage.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { normalization as both, smallMember } from "../learner/small.ts";
import { assertSameStory, collectAll, type Plan, type Story } from "./device_loop.ts";
import { collectPlayed, PlayedAgent, rowsOf } from "./played.ts";

/** Bursts of updates that do not fit a chunk's guess, between dispatches of several steps. */
const bursts: StepRule = { every: 7, updates: 12, warmup: 20 };

const never = { step: Infinity, update: Infinity, episode: Infinity };

/** Dues of every unit, at odd counts and in the middle of bursts. */
const plan: Plan = {
  steps: 150,
  intervals: [{ every: 37 }, { every: 29, unit: "update" }, { every: 11, unit: "episode" }],
};

/** Trains members with these options alone or together. */
async function story(
  gpu: Gpu,
  options: Partial<LearnerOptions>,
  { plans = [plan], train = bursts, slice = 100 }: {
    plans?: readonly Plan[];
    train?: StepRule;
    slice?: number;
  } = {},
): Promise<Story[]> {
  const made = await acting(gpu, options, { records: 64 });
  try {
    return await collectAll(made, plans, { train, slice });
  } finally {
    made.dispose();
  }
}

const none = undefined;

for (
  const [environments, target, normalization] of [
    [1, "step", none],
    [1, "update", none],
    [1, "episode", both],
    [3, "step", none],
    [3, "episode", both],
  ] as const
) {
  Deno.test(`DeviceCollector gives the same bits however work is cut: ${environments} environments, target by ${target}`, () =>
    withGpu(async (gpu) => {
      const members = [smallMember({ syncPeriod: 5, syncFirst: 2 })];
      const options = { members, environments, target, normalization };
      const [whole] = await story(gpu, options, { slice: 1000 });
      const [pieces] = await story(gpu, options, { slice: 0 });
      assertSameStory(pieces!, whole!, "a chunk of the least");
      const { dues, finished, losses } = whole!;
      assertEquals(
        losses.length,
        12 * Math.floor(150 / 7) - 12 * Math.floor((environments === 1 ? 19 : 18) / 7),
      );
      assert(finished.length > 20 && dues.length > 10, `${finished.length} episodes, ${dues.length} dues`);
    }));
}

Deno.test("DeviceCollector reports the losses of all updates, however many fit its time", () =>
  withGpu(async (gpu) => {
    const train: StepRule = { every: 1, updates: 400, warmup: 20 };
    const options = { members: [smallMember()] };
    const [long] = await story(gpu, options, { plans: [{ steps: 50 }], train, slice: 60_000 });
    assertEquals(long!.losses.length, 400 * 31); // Three times as many as are kept on the device.
    const [short] = await story(gpu, options, { plans: [{ steps: 50 }], train, slice: 1 });
    assertSameStory(short!, long!, "short chunks");
  }));

Deno.test("DeviceCollector ends exactly where it is told to, by step, update and episode", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, {}, { records: 64 });
    const collector = new DeviceCollector(made.learner, made.rollout, { train: bursts, slice: 1000 });
    const counts: number[][] = [];
    const until = async (due: Partial<typeof never>) => {
      for (;;) {
        await collector.collect([{ ...never, ...due }]);
        const [report] = await collector.report();
        assert(!(report instanceof TrainingError));
        const { steps, updates, episodes } = report!;
        if (
          steps < (due.step ?? Infinity) && updates < (due.update ?? Infinity) &&
          episodes < (due.episode ?? Infinity)
        ) {
          continue;
        }
        return counts.push([steps, updates, episodes]);
      }
    };
    await until({ step: 20 });
    await until({ update: 5 }); // The step that owes updates does not count yet, nor does what it ended.
    await until({ update: 12 });
    await until({ step: 23 });
    await until({ update: 12 + 12 + 1 });
    assertEquals(counts.map(([steps, updates]) => [steps, updates]), [[20, 0], [20, 5], [21, 12], [23, 12], [
      34,
      25,
    ]]);
    for (const episode of [13, 14, 20]) {
      await until({ episode });
      assertEquals(counts.at(-1)![2], episode);
    }
    collector.dispose();
    made.dispose();
  }));

const five = [
  smallMember({ seed: 1, capacity: 16 }),
  smallMember({
    seed: 2,
    capacity: 12,
    gamma: 0.5,
    syncPeriod: 3,
    exploration: { kind: "linear", start: 1, end: 0, duration: 30, per: "episode" },
  }),
  smallMember({ seed: 3, capacity: 9, syncPeriod: 7, syncFirst: 2, tau: 1 }),
  smallMember({ seed: 4, capacity: 15, learningRate: { kind: "constant", value: 1e30 } }),
  smallMember({ seed: 5, capacity: 16, learningRate: { kind: "constant", value: 0.02 }, gamma: 0.9 }),
];

/** Members rest at goals of their own and catch up, and end apart. */
const plans: readonly Plan[] = [
  { steps: 160, intervals: [{ every: 6, unit: "episode" }] },
  { steps: 90, intervals: [{ every: 31, unit: "update" }, { every: 10, unit: "episode" }] },
  { steps: 200, intervals: [{ every: 45 }, { every: 17, unit: "episode" }] },
  { steps: 200 },
  { steps: 130, intervals: [{ every: 1, unit: "episode" }] },
];

for (
  const [environments, target, normalization] of [
    [1, "step", none],
    [1, "update", both],
    [1, "episode", none],
    [3, "episode", both],
  ] as const
) {
  Deno.test(`DeviceCollector trains each member as it does alone: ${environments} environments, target by ${target}`, () =>
    withGpu(async (gpu) => {
      const options = { environments, target, normalization, clipNorm: false, loss: "mse" } as const;
      const together = await story(gpu, { ...options, members: five }, { plans, slice: 2 });
      for (const [i, member] of five.entries()) {
        const [alone] = await story(gpu, { ...options, members: [member] }, { plans: [plans[i]!] });
        assertSameStory(together[i]!, alone!, `member ${i}`);
      }
      assertEquals(together[3]!.error!.message.split(" of update")[0], "Training diverged: the loss");
      assertEquals(together.filter(({ error }) => error).length, 1);
    }));
}

for (const environments of [1, 3]) {
  Deno.test(`DeviceCollector tells what of an environment is not finite, and when: ${environments} environments`, () =>
    withGpu(async (gpu) => {
      // Past what is played before: each of an environment's episodes takes two steps, and number 160 is at fault.
      const text = walkSpec.file.text.replace("0.5 * f32(action)", "sqrt(159.5 - f32(state.stream.episode))");
      const spec = { ...walkSpec, maxEpisodeSteps: 2, file: { name: "walk.wgsl", text } };
      const made = await acting(gpu, { environments, members: [smallMember({ capacity: 64 })] }, { spec });
      const train = { every: 6, updates: 2, warmup: 20 };
      const collector = new DeviceCollector(made.learner, made.rollout, { train, slice: 0 });
      let report;
      do {
        await collector.collect([never]);
        [report] = await collector.report();
      } while (!report!.fault && report!.steps < 2000);
      assertEquals(
        report!.fault?.message,
        `Cannot go on training: the environment gave a reward of NaN at step ${
          321 * environments
        }, wanted finite ` +
          "numbers. The last checkpoint is kept.",
      );
      collector.dispose();
      made.dispose();
    }));
}

/** What the walk gives in place of a number: finite in what is played before, whose seeds are small. */
const faults = [
  ["0.5 * f32(action) - next.level", "sqrt(2.5 - f32(next.count))", "a reward of NaN", 3],
  ["f32(state.latest) / 4.0", "sqrt(2.5 - f32(state.count))", "an observation with NaN at entry 2", 3],
  ["f32(state.latest) / 4.0", "sqrt(-0.5 - f32(state.count))", "an observation with NaN at entry 2", 1],
  // No longer in the replay once it is looked for.
  ["0.5 * f32(action) - next.level", "sqrt(2.5 - f32(next.count))", "a number that is not finite", 3, 2],
] as const;

for (const [text, number, fault, step, capacity = 16] of faults) {
  Deno.test(`DeviceCollector tells of ${fault} at step ${step} though nothing has been learned`, () =>
    withGpu(async (gpu) => {
      const changed = walkSpec.file.text.replace(
        text,
        `select(${text}, ${number}, state.stream.seed > 255u)`,
      );
      const spec = { ...walkSpec, file: { name: "walk.wgsl", text: changed } };
      // Its first episode takes three steps or more.
      const made = await acting(gpu, { members: [smallMember({ seed: 2, capacity })] }, { spec });
      const collector = new DeviceCollector(made.learner, made.rollout, {
        train: { ...bursts, warmup: 1e6 },
      });
      await collector.collect([never]);
      const [report] = await collector.report();
      assertEquals(
        report!.fault?.message,
        `Cannot go on training: the environment gave ${fault} at step ${step}, wanted finite numbers. ` +
          "The last checkpoint is kept.",
      );
      collector.dispose();
      made.dispose();
    }));
}

/** The last one with a synchronization at every step, the last included, in which several periods end. */
const learning = [[1, "step", 4], [1, "episode", 4], [3, "update", 4], [3, "step", 4], [
  3,
  "step",
  1,
]] as const;

for (const [environments, target, syncPeriod] of learning) {
  for (const train of [bursts, { every: 1, updates: 1, warmup: 4 }]) {
    const title = `${environments} environments, target every ${syncPeriod} by ${target}, ` +
      `${train.updates} updates every ${train.every}`;
    Deno.test(`DeviceCollector learns what the host's loop learns from the same steps: ${title}`, () =>
      withGpu(async (gpu) => {
        const syncFirst = Math.min(syncPeriod, 3);
        const member = smallMember({ capacity: 128, syncPeriod, syncFirst });
        const options = {
          members: [member],
          capacity: 128,
          environments,
          target,
          steps: target === "step" ? 3 : 1,
          prioritized: syncPeriod === 4 && target !== "episode",
          normalization: syncPeriod === 1 || target === "episode" ? both : none,
        };
        const made = await acting(gpu, options);
        const [device] = await collectAll(made, [{ steps: 120 }], { train });
        const agent = new PlayedAgent(gpu, made.learner.options, await rowsOf(made.learner, 120));
        const host = await collectPlayed(agent, { ...train, unit: "step" });
        const noSlots = { slots: made.rollout.slots };
        const [wanted] = await lasting({ learner: agent.learner, rollout: noSlots as typeof made.rollout });
        const [found] = await lasting(made);
        assertSameMember(withClock(found!, { halted: 0 }), withClock(wanted!, { halted: 0 }));
        assertEquals(agent.own, agent.taken);
        const { losses, meanQ, finished } = device!;
        assertEquals([losses, meanQ], [host.losses, host.meanQ]);
        assertEquals(finished, host.finished); // Returns are sums of few float32 rewards, which both have whole.
        agent.dispose();
        made.dispose();
      }));
  }
}

Deno.test("DeviceCollector submits once and reads once a chunk", () =>
  withGpu(async (gpu) => {
    const any = gpu.device.createBuffer({ size: 4, usage: bufferUsage.mapRead });
    const buffers: GPUBuffer = Object.getPrototypeOf(any); // Of this kind of device.
    any.destroy();
    const { mapAsync } = buffers;
    let maps = 0;
    buffers.mapAsync = function (...args) {
      maps++;
      return mapAsync.apply(this, args);
    };
    try {
      const made = await acting(gpu, { members: actingMembers, capacity: 16, target: "step" }, {
        records: 64,
      });
      const counts: number[][] = [];
      let before = [0, 0];
      await collectAll(made, [{ steps: 400 }, { steps: 300 }, plan], {
        train: bursts,
        slice: 5,
        around(moment) {
          if (moment === "after") counts.push([gpu.submits - before[0]!, maps - before[1]!]);
          before = [gpu.submits, maps];
        },
      });
      assert(counts.length > 20, `${counts.length} chunks`);
      assertEquals(counts.slice(1).filter(([submits, reads]) => submits !== 1 || reads !== 1), []);
      made.dispose();
    } finally {
      buffers.mapAsync = mapAsync;
    }
  }));

for (const environments of [1, 4]) {
  Deno.test(`DeviceCollector goes on from a saved clock, also one of other environments: ${environments}`, () =>
    withGpu(async (gpu) => {
      const options = {
        target: "step",
        members: [smallMember({ syncPeriod: 3, capacity: 16 })],
        capacity: 16,
      } as const;
      const first = await acting(gpu, options);
      const [{ losses, finished }] = await collectAll(first, [{ steps: 75 }], { train: bursts }) as [Story];
      const state: AgentState = await new DqnMember(first.learner, 0).save({ full: true });
      first.dispose();
      const resumed = async (slice: number) => {
        const made = await acting(gpu, { ...options, environments }, { records: 16 });
        const member = new DqnMember(made.learner, 0);
        const { steps, updates, episodes, sync } = member.load(state);
        assertEquals([steps, updates, episodes, sync], [75, losses.length, finished.length, 0]);
        const [story] = await collectAll(made, [{ steps: 100, intervals: [{ every: 7, unit: "episode" }] }], {
          train: bursts,
          slice,
        });
        member.dispose();
        made.dispose();
        return story!;
      };
      const whole = await resumed(1000);
      assertSameStory(await resumed(0), whole, "resumed");
      // Counts begin anew, and so does warming up: 12 updates at every seventh step from step 20 on.
      assertEquals(whole.losses.length, 12 * (14 - 2));
      const steps = whole.finished.map(({ length }) => length).reduce((sum, length) => sum + length, 0);
      assert(steps <= 100 && steps > 100 - environments * (walkLimit + 1), `${steps} steps in episodes`);
      assertEquals(whole.finished.map(({ episode }) => episode), whole.finished.map((_, i) => i + 1));
    }));
}

Deno.test("DeviceCollector rests when all members have ended, and tells nothing then", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    const collector = new DeviceCollector(made.learner, made.rollout, { train: bursts });
    await collector.collect(actingMembers.map(() => ({ ...never, step: 60 })));
    const told = await collector.report();
    const before = await lasting(made);
    await collector.collect(actingMembers.map(() => undefined));
    for (const [i, report] of (await collector.report()).entries()) {
      assert(!(report instanceof TrainingError));
      const { steps, losses, finished } = report;
      assertEquals([steps, losses.length, finished.length], [(told[i] as typeof report).steps, 0, 0]);
    }
    assertEquals(await lasting(made), before);
    collector.dispose();
    made.dispose();
  }));

/** What is counted from 100 below the last that 32 bits can count, and how far it comes. */
const counted = [
  { what: "steps", updates: 0, taken: 99, end: 4294967294 }, // Three environments take three at once.
  { what: "updates", updates: 2, taken: 100, end: 4294967295 },
] as const;

for (const { what, updates, taken, end } of counted) {
  Deno.test(`DeviceCollector takes the last of the ${what} that 32 bits can count, and refuses the next`, () =>
    withGpu(async (gpu) => {
      const made = await acting(gpu, { environments: 3, members: [smallMember({ capacity: 16 })] }, {
        records: 64,
      });
      const begun = 2 ** 32 - 1 - 100;
      const counts = what === "steps" ? { steps: begun, stored: begun } : { updates: begun };
      const { members } = made.learner;
      const [clock] = decodeClocks(await members.read());
      writeClock(members, 0, { ...clock!, ...counts });
      const train = { every: 1, updates, warmup: 0 };
      const collector = new DeviceCollector(made.learner, made.rollout, { train });
      let last = 0;
      const error = await assertRejects(async () => {
        for (;;) {
          await collector.collect([never]);
          const [report] = await collector.report();
          assert(!(report instanceof TrainingError));
          last = report![what];
        }
      }, TrainingError);
      assertEquals(last, taken);
      assertEquals(
        error.message,
        `Cannot go on training: it has come to ${end} ${what}, wanted at most 4294967295, as ${what} are counted in 32 bits`,
      );
      collector.dispose();
      made.dispose();
    }));
}

Deno.test("DeviceCollector saves members that are ended before their first chunk", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: [smallMember({}), smallMember({})] }, { records: 64 });
    const collector = new DeviceCollector(made.learner, made.rollout, { train: bursts });
    const [first, second] = await Promise.all([collector.save(0), collector.save(1)]);
    assertEquals(Object.keys(first as object), Object.keys(second as object));
    collector.dispose();
    made.dispose();
  }));
