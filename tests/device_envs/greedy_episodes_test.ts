import { assert, assertEquals, assertRejects } from "@std/assert";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import type { DeviceEnvironmentSpec } from "../../src/device_envs/device_environment.ts";
import { type EpisodeStart, playEpisodes } from "../../src/device_envs/greedy_episodes.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import type { Learner } from "../../src/learner/learner.ts";
import { Actor } from "../../src/learner/actor.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { acting, actingMembers, assertSameMember, lasting } from "./acting_setup.ts";
import { Walk, walkLimit, walkSpec } from "./walk.ts";

/** The episodes as the host plays them, with the greedy actions of the learner's own policy. */
async function reckoned(learner: Learner, starts: readonly EpisodeStart[], limit: number) {
  const members = learner.options.members.length;
  const policy = new Actor(learner, { environments: 1, greedy: true });
  const played = [];
  for (const { seed, member } of starts) {
    const walk = new Walk(seed);
    for (;;) {
      const observations = new Float32Array(3 * members);
      observations.set(walk.observation, 3 * member);
      const actions = await policy.act(observations);
      const { terminated, reward } = walk.step(actions[member]!);
      const truncated = walk.count >= limit;
      if (!terminated && !truncated) continue;
      const won = terminated && reward >= 0.25;
      played.push({ terminated, truncated, won, length: walk.count, return: walk.total + walk.rest });
      break;
    }
  }
  policy.dispose();
  return played;
}

/** So many episodes, now of one member, now of the other. */
function startsOf(count: number): EpisodeStart[] {
  return Array.from({ length: count }, (_, i) => ({ seed: 1000 + 7 * i, member: i % 5 === 0 ? 0 : i % 3 }));
}

async function play(gpu: Gpu, learner: Learner, starts: readonly EpisodeStart[], limit = walkLimit) {
  const prepared = await prepareDeviceEnvironment(gpu, walkSpec);
  return await playEpisodes(gpu, starts, {
    environment: { ...prepared, maxEpisodeSteps: limit },
    network: learner.online,
  });
}

for (const kernelProfile of profiles) {
  Deno.test(`playEpisodes plays just the episodes it is asked for, as the host does, ${kernelProfile} profile`, () =>
    withGpu(async (gpu) => {
      const made = await acting(gpu, { members: actingMembers, capacity: 16 });
      const before = await lasting(made);
      for (const count of [1, 3, 4, 5, 100]) {
        const starts = startsOf(count);
        const wanted = await reckoned(made.learner, starts, walkLimit);
        assertEquals(await play(gpu, made.learner, starts), wanted, `${count} episodes`);
      }
      const ends = (await play(gpu, made.learner, startsOf(100))).map(({ terminated, truncated, won }) =>
        `${terminated} ${truncated} ${won}`
      );
      assertEquals([...new Set(ends)].sort(), [
        "false true false",
        "true false false",
        "true false true",
        "true true false",
        "true true true",
      ]);
      const short = await play(gpu, made.learner, startsOf(5), 1);
      assertEquals(short, await reckoned(made.learner, startsOf(5), 1));
      (await lasting(made)).forEach((member, i) => assertSameMember(member, before[i]!));
      made.dispose();
    }, { kernelProfile }));
}

Deno.test("playEpisodes plays many episodes in parts, as it does all together", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    const prepared = await prepareDeviceEnvironment(gpu, walkSpec);
    const environment = { ...prepared, maxEpisodeSteps: 2 }; // None takes a second dispatch.
    const options = { environment, network: made.learner.online };
    const starts = startsOf(100);
    const wanted = await playEpisodes(gpu, starts, options);
    let turns = 0;
    const between = () => void turns++;
    for (const together of [{}, { together: starts.length }]) {
      assertEquals(await playEpisodes(gpu, starts, { ...options, between, ...together }), wanted);
    }
    assertEquals(turns, 0);
    assertEquals(await playEpisodes(gpu, starts, { ...options, between, together: 7 }), wanted);
    assert(turns >= 3 && turns <= 14, `${turns} turns`); // 7, 14, 28, 51, or 15 times at most 7.
    made.dispose();
  }));

/** The walk, with episodes that terminate after as many steps as `length` says. */
function endsAt(length: string): DeviceEnvironmentSpec {
  const text = walkSpec.file.text.replace("== next.length", `== ${length}`);
  return { ...walkSpec, id: "TestLongWalk-v0", file: { ...walkSpec.file, text } };
}

Deno.test("playEpisodes goes on until the longest episode has ended", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    const prepared = await prepareDeviceEnvironment(gpu, endsAt("100u * next.length"));
    const environment = { ...prepared, maxEpisodeSteps: 1000 };
    const long = await playEpisodes(gpu, startsOf(5), { environment, network: made.learner.online });
    const short = await play(gpu, made.learner, startsOf(5), 10);
    assertEquals(long.map(({ length }) => length), short.map(({ length }) => 100 * length));
    made.dispose();
  }));

Deno.test("playEpisodes goes on through long episodes, ends with what `between` throws, and gives its memory back", () =>
  withGpu(async (gpu) => {
    const made = await acting(gpu, { members: actingMembers, capacity: 16 });
    const environment = { ...await prepareDeviceEnvironment(gpu, endsAt("1001u")), maxEpisodeSteps: 1000 };
    const options = { environment, network: made.learner.online };
    await playEpisodes(gpu, startsOf(3), options);
    const memory = [gpu.buffers, gpu.bytes];
    const played = await playEpisodes(gpu, startsOf(3), options);
    assertEquals(played.map(({ length, truncated }) => [length, truncated]), new Array(3).fill([1000, true]));
    let turns = 0;
    const between = () => {
      if (++turns === 2) throw new RangeError("enough");
    };
    await assertRejects(() => playEpisodes(gpu, startsOf(3), { ...options, between }), RangeError, "enough");
    assertEquals([gpu.buffers, gpu.bytes], memory);
    made.dispose();
  }));
