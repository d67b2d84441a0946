import { assertEquals } from "@std/assert";
import type { AgentState } from "../../src/agents/agent.ts";
import { createRun } from "../../src/config/build.ts";
import { targetSync } from "../ops/oracle_optimizer.ts";
import { assertWithin, exact } from "../ops/tolerance.ts";

/** All parameters of a network in a state. */
function numbersOf(state: AgentState, network: "online" | "target"): number[] {
  return Object.entries(state).flatMap(([name, { data }]) => name.startsWith(network) ? [...data] : []);
}

for (const loop of ["host", "device"] as const) {
  for (const every of [1, 8]) {
    Deno.test(`a target due at the last step of 8 environments, every ${every}, is synchronized once and saved: ${loop} loop`, async () => {
      const run = await createRun({
        loop,
        environment: { id: "CartPole-v1", count: 8 },
        agent: {
          hidden: [4],
          optimizer: { kind: "sgd", learningRate: 1 },
          target: { tau: 0.1, every, unit: "step" },
          replay: { capacity: 64, batch: 8, warmup: 8 },
          train: { every: 8, updates: 3 },
        },
        budget: { steps: 8 },
        evaluation: { every: 1000, episodes: 1 },
      });
      const before = numbersOf(await run.agent.save(), "online");
      const { step, update } = await run.train();
      const state = await run.agent.save({ full: true });
      const [online, target] = [numbersOf(state, "online"), numbersOf(state, "target")];
      assertEquals([step, update], [8, 3]);
      assertWithin(target, targetSync(exact(before), exact(online), 0.1), "target");
      run.dispose();
    });
  }
}
