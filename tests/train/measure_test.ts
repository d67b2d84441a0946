import { assert, assertAlmostEquals, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { EpisodeEvent, MetricsEvent, TrainEvent } from "../../src/core/events.ts";
import type { Run } from "../../src/train/callbacks/callback.ts";
import { EvaluateEvery } from "../../src/train/callbacks/evaluate_every.ts";
import { Measure, metricNames } from "../../src/train/callbacks/measure.ts";
import { WindowMean } from "../../src/train/callbacks/window_mean.ts";
import { hostEvaluator } from "../../src/train/evaluate.ts";
import { train } from "../../src/train/trainer.ts";
import { Counter } from "../envs/toys.ts";
import { evaluationEvent, FakeAgent, FakeCollector, Listener, progressAt, progressEvent } from "./fakes.ts";

/** What a Measure emits of `events`, which it is also told of, as a run does. */
function measured(events: TrainEvent[], every = 10): MetricsEvent[] {
  const measure = new Measure({ interval: { every } });
  const emitted: MetricsEvent[] = [];
  const queue: TrainEvent[] = [];
  const emit = (event: TrainEvent) => void queue.push(event);
  const run: Run = { agent: new FakeAgent(), progress: progressAt(0), emit, stop: () => {} };
  for (const event of events) {
    for (let next: TrainEvent | undefined = event; next; next = queue.shift()) {
      if (next.kind === "metrics") emitted.push(next);
      measure.notify(next, run);
    }
  }
  return emitted;
}

const stop = (step: number): TrainEvent => ({ kind: "stop", ...progressAt(step), reason: "" });
const values = (events: MetricsEvent[], name: string) => events.map((event) => event.values[name]);

function episodeEvent(episode: number, total: number): EpisodeEvent {
  const result = { return: total, length: 1, terminated: true, truncated: false };
  return { kind: "episode", episode, step: episode, ...result, epsilon: 0.05, seconds: 0 };
}

Deno.test("Measure emits a row every interval, at exact steps, and one when training stops", async () => {
  const listener = new Listener();
  const callbacks = [new Measure({ interval: { every: 100 } }), listener];
  const collector = new FakeCollector({ chunk: 30 });
  await train({ agent: new FakeAgent(), collector, budget: { steps: 250 }, callbacks });
  const rows = listener.events.filter((event) => event.kind === "metrics");
  assertEquals(rows.map(({ step, update, episode }) => [step, update, episode]), [
    [100, 100, 10],
    [200, 200, 20],
    [250, 250, 25],
  ]);
  // Losses are the numbers of their updates, mean Q values their negatives: each row has those since the row before.
  assertEquals(values(rows, "loss"), [50.5, 150.5, 225.5]);
  assertEquals(values(rows, "meanQ"), [-50.5, -150.5, -225.5]);
  assertEquals(values(rows, "return100"), [5.5, 10.5, 13]);
  assertEquals(values(rows, "epsilon"), [0.5, 0.5, 0.5]);
  assertEquals(values(rows, "learningRate"), [0.001, 0.001, 0.001]);
  assert(rows.every((row) => row.values["stepsPerSecond"]! > 0));
  assertEquals(listener.events.at(-1)!.kind, "end");
});

Deno.test("Measure emits an evaluation's numbers after a row of its step, once for each", () => {
  const won = evaluationEvent(20, [8, 8]);
  const rows = measured([
    progressEvent(10, 1, [1, 3]),
    evaluationEvent(10, [2, 4]),
    progressEvent(15, 2, [5]),
    evaluationEvent(15, [7]),
    progressEvent(20, 3),
    { ...won, evaluation: { ...won.evaluation, winRate: 0.75 } },
    stop(20),
  ]);
  assertEquals(rows.map(({ step }) => step), [10, 10, 15, 15, 20, 20]);
  assertEquals(values(rows, "loss"), [2, undefined, 5, undefined, undefined, undefined]);
  assertEquals(rows.filter((_, i) => i % 2 === 1).map((row) => row.values), [
    { evaluationMean: 3, evaluationStd: 1, evaluationMin: 2, evaluationMax: 4 },
    { evaluationMean: 7, evaluationStd: 0, evaluationMin: 7, evaluationMax: 7 },
    { evaluationMean: 8, evaluationStd: 0, evaluationMin: 8, evaluationMax: 8, winRate: 0.75 },
  ]);
});

Deno.test("Measure emits a row of its own for further updates of a step, without a speed", () => {
  const rows = measured([
    progressEvent(10, 1, [1]),
    { ...progressEvent(10, 2, [3]), update: 12 },
    { ...evaluationEvent(10, [7], { seconds: 5 }), update: 12 },
    { ...progressEvent(10, 6, [5]), update: 14 },
    { ...progressEvent(20, 8, [7]), update: 24 },
    { ...progressEvent(20, 9, [9]), update: 26 },
    { kind: "stop", ...progressAt(20), update: 26, reason: "" },
  ]);
  assertEquals(rows.map(({ step, update }) => [step, update]), [[10, 10], [10, 12], [10, 12], [20, 24], [
    20,
    26,
  ]]);
  assertEquals(values(rows, "loss"), [1, 3, undefined, 6, 9]);
  // The second ten steps took from 1 s to 8 s, the evaluation's 3 s left out.
  assertEquals(values(rows, "stepsPerSecond"), [10, undefined, undefined, 2.5, undefined]);
});

Deno.test("Measure emits the same whether it stands before or after the evaluation", async () => {
  const emitted = async (first: boolean) => {
    const [measure, listener] = [new Measure({ interval: { every: 20 } }), new Listener()];
    const evaluator = hostEvaluator(() => new Counter(4));
    const evaluate = new EvaluateEvery({ interval: { every: 50 }, episodes: 3, seed: 1, evaluator });
    const callbacks = [...first ? [measure, evaluate] : [evaluate, measure], listener];
    await train({
      agent: new FakeAgent(),
      collector: new FakeCollector(),
      budget: { steps: 110 },
      callbacks,
    });
    return listener.events.filter((event) => event.kind === "metrics").map((event) => {
      const { stepsPerSecond: _, ...rest } = event.values;
      return [event.step, rest];
    });
  };
  const events = await emitted(true);
  assertEquals(await emitted(false), events);
  assertEquals(events.map(([step]) => step), [20, 40, 50, 50, 60, 80, 100, 100, 110, 110]);
});

Deno.test("Measure leaves evaluations, other measuring and the fill-up out of steps per second", () => {
  const own: TrainEvent = { kind: "metrics", ...progressAt(20, 13), values: { mine: 1 } };
  const rows = measured([
    { kind: "fill", ...progressAt(0, 100), done: 10, total: 10 },
    progressEvent(10, 102),
    evaluationEvent(10, [1], { seconds: 107 }),
    progressEvent(20, 108),
    evaluationEvent(20, [1], { seconds: 110 }),
    { ...own, seconds: 113 },
    progressEvent(30, 115),
  ]);
  assertEquals(values(rows, "stepsPerSecond").filter((speed) => speed !== undefined), [5, 10, 5]);
});

Deno.test("Measure gives the learning rate that the latest update had", () => {
  const events = [10, 20, 30].map((step) => ({ ...progressEvent(step, step), learningRate: 2 ** -step }));
  assertEquals(values(measured(events), "learningRate"), [2 ** -10, 2 ** -20, 2 ** -30]);
});

Deno.test("Measure takes the mean return of the last 100 episodes", () => {
  const episodes = Array.from({ length: 150 }, (_, i) => episodeEvent(i + 1, i + 1));
  assertEquals(values(measured([...episodes, progressEvent(150, 1)]), "return100"), [100.5]);
});

Deno.test("Measure emits nothing that is not known", () => {
  assertEquals(measured([evaluationEvent(0, [1]), stop(0)]).map(({ values }) => Object.keys(values)), [
    ["evaluationMean", "evaluationStd", "evaluationMin", "evaluationMax"],
  ]);
  assertEquals(Object.keys(measured([progressEvent(10, 0)])[0]!.values), ["epsilon", "learningRate"]);
});

Deno.test("Measure takes the mean of returns outside over the updates since the row before", () => {
  const progress = (step: number, counts: number[]) => ({
    ...progressEvent(step, step, counts),
    outside: { counts: Float32Array.from(counts), farthest: new Float32Array(counts.length) },
  });
  const rows = measured([progress(4, [1, 0]), progress(10, [5]), progress(20, [0, 3])]);
  assertEquals(rows.map(({ values }) => values["returnsOutside"]), [2, 1.5]);
});

Deno.test("Measure emits no metric that metricNames does not explain", () => {
  const won = evaluationEvent(10, [8]);
  const outside = { counts: Float32Array.of(2), farthest: Float32Array.of(9) };
  const events = [
    episodeEvent(1, 1),
    { ...progressEvent(10, 1, [1]), outside },
    { ...won, evaluation: { ...won.evaluation, winRate: 1 } },
  ];
  const emitted = new Set(measured(events).flatMap(({ values }) => Object.keys(values)));
  assertEquals(emitted, new Set(Object.keys(metricNames).filter((name) => name !== "validation/loss")));
});

Deno.test("Measure refuses an interval that is not positive", () => {
  const message = "Cannot count an interval: every is -5, wanted a positive number";
  assertThrows(() => new Measure({ interval: { every: -5 } }), RangeError, message);
});

Deno.test("WindowMean keeps nothing of what has left the window", () => {
  const mean = new WindowMean(2);
  for (const value of [0.1, 0.2, 0.3, 0, 0]) mean.add(value);
  assertEquals(mean.mean, 0);
});

Deno.test("WindowMean is the mean of the last numbers, however many went before", () => {
  const mean = new WindowMean(3);
  assertStrictEquals(mean.mean, undefined);
  const means = [3, 6, 9, 12, 0].map((value) => {
    mean.add(value);
    return [mean.mean, mean.full];
  });
  assertEquals(means, [[3, false], [4.5, false], [6, true], [9, true], [7, true]]);
  for (let i = 0; i < 10_000; i++) mean.add(1e15 * (i % 7));
  for (const value of [0.1, 0.2, 0.3]) mean.add(value);
  assertAlmostEquals(mean.mean!, 0.2, 1e-15); // The rounding errors of large numbers are forgotten.
});
