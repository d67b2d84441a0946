import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { decompressFrames, parseGIF } from "npm:gifuct-js@2.1.2";
import type { GreedyPolicy } from "../../src/agents/agent.ts";
import { DivergenceError, UsageError } from "../../src/core/errors.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import type { Environment, Observation } from "../../src/envs/environment.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { MinAtar } from "../../src/envs/minatar/minatar.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { animateEpisode, drawState, frameDelay, playEpisode } from "../../src/train/play.ts";
import { Counter, faulty, Ring } from "../envs/toys.ts";

/** A policy that takes the action `choose` says, and what it was given, copied. */
function policyOf(choose: (row: Float32Array, masks?: Uint8Array) => number | Promise<number>) {
  const rows: number[][] = [];
  const masks: (number[] | undefined)[] = [];
  const policy: GreedyPolicy = {
    act(observations, mask) {
      rows.push([...observations]);
      masks.push(mask && [...mask]);
      const action = choose(observations, mask);
      return action instanceof Promise ? action.then((late) => Uint32Array.of(late)) : Uint32Array.of(action);
    },
    dispose() {},
  };
  return { policy, rows, masks };
}

Deno.test("playEpisode plays one episode from its seed and shows every state", async () => {
  const environment = new Counter(4);
  const start = new Counter(4).reset({ seed: 9 }).observation[0]!;
  const { policy, rows, masks } = policyOf((row) => row[1]! % 3);
  const moments: number[][] = [];
  const episode = await playEpisode(policy, environment, {
    seed: 9,
    onFrame(shown, moment) {
      assertEquals(shown, environment);
      moments.push([moment.step, moment.return]);
    },
  });
  assertEquals(episode, { return: 3, length: 4, terminated: true, truncated: false });
  assertEquals(rows, [[start, 0], [start, 1], [start, 2], [start, 3]]);
  assertEquals(masks, [undefined, undefined, undefined, undefined]);
  assertEquals(moments, [[0, 0], [1, 0], [2, 1], [3, 3], [4, 3]]);
});

Deno.test("playEpisode gives the policy the legal actions of every state, and waits for its answers", async () => {
  const { policy, masks } = policyOf((_, mask) => Promise.resolve(mask!.lastIndexOf(1)));
  const episode = await playEpisode(policy, new Counter(3, true), { seed: 1 });
  assertEquals(masks, [[1, 1, 1], [0, 1, 0], [1, 1, 1]]);
  assertEquals(episode.return, 2 + 1 + 2);
});

Deno.test("playEpisode shows an integer as one number, and cuts off what never ends", async () => {
  const { policy, rows } = policyOf(() => 1);
  const episode = await playEpisode(policy, new Ring(), { seed: 0, maxSteps: 7 });
  assertEquals(episode, { return: 0, length: 7, terminated: false, truncated: true });
  assertEquals(rows.flat(), [2, 3, 4, 0, 1, 2, 3]);
  assertEquals((await playEpisode(policy, new Ring(), { seed: 0 })).length, 10_000);
});

Deno.test("playEpisode tells truncated from terminated, and whether the episode was won", async () => {
  const { policy } = policyOf(() => 1);
  const limited = await playEpisode(policy, new TimeLimit(new Counter(9), 2), { seed: 0 });
  assertEquals(limited, { return: 2, length: 2, terminated: false, truncated: true });
  const atOnce = await playEpisode(policy, new Counter(5), { seed: 0, maxSteps: 5 });
  assertEquals([atOnce.terminated, atOnce.truncated], [true, false]);
  for (const success of [true, false]) {
    const environment = faulty({ step: (result) => ({ ...result, info: { success } }) });
    assertEquals((await playEpisode(policy, environment, { seed: 0 })).success, success);
  }
});

Deno.test("playEpisode ends when its signal is aborted", async () => {
  const controller = new AbortController();
  const steps: number[] = [];
  await assertRejects(
    () =>
      playEpisode(policyOf(() => 0).policy, new Ring(), {
        seed: 0,
        signal: controller.signal,
        onFrame(_, { step }) {
          steps.push(step);
          if (step === 3) controller.abort(new Error("enough"));
        },
      }),
    Error,
    "enough",
  );
  assertEquals(steps, [0, 1, 2, 3]);
});

