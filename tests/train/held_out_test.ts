import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Transitions } from "../../src/agents/agent.ts";
import type { MetricsEvent } from "../../src/core/events.ts";
import { ValidationLoss } from "../../src/train/callbacks/validation_loss.ts";
import { collectTransitions, validationLoss } from "../../src/train/held_out.ts";
import { DivergenceError } from "../../src/core/errors.ts";
import { Counter, faulty, Ring } from "../envs/toys.ts";
import { evaluationEvent, FakeAgent, progressAt } from "./fakes.ts";

const options = { count: 300, seed: 5 };

Deno.test("collectTransitions() keeps whole episodes of random play, with their true last observations", () => {
  const kept = collectTransitions(() => new Counter(5), options);
  assertEquals(kept.actions.length, 300);
  assertEquals(kept.nextMasks, undefined);
  for (let i = 0; i < 300; i++) {
    const [start, steps] = kept.observations.subarray(2 * i, 2 * i + 2);
    assertEquals([...kept.nextObservations.subarray(2 * i, 2 * i + 2)], [start, i % 5 + 1]);
    assertEquals([steps, kept.terminated[i], kept.truncated[i]], [i % 5, i % 5 === 4 ? 1 : 0, 0]);
    assertEquals(kept.rewards[i], kept.actions[i]);
  }
  // 100 of each of three actions wanted, with a standard deviation of 8.2: five of them either way.
  const counts = [0, 1, 2].map((action) => kept.actions.filter((each) => each === action).length);
  assert(counts.every((count) => Math.abs(count - 100) < 41), `actions were taken ${counts} times`);
  assertEquals(new Set(kept.observations.filter((_, i) => i % 2 === 0)).size, 60);
});

Deno.test("collectTransitions() gives the same for the same seed and another for another", () => {
  const kept = collectTransitions(() => new Counter(5), options);
  assertEquals(collectTransitions(() => new Counter(5), options), kept);
  assertNotEquals(collectTransitions(() => new Counter(5), { ...options, seed: 6 }).actions, kept.actions);
});

Deno.test("collectTransitions() takes legal actions only, and keeps the next state's mask", () => {
  const kept = collectTransitions(() => new Counter(5, true), options);
  for (let i = 0; i < 300; i++) {
    if (i % 5 % 2 === 1) assertEquals(kept.actions[i], 1);
    const mask = (i % 5 + 1) % 2 === 0 ? [1, 1, 1] : [0, 1, 0];
    assertEquals([...kept.nextMasks!.subarray(3 * i, 3 * i + 3)], mask);
  }
});

Deno.test("collectTransitions() has one number a row of a Discrete", () => {
  const kept = collectTransitions(() => new Ring(), { count: 20, seed: 1 });
  assertEquals(kept.observations.length, 20);
  for (let i = 0; i < 20; i++) {
    assertEquals(kept.nextObservations[i], (kept.observations[i]! + (kept.actions[i] === 1 ? 1 : 4)) % 5);
  }
});

Deno.test("collectTransitions() refuses a number that is not finite, and names its step", () => {
  const collect = (given: object) =>
    collectTransitions(
      () => faulty({ step: (step, at) => at === 3 ? { ...step, ...given } : step }),
      options,
    );
  assertThrows(
    () => collect({ reward: -Infinity }),
    DivergenceError,
    "Cannot use the reward of environment 0, step 3 of its episode: it is -Infinity",
  );
  assertThrows(
    () => collect({ observation: Float32Array.of(NaN, 0) }),
    DivergenceError,
    "Cannot use the observation of environment 0, step 3 of its episode: it is [NaN, 0]",
  );
});

Deno.test("collectTransitions() refuses a count that is none", () => {
  const message = "Cannot collect transitions: count is 0, wanted a positive integer";
  assertThrows(() => collectTransitions(() => new Ring(), { count: 0, seed: 1 }), RangeError, message);
});

/** Three transitions over states s with Q(s) = [s, 2 s, -s]. */
const transitions: Transitions = {
  observations: Float32Array.of(1, 2, 3),
  actions: Uint32Array.of(0, 1, 2),
  rewards: Float32Array.of(1, 0, 2),
  nextObservations: Float32Array.of(2, 3, 4),
  terminated: Uint8Array.of(0, 0, 1),
  truncated: Uint8Array.of(0, 1, 1),
};
const agent = {
  getQ: (states: Float32Array) =>
    Promise.resolve(Float32Array.from(Array.from(states, (s) => [s, 2 * s, -s]).flat())),
};

Deno.test("validationLoss() is the mean TD loss: truncation bootstraps, termination does not, masks count", async () => {
  // Q(s, a) = 1, 4, -3; targets 1 + 0.5 * 4, 0 + 0.5 * 6, 2; errors 2, -1, 5.
  const [gamma, mse] = [0.5, { kind: "mse" } as const];
  assertAlmostEquals(await validationLoss(agent, transitions, { gamma, loss: mse }), (4 + 1 + 25) / 3);
  const huber = { kind: "huber", delta: 2 } as const;
  assertAlmostEquals(await validationLoss(agent, transitions, { gamma, loss: huber }), (2 + 0.5 + 8) / 3);
  // Only the first and third action: maxima 2 and 3; the mask of a terminal state says nothing. Errors 1, -2.5, 5.
  const masked = { ...transitions, nextMasks: Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 0, 0) };
  assertAlmostEquals(await validationLoss(agent, masked, { gamma, loss: mse }), (1 + 6.25 + 25) / 3);
});

Deno.test("ValidationLoss emits the loss after each evaluation, with the time it took", async () => {
  const callback = new ValidationLoss({ transitions, gamma: 0.5, loss: { kind: "mse" } });
  const emitted: MetricsEvent[] = [];
  const learner = Object.assign(new FakeAgent(), agent);
  const run = {
    agent: learner,
    progress: progressAt(0),
    emit: (event: unknown) => void emitted.push(event as MetricsEvent),
    stop: () => {},
  };
  await callback.notify({ kind: "start", ...progressAt(0) }, run);
  await callback.notify(evaluationEvent(10, [1], { seconds: 3 }), run);
  assertEquals(emitted.map(({ kind, step, values }) => [kind, step, values]), [
    ["metrics", 10, { "validation/loss": 10 }],
  ]);
  assert(emitted[0]!.seconds > 3, `it ended at ${emitted[0]!.seconds} s`);
});
