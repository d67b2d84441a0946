import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { Run } from "../../src/train/callbacks/callback.ts";
import { EarlyStopping, type EarlyStoppingOptions } from "../../src/train/callbacks/early_stopping.ts";
import { Measure } from "../../src/train/callbacks/measure.ts";
import { train } from "../../src/train/trainer.ts";
import { evaluationEvent, FakeAgent, FakeCollector, Listener, progressAt, progressEvent } from "./fakes.ts";

/** Logs `values` as `metric`, one a step of 10; the step and reason of the stop, and what was printed. */
function stopOf(values: number[], options: Partial<EarlyStoppingOptions>) {
  const lines: string[] = [];
  const stopping = new EarlyStopping({
    monitor: "metric",
    mode: "min",
    patience: 2,
    print: (line) => void lines.push(line),
    ...options,
  });
  let stopped: string | undefined;
  const stop = (reason: string) => void (stopped ??= reason);
  const run: Run = { agent: new FakeAgent(), progress: progressAt(0), emit: () => {}, stop };
  for (const [i, value] of values.entries()) {
    const step = 10 * (i + 1);
    stopping.notify({ kind: "metrics", ...progressAt(step), values: { metric: value } }, run);
    if (stopped !== undefined) return { step, reason: stopped, lines };
  }
  return { step: undefined, reason: undefined, lines };
}

Deno.test("EarlyStopping stops after so many checks without improvement, in either mode", () => {
  assertEquals(stopOf([5, 4, 4, 3, 6, 3], { patience: 2 }), {
    step: 60,
    reason: "patience of 2 checks over: best metric 3 at step 40",
    lines: [],
  });
  assertStrictEquals(stopOf([5, 4, 4, 3, 6, 2], { patience: 2 }).step, undefined);
  assertStrictEquals(stopOf([5, 6, 6, 7, 1, 7], { mode: "max", patience: 2 }).step, 60);
  assertStrictEquals(stopOf([5, 5], { patience: 1 }).step, 20);
});

Deno.test("EarlyStopping counts a change of minDelta as no improvement, and one above it from the best", () => {
  assertStrictEquals(stopOf([1, 0.75, 0.5], { minDelta: 0.25 }).step, undefined); // 0.5 is better than 1 by more.
  assertStrictEquals(stopOf([1, 0.75, 0.75], { minDelta: 0.25 }).step, 30);
  assertStrictEquals(stopOf([1, 1.25, 1.25], { mode: "max", minDelta: 0.25 }).step, 30);
  assertStrictEquals(stopOf([1, 1.25, 1.5], { mode: "max", minDelta: 0.25 }).step, undefined);
});

Deno.test("EarlyStopping takes NaN for no improvement, also at first", () => {
  assertEquals(stopOf([1, NaN, NaN], {}).reason, "patience of 2 checks over: best metric 1 at step 10");
  assertEquals(stopOf([NaN, NaN], {}).reason, "patience of 2 checks over: no metric that is a number");
  assertStrictEquals(stopOf([NaN, 1, NaN, 0.5], {}).step, undefined);
  assertStrictEquals(stopOf([Infinity, 1, Infinity, 0.5], {}).step, undefined);
});

Deno.test("EarlyStopping stops at once at its threshold", () => {
  assertEquals(stopOf([0.5, 0.9, 0.95], { mode: "max", stoppingThreshold: 0.9 }), {
    step: 20,
    reason: "threshold of 0.9 reached: metric 0.9",
    lines: [],
  });
  assertStrictEquals(stopOf([0.5, 0.4, 0.1], { stoppingThreshold: 0.2 }).step, 30);
  assertStrictEquals(stopOf([NaN, 5], { stoppingThreshold: 0.2 }).step, undefined);
});

Deno.test("EarlyStopping tells each improvement when verbose", () => {
  const { lines } = stopOf([0.5, 0.25, 0.75, 0.125], { verbose: true });
  assertEquals(lines, [
    "metric: 0.5 at step 10",
    "metric improved by 0.25: 0.25 at step 20",
    "metric improved by 0.125: 0.125 at step 40",
  ]);
});

Deno.test("EarlyStopping ends a run, counted each time that the metric is logged", async () => {
  // The loss of the fake is the number of its update: the first row has the best.
  const stopping = new EarlyStopping({ monitor: "loss", mode: "min", patience: 3 });
  const callbacks = [new Measure({ interval: { every: 50 } }), stopping];
  const collector = new FakeCollector({ chunk: 10 });
  const end = await train({ agent: new FakeAgent(), collector, budget: { steps: 1000 }, callbacks });
  assertEquals([end.step, end.reason], [200, "patience of 3 checks over: best loss 25.5 at step 50"]);
});

Deno.test("EarlyStopping tells of a metric that was never logged, once all have seen the end", async () => {
  const listener = new Listener();
  const runWith = (monitor: string, signal?: AbortSignal) =>
    train({
      agent: new FakeAgent(),
      collector: new FakeCollector(),
      budget: { steps: 100 },
      callbacks: [new Measure(), new EarlyStopping({ monitor, mode: "min", patience: 3 }), listener],
      ...signal ? { signal } : {},
    });
  const message =
    'Cannot watch the metric "los": it was never logged, wanted one of stepsPerSecond, epsilon, ' +
    'learningRate, loss, meanQ, return100; did you mean "loss"?';
  await assertRejects(() => runWith("los"), UsageError, message);
  assertStrictEquals(listener.events.at(-1)!.kind, "end");
  assertStrictEquals((await runWith("los", AbortSignal.abort())).reason, "interrupted");
});

Deno.test("EarlyStopping tells of a metric that an evaluation lacks as soon as training goes on", () => {
  const watch = (monitor: string, lengths: number[], logged: Record<string, number> = {}) => {
    const stopping = new EarlyStopping({ monitor, mode: "max", patience: 3 });
    const run: Run = { agent: new FakeAgent(), progress: progressAt(0), emit: () => {}, stop: () => {} };
    const event = evaluationEvent(10, lengths.map(() => 1));
    stopping.notify({ ...event, evaluation: { ...event.evaluation, lengths } }, run);
    const values = { evaluationMean: 1, ...logged };
    stopping.notify({ kind: "metrics", ...progressAt(10), values }, run);
    stopping.notify(progressEvent(20), run);
  };
  const message = (monitor: string) =>
    `Cannot watch the metric "${monitor}": it was never logged, wanted one of evaluationMean`;
  assertThrows(() => watch("winRate", [3, 5]), UsageError, message("winRate"));
  assertThrows(() => watch("validation/loss", [5, 5]), UsageError, message("validation/loss"));
  watch("winRate", [3, 5], { winRate: 0.5 });
  watch("winRate", [5, 5]); // Perhaps all were cut off.
  watch("loss", [3, 5]); // Evaluations have nothing to do with it.
});

Deno.test("EarlyStopping refuses a patience or minDelta that cannot be", () => {
  const options = { monitor: "loss", mode: "min", patience: 0 } as const;
  const patience = "Cannot stop early: patience is 0, wanted a positive integer";
  assertThrows(() => new EarlyStopping(options), RangeError, patience);
  const delta = "Cannot stop early: minDelta is -1, wanted 0 or more";
  assertThrows(() => new EarlyStopping({ ...options, patience: 1, minDelta: -1 }), RangeError, delta);
});
