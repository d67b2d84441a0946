import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Agent, Transitions } from "../../src/agents/agent.ts";
import type { MetricsEvent } from "../../src/core/events.ts";
import { ValidationLoss } from "../../src/train/callbacks/validation_loss.ts";
import { collectTransitions } from "../../src/train/held_out.ts";
import { UsageError } from "../../src/core/errors.ts";
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

Deno.test("collectTransitions() takes legal actions only, and keeps the masks of both states", () => {
  const kept = collectTransitions(() => new Counter(5, true), options);
  for (let i = 0; i < 300; i++) {
    if (i % 5 % 2 === 1) assertEquals(kept.actions[i], 1);
    const maskAt = (step: number) => step % 2 === 0 ? [1, 1, 1] : [0, 1, 0];
    const [own, next] = [kept.masks!, kept.nextMasks!].map((masks) => [...masks.subarray(3 * i, 3 * i + 3)]);
    assertEquals([own, next], [maskAt(i % 5), maskAt(i % 5 + 1)]);
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
    UsageError,
    "Cannot use the reward of environment 0, step 3 of its episode: it is -Infinity",
  );
  assertThrows(
    () => collect({ observation: Float32Array.of(NaN, 0) }),
    UsageError,
    "Cannot use the observation of environment 0, step 3 of its episode: it is [NaN, 0]",
  );
});

Deno.test("collectTransitions() refuses a count that is none", () => {
  const message = "Cannot collect transitions: count is 0, wanted a positive integer";
  assertThrows(() => collectTransitions(() => new Ring(), { count: 0, seed: 1 }), RangeError, message);
});

Deno.test("ValidationLoss emits the loss after each evaluation, with the time it took", async () => {
  const transitions = collectTransitions(() => new Ring(), { count: 20, seed: 1 });
  const callback = new ValidationLoss({ transitions });
  const emitted: MetricsEvent[] = [];
  const lossOf = (given: Transitions) => Promise.resolve(given === transitions ? 10 : NaN);
  const run = (agent: Agent) => ({
    agent,
    progress: progressAt(0),
    emit: (event: unknown) => void emitted.push(event as MetricsEvent),
    stop: () => {},
  });
  const learning = Object.assign(new FakeAgent(), { lossOf });
  await callback.notify({ kind: "start", ...progressAt(0) }, run(learning));
  await callback.notify(evaluationEvent(10, [1], { seconds: 3 }), run(learning));
  const mute: Agent = Object.assign(new FakeAgent(), { lossOf: undefined });
  await callback.notify(evaluationEvent(20, [1], { seconds: 4 }), run(mute));
  assertEquals(emitted.map(({ kind, step, values }) => [kind, step, values]), [
    ["metrics", 10, { "validation/loss": 10 }],
  ]);
  assert(emitted[0]!.seconds > 3, `it ended at ${emitted[0]!.seconds} s`);
});
