import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import type { AgentState } from "../../src/agents/agent.ts";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { restoreMember, snapshotMember } from "../../src/agents/dqn_snapshot.ts";
import { DqnMember } from "../../src/agents/dqn_member.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { State } from "../../src/core/state.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Learner } from "../../src/learner/learner.ts";
import { perceptron } from "../../src/ops/model.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { memberState, observeSteps, smallMember, smallOptions } from "../learner/small.ts";
import { withoutRows } from "../train/kept_in_memory.ts";

const seeds = [5, 6, 7];

/** Three members after some updates. */
function learned(gpu: Gpu): Learner {
  const members = seeds.map((seed) => smallMember({ seed, capacity: seed * 8 }));
  const learner = new Learner(gpu, smallOptions({ members }));
  observeSteps(learner, 0, 12);
  gpu.enqueue(learner.update, 5);
  return learner;
}

const observations = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));

Deno.test("DqnMember.save() holds what DqnAgent saves that has learned the same", () =>
  withGpu(async (gpu) => {
    const learner = learned(gpu);
    for (const [i, seed] of seeds.entries()) {
      const agent = await DqnAgent.create(
        gpu,
        smallOptions({ members: [smallMember({ seed, capacity: seed * 8 })] }),
      );
      observeSteps(agent.learner, 0, 12);
      gpu.enqueue(agent.learner.update, 5);
      const member = new DqnMember(learner, i);
      assertEquals(await member.save({ full: true }), await agent.save({ full: true }));
      assertEquals(await member.save(), await agent.save());
      assertEquals(await member.getQ(observations), await agent.getQ(observations));
      for (const one of [member, agent]) one.dispose();
    }
  }));

Deno.test("DqnMember.load() changes its own member alone, and brings back what was saved", () =>
  withGpu(async (gpu) => {
    const learner = learned(gpu);
    const [first, second, third] = seeds.map((_, i) => new DqnMember(learner, i)) as [
      DqnMember,
      DqnMember,
      DqnMember,
    ];
    const others = async () => [await memberState(learner, 0), await memberState(learner, 2)];
    const before = await others();
    const state = await first.save({ full: true });
    const loaded = second.load(state);
    assertEquals([loaded.steps, loaded.updates, loaded.stored, loaded.halted], [24, 5, 0, 0]);
    assertEquals(await others(), before);
    const parts = ({ clock, ...networks }: AgentState) => [networks, clock!.data.subarray(0, 7)];
    assertEquals(parts(await second.save({ full: true })), parts(state)); // The schedules are its own.
    assertEquals(await second.getQ(observations), await first.getQ(observations));

    const toAct = await third.save();
    second.load(toAct);
    assertEquals(await others(), before);
    const fresh = await second.save({ full: true });
    assertEquals(fresh["clock"]!.data.slice(0, 5), new Uint32Array(5));
    const networks = Object.entries(fresh).filter(([name]) => name !== "clock");
    for (const [name, { data }] of networks) {
      const [family, ...rest] = name.split(".layers.");
      const wanted = family === "online" || family === "target"
        ? toAct[["online", ...rest].join(".layers.")]!.data
        : new Float32Array(data.length);
      assertEquals(data, wanted, name);
    }
  }));

Deno.test("DqnMember.load() refuses another agent's state, and leaves its member as it was", () =>
  withGpu(async (gpu) => {
    const learner = learned(gpu);
    const before = await memberState(learner, 1);
    const { "online.layers.1.bias": _, ...state } = await new DqnMember(learner, 0).save({ full: true });
    assertThrows(
      () => new DqnMember(learner, 1).load(state),
      UsageError,
      "Cannot load online.layers.1.bias: it is missing, wanted [6]",
    );
    assertEquals(await memberState(learner, 1), before);
  }));

Deno.test("DqnMember.policy() acts by the parameters as they were when it was made", () =>
  withGpu(async (gpu) => {
    const learner = learned(gpu);
    const member = new DqnMember(learner, 1);
    const greedy = (q: Float32Array) =>
      Uint32Array.from({ length: 4 }, (_, i) => Number(q[2 * i + 1]! > q[2 * i]!));
    const before = await member.getQ(observations);
    const policy = member.policy(4);
    assertEquals(await policy.act(observations), greedy(before));
    const { parameters } = learner.online;
    const floats = await parameters.read();
    parameters.write(floats.map((value) => -value)); // Other actions are the best now.
    const after = await member.getQ(observations);
    assertNotEquals(greedy(after), greedy(before));
    assertEquals(await policy.act(observations), greedy(before));
    policy.dispose();
    const [buffers, bytes] = [gpu.buffers, gpu.bytes];
    member.policy(4).dispose();
    assertEquals([gpu.buffers, gpu.bytes], [buffers, bytes]);
  }));

Deno.test("DqnMember.getQ() answers many at once, each for its own observations", () =>
  withGpu(async (gpu) => {
    const learner = learned(gpu);
    const members = seeds.map((_, i) => new DqnMember(learner, i));
    const rows = [observations.subarray(0, 3), observations, observations.subarray(3, 9)];
    const ask = () => members.flatMap((member) => rows.map((row) => member.getQ(row)));
    const together = await Promise.all(ask());
    const alone = [];
    for (const answer of ask()) alone.push(await answer);
    assertEquals(together, alone);
    assertEquals(new Set(together.map((q) => q.join())).size, 9);
    for (const [i, q] of together.entries()) assertEquals(q.length, rows[i % 3]!.length / 3 * 2);
  }));

