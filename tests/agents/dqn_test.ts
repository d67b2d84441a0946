import {
  assert,
  assertEquals,
  assertGreater,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { TrainingError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { metricsRing } from "../../src/learner/options.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { decodeClocks } from "../../src/ops/member.ts";
import { perceptron } from "../../src/ops/model.ts";
import { smallMember, smallOptions } from "../learner/small.ts";
import { chosen } from "../ops/oracle_random.ts";
import { denseForward } from "../ops/oracle.ts";
import { uniform } from "../ops/random_values.ts";
import { assertWithin, type Estimate, exact } from "../ops/tolerance.ts";
import { layersOf, play, transitionsOf } from "./dqn_setup.ts";

/** Q values `[batch, actions]` of an agent's online network, on the host. */
async function hostQ(agent: DqnAgent, observations: Float32Array): Promise<Estimate> {
  const { widths } = agent.learner.online.layout;
  const batch = observations.length / widths[0]!;
  let x = exact(observations);
  for (const [i, { weight, bias }] of (await layersOf(agent)).entries()) {
    const layer = { weight: exact(weight), bias: exact(bias) };
    const relu = i < widths.length - 2;
    x = denseForward(layer, x, { inputs: widths[i]!, outputs: widths[i + 1]!, batch, relu });
  }
  return x;
}

for (const kernelProfile of profiles) {
  Deno.test(`DqnAgent.getQ() is the forward pass on the host, tiles of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const sizes of [[3, 9, 2], [1, 1], [5, 17, 33, 6]]) {
        const agent = await DqnAgent.create(gpu, smallOptions({ model: perceptron(sizes) }));
        const random = new Random(1);
        for (let time = 0; time < 4; time++) {
          for (const rows of [1, 3]) {
            const observations = uniform(rows * sizes[0]!, random);
            const q = await agent.getQ(observations);
            assertWithin(q, await hostQ(agent, observations), `${sizes}, ${rows} rows, time ${time}`);
          }
          play(agent, [8 * time, 8 * time + 8]);
        }
        agent.dispose();
      }
    }, { kernelProfile }));
}

Deno.test("DqnAgent is of exactly one member", () =>
  withGpu(async (gpu) => {
    for (const members of [[], [smallMember(), smallMember()]]) {
      const message = `Cannot create agent: ${members.length} members, wanted 1`;
      await assertRejects(() => DqnAgent.create(gpu, smallOptions({ members })), RangeError, message);
    }
  }));

Deno.test("DqnAgent.act() is epsilon-greedy over getQ(), and a promise at its first read alone", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions({ environments: 5 }));
    await agent.warmUp();
    for (let step = 0; step < 6; step++) {
      const { observations } = transitionsOf(agent, step);
      const actions = agent.act(observations);
      assertInstanceOf(actions, Uint32Array);
      const { epsilon, steps } = await agent.report();
      for (const [environment, action] of actions.entries()) {
        const q = [...await agent.getQ(observations.slice(3 * environment, 3 * environment + 3))];
        assertEquals(action, chosen(q, [0, 1], { seed: 5, steps, environment, epsilon }), `step ${step}`);
      }
      play(agent, [step, step + 1]);
    }
  }));

Deno.test("DqnAgent.policy() is greedy over legal actions, for its own number of environments", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions({ model: perceptron([3, 8, 4]), masked: true }));
    const policy = agent.policy(7);
    const random = new Random(6);
    const observations = uniform(21, random);
    const masks = Uint8Array.from({ length: 28 }, (_, at) => at % 4 === 1 ? 1 : random.below(2));
    const q = (await hostQ(agent, observations)).value;
    const expected = Array.from({ length: 7 }, (_, i) => {
      const legal = [0, 1, 2, 3].filter((a) => masks[4 * i + a]);
      return legal.reduce((best, a) => q[4 * i + a]! > q[4 * i + best]! ? a : best);
    });
    assertEquals(await policy.act(observations, masks), Uint32Array.from(expected));
    assertThrows(
      () => policy.act(observations),
      RangeError,
      "Cannot act: action masks hold 0 entries, wanted 28",
    );
    assertThrows(
      () => policy.act(observations.subarray(1), masks),
      RangeError,
      "Cannot act: observations hold 20 numbers, wanted 1 x 7 x 3",
    );
    const buffers = gpu.buffers;
    policy.dispose();
    assert(gpu.buffers < buffers);
  }));

Deno.test("DqnAgent.report() gives counts, schedules and every loss since the last report", () =>
  withGpu(async (gpu) => {
    const exploration = { kind: "linear", start: 1, end: 0, duration: 40, per: "step" } as const;
    const learningRate = { kind: "linear", start: 2 ** -6, end: 0, duration: 16, per: "update" } as const;
    const agent = await DqnAgent.create(
      gpu,
      smallOptions({ members: [smallMember({ exploration, learningRate })] }),
    );
    assertEquals((await agent.report()).losses, new Float32Array());
    play(agent, [0, 3], 0);
    play(agent, [3, 5], 2);
    const first = await agent.report();
    assertEquals([first.steps, first.updates], [10, 4]);
    assertEquals([first.epsilon, first.learningRate], [0.75, 2 ** -6 * (1 - 3 / 16)]);
    let episodes = 0;
    for (let step = 0; step < 5; step++) {
      const { terminated, truncated } = transitionsOf(agent, step);
      for (const [i, ended] of terminated.entries()) episodes += Number(ended > 0 || truncated[i]! > 0);
    }
    assertEquals(first.episodes, episodes);
    assertEquals([first.losses.length, first.meanQ.length], [4, 4]);
    assert(first.losses.every((loss) => loss > 0), `${first.losses}`);
    agent.update(3);
    assertEquals((await agent.report()).losses.length, 3);
    assertEquals((await agent.report()).losses.length, 0);
  }));

Deno.test("DqnAgent.report() gives the latest losses, however often it was asked", () =>
  withGpu(async (gpu) => {
    const often = await DqnAgent.create(
      gpu,
      smallOptions({ model: perceptron([1, 1]), batch: 2, double: false }),
    );
    const seldom = await DqnAgent.create(
      gpu,
      smallOptions({ model: perceptron([1, 1]), batch: 2, double: false }),
    );
    for (const agent of [often, seldom]) play(agent, [0, 4], 0);
    const all: number[] = [];
    for (let piece = 0; piece < 5; piece++) {
      often.update(1000);
      const { losses } = await often.report();
      assertEquals(losses.length, 1000);
      all.push(...losses);
    }
    seldom.update(5000);
    const { losses } = await seldom.report();
    assertEquals(losses, Float32Array.from(all.slice(-metricsRing)));
    assertEquals(new Set(losses).size > metricsRing / 2, true, "the losses do not differ");
  }));

Deno.test("DqnAgent.report() throws on a loss that is not finite, and names the update", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(
      gpu,
      smallOptions({ capacity: 4, members: [smallMember({ capacity: 4 })], loss: "mse" }),
    );
    play(agent, [0, 3]);
    await agent.report();
    agent.update(2);
    for (let step = 0; step < 2; step++) {
      agent.observe(transitionsOf(agent, step, { rewards: new Float32Array(2).fill(1e30) }));
      agent.update(step); // The ring of four rows holds the large rewards alone when update 6 comes.
    }
    await assertRejects(
      () => agent.report(),
      TrainingError,
      "Training diverged: the loss of update 6 is Infinity, wanted a finite number. The last checkpoint is kept.",
    );
  }));

Deno.test("DqnAgent copies to the target network at the exact step, update or episode", () =>
  withGpu(async (gpu) => {
    for (const target of ["step", "update", "episode"] as const) {
      const member = smallMember({ tau: 1, syncPeriod: 4 });
      const agent = await DqnAgent.create(gpu, smallOptions({ members: [member], target, environments: 1 }));
      let copies = 0;
      let counts = await agent.report();
      let expected = await layersOf(agent, "target");
      for (let step = 0; step < 18; step++) {
        agent.observe(transitionsOf(agent, step));
        // By step or episode, the copy follows all updates of its step: it is there once the next step is observed.
        if (target !== "update") {
          assertEquals(await layersOf(agent, "target"), expected, `${target}, step ${step}`);
        }
        agent.update(step % 3 === 2 ? 1 : 0);
        const now = await agent.report();
        const count = (of: typeof counts) =>
          ({ step: of.steps, update: of.updates, episode: of.episodes })[target];
        const due = Math.floor(count(now) / 4) > Math.floor(count(counts) / 4);
        if (due) expected = await layersOf(agent);
        if (target === "update") {
          assertEquals(await layersOf(agent, "target"), expected, `${target}, step ${step}`);
        }
        copies += Number(due);
        counts = now;
      }
      assertGreater(copies, 0, target);
      agent.dispose();
    }
  }));

Deno.test("DqnAgent.dispose() gives back all its bytes, also with work pending", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions());
    play(agent, [0, 2]);
    await agent.act(new Float32Array(6));
    await agent.getQ(new Float32Array(3));
    play(agent, [2, 4]);
    agent.dispose();
    assertEquals([gpu.bytes, gpu.buffers], [0, 0]);
  }));

Deno.test("DqnAgent.resetCounts() starts the counts and schedules anew, and keeps what was observed", () =>
  withGpu(async (gpu) => {
    const exploration = { kind: "linear", start: 1, end: 0, duration: 10, per: "step" } as const;
    const options = smallOptions({ members: [smallMember({ exploration })] });
    const agent = await DqnAgent.create(gpu, options);
    for (let step = 0; step < 4; step++) agent.observe(transitionsOf(agent, step));
    assert(agent.epsilon < 1);
    const rows = await agent.learner.replay.rows.read();
    agent.resetCounts();
    assertEquals(agent.epsilon, 1);
    const { steps, updates, episodes, epsilon } = await agent.report();
    assertEquals([steps, updates, episodes, epsilon], [0, 0, 0, 1]);
    assertEquals(await agent.learner.replay.rows.read(), rows);
    const [clock] = decodeClocks(await agent.learner.members.read());
    assertEquals(clock!.stored, 4 * agent.environments);
    agent.update(); // There is something to learn from at once.
    assertEquals((await agent.report()).updates, 1);
    agent.observe(transitionsOf(agent, 4)); // It goes behind the others, not over them.
    const after = await agent.learner.replay.rows.read();
    const kept = 4 * agent.environments * agent.learner.replay.layout.row;
    assertEquals(after.slice(0, kept), rows.slice(0, kept));
    agent.dispose();
  }));

Deno.test("DqnAgent takes the last step and update that 32 bits can count, and refuses the next", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions());
    const { environments } = agent;
    const { clock, ...state } = await agent.save({ full: true });
    const counts = [2 ** 32 - 1 - environments, 2 ** 32 - 2, 0];
    agent.load({
      ...state,
      clock: { ...clock!, data: Uint32Array.from(clock!.data).map((word, i) => counts[i] ?? word) },
    });
    play(agent, [0, 1]);
    const wanted = "wanted at most 4294967295, as";
    for (
      const [what, next] of [
        ["steps", () => agent.observe(transitionsOf(agent, 1))],
        ["updates", () => agent.update()],
      ] as const
    ) {
      const message =
        `Cannot go on training: it has come to 4294967295 ${what}, ${wanted} ${what} are counted in 32 bits`;
      assertThrows(next, TrainingError, message);
    }
    const { steps, updates } = decodeClocks(await agent.learner.members.read())[0]!;
    assertEquals([steps, updates], [4294967295, 4294967295]);
    agent.dispose();
  }));