Deno.test("playEpisode refuses an observation that cannot be used", async () => {
  const environment = faulty({
    step: (result, step) => step === 2 ? { ...result, observation: Float32Array.of(0, NaN) } : result,
  });
  await assertRejects(
    () => playEpisode(policyOf(() => 0).policy, environment, { seed: 0 }),
    DivergenceError,
    "Cannot use the observation of environment 0, step 2 of its episode: it is [0, NaN]",
  );
});

Deno.test("playEpisode refuses a reward that is not finite, and so it does what is seen last", async () => {
  const play = (given: object) =>
    playEpisode(
      policyOf(() => 0).policy,
      faulty({ step: (result, step) => step === 5 ? { ...result, ...given } : result }),
      { seed: 0 },
    );
  for (const reward of [NaN, Infinity, 1e39]) {
    await assertRejects(
      () => play({ reward }),
      DivergenceError,
      `Cannot use the reward of environment 0, step 5 of its episode: it is ${reward}, wanted a finite float32`,
    );
  }
  await assertRejects(
    () => play({ observation: Float32Array.of(-Infinity, 0) }),
    DivergenceError,
    "Cannot use the observation of environment 0, step 5 of its episode: it is [-Infinity, 0]",
  );
});

Deno.test("animateEpisode makes a frame of every state, the start and the last included", async () => {
  const { policy, rows } = policyOf(() => 1);
  const environment = new TimeLimit(new CartPole(), 5) as Environment<Observation>;
  const { animation, episode } = await animateEpisode(policy, environment, {
    seed: 3,
    width: 150,
    height: 100,
    delay: 80,
  });
  assertEquals([episode.length, rows.length], [5, 5]);
  const gif = parseGIF(animation.slice().buffer);
  assertEquals([gif.lsd.width, gif.lsd.height], [150, 100]);
  const frames = decompressFrames(gif, true);
  assertEquals(frames.map(({ delay }) => delay), Array(6).fill(80));
  // The first picture is whole: white above, the cart black where it starts.
  const { patch } = frames[0]!;
  const x = Math.round(75 + rows[0]![0]! * 150 / 4.8);
  assertEquals([...patch.subarray(0, 3)], [255, 255, 255]);
  assertEquals([...patch.subarray((77 * 150 + x) * 4, (77 * 150 + x) * 4 + 3)], [0, 0, 0]);
  const apng = await animateEpisode(policy, environment, { seed: 3, format: "apng" });
  assertEquals([...apng.animation.subarray(1, 4)], [0x50, 0x4e, 0x47]);
});

Deno.test("animateEpisode with a stride leaves out states, and never the last one", async () => {
  const { policy } = policyOf(() => 1);
  for (const [length, stride, frames] of [[5, 2, 4], [6, 2, 4], [5, 3, 3], [6, 3, 3]] as const) {
    const environment = new TimeLimit(new CartPole(), length) as Environment<Observation>;
    const { animation } = await animateEpisode(policy, environment, {
      seed: 3,
      width: 150,
      height: 100,
      stride,
    });
    const gif = decompressFrames(parseGIF(animation.slice().buffer), true);
    assertEquals(gif.length, frames, `${length} steps, stride ${stride}`);
  }
});

Deno.test("drawState refuses an environment that does not draw itself", () => {
  assertThrows(
    () => drawState(new Ring() as Environment<Observation>, { name: "Ring-v0" }),
    UsageError,
    "Cannot draw Ring-v0: it has no method render, wanted an environment that draws itself",
  );
});

Deno.test("frameDelay() shows the states of boards for longer than what moves smoothly, and of games as these say", () => {
  assertEquals(frameDelay(new CartPole()), 50);
  assertEquals(frameDelay(new FrozenLake()), 300);
  const game = new TimeLimit<Float32Array>(new MinAtar("Breakout"), 5) as Environment<Observation>;
  assertEquals(frameDelay(game), 100);
});
