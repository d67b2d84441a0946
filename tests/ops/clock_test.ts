import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { type Counts, type Schedule, scheduleUnits, scheduleValue } from "../../src/core/schedule.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { clockGoals, clockStep } from "../../src/ops/clock.ts";
import {
  type Clock,
  clockFields,
  decodeClocks,
  type HyperParameters,
  hyperWords,
  type Members,
  memberWords,
  type SyncUnit,
} from "../../src/ops/member.ts";
import { transitionLayout } from "../../src/ops/replay.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { biasTerm } from "./oracle_optimizer.ts";
import { countUpdate } from "./count_update.ts";
import { floats, hyperParameters, membersOf, tensorOf } from "./random_values.ts";
import { assertWithin, estimate, roundingBound, roundingsOf } from "./tolerance.ts";

const layout = transitionLayout(3, 2);

/** A population, and the device that it is on. */
interface Running {
  readonly gpu: Gpu;
  readonly members: Members;
}

/** A population, its clocks zero. */
function start(gpu: Gpu, hyper: readonly HyperParameters[], sync: SyncUnit = "none"): Running {
  return { gpu, members: membersOf(gpu, hyper.map((hyper) => ({ hyper })), sync) };
}

async function read({ members }: Running): Promise<Clock[]> {
  return decodeClocks(await members.read());
}

/** A step in which `ended[member][i]` says how transition i ends: 0 not, 1 terminated, 2 truncated, 3 both. */
function step({ gpu, members }: Running, ended: readonly (readonly number[])[]): void {
  const count = ended[0]!.length;
  const rows = new Float32Array(ended.length * count * layout.row);
  for (const [i, how] of ended.flat().entries()) {
    rows.set([1, -5, how & 1, how >> 1], i * layout.row + layout.outcome);
  }
  const transitions = floats(gpu, [ended.length, count, layout.row], rows);
  const program = new Recorder(gpu);
  clockStep(program, members, { transitions, count, layout });
  gpu.enqueue(program);
}

/** Whether a counter passed one of the counts `first`, `first + period`, ... */
function passed(before: number, now: number, { period, first }: { period: number; first: number }): boolean {
  for (let due = first; due <= now; due += period) if (due > before) return true;
  return false;
}

for (const kernelProfile of profiles) {
  Deno.test(`clockStep() counts steps, and episodes that end in any way, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const [count, members] of [[1, 1], [3, 2], [5, 70]] as const) {
        const random = new Random(4);
        const running = start(gpu, Array.from({ length: members }, () => hyperParameters()));
        const episodes = new Array<number>(members).fill(0);
        for (let time = 1; time <= 4; time++) {
          const ended = episodes.map(() => Array.from({ length: count }, () => random.below(4)));
          for (const [member, own] of ended.entries()) {
            episodes[member]! += own.filter((how) => how > 0).length;
          }
          step(running, ended);
          const clocks = await read(running);
          assertEquals(clocks.map(({ steps }) => steps), episodes.map(() => time * count));
          assertEquals(clocks.map((clock) => clock.episodes), episodes);
          assertEquals(clocks.map(({ updates, sync }) => [updates, sync]), episodes.map(() => [0, 0]));
        }
      }
    }, { kernelProfile }));
}

Deno.test("clockStep() and clock_after_update() make one synchronization due where periods of its unit end, however many", () =>
  withGpu(async (gpu) => {
    const syncs = [[1, 1], [3, 3], [4, 4], [7, 7], [7, 2], [4, 1]] as const;
    const random = new Random(9);
    for (const unit of [...scheduleUnits, "none"] as const) {
      const running = start(
        gpu,
        syncs.map(([syncPeriod, syncFirst]) => hyperParameters({ syncPeriod, syncFirst })),
        unit,
      );
      const program = new Recorder(gpu);
      countUpdate(program, running.members);
      let before = await read(running);
      for (let time = 0; time < 12; time++) {
        if (time % 3 < 2) step(running, syncs.map(() => [0, 1].map(() => random.below(4))));
        else gpu.enqueue(program);
        const now = await read(running);
        const moved = time % 3 < 2 ? ["step", "episode"] : ["update"];
        for (const [member, [period, first]] of syncs.entries()) {
          const [last, clock] = [before[member]!, now[member]!];
          const counts = (of: Clock) =>
            ({ step: of.steps, update: of.updates, episode: of.episodes, none: 0 })[unit];
          const due = moved.includes(unit)
            ? Number(passed(counts(last), counts(clock), { period, first }))
            : last.sync;
          assertEquals(clock.sync, due, `${unit}, period ${period} from ${first} on, time ${time}`);
        }
        before = now;
      }
    }
  }));

for (const kernelProfile of profiles) {
  Deno.test(`clockGoals() sets the goals, and lets the members with goal 0 rest alone, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const count of [1, 5, 70]) {
        const values = Array.from({ length: count }, (_, i) => ({
          hyper: hyperParameters({ seed: i }),
          clock: { steps: 9 + i, episodes: 3, halted: Number(i % 3 > 0), exploration: 0.5 },
        }));
        const members = membersOf(gpu, values);
        const before = await members.read();
        const goals = Uint32Array.from(values, (_, i) => [0, 2, 0, 4_294_967_295, 5][i % 5]!);
        const program = new Recorder(gpu);
        clockGoals(program, members, tensorOf(gpu, [count], { dtype: "u32", values: goals }));
        gpu.enqueue(program);
        const expected = before.slice();
        const halted = hyperWords + clockFields.findIndex(([name]) => name === "halted");
        for (const [member, goal] of goals.entries()) {
          expected[member * memberWords + halted] = Number(goal === 0);
          expected[(member + 1) * memberWords - 1] = goal;
        }
        assertEquals(await members.read(), expected);
      }
    }, { kernelProfile }));
}

