import { assert, assertEquals } from "@std/assert";
import type { HeadConfig } from "../../src/config/agent_config.ts";
import { createPopulation } from "../../src/config/population.ts";
import { Gpu } from "../../src/gpu/device.ts";

const heads: readonly HeadConfig[] = [
  { kind: "value", dueling: true },
  { kind: "categorical", atoms: 7, vMin: -1, vMax: 2.5 },
  { kind: "categorical", atoms: 6, vMin: -1, vMax: 2.5, dueling: true },
  { kind: "quantile", quantiles: 5 },
  { kind: "quantile", quantiles: 9, dueling: true },
];

for (const head of heads) {
  const name = `${head.kind}${head["dueling"] ? ", dueling" : ""}`;
  Deno.test(`Environments on the device act by the values of the head: ${name}`, async () => {
    const gpu = await Gpu.open();
    const [steps, capacity] = [150, 200];
    const population = await createPopulation(
      [1, 2, 3, 4, 5, 6].map((seed) => ({
        seed,
        environment: { id: "CartPole-v1" },
        agent: {
          kind: "dqn",
          hidden: [9, 12],
          head,
          exploration: 0,
          optimizer: { kind: "sgd", learningRate: 0 }, // Who acts is who is asked below.
          replay: { capacity, batch: 4 },
        },
        budget: { steps },
      })),
      { gpu },
    );
    await population.train();
    const { replay: { layout, rows } } = population.learner;
    const floats = await rows.read();
    const taken = new Set<number>();
    for (const [member, { agent }] of population.members.entries()) {
      for (let i = 0; i < steps; i += 19) {
        const at = (member * capacity + i) * layout.row;
        const q = [...await agent.getQ(floats.slice(at, at + layout.width))];
        const action = floats[at + layout.outcome]!;
        taken.add(action);
        assertEquals(action, q.indexOf(Math.max(...q)), `member ${member}, step ${i}: ${q}`);
      }
    }
    assert(taken.size > 1, "one action was the best for all members");
    population.dispose();
    gpu.close();
  });
}
