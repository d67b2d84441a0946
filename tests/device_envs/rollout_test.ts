import { assertAlmostEquals, assertEquals } from "@std/assert";
import { below, pcg4d, Stream, unitInterval } from "../../src/core/random.ts";
import { scheduleValue } from "../../src/core/schedule.ts";
import { actingSteps, playedTogether, stepsOfDispatch } from "../../src/device_envs/acting.ts";
import { recordWords } from "../../src/device_envs/episode_end.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Actor } from "../../src/learner/actor.ts";
import { hiddenConv } from "../../src/ops/hidden.ts";
import { type Clock, decodeClocks } from "../../src/ops/member.ts";
import { type Model, networkLayout, perceptron } from "../../src/ops/model.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { smallMember } from "../learner/small.ts";
import {
  type Acting,
  acting,
  actingMembers,
  assertSameMember,
  environmentSeeds,
  lasting,
  withClock,
} from "./acting_setup.ts";
import { bitsOf, Walk, walkSpec } from "./walk.ts";

/** What acting has to leave behind: the same as on the device, from the device's epsilons and greedy actions alone. */
class Expected {
  readonly environments: number;
  readonly walks: Walk[];
  readonly replay: number[][];
  readonly records: number[];
  readonly counts = actingMembers.map(() => ({ steps: 0, updates: 0, episodes: 0 }));
  explored = 0;
  readonly #members: number;
  readonly #ring: number;
  readonly #rowWords: number;

  constructor(
    { members, environments, ring, capacity, row }: Record<
      "members" | "environments" | "ring" | "capacity" | "row",
      number
    >,
  ) {
    this.environments = environments;
    this.#members = members;
    this.#ring = ring;
    this.#rowWords = row;
    this.walks = actingMembers.slice(0, members).flatMap(({ seed }) =>
      environmentSeeds(seed, environments).map((own) => new Walk(own))
    );
    this.replay = Array.from({ length: members }, () => new Array<number>(capacity * row).fill(0));
    this.records = new Array<number>(ring * members * environments * recordWords).fill(0);
  }

  get observations(): Float32Array {
    return Float32Array.from(this.walks.flatMap(({ observation }) => observation));
  }

