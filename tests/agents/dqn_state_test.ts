import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import type { AgentState } from "../../src/agents/agent.ts";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import { clockWords } from "../../src/ops/member.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { memberState, smallMember, smallOptions } from "../learner/small.ts";
import { play } from "./dqn_setup.ts";

const kinds = [
  { kind: "adamw", amsgrad: true },
  { kind: "rmsprop", amsgrad: false },
  { kind: "sgd", amsgrad: false },
] as const;

Deno.test("DqnAgent.load() of a full state goes on as the saved agent does: same losses, bit-equal parameters", () =>
  withGpu(async (gpu) => {
    for (const optimizer of kinds) {
      const options = smallOptions({ optimizer, members: [smallMember({ syncPeriod: 3 })] });
      const saved = await DqnAgent.create(gpu, options);
      play(saved, [0, 15]);
      await saved.report();
      const state = await saved.save({ full: true });
      const loaded = await DqnAgent.create(
        gpu,
        smallOptions({ ...options, members: [smallMember({ syncPeriod: 3 })] }),
      );
      play(loaded, [40, 43], 2); // What it was before does not matter.
      loaded.load(state);
      // Replay is no part of a state: both go on with the same rows.
      loaded.learner.replay.rows.write(await saved.learner.replay.rows.read());
      loaded.learner.members.clock.write(await saved.learner.members.clock.read());
      for (const agent of [saved, loaded]) play(agent, [15, 25], 2);
      const [first, second] = [await saved.report(), await loaded.report()];
      assertEquals(second, first, optimizer.kind);
      assertEquals([first.losses.length, first.updates, first.steps], [20, 35, 50]);
      const [{ metrics: _, ...before }, { metrics: __, ...after }] = [
        await memberState(saved.learner),
        await memberState(loaded.learner),
      ];
      assertEquals(after, before, optimizer.kind);
      saved.dispose();
      loaded.dispose();
    }
  }));

Deno.test("DqnAgent.load() of a state to act has the saved Q values and starts learning afresh", () =>
  withGpu(async (gpu) => {
    const saved = await DqnAgent.create(gpu, smallOptions());
    play(saved, [0, 12]);
    const state = await saved.save();
    const observation = Float32Array.of(0.3, -0.2, 0.9);
    const q = await saved.getQ(observation);
    const fresh = await DqnAgent.create(gpu, smallOptions());
    const used = await DqnAgent.create(gpu, smallOptions());
    play(used, [20, 40], 3);
    for (const agent of [fresh, used]) {
      assertNotEquals(await agent.getQ(observation), q);
      agent.load(state);
      assertEquals(await agent.getQ(observation), q);
      const { losses, steps, updates, epsilon } = await agent.report();
      assertEquals([losses.length, steps, updates, epsilon], [0, 0, 0, 1]);
      play(agent, [12, 20]);
    }
    const [first, second] = [await fresh.report(), await used.report()];
    assertEquals(second, first);
    assertEquals(first.losses.length, 8);
    const [one, two] = [await memberState(fresh.learner), await memberState(used.learner)];
    assertEquals([two.online, two.target, two.optimizerState], [one.online, one.target, one.optimizerState]);
  }));

Deno.test("DqnAgent.save() names its arrays as torch.nn.Linear has them, and the rest with full alone", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions({ sizes: [3, 5, 2] }));
    const shapes = (state: AgentState) =>
      Object.fromEntries(Object.entries(state).map(([key, { shape }]) => [key, shape]));
    const network = (name: string) => ({
      [`${name}.layers.0.weight`]: [5, 3],
      [`${name}.layers.0.bias`]: [5],
      [`${name}.layers.1.weight`]: [2, 5],
      [`${name}.layers.1.bias`]: [2],
    });
    assertEquals(shapes(await agent.save()), network("online"));
    assertEquals(shapes(await agent.save({ full: true })), {
      ...network("online"),
      ...network("target"),
      ...network("adam.m"),
      ...network("adam.v"),
      ...network("adam.largest_v"),
      clock: [clockWords - 1], // Whether a member rests is no part of it.
    });
  }));

Deno.test("DqnAgent.load() refuses another agent's state, and stays as it was", () =>
  withGpu(async (gpu) => {
    const of = async (changes: Parameters<typeof smallOptions>[0]) => {
      const agent = await DqnAgent.create(gpu, smallOptions(changes));
      return await agent.save({ full: true });
    };
    const agent = await DqnAgent.create(gpu, smallOptions({ sizes: [3, 5, 2] }));
    play(agent, [0, 4]);
    const before = await memberState(agent.learner);
    const sgd = { kind: "sgd", amsgrad: false } as const;
    const own = await agent.save({ full: true });
    const cases: [AgentState, string][] = [
      [
        await of({ sizes: [3, 6, 2] }),
        "Cannot load online.layers.0.weight: it is [6,3], wanted [5,3] for a network of widths 3-5-2",
      ],
      [await of({ sizes: [3, 5, 3] }), "Cannot load online.layers.1.weight: it is [3,5], wanted [2,5]"],
      [await of({ sizes: [3, 5] }), "Cannot load online.layers.1.weight: it is missing, wanted [2,5]"],
      [await of({ sizes: [3, 5, 2, 2] }), "Cannot load online.layers.2.weight: it is one layer more"],
      [
        await of({ sizes: [3, 5, 2], optimizer: sgd }),
        "Cannot load sgd.m.layers.0.weight: it is not of this agent, whose optimizer is adamw",
      ],
      [
        { ...own, clock: { shape: [3], data: new Uint32Array(3) } },
        "Cannot load clock: it is [3], wanted [9]",
      ],
      [{}, "Cannot load online.layers.0.weight: it is missing"],
    ];
    for (const [state, message] of cases) {
      assertThrows(() => agent.load(state), UsageError, message);
      assertEquals(await memberState(agent.learner), before, message);
    }
  }));

Deno.test("DqnAgent.save() refuses a parameter that is not finite", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions());
    for (
      const [value, tensor, name] of [
        [NaN, agent.learner.optimizerState, "adam.m"],
        [Infinity, agent.learner.online.parameters, "online"],
        [NaN, agent.learner.online.parameters, "online"],
      ] as const
    ) {
      tensor.write(Float32Array.of(value), 1);
      await assertRejects(
        () => agent.save({ full: true }),
        TrainingError,
        `Cannot save ${name}: a parameter is not finite. The last checkpoint is kept.`,
      );
    }
  }));
