import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import type { AgentState } from "../../src/agents/agent.ts";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import { clockWords } from "../../src/ops/member.ts";
import { perceptron } from "../../src/ops/model.ts";
import { loadCheckpoint, saveCheckpoint } from "../../src/train/checkpoint.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { memberState, normalization, smallOptions } from "../learner/small.ts";
import { withFolder } from "../train/fakes.ts";
import { play, transitionsOf } from "./dqn_setup.ts";

const optimizers = [
  { kind: "adamw", amsgrad: true, weightDecay: 0.1 },
  { kind: "rmsprop", momentum: 0.5 },
  {
    kind: "sgd",
    momentum: 0.5,
    learningRate: { kind: "linear", start: 0.1, end: 0.01, duration: 100, per: "update" },
  },
] as const;

for (const optimizer of optimizers) {
  Deno.test(`DqnAgent.load() of a checkpoint in a fresh agent goes on as the trained one does: ${optimizer.kind}`, () =>
    withFolder(async (folder) => {
      const capacity = 64;
      const config: RunConfigInput = {
        loop: "host",
        environment: { id: "CartPole-v1" },
        agent: {
          hidden: [8, 8],
          optimizer,
          exploration: { kind: "exponential", start: 1, end: 0.1, decay: 200 },
          target: { tau: 0.3, every: 50, unit: "step" },
          replay: { capacity, batch: 16, sampling: "without-replacement" },
          train: { every: 4, updates: 2 },
        },
        budget: { steps: 3 * capacity }, // Replay begins anew with the next step.
        evaluation: { every: 1000, episodes: 1 },
      };
      const path = `${folder}/last.safetensors`;
      const [trained, fresh] = [await createRun(config), await createRun(config)];
      await trained.train();
      await saveCheckpoint(path, await trained.agent.save({ full: true }));
      fresh.agent.load((await loadCheckpoint(path)).state);
      const story = async (agent: DqnAgent) => {
        await agent.report();
        const actions: number[] = [];
        for (let step = 0; step < 3 * capacity; step++) {
          const transitions = transitionsOf(agent, step);
          actions.push(...await agent.act(transitions.observations));
          agent.observe(transitions);
          // Replay is no part of a state: learning begins when both have the same rows.
          if (step >= capacity) agent.update(step % 3);
        }
        return { actions, report: await agent.report(), state: await agent.save({ full: true }) };
      };
      const [wanted, found] = [await story(trained.agent as DqnAgent), await story(fresh.agent as DqnAgent)];
      assertEquals(found, wanted);
      assertEquals(wanted.report.steps, 6 * capacity);
      assertEquals(new Set(wanted.actions).size, 2);
      for (const run of [trained, fresh]) run.dispose();
    }));
}

for (const prioritized of [false, true]) {
  const draws = prioritized ? "prioritized" : "uniform";
  Deno.test(`DqnAgent.load() of a state to act has the saved Q values and starts learning afresh, ${draws}`, () =>
    withGpu(async (gpu) => {
      const options = smallOptions({ prioritized });
      const saved = await DqnAgent.create(gpu, options);
      play(saved, [0, 12]);
      const state = await saved.save();
      const observation = Float32Array.of(0.3, -0.2, 0.9);
      const q = await saved.getQ(observation);
      const fresh = await DqnAgent.create(gpu, options);
      const used = await DqnAgent.create(gpu, options);
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
      assertEquals([two.online, two.target, two.optimizerState], [
        one.online,
        one.target,
        one.optimizerState,
      ]);
      assertEquals(two.priorities, one.priorities);
    }));
}

Deno.test("DqnAgent.save() names its arrays as torch.nn.Linear has them, and the rest with full alone", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions({ model: perceptron([3, 5, 2]) }));
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
    const normalizing = await DqnAgent.create(
      gpu,
      smallOptions({ model: perceptron([3, 5, 2]), normalization }),
    );
    const moments = ["count", "mean", "mean_rest", "squares", "squares_rest", "scale"];
    assertEquals(shapes(await normalizing.save()), {
      ...network("online"),
      ...Object.fromEntries(moments.map((name) => [`observations.${name}`, [3]])),
      ...Object.fromEntries(moments.map((name) => [`rewards.${name}`, [1]])),
    });
  }));

Deno.test("DqnAgent.load() refuses another agent's state, and stays as it was", () =>
  withGpu(async (gpu) => {
    const of = async (changes: Parameters<typeof smallOptions>[0]) => {
      const agent = await DqnAgent.create(gpu, smallOptions(changes));
      return await agent.save({ full: true });
    };
    const agent = await DqnAgent.create(gpu, smallOptions({ model: perceptron([3, 5, 2]) }));
    play(agent, [0, 4]);
    const before = await memberState(agent.learner);
    const sgd = { kind: "sgd", amsgrad: false } as const;
    const own = await agent.save({ full: true });
    const cases: [AgentState, string][] = [
      [
        await of({ model: perceptron([3, 6, 2]) }),
        "Cannot load online.layers.0.weight: it is [6,3], wanted [5,3] for a network of widths 3-5-2",
      ],
      [
        await of({ model: perceptron([3, 5, 3]) }),
        "Cannot load online.layers.1.weight: it is [3,5], wanted [2,5]",
      ],
      [
        await of({ model: perceptron([3, 5]) }),
        "Cannot load online.layers.1.weight: it is missing, wanted [2,5]",
      ],
      [
        await of({ model: perceptron([3, 5, 2, 2]) }),
        "Cannot load online.layers.2.weight: it is more than a network of widths 3-5-2 has",
      ],
      [
        await of({ model: perceptron([3, 5, 2]), optimizer: sgd }),
        "Cannot load sgd.m.layers.0.weight: it is not of this agent, whose optimizer is adamw",
      ],
      [
        { ...own, clock: { shape: [3], data: new Uint32Array(3) } },
        "Cannot load clock: it is [3], wanted [9]",
      ],
      [{}, "Cannot load online.layers.0.weight: it is missing"],
      [
        await of({ model: perceptron([3, 5, 2]), normalization }),
        "Cannot load observations.count: it is not of this agent, which does not normalize observations",
      ],
    ];
    for (const [state, message] of cases) {
      assertThrows(() => agent.load(state), UsageError, message);
      assertEquals(await memberState(agent.learner), before, message);
    }
    const normalizing = await DqnAgent.create(
      gpu,
      smallOptions({ model: perceptron([3, 5, 2]), normalization }),
    );
    const bad = { shape: [3], data: Float32Array.of(1, -1, 1) };
    for (
      const [state, message] of [
        [
          own,
          "Cannot load observations.count: it is missing, wanted [3] for an agent that normalizes observations",
        ],
        [
          { ...await normalizing.save(), "observations.squares": bad },
          "Cannot load observations.squares: it holds -1, wanted numbers above 0",
        ],
      ] as const
    ) assertThrows(() => normalizing.load(state), UsageError, message);
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