  step(greedy: Uint32Array, clocks: readonly Clock[]): void {
    for (let member = 0; member < this.#members; member++) {
      const { seed, capacity } = actingMembers[member]!;
      const counts = this.counts[member]!;
      const { steps } = counts;
      for (let i = 0; i < this.environments; i++) {
        const at = member * this.environments + i;
        const walk = this.walks[at]!;
        const [coin, choice] = pcg4d(seed, Stream.exploration, steps, i);
        const explores = unitInterval(coin) < clocks[member]!.exploration;
        this.explored += Number(explores);
        const action = explores ? below(choice, 3) : greedy[at]!;
        const before = walk.observation;
        const { reward, terminated, truncated } = walk.step(action);
        const row = [
          ...before,
          0,
          ...walk.observation,
          0,
          action,
          reward,
          Number(terminated),
          Number(truncated),
        ];
        const slot = (steps + i) % capacity;
        this.replay[member]!.splice(slot * this.#rowWords, row.length, ...row);
        const won = terminated && reward >= 0.25;
        const end = Number(terminated) + 2 * Number(truncated) + 4 * Number(won) + 8 * walk.count;
        const record = [terminated || truncated ? end : 0, bitsOf(walk.total), bitsOf(walk.rest)];
        const line = steps / this.environments % this.#ring * this.#members + member;
        this.records.splice(recordWords * (line * this.environments + i), recordWords, ...record);
        if (!terminated && !truncated) continue;
        counts.episodes++;
        this.walks[at] = new Walk(walk.seed, walk.episode + 1);
      }
      counts.steps += this.environments;
    }
  }
}

/** Steps that fill the ring of records twice and every replay memory. */
const steps = 40;

async function compare(
  gpu: Gpu,
  [members, environments]: readonly [number, number],
  model?: Model,
): Promise<void> {
  const ring = 16;
  const { learner, rollout, dispose } = await acting(
    gpu,
    { members: actingMembers.slice(0, members), environments, capacity: 16, ...model ? { model } : {} },
    { records: ring },
  );
  const { replay, members: shared } = learner;
  const [, capacity, row] = replay.rows.shape as [number, number, number];
  const policy = new Actor(learner, { environments, greedy: true });
  const expected = new Expected({ members, environments, ring, capacity, row });
  const hint = `${members} members, ${environments} environments`;
  for (let step = 0; step < steps; step++) {
    const clocks = decodeClocks(await shared.read());
    expected.step(await policy.act(expected.observations), clocks);
    gpu.enqueue(rollout.program(1));
  }
  const clocks = decodeClocks(await shared.read());
  for (const [member, { steps, episodes, stored, halted, exploration }] of clocks.entries()) {
    const counts = expected.counts[member]!;
    assertEquals([steps, episodes, stored, halted], [counts.steps, counts.episodes, counts.steps, 0], hint);
    const epsilon = scheduleValue(actingMembers[member]!.exploration, counts);
    assertAlmostEquals(exploration, epsilon, 1e-6, hint); // A float32 schedule of numbers up to 1.
  }
  assertEquals(await replay.rows.read(), Float32Array.from(expected.replay.flat()), hint);
  assertEquals(await rollout.records.read(), Uint32Array.from(expected.records), hint);
  assertEquals(
    await rollout.slots.read(),
    Uint32Array.from(expected.walks.flatMap(({ slot }) => slot)),
    hint,
  );
  // Both coins have come up, and episodes of all kinds of ends have been stored.
  const taken = members * environments * steps;
  assertEquals(expected.explored > 0.1 * taken && expected.explored < 0.9 * taken, true, hint);
  policy.dispose();
  dispose();
}

for (const kernelProfile of profiles) {
  Deno.test(`Rollout acts, stores, counts and starts again as the host reckons, ${kernelProfile} profile`, () =>
    withGpu(async (gpu) => {
      for (const environments of [1, 3, 4, 5, 8]) {
        for (const members of [1, 3]) await compare(gpu, [members, environments]);
      }
    }, { kernelProfile }));

  Deno.test(`Rollout acts in fewer environments together where a layer is wide, ${kernelProfile} profile`, () =>
    withGpu(async (gpu) => {
      // Such a layer is more than the device has room for in four environments at once.
      const model = perceptron([3, gpu.device.limits.maxComputeWorkgroupStorageSize / 16 + 4, 3]);
      assertEquals(playedTogether(gpu, actingSteps(networkLayout(model), { noise: false })), 2);
      await compare(gpu, [1, 3], model);
    }, { kernelProfile }));

  Deno.test(`Rollout takes 7 steps at once as it takes them one by one, ${kernelProfile} profile`, () =>
    withGpu(async (gpu) => {
      const two = actingMembers.slice(0, 2).map((member) => ({ ...member, capacity: 36 })); // Of 70 transitions.
      for (const [environments, members] of [[1, actingMembers], [5, two]] as const) {
        for (const target of ["step", "update"] as const) {
          const found = [];
          for (const cut of [[7, 7], new Array<number>(14).fill(1), [2, 6, 5, 1]]) {
            const made = await acting(gpu, { members, environments, target, capacity: 36 });
            for (const steps of cut) gpu.enqueue(made.rollout.program(steps));
            // The clock counts the synchronizations of the latest dispatch; they are enqueued after each.
            const state = (await lasting(made)).map((member) => withClock(member, { sync: 0 }));
            found.push({ state, records: await made.rollout.records.read() });
            made.dispose();
          }
          const [whole, ones, parts] = found;
          for (const cut of [ones!, parts!]) {
            assertEquals(cut.records, whole!.records);
            cut.state.forEach((member, i) =>
              assertSameMember(member, whole!.state[i]!, `${environments}, member ${i}`)
            );
          }
        }
      }
    }, { kernelProfile }));
}

/** One step of every environment, one update and, at the head of the next, the target's synchronization. */
function advance({ learner, rollout }: Acting): void {
  const { gpu, update, sync } = learner;
  for (const program of [rollout.program(1), update, sync]) gpu.enqueue(program);
}

for (const environments of [1, 5]) {
  for (const target of ["step", "episode", "update"] as const) {
    Deno.test(`Rollout lets members rest at their goals, ${environments} environments, target by ${target}`, () =>
      withGpu(async (gpu) => {
        const options = { members: actingMembers, environments, target };
        const [together, apart, whole] = [
          await acting(gpu, options),
          await acting(gpu, options),
          await acting(gpu, options),
        ];
        const untouched = await lasting(together);
        together.rollout.setGoals(Uint32Array.of(4, 0xffffffff, 0));
        for (const made of [together, whole]) {
          for (let step = 0; step < 30; step++) advance(made);
        }
        for (;;) {
          advance(apart);
          const [{ episodes }] = decodeClocks(await apart.learner.members.read()) as [Clock];
          if (episodes >= 4) break;
        }
        const rested = await lasting(together);
        assertSameMember(rested[0]!, withClock((await lasting(apart))[0]!, { halted: 1 }), "at its goal");
        assertSameMember(
          withClock(rested[1]!, { sync: 0 }),
          withClock((await lasting(whole))[1]!, { sync: 0 }),
          "on",
        );
        assertSameMember(rested[2]!, withClock(untouched[2]!, { halted: 1 }), "at once");
        for (const made of [together, apart, whole]) made.dispose();
      }));
  }
}

Deno.test("Rollout with a wide network comes out the same by the longest dispatch as step by step", () =>
  withGpu(async (gpu) => {
    const model = perceptron([walkSpec.observations, 512, 512, walkSpec.actions as number]);
    const steps = stepsOfDispatch(networkLayout(model), 64);
    const members = [smallMember({ capacity: 64, exploration: { kind: "constant", value: 0.5 } })];
    const slots = await Promise.all([[steps, 1], [1, steps]].map(async ([count, times]) => {
      const made = await acting(gpu, { members, model, capacity: 64 });
      gpu.enqueue(made.rollout.program(count!), times);
      const found = [await made.learner.replay.rows.read(), await made.rollout.slots.read()];
      made.dispose();
      return found;
    }));
    assertEquals(slots[0], slots[1]);
  }));

Deno.test("stepsOfDispatch() counts what a layer normalizes", () => {
  const steps = [false, true].map((normalized) => {
    const hidden = hiddenConv({ channels: 64, size: 1, stride: 1, padding: "valid", normalized });
    return stepsOfDispatch(
      networkLayout({ observation: [1, 20, 20], hidden, head: valueHead, actions: 2 }),
      64,
    );
  });
  assertEquals(steps, [3, 1]);
});

Deno.test("Rollout.setGoals() wakes those with a new goal, and leaves the rest of a clock as it is", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, target: "step" });
    const { rollout, learner: { members } } = made;
    const settled = async (goals: number[]) => {
      rollout.setGoals(Uint32Array.from(goals));
      return decodeClocks(await members.read()).map(({ halted, sync, steps }) => [halted, sync, steps]);
    };
    gpu.enqueue(rollout.program(3));
    assertEquals(await settled([0, 100, 0]), [[1, 3, 3], [0, 3, 3], [1, 3, 3]]);
    assertEquals(await settled([100, 0, 0]), [[0, 3, 3], [1, 3, 3], [1, 3, 3]]);
    gpu.enqueue(made.learner.sync);
    gpu.enqueue(rollout.program(2));
    assertEquals(await settled([100, 100, 100]), [[0, 2, 5], [0, 3, 3], [0, 3, 3]]);
    made.dispose();
  }));
