import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { Learner } from "../../src/learner/learner.ts";
import { assertLearnerFits, type LearnerOptions } from "../../src/learner/options.ts";
import { clockFields, clockRange } from "../../src/ops/member.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { memberState, observeSteps, smallMember, smallOptions, stepRows } from "./small.ts";

const [capacity, batch, epochs] = [40, 8, 3];
const updates = epochs * capacity / batch;

/** What differs between the members of a population. */
const members = [
  smallMember({ capacity }),
  smallMember({ capacity, seed: 77, gamma: 0.5, lambda: 0.9, clipNorm: 0.01 }),
  smallMember({ capacity, seed: 4_000_000_000, gamma: 1, lambda: 0, beta1: 0.5 }),
];

/** Options of a learner of rollouts of 20 steps in 2 environments. */
function rolloutOptions(changes: Partial<LearnerOptions> = {}): LearnerOptions {
  return smallOptions({
    members,
    capacity,
    batch,
    double: false,
    loss: "mse",
    target: "none",
    optimizer: { kind: "radam", amsgrad: false },
    lambdaReturns: true,
    ...changes,
  });
}

/** So many rollouts, and all updates of each. */
function learnRollouts(learner: Learner, count: number, atOnce = updates): void {
  const { gpu, options: { environments } } = learner;
  const steps = capacity / environments;
  for (let rollout = 0; rollout < count; rollout++) {
    observeSteps(learner, rollout * steps, (rollout + 1) * steps);
    gpu.enqueue(learner.prepare);
    for (let done = 0; done < updates; done += atOnce) {
      gpu.enqueue(learner.update, Math.min(atOnce, updates - done));
      gpu.flush();
    }
  }
}

