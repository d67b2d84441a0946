import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { TabularAgent } from "../../src/agents/tabular.ts";
import { TrainingError } from "../../src/core/errors.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { constant, rounded, type Row, setTable, smallAgent, step } from "./tabular_setup.ts";

const rows = [[1, 2], [4, 8], [0, 0]];

Deno.test("TabularAgent.update() moves one entry by alpha times the TD error", async () => {
  const agent = setTable(smallAgent(), rows);
  agent.observe(step([0, 1, 3, 1]));
  agent.update(1);
  // y = 3 + 0.9 * 8 = 10.2, and Q(0, 1) = 2 + 0.5 (10.2 - 2) = 6.1
  assertEquals(agent.table, rounded(1, 6.1, 4, 8, 0, 0));
  const { losses, meanQ, steps, updates, episodes, learningRate, epsilon } = await agent.report();
  assertEquals([losses, meanQ], [rounded(8.2 ** 2), rounded(2)]);
  assertEquals([steps, updates, episodes, learningRate, epsilon], [1, 1, 0, 0.5, 0]);
});

Deno.test("TabularAgent.update() bootstraps where an episode was cut off, not where the task was over", () => {
  const targets = (["cut", "terminal"] as const).map((ends) => {
    const agent = setTable(smallAgent({ alpha: constant(1) }), rows);
    agent.observe(step([0, 0, 3, 1, ends]));
    agent.update();
    return agent.table[0]!;
  });
  assertEquals(targets, [Math.fround(3 + 0.9 * 8), 3]);
});

Deno.test("TabularAgent.update() takes the maximum over legal actions alone", () => {
  const agent = setTable(smallAgent({ alpha: constant(1), environments: 2, masked: true }), rows);
  agent.observe({ ...step([0, 0, 3, 1], [0, 1, 3, 1]), nextMasks: Uint8Array.of(1, 0, 0, 1) });
  agent.update(2);
  assertEquals(agent.table.slice(0, 2), rounded(3 + 0.9 * 4, 3 + 0.9 * 8));
});

Deno.test("TabularAgent.update() looks at the mask of each of several steps", () => {
  const agent = setTable(smallAgent({ alpha: constant(1), environments: 2, masked: true }), rows);
  agent.observe({ ...step([2, 0, 3, 0], [2, 0, 3, 0]), nextMasks: Uint8Array.of(1, 1, 1, 1) });
  agent.observe({ ...step([0, 0, 3, 1], [0, 1, 3, 1]), nextMasks: Uint8Array.of(1, 0, 0, 1) });
  agent.update();
  assertEquals(agent.table.slice(0, 2), rounded(3 + 0.9 * 4, 3 + 0.9 * 8));
});

Deno.test("TabularAgent.update() learns from each transition once, in order", () => {
  const steps: Row[][] = [[[0, 0, 1, 1], [1, 0, 2, 0]], [[0, 0, 4, 0], [0, 0, 0, 2]]];
  const learn = (counts: number[]) => {
    const agent = smallAgent({ environments: 2 });
    for (const rows of steps) agent.observe(step(...rows));
    for (const count of counts) agent.update(count);
    return agent.table.slice(0, 3);
  };
  let [q00, q10] = [0, 0];
  q00 = Math.fround(q00 + 0.5 * (1 + 0.9 * q10 - q00));
  q10 = Math.fround(q10 + 0.5 * (2 + 0.9 * q00 - q10));
  q00 = Math.fround(q00 + 0.5 * (4 + 0.9 * q00 - q00));
  const three = Math.fround(q00);
  q00 = Math.fround(q00 + 0.5 * (0 - q00));
  assertEquals(learn([4]), rounded(q00, 0, q10));
  assertEquals(learn([1, 3]), learn([4]));
  assertEquals(learn([3]), rounded(three, 0, q10));
  // After the last transition comes the first one again.
  q00 = Math.fround(q00 + 0.5 * (1 + 0.9 * q10 - q00));
  assertEquals(learn([2, 3]), rounded(q00, 0, q10));
});

