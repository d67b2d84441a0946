import { assert, assertEquals } from "@std/assert";
import type { LayerConfig } from "../../src/config/agent_config.ts";
import { createPopulation, type Population } from "../../src/config/population.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { Gpu } from "../../src/gpu/device.ts";
import { Actor } from "../../src/learner/actor.ts";
import { writeClock, zeroClock } from "../../src/ops/member.ts";

const [steps, environments, capacity] = [60, 3, 200];

function configs(
  agent: { readonly hidden: readonly (number | LayerConfig)[]; readonly head: object },
  seeds: readonly number[],
): RunConfigInput[] {
  return seeds.map((seed) => ({
    seed,
    environment: { id: "CartPole-v1", count: environments },
    agent: {
      kind: "dqn",
      ...agent,
      exploration: 0,
      optimizer: { kind: "sgd", learningRate: 0 }, // Who acts is who is asked below.
      replay: { capacity, batch: 4 },
    },
    budget: { steps: steps * environments },
  } as RunConfigInput));
}

/** What a member has been through: observations and actions, step by step of all environments. */
async function played(population: Population, member: number) {
  const { replay: { layout, rows } } = population.learner;
  const all = await rows.read();
  return Array.from({ length: steps * environments }, (_, i) => {
    const at = (member * capacity + i) * layout.row;
    return { observation: all.slice(at, at + layout.width), action: all[at + layout.outcome]! };
  });
}

const noisy = (width: number) => ({ kind: "dense", width, noisy: true, sigma: 3 });
const nets = {
  "all layers noisy": { hidden: [noisy(9), noisy(6)], head: { noisy: true, sigma: 3 } },
  "the last layer noisy": { hidden: [6], head: { noisy: true, sigma: 3 } },
  "a hidden layer noisy": { hidden: [5, noisy(7), 6], head: {} },
  "dueling, all noisy": { hidden: [noisy(9), noisy(12)], head: { noisy: true, sigma: 3, dueling: true } },
  "dueling, hidden streams noisy": { hidden: [noisy(8)], head: { dueling: true } },
  "dueling, the last layers noisy": { hidden: [9, 12], head: { noisy: true, sigma: 3, dueling: true } },
  "normalized and noisy": {
    hidden: [{ ...noisy(9), normalization: "layer" }, 7],
    head: { noisy: true, sigma: 3 },
  },
  "dueling, normalized and noisy": {
    hidden: [{ ...noisy(6), normalization: "layer" }, { ...noisy(12), normalization: "layer" }],
    head: { dueling: true },
  },
  "quantile, dueling": {
    hidden: [noisy(12)],
    head: { kind: "quantile", quantiles: 5, dueling: true, noisy: true, sigma: 3 },
  },
};

for (const [name, agent] of Object.entries(nets)) {
  Deno.test(`Environments on the device act with the noise of their step, as those on the host do: ${name}`, async () => {
    const gpu = await Gpu.open();
    const seeds = [1, 2, 3];
    const population = await createPopulation(configs(agent, seeds), { gpu });
    await population.train();
    const { learner } = population;
    const runs = await Promise.all(seeds.keys().map((member) => played(population, member)));
    const actors = [true, false].map((greedy) => new Actor(learner, { environments, greedy }));
    let unlike = 0;
    for (let step = 0; step < steps; step += 3) {
      const now = runs.map((run) => run.slice(step * environments, (step + 1) * environments));
      const clock = { ...zeroClock, steps: step * environments };
      for (const member of seeds.keys()) writeClock(learner.members, member, clock);
      const seen = Float32Array.from(now.flatMap((rows) => rows.flatMap((row) => [...row.observation])));
      const taken = now.flatMap((rows) => rows.map(({ action }) => action));
      const [greedy, withNoise] = [[...await actors[0]!.act(seen)], [...await actors[1]!.act(seen)]];
      assertEquals(withNoise, taken, `step ${step}`);
      unlike += taken.filter((action, i) => action !== greedy[i]).length;
    }
    assert(unlike > 5, `${unlike} actions were not the greedy ones`);
    for (const actor of actors) actor.dispose();

    const alone = await createPopulation(configs(agent, [2]), { gpu });
    await alone.train();
    assertEquals(await played(alone, 0), runs[1]);
    alone.dispose();
    population.dispose();
    gpu.close();
  });
}