for (const kernelProfile of ["software", "gpu", "wasm"] as const) {
  for (const masked of [false, true]) {
    Deno.test(`Learner of lambda returns: three members are three, ${masked ? "masked" : "unmasked"}, "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const population = new Learner(gpu, rolloutOptions({ masked }));
        learnRollouts(population, 3);
        for (const [member, own] of members.entries()) {
          const alone = new Learner(gpu, rolloutOptions({ members: [own], masked }));
          const start = await memberState(alone);
          learnRollouts(alone, 3, 4);
          const [together, single] = [await memberState(population, member), await memberState(alone)];
          assertEquals(together, single, `member ${member}`);
          assertEquals(single.clock.slice(0, 2), Uint32Array.of(3 * capacity, 3 * updates));
          assertNotEquals(single.online, start.online);
        }
      }, { kernelProfile }));
  }
}

Deno.test("Learner of lambda returns takes them from the online network before the first update, for all updates of a rollout", () =>
  withGpu(async (gpu) => {
    const [own] = members;
    const agent = await DqnAgent.create(gpu, rolloutOptions({ members: [own!] }));
    const { learner } = agent;
    const { layout } = learner.replay;
    const steps = capacity / 2;
    const rows = Array.from({ length: steps }, (_, step) => stepRows(learner, own!.seed, step));
    observeSteps(learner, 0, steps);
    const nexts = rows.flatMap((row) =>
      [0, 1].map((e) => [...row.subarray(e * layout.row + layout.next).subarray(0, layout.width)])
    );
    const q = await agent.getQ(Float32Array.from(nexts.flat()));
    agent.beginUpdates();
    const wanted = new Float64Array(capacity);
    for (let at = capacity - 1; at >= 0; at--) {
      const [, reward, terminated, truncated] = rows[at >> 1]!.subarray(
        at % 2 * layout.row + layout.outcome,
      );
      const value = Math.max(q[2 * at]!, q[2 * at + 1]!);
      const { gamma, lambda } = own!;
      const isLast = at + 2 >= capacity || truncated === 1;
      const follows = isLast ? value : lambda * wanted[at + 2]! + (1 - lambda) * value;
      wanted[at] = reward! + (terminated === 1 ? 0 : gamma * follows);
    }
    const returns = await learner.returns!.read();
    for (const [at, value] of wanted.entries()) assertAlmostEquals(returns[at]!, value, 1e-5, `${at}`);
    gpu.enqueue(learner.update, updates);
    assertEquals(await learner.returns!.read(), returns);
    agent.dispose();
  }));

Deno.test("DqnAgent.lossOf() of an agent of lambda returns is that of one step, as of any other", () =>
  withGpu(async (gpu) => {
    const members = [smallMember({ capacity })];
    const agents = [true, false].map((lambdaReturns) =>
      new DqnAgent(gpu, rolloutOptions({ members, lambdaReturns }))
    );
    const transitions = {
      observations: Float32Array.of(1, 2, 3, -1, 0.5, 2),
      actions: Uint32Array.of(0, 1),
      rewards: Float32Array.of(1, -1),
      nextObservations: Float32Array.of(0.3, 2, -3, 1, 1, 1),
      terminated: new Uint8Array(2),
      truncated: new Uint8Array(2),
    };
    const [found, wanted] = await Promise.all(agents.map((agent) => agent.lossOf(transitions)));
    assertEquals(found, wanted); // Their parameters are the same.
    assert(found! > 0);
    for (const agent of agents) agent.dispose();
  }));

Deno.test("DqnAgent.cutEpisodes() has lambda returns bootstrap where the environments began anew", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, rolloutOptions({ members: [smallMember({ capacity })] }));
    const { learner } = agent;
    const { layout, rows } = learner.replay;
    observeSteps(learner, 0, 5);
    agent.cutEpisodes();
    observeSteps(learner, 5, 20);
    const truncated = (await rows.read()).filter((_, at) => at % layout.row === layout.outcome + 3);
    const before = Array.from({ length: 5 }, (_, step) => stepRows(learner, 5, step)).flatMap((step) =>
      [0, 1].map((e) => step[e * layout.row + layout.outcome + 3]!)
    );
    assertEquals([...truncated.subarray(0, 10)], [...before.slice(0, 8), 1, 1]);
    assertNotEquals(before.slice(8), [1, 1]);
    agent.dispose();
  }));

Deno.test("Learner of lambda returns leaves a member that rests with its returns, and its batch", () =>
  withGpu(async (gpu) => {
    const learner = new Learner(gpu, rolloutOptions());
    learnRollouts(learner, 1);
    const halted = clockRange(learner.members, 1).offset +
      clockFields.findIndex(([name]) => name === "halted");
    const rests = (value: number) => learner.members.write(Uint32Array.of(value), halted);
    const before = await memberState(learner, 1);
    const outcomes = async () => (await learner.batch.outcomes.read()).slice(4 * batch, 8 * batch);
    const learned = await outcomes();
    rests(1);
    gpu.enqueue(learner.prepare);
    gpu.enqueue(learner.update, 3);
    rests(0);
    assertEquals(await outcomes(), learned);
    const { indices: _, ...after } = await memberState(learner, 1);
    assertEquals({ ...before, ...after }, before);
  }));

Deno.test("Learner of lambda returns has no passes but one, and no target network", () =>
  withGpu((gpu) => {
    const learner = new Learner(gpu, rolloutOptions());
    assert(learner.target === learner.online && learner.activations.passes === 1);
    assertEquals(new Learner(gpu, smallOptions()).prepare.length, 0);
    return Promise.resolve();
  }));

Deno.test("assertLearnerFits() refuses rollouts that are no whole steps or minibatches, or that a member has less of", () =>
  withGpu((gpu) => {
    assertLearnerFits(gpu, rolloutOptions());
    for (
      const [changes, message] of [
        [{ batch: 7 }, "a rollout of 40 transitions is learned by 7 and stored by 2, wanted divisors of it"],
        [{ environments: 3 }, "a rollout of 40 transitions is learned by 8 and stored by 3"],
        [
          { members: [smallMember({ capacity: 20 })] },
          "a member's replay capacity is 20, wanted 40, as the rollout is",
        ],
      ] as const
    ) {
      assertThrows(() => assertLearnerFits(gpu, rolloutOptions(changes)), RangeError, message);
    }
    return Promise.resolve();
  }));