Deno.test("DqnMember.getQ() makes nothing new for the two numbers of observations that it was asked about last", () =>
  withGpu(async (gpu) => {
    const learner = learned(gpu);
    const member = new DqnMember(learner, 0);
    let made = 0;
    const { createBuffer } = gpu;
    gpu.createBuffer = (descriptor) => (made++, createBuffer.call(gpu, descriptor));
    const ask = async (...counts: number[]) => {
      made = 0;
      for (const rows of counts) {
        const q = await member.getQ(observations.subarray(0, 3 * rows));
        assertEquals(q, all.subarray(0, 2 * rows));
      }
      return made > 0;
    };
    const all = await new DqnMember(learner, 0).getQ(observations);
    assertEquals(await ask(4, 1), true);
    const buffers = gpu.buffers;
    assertEquals(await ask(4, 1, 4), false);
    assertEquals(await ask(2), true); // In place of 1, which was asked before 4.
    assertEquals(await ask(4, 2), false);
    assertEquals(await ask(1), true);
    assertEquals(gpu.buffers, buffers);
  }));

Deno.test("DqnMember refuses an index that no member has", () =>
  withGpu((gpu) => {
    const learner = new Learner(gpu, smallOptions());
    for (const index of [1, -1, 0.5]) {
      assertThrows(
        () => new DqnMember(learner, index),
        RangeError,
        `Cannot take member ${index}: the learner has 1, wanted 0 to 0`,
      );
    }
    return Promise.resolve();
  }));

Deno.test("restoreMember() takes over a replay memory that is too large to be read at once", () =>
  withGpu(async (gpu) => {
    const members = seeds.slice(0, 2).map((seed) => smallMember({ seed, capacity: 1500 }));
    const options = smallOptions({
      members,
      model: perceptron([500, 2, 2]),
      capacity: 1500,
      environments: 1,
    });
    const [from, to] = [new Learner(gpu, options), new Learner(gpu, options)];
    const { rows, layout } = from.replay;
    assert(1500 * layout.row > 2 ** 20);
    rows.write(Float32Array.from({ length: rows.size }, (_, i) => i));
    await restoreMember(to, 1, await snapshotMember(from, 0, 1400));
    const [written, found] = [await rows.read(), await to.replay.rows.read()];
    const filled = 1400 * layout.row;
    const own = found.subarray(found.length / 2);
    assertEquals(own.subarray(0, filled), written.subarray(0, filled));
    assert(found.subarray(0, found.length / 2).every((value) => value === 0));
    from.dispose();
    to.dispose();
  }));

Deno.test("restoreMember() takes over the priorities of replay, of which no checkpoint knows, and refuses those of another", () =>
  withGpu(async (gpu) => {
    const members = seeds.slice(0, 2).map((seed) => smallMember({ seed, capacity: 20 }));
    const options = smallOptions({ members, capacity: 20, prioritized: true });
    const [from, to] = [new Learner(gpu, options), new Learner(gpu, options)];
    const stored = 2 * 16; // The ring has turned; the latest step waits for its priorities.
    for (let step = 0; step < 16; step++) {
      if (step > 2 && step < 15) gpu.enqueue(from.update);
      observeSteps(from, step, step + 1);
    }
    const state = await withoutRows(await snapshotMember(from, 0, stored)) as Record<string, State>;
    await restoreMember(to, 1, state);
    const tree = await to.priorities!.tree.read();
    assertEquals(
      tree.subarray(tree.length / 2),
      (await from.priorities!.tree.read()).subarray(0, tree.length / 2),
    );
    assert(tree.subarray(0, tree.length / 2).every((priority) => priority === 0));
    assertEquals(await to.priorities!.assigned.read(), Uint32Array.of(0, 28));

    const uniform = new Learner(gpu, { ...options, prioritized: false });
    const own = await withoutRows(await snapshotMember(uniform, 0, 0)) as Record<string, State>;
    const priorities = state["priorities"] as Record<string, State>;
    const rows = priorities["rows"] as Float32Array;
    const cases: [Learner, State, string][] = [
      [uniform, state, "Cannot restore agent.priorities: it is an object, wanted none: replay is uniform"],
      [to, own, "Cannot restore agent.priorities: it is missing, wanted an object"],
      ...([
        [{ rows: rows.slice(1) }, "rows: it is a Float32Array of 19, wanted a Float32Array of 20"],
        [{ rows: rows.with(3, NaN) }, "rows: it is a Float32Array of 20, wanted numbers of at least 0"],
        [{ rows: rows.with(3, -1) }, "rows: it is a Float32Array of 20, wanted numbers of at least 0"],
        [{ rows: rows.with(3, 1e20) }, "rows: it is a Float32Array of 20, wanted numbers of at least 0"],
        [{ largest: -1 }, "largest: it is -1, wanted a number in [0, 1099511627776]"],
        [{ largest: Infinity }, "largest: it is Infinity, wanted a number in [0, 1099511627776]"],
        [{ assigned: 33 }, "assigned: it is 33, wanted an integer in [0, 32]"],
      ] as const).map(([changes, message]): [Learner, State, string] => [
        to,
        { ...state, priorities: { ...priorities, ...changes } },
        `Cannot restore agent.priorities.${message}`,
      ]),
    ];
    const before = await memberState(to, 1);
    for (const [learner, refused, message] of cases) {
      await assertRejects(() => restoreMember(learner, 0, refused), UsageError, message);
    }
    assertEquals(await memberState(to, 1), before);
    for (const learner of [from, to, uniform]) learner.dispose();
  }));