Deno.test("TabularAgent.update() without a count learns from all, and a later step begins anew", async () => {
  const agent = smallAgent({ environments: 2, alpha: constant(1) });
  agent.observe(step([0, 0, 5, 2], [0, 1, 6, 2]));
  agent.update();
  agent.observe(step([1, 0, 7, 2], [1, 1, 8, 2]));
  agent.update(1);
  agent.observe(step([2, 0, 9, 2, "terminal"], [2, 1, 9, 2, "terminal"]));
  agent.update();
  assertEquals(agent.table, rounded(5, 6, 7, 0, 9, 9));
  const { updates, steps, episodes } = await agent.report();
  assertEquals([updates, steps, episodes], [5, 6, 2]);
});

Deno.test("TabularAgent.lossOf() is the mean squared TD error, of legal actions alone, and changes nothing", async () => {
  const agent = setTable(smallAgent({ actions: 3, gamma: 0.5 }), [[1, 2, -1], [2, 4, -2], [4, 8, -4]]);
  const before = await agent.snapshot();
  // Q(s, a) = 1, 4, -4; targets 1 + 0.5 * 4, 0 + 0.5 * 8, 2; errors 2, 0, 6.
  const transitions = step([0, 0, 1, 1], [1, 1, 0, 2, "cut"], [2, 2, 2, 2, "terminal"]);
  assertEquals(await agent.lossOf(transitions), (4 + 0 + 36) / 3);
  // Only the first and third action: maxima 2 and 4; the mask of a terminal state says nothing. Errors 1, -2, 6.
  const nextMasks = Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 0, 0);
  assertEquals(await agent.lossOf({ ...transitions, nextMasks }), (1 + 4 + 36) / 3);
  assertEquals(await agent.snapshot(), before);
});

Deno.test("TabularAgent.update() refuses to learn from nothing", () => {
  const message = "Cannot update: nothing has been observed, wanted a transition";
  assertThrows(() => smallAgent().update(), Error, message);
});

Deno.test("TabularAgent.act() is greedy over legal actions; ties go to the lowest index", () => {
  const agent = smallAgent({ actions: 3, environments: 3 });
  setTable(agent, [[-3, -1, -1], [5, 5, 5], [-2, -4, -2]]);
  const states = Float32Array.of(0, 1, 2);
  assertEquals(agent.act(states), Uint32Array.of(1, 0, 0));
  assertEquals(agent.act(states, Uint8Array.of(1, 0, 1, 0, 1, 1, 0, 1, 0)), Uint32Array.of(2, 1, 1));
  assertEquals(agent.policy(2).act(Float32Array.of(2, 0)), Uint32Array.of(0, 1));
  assertEquals(agent.policy(1).act(Float32Array.of(2), Uint8Array.of(0, 1, 1)), Uint32Array.of(2));
});

Deno.test("TabularAgent.act() explores in each environment on its own, uniformly over the legal actions", () => {
  const [environments, actions, steps, epsilon] = [50, 4, 400, 0.3];
  const agent = smallAgent({ states: 1, actions, environments, exploration: constant(epsilon) });
  setTable(agent, [[0, 0, 9, 0]]);
  const states = new Float32Array(environments);
  const masks = Uint8Array.from({ length: environments * actions }, (_, i) => Number(i % actions !== 1));
  const chosen = [0, 0, 0, 0];
  const explored = Array.from({ length: environments + 1 }, () => 0);
  for (let i = 0; i < steps; i++) {
    const acted = agent.act(states, masks);
    for (const action of acted) chosen[action]!++;
    explored[acted.filter((action) => action !== 2).length]!++;
    agent.observe(step(...Array.from(acted, (action): Row => [0, action, 0, 0])));
  }
  assertChiSquare(chosen, "actions", [epsilon / 3, 0, 1 - 2 * epsilon / 3, epsilon / 3]);
  // How many of 50 leave the greedy action is binomial, as 50 coins say; one coin for all would give 0 or about 33.
  const p = 2 * epsilon / 3;
  const mean = explored.reduce((sum, count, k) => sum + count * k, 0) / steps;
  const variance = explored.reduce((sum, count, k) => sum + count * (k - mean) ** 2, 0) / steps;
  const expected = environments * p * (1 - p);
  // The sample variance of `steps` near-normal counts has the relative deviation sqrt(2 / steps); five of them.
  assert(Math.abs(variance / expected - 1) < 5 * Math.sqrt(2 / steps), `${variance}, wanted ${expected}`);
});

