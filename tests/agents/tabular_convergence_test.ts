import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { TabularAgent, type TabularOptions } from "../../src/agents/tabular.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { CliffWalking } from "../../src/envs/cliff_walking.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { Rooms } from "../../src/envs/rooms.ts";
import { type Outcome, TabularEnvironment } from "../../src/envs/tabular.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { HostCollector } from "../../src/train/host_collector.ts";
import { train } from "../../src/train/trainer.ts";
import { constant } from "./tabular_setup.ts";
import { optimalQ } from "./value_iteration.ts";

interface Settings extends Pick<TabularOptions, "alpha" | "gamma" | "exploration"> {
  readonly episodes: number;
  readonly environments?: number;
  readonly maxSteps?: number;
}

/** Trains on `make`, one update a step. */
async function learn(make: () => TabularEnvironment, settings: Settings): Promise<TabularAgent> {
  const { environments = 1, episodes, maxSteps } = settings;
  const vector = new VectorEnvironment(
    environments,
    () => maxSteps ? new TimeLimit<number>(make(), maxSteps) : make(),
  );
  const agent = new TabularAgent({
    ...settings,
    states: make().observationSpace.n,
    actions: make().actionSpace.n,
    environments,
    seed: 1,
  });
  const rule = { every: 1, unit: "step", updates: 1, warmup: 0 } as const;
  const collector = new HostCollector(agent, vector, { train: rule, seed: 1 });
  await train({ agent, collector, budget: { episodes } });
  return agent;
}

/** The largest distance to Q* over the legal entries. */
function distance({ table }: TabularAgent, env: TabularEnvironment, gamma: number): number {
  const { observationSpace: { n: states }, actionSpace: { n: actions } } = env;
  const transitions = (state: number, action: number) => env.transitions(state, action);
  const wanted = optimalQ({ states, actions, transitions }, gamma);
  return wanted.reduce(
    (most, q, entry) => Number.isNaN(q) ? most : Math.max(most, Math.abs(table[entry]! - q)),
    0,
  );
}

/** The return and the length of a greedy episode. */
async function playGreedily(agent: TabularAgent, makeEnvironment: () => Environment<number>) {
  const { returns, lengths } = await evaluate(agent, {
    makeEnvironment,
    episodes: 1,
    seed: 0,
    maxSteps: 100,
  });
  return [returns[0], lengths[0]];
}

/** Five cells in a row: 0 goes left, 1 goes right and slips back one time in four; 10 at the right end, -1 a step. */
function chain(): TabularEnvironment {
  const at = (probability: number, next: number): Outcome => ({
    probability,
    next: Math.max(next, 0),
    reward: next === 4 ? 10 : -1,
    terminated: next === 4,
  });
  return new TabularEnvironment({
    name: "Chain",
    states: 5,
    actions: 2,
    starts: [0],
    info: () => ({}),
    outcomes: (state, action) => {
      if (state === 4) return [{ probability: 1, next: 4, reward: 0, terminated: true }];
      return action === 0 ? [at(1, state - 1)] : [at(0.75, state + 1), at(0.25, state - 1)];
    },
  });
}

Deno.test("TabularAgent comes to Q* of a chain whose steps slip, with 1 and with 8 environments", async () => {
  const alpha = { kind: "exponential", start: 0.5, end: 0.001, decay: 40_000, per: "update" } as const;
  // An entry that averages its targets at a constant alpha deviates by theirs times sqrt(alpha / (2 - alpha)). They
  // vary most before the right end: between 10 and -1 + 0.9 * 5.36, by 2.7. Four deviations.
  const limit = 4 * 2.7 * Math.sqrt(alpha.end / (2 - alpha.end));
  for (const environments of [1, 8]) {
    const settings = { alpha, gamma: 0.9, exploration: constant(1), episodes: 12_000, environments };
    assertLess(distance(await learn(chain, settings), chain(), 0.9), limit);
  }
});

Deno.test("TabularAgent comes within 0.05 of Q* of the rooms at the published settings", async () => {
  const settings = { alpha: constant(0.8), gamma: 0.95, exploration: constant(0.1), episodes: 1000 };
  assertLess(distance(await learn(() => new Rooms(), settings), new Rooms(), 0.95), 0.05);
});

Deno.test("TabularAgent finds the shortest way over a lake that is not slippery", async () => {
  const make = () => new FrozenLake({ slippery: false });
  const settings = {
    alpha: constant(1),
    gamma: 0.9,
    exploration: constant(1),
    episodes: 3000,
    maxSteps: 100,
  };
  const agent = await learn(make, settings);
  assertEquals(await playGreedily(agent, make), [1, 6]);
  assertStrictEquals(agent.table[1], Math.fround(0.9 ** 5));
});

Deno.test("TabularAgent walks along the cliff, the shortest way", async () => {
  const make = () => new CliffWalking();
  const agent = await learn(make, {
    alpha: constant(0.5),
    gamma: 1,
    exploration: constant(0.1),
    episodes: 500,
  });
  assertEquals(await playGreedily(agent, make), [-13, 13]);
});
