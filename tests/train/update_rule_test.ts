import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { HostCollector } from "../../src/train/host_collector.ts";
import { firstUpdate, type StepRule, updatesDue } from "../../src/train/update_rule.ts";
import { Counter } from "../envs/toys.ts";
import { FakeAgent } from "./fakes.ts";

/** Updates that the host's loop has made after each step of all environments. */
async function hostUpdates(rule: StepRule, environments: number, turns: number): Promise<number[]> {
  const environment = new VectorEnvironment(environments, () => new Counter(5));
  const collector = new HostCollector(new FakeAgent(environments), environment, {
    train: { ...rule, unit: "step" },
    seed: 1,
    slice: 1000,
  });
  const made = [];
  for (let turn = 1; turn <= turns; turn++) {
    for (;;) {
      await collector.collect([{ step: turn * environments, update: Infinity, episode: Infinity }]);
      const [{ steps, updates }] = await collector.report();
      if (steps < turn * environments) continue;
      made.push(updates);
      break;
    }
  }
  return made;
}

Deno.test("updatesDue() and firstUpdate() are what the host's loop makes, whatever the rule", async () => {
  const random = new Random(3);
  const rules: (StepRule & { environments: number })[] = [
    { every: 1, updates: 1, warmup: 0, environments: 1 },
    { every: 1, updates: 1, warmup: 128, environments: 1 },
    { every: 10, updates: 2500, warmup: 7, environments: 4 }, // More than a chunk of the host's.
  ];
  for (let i = 0; i < 200; i++) {
    rules.push({
      every: 1 + random.below(20),
      updates: 1 + random.below(4),
      warmup: random.below(40),
      environments: 1 + random.below(9),
    });
  }
  for (const { environments, ...rule } of rules) {
    const due = Array.from(
      { length: 30 },
      (_, turn) => updatesDue(rule, environments, (turn + 1) * environments),
    );
    assertEquals(await hostUpdates(rule, environments, 30), due, JSON.stringify({ environments, ...rule }));
    assertEquals(updatesDue(rule, environments, 0), 0);
    const first = firstUpdate({ ...rule, unit: "step" }, environments);
    const turn = due.findIndex((updates) => updates > 0) + 1;
    if (turn > 0) assertEquals(first, turn * environments, JSON.stringify({ environments, ...rule }));
    else assert(first > 30 * environments);
  }
});
