import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { TrainingError } from "../../src/core/errors.ts";
import type { Due, EndEvent } from "../../src/core/events.ts";
import type { Collector, CollectorReport } from "../../src/train/collector.ts";
import type { MemberOptions } from "../../src/train/member_run.ts";
import { train, trainTogether } from "../../src/train/trainer.ts";
import { evaluationEvent, FakeAgent, FakeCollector, Listener } from "./fakes.ts";

/** Members that go in lock step to the next count of any of them; members of `diverges` do so from that step on. */
class FakePopulation implements Collector {
  readonly members: number;
  /** What each `collect` was given. */
  readonly untils: (Required<Due> | undefined)[][] = [];
  readonly #collectors: FakeCollector[];
  readonly #diverges: ReadonlyMap<number, number>;
  #active: boolean[] = [];

  constructor(members: number, diverges: ReadonlyMap<number, number> = new Map()) {
    this.members = members;
    this.#collectors = Array.from({ length: members }, () => new FakeCollector());
    this.#diverges = diverges;
  }

  async collect(until: readonly (Required<Due> | undefined)[]): Promise<void> {
    this.untils.push([...until]);
    this.#active = until.map((due) => due !== undefined);
    const step = Math.min(...until.map((due) => due ? Math.min(due.step, 10 * due.episode) : Infinity));
    const next = { step, update: Infinity, episode: Infinity };
    for (const [i, one] of this.#collectors.entries()) await one.collect([until[i] && next]);
  }

  async report(): Promise<(CollectorReport | TrainingError)[]> {
    return await Promise.all(this.#collectors.map(async (one, i) => {
      const [report] = await one.report();
      const bad = this.#active[i] && report.steps >= (this.#diverges.get(i) ?? Infinity);
      return bad ? new TrainingError(`member ${i} diverged`) : report;
    }));
  }
}

function member(budget: MemberOptions["budget"], ...callbacks: Listener[]): MemberOptions {
  return { agent: new FakeAgent(), budget, callbacks };
}

/** Ends, and errors by their messages. */
function outcomes(results: readonly (EndEvent | Error)[]): unknown[] {
  return results.map((result) => result instanceof Error ? result.message : [result.step, result.reason]);
}

Deno.test("trainTogether() tells each member what it is told alone, and lets those rest that have ended", async () => {
  const plans = [
    { budget: { steps: 55 }, every: 20 },
    { budget: { episodes: 3 }, every: 50 },
    { budget: { steps: 100 }, every: 25 },
  ];
  const listeners = plans.map(({ every }) => new Listener({ every }));
  const collector = new FakePopulation(3);
  const results = await trainTogether(plans.map(({ budget }, i) => member(budget, listeners[i]!)), collector);
  assertEquals(outcomes(results), [
    [55, "budget of 55 steps"],
    [30, "budget of 3 episodes"],
    [100, "budget of 100 steps"],
  ]);
  for (const [i, { budget, every }] of plans.entries()) {
    const alone = new Listener({ every });
    const end = await train({ ...member(budget, alone), collector: new FakePopulation(1) });
    const own = results[i] as EndEvent;
    assertEquals([own.step, own.update, own.episode, own.reason], [
      end.step,
      end.update,
      end.episode,
      end.reason,
    ]);
    const marks = (listener: Listener) => listener.story.filter((line) => !line.startsWith("progress"));
    assertEquals(marks(listeners[i]!), marks(alone));
    const dues = alone.story.filter((line) => line.startsWith("progress"));
    assert(dues.every((line) => listeners[i]!.story.includes(line)), dues.join());
    assertEquals([listeners[i]!.closed, listeners[i]!.story.at(-1)], [1, "end"]);
  }
  assertEquals(collector.untils.map((until) => until.map((due) => due !== undefined)), [
    ...Array(3).fill([true, true, true]), // To 20, 25, 30.
    ...Array(3).fill([true, false, true]), // To 40, 50, 55.
    ...Array(2).fill([false, false, true]), // To 75, 100.
  ]);
});

