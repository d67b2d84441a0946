import { assertEquals, assertStringIncludes } from "@std/assert";
import { TabularAgent } from "../../src/agents/tabular.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { TransformReward } from "../../src/envs/transform.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { HostCollector } from "../../src/train/host_collector.ts";

const never = { step: Infinity, update: Infinity, episode: Infinity };

/** How a table learns, and of how many updates it comes. */
interface Learning {
  alpha: number;
  faultAt?: number;
  learned?: number;
}

/** All that is told of a table that learns on a lake until something is wrong, in chunks of so many milliseconds. */
async function storyOf(slice: number, { alpha, faultAt = Infinity, learned = 0 }: Learning) {
  let steps = 0;
  const make = () =>
    new TransformReward(
      new FrozenLake({ slippery: true }),
      (reward) => ++steps === faultAt ? NaN : reward + 1,
    );
  const environment = new VectorEnvironment(1, make);
  const agent = new TabularAgent({
    states: 16,
    actions: 4,
    environments: 1,
    seed: 3,
    alpha: { kind: "constant", value: alpha },
    gamma: 0.9,
    exploration: { kind: "constant", value: 0.5 },
  });
  const counts = { shape: [3, 2], data: Uint32Array.of(2 * learned, 0, learned, 0, 7, 0) };
  agent.load({ ...await agent.save(), counts });
  const train = { every: 1, unit: "step", updates: 1, warmup: 0 } as const;
  const collector = new HostCollector(agent, environment, { train, seed: 5, slice });
  const story = { episodes: [] as unknown[], losses: [] as number[], updates: 0, message: "", chunks: 0 };
  while (story.message === "") {
    await collector.collect([never]);
    const [{ finished, losses, updates, episodes, fault }] = await collector.report();
    story.episodes.push(...finished);
    story.losses.push(...losses);
    assertEquals([updates, episodes], [story.losses.length, story.episodes.length]);
    story.updates = updates;
    story.message = fault?.message ?? "";
    story.chunks++;
  }
  return story;
}

for (
  const [name, faults, message] of [
    ["a loss", { alpha: 1e3 }, "Training diverged: the squared TD error of update "],
    ["a reward", { alpha: 0.1, faultAt: 90 }, "Cannot use the reward of environment 0, step "],
  ] as const
) {
  Deno.test(`HostCollector tells of all that was before ${name} that is not finite, however its chunks are cut`, async () => {
    const [whole, cut] = [await storyOf(10_000, faults), await storyOf(0, faults)];
    assertStringIncludes(whole.message, message);
    assertEquals([whole.chunks, cut.chunks > 10], [1, true]);
    assertEquals({ ...cut, chunks: 1 }, whole);
    assertEquals(whole.losses.every(Number.isFinite) && whole.episodes.length > 1, true);
    if (faults.alpha < 1) assertEquals(whole.updates, 89);
    const learned = { ...faults, learned: 1000 }; // Of which the run's counts know nothing.
    assertEquals({ ...await storyOf(0, learned), chunks: 1 }, await storyOf(10_000, learned));
  });
}