Deno.test("clock_after_update() keeps 1 - beta^t to its rounding over 10,000 updates", () =>
  withGpu(async (gpu) => {
    const betas = [[0.9, 0.999], [0.5, 0.99], [0, 0.9999]] as const;
    const running = start(gpu, betas.map(([beta1, beta2]) => hyperParameters({ beta1, beta2 })));
    const program = new Recorder(gpu);
    countUpdate(program, running.members);
    let updates = 0;
    for (const until of [1, 2, 10, 100, 1000, 10_000]) {
      gpu.enqueue(program, until - updates);
      updates = until;
      for (const [member, clock] of (await read(running)).entries()) {
        assertEquals(clock.updates, until);
        const [beta1, beta2] = betas[member]!;
        assertWithin([clock.correction1], biasTerm(beta1, until), `beta ${beta1} after ${until}`);
        assertWithin([clock.correction2], biasTerm(beta2, until), `beta ${beta2} after ${until}`);
      }
    }
  }));

/** How far the device's value of a schedule may be from {@linkcode scheduleValue}, by WGSL's accuracy of exp. */
function scheduleError(schedule: Schedule, counts: Counts): number {
  const value = scheduleValue(schedule, counts);
  if (schedule.kind === "constant") return roundingBound(1, Math.abs(value));
  const { start, end } = schedule;
  const x = { step: counts.steps, update: counts.updates, episode: counts.episodes }[schedule.per];
  const magnitude = 2 * Math.abs(start) + 2 * Math.abs(end);
  if (schedule.kind === "linear") return roundingBound(roundingsOf.division + 6, magnitude);
  if (schedule.kind === "exponential") {
    // exp(y): 3 + 2 |y| ULP, two roundings each, and what y itself is off by: a division's roundings times y.
    const y = x / schedule.decay;
    return roundingBound(2 * (3 + 2 * y) + (roundingsOf.division + 2) * y, Math.abs(value - end)) +
      roundingBound(6, magnitude);
  }
  // exp(y) with y = x ln factor: 3 + 2 |y| ULP, two roundings each, and the logarithm's and the product's roundings.
  if (value < 2 ** -126) return 2 ** -126; // A device may flush what is no normal float32 to zero.
  const y = Math.abs(Math.log(value / start));
  return roundingBound(2 * (3 + 2 * y) + 2 * y + 2, Math.abs(value));
}

Deno.test("clockStep() and clock_after_update() follow every kind of schedule in every unit", () =>
  withGpu(async (gpu) => {
    const schedules = scheduleUnits.flatMap((per): Schedule[] => [
      { kind: "constant", value: 0.1 },
      { kind: "linear", start: 1, end: 0.05, duration: 7, per },
      { kind: "linear", start: 0.1, end: 0.9, duration: 1000, per },
      { kind: "exponential", start: 0.9, end: 0.05, decay: 5, per },
      { kind: "exponential", start: 0.9, end: 0.05, decay: 1000, per },
      { kind: "multiplicative", start: 1, end: 0.01, factor: 0.7, per },
      { kind: "multiplicative", start: 1, end: 0.01, factor: 0.995, per },
      { kind: "multiplicative", start: 0.5, end: 0, factor: 0.9, per },
    ]);
    const members = schedules.map((learningRate, i) =>
      hyperParameters({ learningRate, exploration: schedules.at(-1 - i)! })
    );
    const running = start(gpu, members);
    const program = new Recorder(gpu);
    countUpdate(program, running.members);
    step(running, members.map(() => [0]));
    for (let time = 0; time < 40; time++) {
      // One, two or three steps of which some end an episode, and more updates as time goes on.
      if (time > 0) step(running, members.map((_, i) => [i % 2, 0, 1].slice(0, 1 + time % 3)));
      gpu.enqueue(program, 1 + time * time);
      for (const [i, clock] of (await read(running)).entries()) {
        for (
          const [name, schedule] of [["learningRate", members[i]!.learningRate], [
            "exploration",
            members[i]!.exploration,
          ]] as const
        ) {
          // An update takes the learning rate of the counts before it.
          const counts = name === "learningRate" ? { ...clock, updates: clock.updates - 1 } : clock;
          const expected = estimate(
            1,
            () => [scheduleValue(schedule, counts), scheduleError(schedule, counts)],
          );
          const { steps, updates, episodes } = clock;
          const label = `${name} ${JSON.stringify(schedule)} after ${
            JSON.stringify({ steps, updates, episodes })
          }`;
          assertWithin([clock[name]], expected, label);
        }
      }
    }
  }));
