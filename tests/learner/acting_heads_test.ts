import { assert, assertEquals } from "@std/assert";
import type { HeadConfig, LayerConfig } from "../../src/config/agent_config.ts";
import { createRun } from "../../src/config/build.ts";
import { createPopulation } from "../../src/config/population.ts";
import { Gpu } from "../../src/gpu/device.ts";

interface Case {
  readonly head: HeadConfig;
  readonly hidden: readonly (number | LayerConfig)[];
  readonly environment: { readonly id: string; readonly count?: number; readonly options?: { mode: string } };
}

const cartPole = { hidden: [9, 12], environment: { id: "CartPole-v1" } };
const boards = { id: "Gridworld-v0", options: { mode: "random" } };
const cases: readonly Case[] = [
  { ...cartPole, head: { kind: "value", dueling: true } },
  { ...cartPole, head: { kind: "categorical", atoms: 7, vMin: -1, vMax: 2.5 } },
  { ...cartPole, head: { kind: "categorical", atoms: 6, vMin: -1, vMax: 2.5, dueling: true } },
  { ...cartPole, head: { kind: "quantile", quantiles: 5 } },
  { ...cartPole, head: { kind: "quantile", quantiles: 9, dueling: true } },
  { ...cartPole, head: { kind: "implicit", actionQuantiles: 5, cosines: 7 } },
  // Outputs [5, 3, 3], whose fours are of two channels, and [6, 2, 2].
  {
    head: { kind: "value" },
    hidden: [{ kind: "conv", channels: 5, size: 2 }, {
      kind: "conv",
      channels: 6,
      size: 3,
      stride: 2,
      padding: "same",
    }, 12],
    environment: { ...boards, count: 5 },
  },
  { head: { kind: "value" }, hidden: [{ kind: "conv", channels: 18, size: 3 }], environment: boards },
  {
    head: { kind: "value" },
    hidden: [
      { kind: "conv", channels: 5, size: 2, normalization: "layer" },
      { kind: "conv", channels: 6, size: 3, padding: "same", normalization: "layer" },
      { kind: "dense", width: 12, normalization: "layer" },
    ],
    environment: { ...boards, count: 5 },
  },
];

for (const { head, hidden, environment } of cases) {
  const isNormalized = JSON.stringify(hidden).includes("normalization");
  const layers = hidden.map((layer) => typeof layer === "number" ? layer : layer.kind).join("-") +
    (isNormalized ? ", normalized" : "");
  const name = `${layers} to ${head.kind}${head["dueling"] ? ", dueling" : ""}`;
  Deno.test(`Environments on the device act by the values of the network: ${name}`, async () => {
    const gpu = await Gpu.open();
    const [steps, capacity] = [150, 200];
    const population = await createPopulation(
      [1, 2, 3, 4, 5, 6].map((seed) => ({
        seed,
        environment,
        agent: {
          kind: "dqn",
          hidden,
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

Deno.test("An evaluation on the device is by the means of implicit quantiles, though nothing has acted or learned before", async () => {
  const evaluated = async (loop: "host" | "device") => {
    const run = await createRun({
      environment: { id: "CartPole-v1" },
      agent: {
        kind: "dqn",
        hidden: [16],
        head: { kind: "implicit", cosines: 9 },
        replay: { warmup: 10, batch: 4 },
      },
      budget: { steps: 10 },
      loop,
      seed: 5,
    }, { print: () => {} });
    const { mean, std } = await run.evaluate({ episodes: 5 });
    run.dispose();
    return { mean, std };
  };
  assertEquals(await evaluated("device"), await evaluated("host"));
});
