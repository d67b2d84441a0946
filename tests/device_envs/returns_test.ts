import { assertAlmostEquals, assertEquals } from "@std/assert";
import { readEnd, readReturn } from "../../src/device_envs/episode_end.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import type { DeviceEnvironmentSpec } from "../../src/device_envs/device_environment.ts";
import { playEpisodes } from "../../src/device_envs/greedy_episodes.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { smallMember } from "../learner/small.ts";
import { acting } from "./acting_setup.ts";

/** Steps of an episode. */
const length = 20_000;

/** By the seed: 0.1 or 0.01 a step, or small rewards between large ones that cancel out. */
const paySpec: DeviceEnvironmentSpec = {
  id: "TestPay-v0",
  observations: 1,
  actions: 2,
  maxEpisodeSteps: length,
  file: {
    name: "pay.wgsl",
    text: `
struct State { seed: u32, count: u32 }

fn env_reset(stream: Stream) -> State { return State(stream.seed, 0u); }

fn env_step(state: State, action: u32) -> Step {
  let turns = array(3e4, 0.1, -3e4, 0.1);
  let pay = array(0.1, 0.01, turns[state.count % 4u]);
  return Step(State(state.seed, state.count + 1u), pay[state.seed % 3u], false);
}

fn env_observe(state: State, i: u32) -> f32 { return 1.0; }
`,
  },
};

/** What the rewards of an episode add up to: each is good to 2^-24, and what their sum loses is nothing beside that. */
function assertReturn(found: number, wanted: number, hint: string): void {
  assertAlmostEquals(found, wanted, wanted * 2 ** -24, hint);
}

for (const kernelProfile of profiles) {
  Deno.test(`playEpisodes adds up 20,000 rewards to seven digits, ${kernelProfile} profile`, () =>
    withGpu(async (gpu) => {
      const made = await acting(gpu, {}, { spec: paySpec });
      const environment = { ...await prepareDeviceEnvironment(gpu, paySpec), maxEpisodeSteps: length };
      const starts = [0, 1, 2].map((seed) => ({ seed, member: 0 }));
      const played = await playEpisodes(gpu, starts, { environment, network: made.learner.online });
      assertEquals(played.map((episode) => episode.length), [length, length, length]);
      [2000, 200, 1000].forEach((wanted, i) => assertReturn(played[i]!.return, wanted, `seed ${i}`));
      made.dispose();
    }, { kernelProfile }));

  for (const environments of [1, 3]) {
    Deno.test(`Rollout adds up 4,000 rewards to seven digits, ${environments} environments, ${kernelProfile} profile`, () =>
      withGpu(async (gpu) => {
        const spec = { ...paySpec, maxEpisodeSteps: 4000 };
        const capacity = 16 * environments; // A dispatch writes no more transitions than fit.
        const members = [smallMember({ capacity })];
        const made = await acting(gpu, { environments, capacity, members }, { spec });
        made.rollout.begin(Array.from({ length: environments }, (_, i) => i));
        gpu.enqueue(made.rollout.program(16), 250);
        const records = await made.rollout.records.read();
        const [ring, , , words] = made.rollout.records.shape as [number, number, number, number];
        const latest = records.subarray((3999 % ring) * environments * words);
        const sums = new Float32Array(latest.buffer, latest.byteOffset);
        for (let i = 0; i < environments; i++) {
          const at = words * i;
          assertEquals(readEnd(latest[at]!)?.length, 4000);
          assertReturn(readReturn(sums[at + 1]!, sums[at + 2]!), [400, 40, 200][i]!, `seed ${i}`);
        }
        made.dispose();
      }, { kernelProfile }));
  }
}
