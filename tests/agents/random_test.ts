import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomAgent } from "../../src/agents/random.ts";
import { UsageError } from "../../src/core/errors.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { type Row, step } from "./tabular_setup.ts";

/** How often each action is taken, environment by environment. */
function countActions(agent: RandomAgent, masks?: Uint8Array): number[][] {
  const counts = Array.from({ length: agent.environments }, () => [0, 0, 0]);
  for (let i = 0; i < 3000; i++) {
    const acted = agent.act(new Float32Array(agent.environments), masks);
    acted.forEach((action, index) => counts[index]![action]!++);
    agent.observe(step(...Array.from(acted, (action): Row => [0, action, 0, 0])));
  }
  return counts;
}

Deno.test("RandomAgent.act() is uniform over the legal actions of each environment", () => {
  const make = () => new RandomAgent({ actions: 3, environments: 3, seed: 5 });
  for (const counts of countActions(make())) assertChiSquare(counts, "all legal");
  const [one, two, all] = countActions(make(), Uint8Array.of(0, 1, 0, 1, 0, 1, 1, 1, 1));
  assertEquals(one, [0, 3000, 0]);
  assertChiSquare(two!, "two legal", [0.5, 0, 0.5]);
  assertChiSquare(all!, "three legal");
});

Deno.test("RandomAgent.act() gives the same actions for the same seed, and its policy others", () => {
  const play = (seed: number) => {
    const agent = new RandomAgent({ actions: 1000, environments: 2, seed });
    const policy = agent.policy(2);
    const all: number[][] = [[], []];
    for (let i = 0; i < 10; i++) {
      const acted = agent.act(new Float32Array(2));
      all[0]!.push(...acted);
      all[1]!.push(...policy.act(new Float32Array(2)) as Uint32Array);
      agent.observe(step([0, 0, 0, 0], [0, 0, 0, 0]));
    }
    return all;
  };
  const [acted, played] = play(1);
  assertEquals(play(1), [acted, played]);
  assert(acted!.join() !== played!.join() && acted!.join() !== play(2)[0]!.join());
});

Deno.test("RandomAgent counts steps and episodes, and makes no updates", async () => {
  const agent = new RandomAgent({ actions: 2, environments: 2, seed: 1 });
  agent.observe(step([0, 0, 5, 1, "cut"], [0, 1, 5, 1, "terminal"]));
  agent.update();
  const { losses, meanQ, ...report } = await agent.report();
  assertEquals([losses.length, meanQ.length], [0, 0]);
  assertEquals(report, { steps: 2, updates: 0, episodes: 2, epsilon: 1 });
  assertEquals(await agent.getQ(new Float32Array(1)), new Float32Array(2));
  const state = await agent.save();
  const other = new RandomAgent({ actions: 2, environments: 2, seed: 1 });
  other.load(state);
  assertEquals({ ...other.counts }, { steps: 2, updates: 0, episodes: 2 });
  other.resetCounts();
  assertEquals({ ...other.counts }, { steps: 0, updates: 0, episodes: 0 });
  assertThrows(
    () => other.load({ q: { shape: [1], data: new Float32Array(1) } }),
    UsageError,
    "Cannot load q: it is not of this agent, which plays at random",
  );
});
