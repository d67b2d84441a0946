import { assertEquals, assertGreater, assertNotEquals, assertRejects } from "@std/assert";
import type { Transitions } from "../../src/agents/agent.ts";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { DqnMember } from "../../src/agents/dqn_member.ts";
import { Random } from "../../src/core/random.ts";
import { Learner } from "../../src/learner/learner.ts";
import { implicitHead } from "../../src/ops/distributional.ts";
import { perceptron } from "../../src/ops/model.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { memberState, observeSteps, smallMember, smallOptions } from "../learner/small.ts";
import { tdLoss, tdTarget } from "../ops/oracle.ts";
import { uniform } from "../ops/random_values.ts";
import { assertWithin, exact } from "../ops/tolerance.ts";

const [width, actions] = [3, 4];

/** Transitions as an environment gives them, some of which end an episode. */
function heldOut(count: number, masked: boolean): Transitions {
  const random = new Random(count);
  const below = (most: number) => Array.from({ length: count }, () => random.below(most));
  return {
    observations: uniform(count * width, random),
    actions: Uint32Array.from(below(actions)),
    rewards: uniform(count, random),
    nextObservations: uniform(count * width, random),
    terminated: Uint8Array.from(below(3), (word) => Number(word === 0)),
    truncated: Uint8Array.from(below(3), (word) => Number(word === 0)),
    ...masked
      ? {
        nextMasks: Uint8Array.from({ length: count * actions }, (_, at) =>
          at % actions === 1 ? 1 : random.below(2)),
      }
      : {},
  };
}

/** Two members of other discounts and losses, after some updates; no target network is at its online one. */
const members = [{ gamma: 0.5, huberDelta: 0.25 }, { gamma: 0.9, huberDelta: 0.1 }].map((own, seed) =>
  smallMember({ ...own, seed, tau: 1, syncPeriod: 1000 })
);

for (
  const [loss, double, masked] of [["huber", true, false], ["huber", false, true], [
    "mse",
    true,
    true,
  ]] as const
) {
  Deno.test(`DqnMember.lossOf() is its loss where the online network rates s', too: ${loss}, double ${double}, masked ${masked}`, () =>
    withGpu(async (gpu) => {
      const model = perceptron([width, 9, actions]);
      const learner = new Learner(gpu, smallOptions({ members, model, loss, double, masked }));
      observeSteps(learner, 0, 12);
      const agents = members.map((_, index) => new DqnMember(learner, index));
      const told: number[] = [];
      for (const count of [1, 30, 30, 500]) {
        gpu.enqueue(learner.update, 3);
        const before = await Promise.all(agents.map(({ index }) => memberState(learner, index)));
        const transitions = heldOut(count, masked);
        const { rewards, terminated, nextMasks } = transitions;
        for (const [i, agent] of agents.entries()) {
          const found = await agent.lossOf(transitions);
          const [q, next] = [transitions.observations, transitions.nextObservations].map((of) =>
            agent.getQ(of)
          );
          const { gamma, huberDelta } = members[i]!;
          const target = exact(await next!);
          const targets = tdTarget({ target, select: target }, {
            returns: rewards,
            discounts: Array.from(terminated, (end) => end ? 0 : gamma),
            ...nextMasks ? { masks: nextMasks } : {},
          }, actions);
          const { metrics } = tdLoss({ targets, q: exact(await q!) }, {
            actions: transitions.actions,
            weights: rewards.map(() => 1),
          }, { actions, ...loss === "huber" ? { delta: huberDelta } : {} });
          const first = { value: metrics.value.slice(0, 1), error: metrics.error.slice(0, 1) };
          assertWithin(Float32Array.of(found), first, `${count} transitions, member ${i}`);
          assertEquals(await agent.lossOf(transitions), found);
          told.push(found);
        }
        assertEquals(await Promise.all(agents.map(({ index }) => memberState(learner, index))), before);
      }
      assertEquals(new Set(told).size, told.length);
    }));
}

Deno.test("DqnAgent.lossOf() is of the parameters as they are now, and refuses transitions of another environment", () =>
  withGpu(async (gpu) => {
    const agent = await DqnAgent.create(gpu, smallOptions({ model: perceptron([width, actions]) }));
    const transitions = heldOut(20, false);
    observeSteps(agent.learner, 0, 12);
    const [before, again] = await Promise.all([agent.lossOf(transitions), agent.lossOf(heldOut(20, false))]);
    assertEquals(again, before);
    gpu.enqueue(agent.learner.update);
    assertNotEquals(await agent.lossOf(transitions), before);
    const wrong = { ...transitions, observations: new Float32Array(20) };
    await assertRejects(() => agent.lossOf(wrong), RangeError, "observations hold 20 numbers, wanted 60");
    agent.dispose();
    assertEquals([gpu.bytes, gpu.buffers], [0, 0]);
  }));

Deno.test("DqnAgent.lossOf() draws fractions of implicit quantiles once and for all", () =>
  withGpu(async (gpu) => {
    const head = implicitHead({
      quantiles: 3,
      targetQuantiles: 2,
      actionQuantiles: 4,
      cosines: 5,
      kappa: 1,
    });
    const agent = await DqnAgent.create(gpu, smallOptions({ model: perceptron([width, 6, actions], head) }));
    const transitions = heldOut(20, false);
    const losses = [];
    for (let i = 0; i < 3; i++) losses.push(await agent.lossOf(transitions));
    assertEquals(losses.slice(1), [losses[0], losses[0]]);
    assertGreater(losses[0]!, 0);
    agent.dispose();
    assertEquals([gpu.bytes, gpu.buffers], [0, 0]);
  }));