Deno.test("TabularAgent.act() gives the same actions for the same seed and others for another", () => {
  const play = (seed: number) => {
    const agent = smallAgent({ seed, actions: 7, environments: 5, exploration: constant(0.8) });
    const all: number[] = [];
    for (let i = 0; i < 40; i++) {
      const acted = agent.act(new Float32Array(5).fill(i % 3));
      all.push(...acted);
      agent.observe(step(...Array.from(acted, (action): Row => [i % 3, action, action, (i + 1) % 3])));
      agent.update();
    }
    return [all, [...agent.table]];
  };
  assertEquals(play(3), play(3));
  assert(play(3)[0]!.join() !== play(4)[0]!.join());
});

Deno.test("TabularAgent follows its schedules by step, update and episode", async () => {
  const falling = (per: "step" | "update" | "episode") =>
    ({ kind: "linear", start: 1, end: 0, duration: 4, per }) as const;
  const agent = smallAgent({ alpha: falling("update"), exploration: falling("episode"), environments: 2 });
  agent.observe(step([0, 0, 8, 0, "terminal"], [1, 0, 8, 0]));
  agent.update();
  agent.observe(step([2, 0, 8, 0, "cut"], [2, 1, 8, 0, "terminal"]));
  assertEquals(agent.epsilon, 0.25);
  agent.update(1);
  const target = 8 + 0.9 * 8;
  assertEquals(agent.table, rounded(8, 0, 0.75 * target, 0, 0.5 * target, 0));
  const { learningRate, epsilon } = await agent.report();
  assertEquals([learningRate, epsilon], [0.25, 0.25]);
  assertEquals(smallAgent({ exploration: falling("step") }).epsilon, 1);
});

Deno.test("TabularAgent.report() has the latest 4,096 squared TD errors, each once", async () => {
  const agent = smallAgent({ alpha: constant(0.5), gamma: 0 });
  for (let i = 0; i < 5000; i++) {
    agent.observe(step([0, 0, i % 7, 0]));
    agent.update();
  }
  const { losses, meanQ, updates } = await agent.report();
  assertEquals([losses.length, meanQ.length, updates], [4096, 4096, 5000]);
  let q = 0;
  const expected: number[] = [];
  for (let i = 0; i < 5000; i++) {
    if (i >= 904) expected.push((i % 7 - q) ** 2);
    q = Math.fround(q + 0.5 * (i % 7 - q));
  }
  assertEquals(losses, rounded(...expected));
  assertEquals((await agent.report()).losses.length, 0);
});

Deno.test("TabularAgent.report() and save() refuse values that are not finite", async () => {
  const agent = smallAgent({ alpha: constant(1e30), gamma: 0 });
  for (let i = 0; i < 3; i++) {
    agent.observe(step([0, 0, 1, 0]));
    agent.update();
  }
  const found = "Training diverged: the squared TD error of update 2 is Infinity, wanted a finite number.";
  await assertRejects(() => agent.report(), TrainingError, found);
  agent.table[0] = NaN;
  await assertRejects(() => agent.save(), TrainingError, "Cannot save q: a value is not finite.");
});

Deno.test("TabularAgent refuses states and arrays that do not fit, with both values", async () => {
  const agent = smallAgent({ environments: 2, masked: true });
  const masks = new Uint8Array(4).fill(1);
  const wrong = "Cannot look up state 3: wanted an integer in [0, 2]";
  assertThrows(() => agent.act(Float32Array.of(0, 3), masks), RangeError, wrong);
  await assertRejects(
    () => agent.getQ(Float32Array.of(0.5)),
    RangeError,
    "Cannot look up state 0.5: wanted an integer in [0, 2]",
  );
  assertThrows(
    () => agent.act(Float32Array.of(0), masks),
    RangeError,
    "Cannot act: observations hold 1 numbers, wanted 2",
  );
  assertThrows(
    () => agent.act(new Float32Array(2)),
    RangeError,
    "Cannot act: action masks hold 0 entries, wanted 4",
  );
  assertThrows(
    () => agent.observe(step([0, 0, 0, 0])),
    RangeError,
    "Cannot observe: observations hold 1 numbers, wanted 2",
  );
  assertThrows(
    () => new TabularAgent({ ...options, states: 0 }),
    RangeError,
    "Cannot create agent: states is 0, wanted a positive integer",
  );
});

const options = {
  states: 1,
  actions: 1,
  environments: 1,
  seed: 0,
  alpha: constant(1),
  gamma: 1,
  exploration: constant(0),
};
