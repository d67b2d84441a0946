import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import type { TrainEvent } from "../../src/core/events.ts";
import type { Callback } from "../../src/train/callbacks/callback.ts";
import type { Budget } from "../../src/train/member_run.ts";
import { train, type TrainOptions } from "../../src/train/trainer.ts";
import { evaluationEvent, FakeAgent, FakeCollector, Listener } from "./fakes.ts";

async function run(options: Partial<TrainOptions> & { budget: Budget }) {
  const listener = new Listener();
  const callbacks = [...options.callbacks ?? [], listener];
  const agent = new FakeAgent();
  const end = await train({ agent, collector: new FakeCollector(), ...options, callbacks });
  return { end, listener };
}

Deno.test("train() stops at the exact step or episode of its budget, and says so", async () => {
  const cases: [Budget, number, string][] = [
    [{ steps: 123 }, 123, "budget of 123 steps"],
    [{ episodes: 7 }, 70, "budget of 7 episodes"],
    [{ steps: 60, episodes: 7 }, 60, "budget of 60 steps"],
    [{ steps: 80, episodes: 7, seconds: 1000 }, 70, "budget of 7 episodes"],
    [{ steps: 0 }, 0, "budget of 0 steps"],
  ];
  for (const [budget, step, reason] of cases) {
    for (const chunk of [1, 9, Infinity]) {
      const { end } = await run({ budget, collector: new FakeCollector({ chunk }) });
      assertEquals([end.step, end.reason], [step, reason]);
    }
  }
});

Deno.test("train() stops when its seconds are over", async () => {
  const { end } = await run({ budget: { seconds: 0.05 } });
  assertStrictEquals(end.reason, "budget of 0.05 seconds");
  assert(end.seconds >= 0.05 && end.seconds < 2, `it took ${end.seconds} s`);
});

Deno.test("train() refuses an empty budget and one that is no count, and closes its callbacks", async () => {
  const cases: [Budget, string][] = [
    [{}, "Cannot train: the budget is empty, wanted steps, episodes or seconds"],
    [{ steps: NaN }, "Cannot train: the budget is NaN steps, wanted 0 or more"],
    [{ steps: 5, episodes: -1 }, "Cannot train: the budget is -1 episodes, wanted 0 or more"],
  ];
  for (const [budget, message] of cases) {
    const listener = new Listener();
    await assertRejects(() => run({ budget, callbacks: [listener] }), RangeError, message);
    assertEquals([listener.events, listener.closed], [[], 1]);
  }
});

Deno.test("train() tells episodes before progress, and all callbacks in order", async () => {
  const { listener } = await run({ budget: { steps: 25 }, collector: new FakeCollector({ chunk: 20 }) });
  assertEquals(listener.story, [
    "start",
    "episode 1",
    "episode 2",
    "progress 20",
    "progress 25",
    "stop 25",
    "end",
  ]);
  const told: string[] = [];
  const callbacks = ["a", "b"].map((name) => ({
    notify: async ({ kind }: TrainEvent) => {
      await new Promise((resolve) => setTimeout(resolve, name === "a" ? 2 : 0));
      told.push(`${name} ${kind}`);
    },
  }));
  await run({ budget: { steps: 1 }, callbacks });
  assertEquals(told, ["start", "progress", "stop", "end"].flatMap((kind) => [`a ${kind}`, `b ${kind}`]));
});

Deno.test("train() cuts its chunks where callbacks are due, and its seconds never go back", async () => {
  const callbacks = [new Listener({ every: 30 }), new Listener({ every: 50 })];
  const { listener } = await run({ budget: { steps: 120 }, callbacks });
  const progress = listener.events.filter(({ kind }) => kind === "progress");
  assertEquals(progress.map(({ step }) => step), [30, 50, 60, 90, 100, 120]);
  const seconds = listener.events.map((event) => event.seconds);
  assertEquals(seconds, seconds.toSorted((a, b) => a - b));
});

Deno.test("Run.emit() tells everyone, after the event at hand", async () => {
  const react: NonNullable<ConstructorParameters<typeof Listener>[0]>["react"] = ({ kind, seconds }, run) => {
    if (kind === "progress" || kind === "stop") {
      run.emit(evaluationEvent(run.progress.step, [1], { seconds }));
    }
  };
  const emitter = new Listener({ react });
  const { listener } = await run({ budget: { steps: 5 }, callbacks: [emitter] });
  const story = ["start", "progress 5", "evaluation 5", "stop 5", "evaluation 5", "end"];
  assertEquals(listener.story, story);
  assertEquals(emitter.story, story);
});

