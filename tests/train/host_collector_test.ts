import { assert, assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { HostCollector } from "../../src/train/host_collector.ts";
import type { CollectorReport } from "../../src/train/collector.ts";
import type { TrainRule } from "../../src/train/update_rule.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { Counter } from "../envs/toys.ts";
import { FakeAgent } from "./fakes.ts";

const never = { step: Infinity, update: Infinity, episode: Infinity };
const everyStep: TrainRule = { every: 1, unit: "step", updates: 1, warmup: 0 };

interface Options {
  environments?: number;
  rule?: TrainRule;
  slice?: number;
  until?: Partial<typeof never>;
  make?: () => Counter | TimeLimit;
}

/** Collects until a count is reached. */
async function collect(options: Options) {
  const { environments = 1, rule = everyStep, slice, make = () => new Counter(5) } = options;
  const agent = new FakeAgent(environments);
  const vector = new VectorEnvironment(environments, make);
  const settings = { train: rule, seed: 7, ...slice === undefined ? {} : { slice } };
  const collector = new HostCollector(agent, vector, settings);
  const until = { ...never, ...options.until };
  const finished = [];
  let calls = 0;
  for (let done = false; !done; calls++) {
    await collector.collect([until]);
    const [report] = await collector.report();
    finished.push(...report.finished);
    done = report.steps >= until.step || report.updates >= until.update || report.episodes >= until.episode;
  }
  return { agent, finished, calls };
}

Deno.test("HostCollector updates as often as its rule says, with 1 and with 8 environments", async () => {
  const cases: [rule: TrainRule, environments: number, steps: number, updates: number][] = [
    [{ every: 1, unit: "step", updates: 1, warmup: 0 }, 1, 40, 40],
    [{ every: 1, unit: "step", updates: 1, warmup: 0 }, 8, 40, 40],
    [{ every: 1, unit: "step", updates: 1, warmup: 16 }, 1, 40, 25], // at steps 16 to 40
    [{ every: 1, unit: "step", updates: 1, warmup: 16 }, 8, 40, 32], // 8 at each of 16, 24, 32, 40
    [{ every: 4, unit: "step", updates: 2, warmup: 10 }, 1, 40, 16], // at 12, 16, ..., 40
    [{ every: 4, unit: "step", updates: 2, warmup: 10 }, 8, 40, 16],
    [{ every: 12, unit: "step", updates: 5, warmup: 0 }, 8, 40, 15], // at 16, 24 and 40, past 12, 24 and 36
    [{ every: 2, unit: "episode", updates: 3, warmup: 0 }, 1, 40, 12], // 8 episodes of 5
    [{ every: 2, unit: "episode", updates: 3, warmup: 0 }, 8, 80, 24], // 16 episodes of 5
    [{ every: 1, unit: "episode", updates: 1, warmup: 12 }, 1, 40, 6], // the first two end in the warm-up
  ];
  for (const [rule, environments, steps, updates] of cases) {
    const { agent } = await collect({ rule, environments, until: { step: steps } });
    const total = agent.updates.reduce((sum, count) => sum + count, 0);
    assertStrictEquals(total, updates, `${JSON.stringify(rule)} with ${environments}`);
    assertStrictEquals(agent.transitions.length * environments, steps);
  }
});

Deno.test("HostCollector stops at the exact step, update or episode", async () => {
  assertStrictEquals((await collect({ until: { step: 13 } })).agent.transitions.length, 13);
  const rule: TrainRule = { ...everyStep, every: 3 };
  assertStrictEquals((await collect({ rule, until: { update: 4 } })).agent.transitions.length, 12);
  assertStrictEquals((await collect({ until: { episode: 3 } })).agent.transitions.length, 15);
});

Deno.test("HostCollector stores the true final observation and acts on that of the reset", async () => {
  const make = () => new Counter(3);
  const { agent } = await collect({ environments: 2, make, until: { step: 8 } });
  const [last, first] = [agent.transitions[2]!, agent.transitions[3]!];
  const [start0, , start1] = last.observations;
  assertEquals(last.nextObservations, Float32Array.of(start0!, 3, start1!, 3));
  const [fresh0, steps0, fresh1, steps1] = agent.acted[3]!;
  assertEquals([steps0, steps1], [0, 0]);
  assert(fresh0 !== start0 && fresh1 !== start1, "the episode after the end has a start of its own");
  assertEquals(first.observations, agent.acted[3]!);
  assertEquals(first.nextObservations, Float32Array.of(fresh0!, 1, fresh1!, 1));
});

Deno.test("HostCollector keeps truncated and terminated apart", async () => {
  const ends = async (make: () => TimeLimit) => {
    const { agent, finished } = await collect({ make, until: { episode: 1 } });
    const { terminated, truncated } = agent.transitions.at(-1)!;
    const [episode] = finished;
    return [terminated[0], truncated[0], episode!.terminated, episode!.truncated, episode!.length];
  };
  assertEquals(await ends(() => new TimeLimit(new Counter(9), 4)), [0, 1, false, true, 4]);
  assertEquals(await ends(() => new TimeLimit(new Counter(3), 4)), [1, 0, true, false, 3]);
  assertEquals(await ends(() => new TimeLimit(new Counter(4), 4)), [1, 1, true, true, 4]);
});

Deno.test("HostCollector reports each episode once, with the plain sum of its rewards", async () => {
  const { agent, finished } = await collect({ until: { step: 23 }, slice: 0 });
  assertEquals(finished.map(({ episode, step, length }) => [episode, step, length]), [
    [1, 5, 5],
    [2, 10, 5],
    [3, 15, 5],
    [4, 20, 5],
  ]);
  const rewards = agent.transitions.map((transition) => transition.rewards[0]!);
  const sums = [0, 5, 10, 15].map((i) => rewards.slice(i, i + 5).reduce((sum, reward) => sum + reward, 0));
  assertEquals(finished.map((episode) => episode.return), sums);
});

Deno.test("HostCollector gives the same bits however its work is sliced", async () => {
  for (const environments of [1, 8]) {
    const one = await collect({ environments, slice: 1000, until: { step: 400 } });
    const many = await collect({ environments, slice: 0, until: { step: 400 } });
    assert(many.calls >= 400 / environments, `${many.calls} calls`);
    assertLess(one.calls, many.calls);
    assertEquals(many.agent.parameters, one.agent.parameters);
    assertEquals(many.finished, one.finished);
  }
});

Deno.test("HostCollector cuts a burst of updates where one is due, and counts the step after its burst", async () => {
  const rule: TrainRule = { every: 4, unit: "step", updates: 150, warmup: 4 };
  const whole = await collect({ rule, until: { step: 12 } });
  const agent = new FakeAgent();
  const collector = new HostCollector(agent, new VectorEnvironment(1, () => new Counter(5)), {
    train: rule,
    seed: 7,
    slice: 10_000,
  });
  const counts: number[][] = [];
  for (const due of [{ update: 100 }, { update: 333 }, { step: 12 }]) {
    await collector.collect([{ ...never, ...due }]);
    const [{ steps, updates }] = await collector.report();
    counts.push([steps, updates]);
  }
  assertEquals(counts, [[3, 100], [11, 333], [12, 450]]);
  assertEquals(agent.parameters, whole.agent.parameters);
});

/** Collects to the end of random play and then until a count is reached; all reports. */
async function collectFilled(options: Options & { prefill: number }) {
  const { environments = 1, rule = everyStep, slice = 200, make = () => new Counter(5), prefill } = options;
  const agent = new ResettableAgent(environments);
  const vector = new VectorEnvironment(environments, make);
  const collector = new HostCollector(agent, vector, { train: rule, seed: 7, slice, prefill });
  const until = { ...never, ...options.until };
  const reports = [];
  do {
    await collector.collect([until]);
    reports.push(...await collector.report());
  } while (isBefore(reports.at(-1)!, until));
  return { agent, reports };
}

function isBefore({ steps, updates, episodes, fill }: CollectorReport, until: typeof never): boolean {
  return fill !== undefined || steps < until.step && updates < until.update && episodes < until.episode;
}

/** Writes down after how many transitions its counts were put back. */
class ResettableAgent extends FakeAgent {
  readonly resets: number[] = [];

  resetCounts(): void {
    this.resets.push(this.transitions.length);
  }
}

Deno.test("HostCollector plays at random before step 0, of which nothing counts", async () => {
  const { agent, reports } = await collectFilled({ prefill: 300, slice: 0, until: { step: 10 } });
  const fills = reports.filter(({ fill }) => fill);
  assertEquals(fills.map(({ fill }) => fill!.done), Array.from({ length: 300 }, (_, i) => i + 1));
  assert(
    fills.every(({ fill, steps, updates, episodes, finished }) =>
      fill!.total === 300 && steps + updates + episodes + finished.length === 0
    ),
  );
  assertEquals([agent.resets, agent.cuts], [[300], [300]]);
  assertEquals([agent.transitions.length, agent.updates.length, agent.acted.length], [310, 10, 10]);
  const counts = [0, 0, 0];
  for (const { actions } of agent.transitions.slice(0, 300)) counts[actions[0]!]!++;
  assertChiSquare(counts, "actions");
  const ends = reports.flatMap(({ finished }) => finished.map(({ episode, step }) => [episode, step]));
  assertEquals(ends, [[1, 5], [2, 10]]);
});

Deno.test("HostCollector begins after random play as it does without, and not as the random play did", async () => {
  const { agent } = await collectFilled({ prefill: 7, environments: 2, until: { step: 20 } });
  const plain = await collect({ environments: 2, until: { step: 20 } });
  assertEquals(agent.transitions.slice(4), plain.agent.transitions); // 8 steps are the first multiple of 2.
  const [filled, trained] = [agent.transitions[0]!, agent.transitions[4]!];
  assert(filled.observations[0] !== trained.observations[0]);
});

Deno.test("HostCollector that goes on cuts the episodes that begin again", async () => {
  const make = () => {
    const agent = Object.assign(new FakeAgent(2), {
      snapshot: () => Promise.resolve("as it was"),
      restore: () => Promise.resolve(),
    });
    const vector = new VectorEnvironment(2, () => new Counter(5)); // It cannot be saved.
    return { agent, collector: new HostCollector(agent, vector, { train: everyStep, seed: 7 }) };
  };
  const [before, after] = [make(), make()];
  await before.collector.collect([{ ...never, step: 6 }]);
  await before.collector.report();
  const [note] = await after.collector.load(0, (await before.collector.save())!);
  assert(note);
  assertEquals([before.agent.cuts, after.agent.cuts], [[], [0]]);
});

Deno.test("HostCollector reports random play up to its total, and plays legal actions alone", async () => {
  const masked = () => new Counter(5, true);
  const { agent, reports } = await collectFilled({
    prefill: 51,
    slice: 10_000,
    environments: 4,
    make: masked,
    until: { step: 4 },
  });
  assertEquals(reports.map(({ fill }) => fill), [{ done: 51, total: 51 }, undefined]);
  for (const { actions, observations } of agent.transitions.slice(0, 13)) {
    // After an odd number of steps only action 1 is legal.
    actions.forEach((action, i) => assert(observations[2 * i + 1]! % 2 === 0 || action === 1));
  }
});

Deno.test("HostCollector learns before the first episode after random play where its rule counts episodes", async () => {
  const rule: TrainRule = { every: 2, unit: "episode", updates: 150, warmup: 0 };
  const { agent, reports } = await collectFilled({ prefill: 10, rule, slice: 0, until: { step: 12 } });
  const story = reports.filter(({ fill }) => !fill).map(({ steps, updates }) => [steps, updates]);
  assertEquals(story.slice(0, 5), [[0, 64], [0, 128], [0, 150], [1, 150], [2, 150]]);
  assertEquals(story.slice(-5), [[9, 214], [9, 278], [10, 300], [11, 300], [12, 300]]);
  assertEquals([agent.transitions.length, reports.flatMap(({ finished }) => finished).length], [22, 2]);
  const byStep = await collectFilled({ prefill: 10, until: { step: 1 } });
  assertEquals(byStep.agent.updates, [1]);
});
