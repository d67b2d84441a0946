import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { EvaluationEvent, Interval } from "../../src/core/events.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { EvaluateEvery } from "../../src/train/callbacks/evaluate_every.ts";
import { StopAtThreshold } from "../../src/train/callbacks/stop_at_threshold.ts";
import { hostEvaluator } from "../../src/train/evaluate.ts";
import { HostCollector } from "../../src/train/host_collector.ts";
import { train, type TrainOptions } from "../../src/train/trainer.ts";
import { Counter } from "../envs/toys.ts";
import { FakeAgent, FakeCollector, Listener } from "./fakes.ts";

function evaluateEvery(interval: Interval) {
  return new EvaluateEvery({
    interval,
    episodes: 3,
    seed: 1,
    evaluator: hostEvaluator(() => new Counter(4)),
  });
}

/** The evaluations of a run that evaluates at this interval. */
async function evaluationsOf(
  interval: Interval,
  { budget = { steps: 100 }, callbacks = [], ...rest }: Partial<TrainOptions> = {},
) {
  const listener = new Listener();
  const agent = new FakeAgent();
  const end = await train({
    agent,
    collector: new FakeCollector(),
    budget,
    callbacks: [evaluateEvery(interval), ...callbacks, listener],
    ...rest,
  });
  const events = listener.events.filter((event): event is EvaluationEvent => event.kind === "evaluation");
  return { end, events, steps: events.map(({ step }) => step), agent };
}

Deno.test("EvaluateEvery evaluates at the exact step, update or episode", async () => {
  assertEquals((await evaluationsOf({ every: 25 })).steps, [25, 50, 75, 100]);
  assertEquals((await evaluationsOf({ every: 40, unit: "update" })).steps, [40, 80, 100]);
  assertEquals((await evaluationsOf({ every: 4, unit: "episode" })).steps, [40, 80, 100]);
  assertEquals((await evaluationsOf({ every: 1000 })).steps, [100]);
});

Deno.test("EvaluateEvery takes other start states each time and the same in each run", async () => {
  const returns = (run: { events: EvaluationEvent[] }) => run.events.map((event) => event.evaluation.returns);
  const first = returns(await evaluationsOf({ every: 25 }));
  assertEquals(returns(await evaluationsOf({ every: 25 })), first);
  assert(new Set(first.map(String)).size > 1, `all evaluations gave ${first[0]}`);
});

Deno.test("EvaluateEvery calls a mean the best when none before was higher", async () => {
  const { events } = await evaluationsOf({ every: 5 });
  let best = -Infinity;
  for (const event of events) {
    assertStrictEquals(event.best, event.evaluation.mean >= best);
    best = Math.max(best, event.evaluation.mean);
  }
});

Deno.test("EvaluateEvery adds the time that an evaluation took", async () => {
  const listener = new Listener();
  const run = { agent: new FakeAgent(), progress: { step: 0, update: 0, episode: 0, seconds: 0 } };
  const emit = (event: EvaluationEvent) => listener.notify(event, { ...run, emit: () => {}, stop: () => {} });
  const callback = evaluateEvery({ every: 10 });
  const stop = { kind: "stop", step: 10, update: 10, episode: 1, seconds: 3, reason: "" } as const;
  await callback.notify(stop, { ...run, emit: (event) => emit(event as EvaluationEvent), stop: () => {} });
  assert(listener.events[0]!.seconds > 3, `it ended at ${listener.events[0]!.seconds} s`);
});

Deno.test("StopAtThreshold ends the run at the evaluation that reaches it, which is the last one", async () => {
  const { end, steps } = await evaluationsOf({ every: 20 }, { callbacks: [new StopAtThreshold(0)] });
  assertEquals(steps, [20]);
  assertEquals([end.step, end.reason], [20, "threshold of 0 reached"]);
  const missed = await evaluationsOf({ every: 20 }, { callbacks: [new StopAtThreshold(1e9)] });
  assertStrictEquals(missed.end.reason, "budget of 100 steps");
});

Deno.test("EvaluateEvery spends no evaluation on a run that was interrupted", async () => {
  const controller = new AbortController();
  const interrupt = new Listener({
    react: (event) => event.kind === "progress" && event.step >= 60 && controller.abort(),
  });
  const { end, steps } = await evaluationsOf({ every: 25 }, {
    callbacks: [interrupt],
    collector: new FakeCollector({ chunk: 10 }),
    signal: controller.signal,
  });
  assertEquals([end.reason, end.step, steps], ["interrupted", 60, [25, 50]]);
});

Deno.test("EvaluateEvery does not disturb training", async () => {
  const parameters = async (callbacks: EvaluateEvery[]) => {
    const agent = new FakeAgent(2);
    const environment = new VectorEnvironment(2, () => new Counter(5));
    const rule = { every: 1, unit: "step", updates: 1, warmup: 0 } as const;
    const collector = new HostCollector(agent, environment, { train: rule, seed: 3 });
    await train({ agent, collector, budget: { steps: 200 }, callbacks });
    return agent.parameters;
  };
  assertEquals(await parameters([evaluateEvery({ every: 14 })]), await parameters([]));
});

Deno.test("EvaluateEvery refuses an interval that is not positive", () => {
  const message = "Cannot count an interval: every is 0, wanted a positive number";
  assertThrows(() => evaluateEvery({ every: 0 }), RangeError, message);
});
