import { assertEquals, assertInstanceOf } from "@std/assert";
import { DivergenceError } from "../../src/core/errors.ts";
import type { EndEvent, TrainEvent } from "../../src/core/events.ts";
import { type State, StateReader } from "../../src/core/state.ts";
import type { Callback, Run } from "../../src/train/callbacks/callback.ts";
import type { CollectorReport } from "../../src/train/collector.ts";
import { type MemberOptions, MemberRun, type StateKeeper } from "../../src/train/member_run.ts";
import { FakeAgent } from "./fakes.ts";

/** Notes in a log what is asked of it, and may stop the run at a step. */
class Watcher implements Callback {
  #told = 0;

  constructor(readonly name: string, readonly log: string[], readonly stopAt = Infinity) {}

  notify(event: TrainEvent, run: Run): void {
    this.#told++;
    this.log.push(`${this.name} ${event.kind} ${this.#told}`);
    if (event.step >= this.stopAt) run.stop(`${this.name} has seen enough`);
  }

  close(): void {
    this.log.push(`${this.name} close`);
  }

  save(): State {
    return { told: this.#told };
  }

  load(state: State): void {
    this.#told = new StateReader(state, "watcher").count("told");
    this.log.push(`${this.name} load`);
  }
}

/** Keeps every state. */
class Keeper implements StateKeeper {
  kept: State[] = [];

  wants(): boolean {
    return true;
  }

  keep(state: State): Promise<void> {
    this.kept.push(state);
    return Promise.resolve();
  }

  latest(): Promise<State | undefined> {
    return Promise.resolve(this.kept.at(-1));
  }
}

/** A run whose loop has taken `time.now` seconds, and the factors of its learning rate. */
function make(options: Partial<MemberOptions>, time = { now: 0 }) {
  const factors: number[] = [];
  const run = new MemberRun({ agent: new FakeAgent(), budget: { steps: 100 }, ...options }, {
    elapsed: () => time.now,
    signal: undefined,
    save: () => Promise.resolve(null),
    load: () => Promise.resolve([]),
    scaleLearningRate: (factor) => factors.push(factor),
  });
  return { run, factors, time };
}

function reportAt(steps: number, fault?: DivergenceError): CollectorReport {
  const none = new Float32Array();
  const rest = { losses: none, meanQ: none, epsilon: 0.1, learningRate: 0.1, ...fault ? { fault } : {} };
  return { steps, updates: 0, episodes: 0, finished: [], ...rest };
}

Deno.test("MemberRun that goes on gives each of two callbacks of one class its own state", async () => {
  const keeper = new Keeper();
  const log: string[] = [];
  const { run } = make({ keeper, callbacks: [new Watcher("a", [])] });
  await run.start();
  await run.take(reportAt(10));
  const saved = new StateReader(keeper.kept[0]!, "run").children("callbacks");
  assertEquals(saved.length, 1);
  const both = { ...keeper.kept[0] as Record<string, State> };
  both["callbacks"] = [7, 3].map((told) => ({ name: "Watcher", state: { told } }));
  const { run: second } = make({ resume: both, callbacks: [new Watcher("a", log), new Watcher("b", log)] });
  await second.start();
  assertEquals(log, ["a load", "b load", "a start 8", "b start 4"]);
});

Deno.test("MemberRun that a callback has ended stays so, with a larger budget too", async () => {
  const keeper = new Keeper();
  const callbacks = () => [new Watcher("a", [], 10)];
  const { run } = make({ keeper, callbacks: callbacks() });
  await run.start();
  await run.take(reportAt(10));
  await run.endWhenDue();
  assertEquals((run.result as EndEvent).reason, "a has seen enough");
  const { run: second } = make({
    resume: keeper.kept.at(-1)!,
    budget: { steps: 1000 },
    callbacks: [new Watcher("b", [])],
  });
  await second.start();
  const end = second.result as EndEvent | undefined;
  assertEquals([end?.reason, end?.step], ["a has seen enough", 10]);
});

Deno.test("MemberRun that goes back closes its callbacks before they load, and takes up the seconds of the state", async () => {
  const keeper = new Keeper();
  const log: string[] = [];
  const { run, factors, time } = make({ keeper, rollbacks: 2, callbacks: [new Watcher("a", log)] });
  await run.start();
  time.now = 5;
  await run.take(reportAt(10));
  for (const [now, told] of [[8, 3], [12, 4]] as const) {
    time.now = now;
    log.length = 0;
    await run.take(reportAt(20, new DivergenceError("Training diverged")));
    assertEquals(log, [`a progress ${told}`, "a close", "a load", "a start 3"]);
    assertEquals([run.progress.step, run.progress.seconds], [10, 5]);
  }
  time.now = 13;
  await run.take(reportAt(20));
  assertEquals(run.progress.seconds, 6);
  assertEquals(factors, [0.5, 0.25]);
  keeper.kept.pop(); // So that it would go back to the same once more.
  await run.take(reportAt(30, new DivergenceError("Training diverged")));
  assertInstanceOf(run.result, DivergenceError);
  assertEquals(factors.length, 2);
});