Deno.test("Run.stop() ends the run after the chunk; the first reason stands", async () => {
  const react: NonNullable<ConstructorParameters<typeof Listener>[0]>["react"] = (event, run) => {
    if (event.kind !== "episode" || event.episode !== 3) return;
    run.stop("enough");
    run.stop("too late");
  };
  const { end, listener } = await run({
    budget: { steps: 1000 },
    collector: new FakeCollector({ chunk: 15 }),
    callbacks: [new Listener({ react })],
  });
  assertEquals([end.step, end.reason], [30, "enough"]);
  assertStrictEquals(listener.events.at(-1), end);
  const atOnce = new Listener({ react: (_, run) => run.stop("") });
  assertEquals((await run({ budget: { steps: 10 }, callbacks: [atOnce] })).end.step, 0);
});

Deno.test("Run.emit() and Run.stop() work when taken by themselves", async () => {
  const callback: Callback = {
    notify(event, { emit, stop }) {
      if (event.kind !== "progress") return;
      emit(evaluationEvent(event.step, [3]));
      stop("enough");
    },
  };
  const { end, listener } = await run({ budget: { steps: 100 }, callbacks: [callback] });
  assertEquals(end.reason, "enough");
  assert(listener.events.some(({ kind }) => kind === "evaluation"));
});

Deno.test("train() ends cleanly when its signal is aborted, before or while it runs", async () => {
  const aborted = await run({ budget: { steps: 10 }, signal: AbortSignal.abort() });
  assertEquals([aborted.end.step, aborted.end.reason], [0, "interrupted"]);
  assertEquals(aborted.listener.story, ["start", "stop 0", "end"]);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  const { end, listener } = await run({ budget: { steps: 1e9 }, signal: controller.signal, collector: slow });
  assertStrictEquals(end.reason, "interrupted");
  assertEquals(listener.closed, 1);
});

/** Steps one by one, so that a run takes time. */
const slow = new FakeCollector({ chunk: 1 });

Deno.test("train() closes every callback once, whoever throws, and throws the first error", async () => {
  const closed: string[] = [];
  const broken = (name: string, kind?: string) => ({
    notify(event: TrainEvent) {
      if (event.kind === kind) throw new TypeError(`${name} broke`);
    },
    close() {
      closed.push(name);
      throw new Error(`${name} did not close`);
    },
  });
  const attempt = (kind?: string) => {
    closed.length = 0;
    return run({ budget: { steps: 5 }, callbacks: [broken("a", kind), broken("b")] });
  };
  for (const kind of ["start", "progress", "stop", "end"]) {
    await assertRejects(() => attempt(kind), TypeError, "a broke");
    assertEquals(closed, ["a", "b"]);
  }
  await assertRejects(() => attempt(), Error, "a did not close");
  assertEquals(closed, ["a", "b"]);
});

Deno.test("train() closes its callbacks when collecting fails", async () => {
  const listener = new Listener();
  const collector = new FakeCollector();
  collector.collect = () => Promise.reject(new RangeError("no more"));
  await assertRejects(
    () => run({ budget: { steps: 5 }, collector, callbacks: [listener] }),
    RangeError,
    "no more",
  );
  assertEquals([listener.story, listener.closed], [["start"], 1]);
});

Deno.test("train() tells of random play instead of progress while it lasts", async () => {
  const collector = new FakeCollector();
  const fills = [{ done: 40, total: 90 }, { done: 90, total: 90 }];
  const plain = { collect: collector.collect.bind(collector), report: collector.report.bind(collector) };
  const empty = { ...(await plain.report())[0], finished: [] };
  let left = fills.length;
  collector.collect = (until) => left > 0 ? Promise.resolve() : plain.collect(until);
  collector.report = () =>
    left > 0 ? Promise.resolve([{ ...empty, fill: fills[fills.length - left--]! }]) : plain.report();
  const { listener } = await run({ budget: { steps: 9 }, collector });
  assertEquals(listener.story, ["start", "fill 0", "fill 0", "progress 9", "stop 9", "end"]);
  const told = listener.events.filter((event) => event.kind === "fill");
  assertEquals(told.map(({ done, total, step, update }) => [done, total, step, update]), [
    [40, 90, 0, 0],
    [90, 90, 0, 0],
  ]);
});

Deno.test("train() gives timers a turn, however short its chunks", async () => {
  const controller = new AbortController();
  let ticks = 0;
  const timer = setInterval(() => ++ticks === 2 && controller.abort(), 10);
  const collector = new FakeCollector({ chunk: 1 });
  const { end } = await run({ budget: { seconds: 20 }, signal: controller.signal, collector });
  clearInterval(timer);
  assertStrictEquals(end.reason, "interrupted");
});
