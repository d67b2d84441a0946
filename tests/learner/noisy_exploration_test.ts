import { assert } from "@std/assert";
import { createPopulation } from "../../src/config/population.ts";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";

const length = 6;

// One action goes on, the other goes back to the start; only the end pays.
registerDeviceEnvironment({
  id: "TestChain-v0",
  observations: length,
  actions: 2,
  maxEpisodeSteps: 2 * length,
  file: {
    name: "chain.wgsl",
    text: `
struct State { place: u32 }

fn env_reset(stream: Stream) -> State { return State(0u); }

fn env_step(state: State, action: u32) -> Step {
  let place = select(0u, state.place + 1u, action == 1u);
  return Step(State(place), f32(place == ${length}u), place == ${length}u);
}

fn env_observe(state: State, i: u32) -> f32 { return f32(state.place == i); }
`,
  },
});

/** Of ten agents that never explore by epsilon, those whose greedy play comes to the end of the chain. */
async function solved(noisy: boolean): Promise<number> {
  const population = await createPopulation(
    Array.from({ length: 10 }, (_, seed) => ({
      seed,
      environment: { id: "TestChain-v0" },
      agent: {
        kind: "dqn",
        hidden: [{ kind: "dense", width: 8, noisy }],
        head: { noisy },
        gamma: 0.9,
        exploration: 0,
        optimizer: { kind: "adam", learningRate: 3e-3 },
        target: { tau: 1, every: 50, unit: "update" },
        replay: { capacity: 2000, batch: 16 },
      },
      budget: { steps: 2000 },
      evaluation: { every: 2000, episodes: 1 },
    })),
  );
  await population.train();
  const ends = await Promise.all(population.members.map((member) => member.evaluate({ episodes: 1 })));
  population.dispose();
  return ends.filter(({ mean }) => mean === 1).length;
}

Deno.test("Noisy networks find what greedy play alone does not", async () => {
  const [plain, noisy] = [await solved(false), await solved(true)];
  assert(plain <= 5, `${plain} of 10 found it without noise`);
  assert(noisy >= 8, `${noisy} of 10 found it with noise`);
});