Deno.test("trainTogether() ends a member that diverges or whose callback throws, closes it, and goes on", async () => {
  const listeners = [new Listener(), new Listener({ every: 10 }), new Listener()];
  const broken = new Listener({
    every: 30,
    react: ({ step }) => {
      if (step >= 30) throw new TypeError("a callback broke");
    },
  });
  const results = await trainTogether([
    member({ steps: 60 }, listeners[0]!),
    member({ steps: 60 }, listeners[1]!),
    member({ steps: 60 }, broken, listeners[2]!),
  ], new FakePopulation(3, new Map([[1, 20]])));
  assertEquals(outcomes(results), [[60, "budget of 60 steps"], "member 1 diverged", "a callback broke"]);
  assertInstanceOf(results[1], TrainingError);
  assertInstanceOf(results[2], TypeError);
  assertEquals(listeners.map(({ closed }) => closed), [1, 1, 1]);
  assertEquals(listeners[1]!.story.at(-1), "progress 10");
  assertEquals(listeners[0]!.story.slice(-2), ["stop 60", "end"]);
});

Deno.test("trainTogether() ends everyone when collecting fails, and keeps the ends before", async () => {
  const collector = new FakePopulation(2);
  const collect = collector.collect.bind(collector);
  collector.collect = (until) => until[0] ? collect(until) : Promise.reject(new TrainingError("device lost"));
  const listeners = [new Listener(), new Listener()];
  const results = await trainTogether(
    [member({ steps: 20 }, listeners[0]!), member({ steps: 60 }, listeners[1]!)],
    collector,
  );
  assertEquals(outcomes(results), [[20, "budget of 20 steps"], "device lost"]);
  assertEquals(listeners.map(({ closed }) => closed), [1, 1]);
});

Deno.test("Run.stop() and Run.emit() of a member reach that member alone", async () => {
  const listeners = [0, 1].map((i) =>
    new Listener({
      every: 10,
      react: ({ kind, step }, run) => {
        if (i === 1 || kind !== "progress") return;
        run.emit(evaluationEvent(step, [step]));
        if (step === 20) run.stop("enough");
      },
    })
  );
  const budget = { steps: 30 };
  const results = await trainTogether(listeners.map((one) => member(budget, one)), new FakePopulation(2));
  assertEquals(outcomes(results), [[20, "enough"], [30, "budget of 30 steps"]]);
  const evaluations = listeners.map(({ story }) => story.filter((line) => line.startsWith("evaluation")));
  assertEquals(evaluations, [["evaluation 10", "evaluation 20"], []]);
});

Deno.test("trainTogether() tells members at the same time, and the callbacks of one in order", async () => {
  const told: string[] = [];
  const slow = (name: string) => ({
    notify: async ({ kind }: { kind: string }) => {
      told.push(`${name} ${kind}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      told.push(`${name} told`);
    },
  });
  await trainTogether(
    ["a", "b"].map((name) => ({ agent: new FakeAgent(), budget: { steps: 0 }, callbacks: [slow(name)] })),
    new FakePopulation(2),
  );
  assertEquals(told.slice(0, 2), ["a start", "b start"]);
  for (const name of ["a", "b"]) {
    const own = told.filter((line) => line.startsWith(name)).map((line) => line.slice(2));
    assertEquals(own, ["start", "told", "stop", "told", "end", "told"]);
  }
});

Deno.test("trainTogether() interrupts all members, and refuses a collector of others", async () => {
  const signal = AbortSignal.abort();
  const results = await trainTogether([member({ steps: 5 }), member({ steps: 9 })], new FakePopulation(2), {
    signal,
  });
  assertEquals(outcomes(results), [[0, "interrupted"], [0, "interrupted"]]);
  const error = await assertRejects(
    () => trainTogether([member({ steps: 5 })], new FakePopulation(2)),
    RangeError,
  );
  assertStrictEquals(error.message, "Cannot train 1 members: the collector has 2");
});
