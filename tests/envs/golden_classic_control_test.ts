import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { Acrobot } from "../../src/envs/acrobot.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { type GoldenEnvironments, readGolden } from "../golden.ts";

const golden = readGolden<GoldenEnvironments>("environments");

/** Environments whose state is not what they show, or not all of it, with the numbers to expect of a state. */
interface Case {
  readonly env: Environment;
  readonly expected: (state: readonly number[]) => readonly number[];
}

const cases: Record<string, Case> = {
  "MountainCar-v0": { env: new MountainCar(), expected: (state) => state },
  "Acrobot-v1": {
    env: new Acrobot(),
    expected: ([theta1, theta2, ...speeds]) =>
      [theta1!, theta2!].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]).concat(speeds),
  },
};

/**
 * What float64 may differ by, beside the rounding of an observation to float32. The valley of MountainCar, where
 * all loops stay, turns errors without making them grow, so that over 200 steps an error of the velocity in
 * each moves the position by at most 200 * 200 / 2 of them. In the loops of Acrobot an error grows at most
 * 6-fold (tested below); 100 steps of 100 operations make 6e4. Single transitions make less than either: 100
 * operations on squares of speeds up to 28 rad/s, times the 0.2 s of a step.
 */
const float64Slack = 1e5 * 2 ** -53;

function assertRounded(observation: Float32Array, wanted: readonly number[], what: string): void {
  assertEquals(observation.length, wanted.length, what);
  wanted.forEach((value, i) => {
    const tolerance = 2 ** -24 * Math.abs(value) + float64Slack;
    assertAlmostEquals(observation[i]!, value, tolerance, `${what}, entry ${i}`);
  });
}

for (const [id, { env, expected }] of Object.entries(cases)) {
  const name = env.constructor.name;

  Deno.test(`${name} steps as Gymnasium does`, () => {
    const transitions = golden.transitions[id] ?? [];
    assertGreater(transitions.length, 0);
    transitions.forEach(({ state, action, nextState, observation, reward, terminated }, i) => {
      assertRounded(env.reset({ state }).observation, expected(state), `transition ${i}, reset`);
      const step = env.step(action);
      assertRounded(step.observation, expected(nextState), `transition ${i}`);
      // Both are roundings of nearly the same number: neighbours at most.
      observation.forEach((value, k) => {
        assertAlmostEquals(
          step.observation[k]!,
          value,
          2 ** -23 * Math.abs(value),
          `transition ${i}, entry ${k}`,
        );
      });
      assertEquals(
        [step.reward, step.terminated, step.truncated],
        [reward, terminated, false],
        `transition ${i}`,
      );
    });
  });

  Deno.test(`${name} stays with Gymnasium's float64 state over whole episodes`, () => {
    const loops = golden.openLoop[id] ?? [];
    assertGreater(loops.length, 0);
    loops.forEach(({ initialState, actions, states, rewards, terminated }, k) => {
      env.reset({ state: initialState });
      actions.forEach((action, i) => {
        const step = env.step(action);
        const ends = i === actions.length - 1 && terminated;
        assertRounded(step.observation, expected(states[i]!), `loop ${k}, step ${i}`);
        assertEquals([step.reward, step.terminated], [rewards[i], ends], `loop ${k}, step ${i}`);
      });
    });
  });
}

Deno.test("MountainCar's recorded episodes stay in the valley, where errors do not grow", () => {
  for (const { states } of golden.openLoop["MountainCar-v0"]!) {
    for (const [position] of states) assertEquals(position! > -Math.PI / 3 && position! < 0, true);
  }
});

Deno.test("Acrobot's recorded episodes make errors grow 6-fold at most", () => {
  const moved = 2 ** -8;
  for (const { initialState, actions } of golden.openLoop["Acrobot-v1"]!) {
    const play = (state: readonly number[]) => {
      const env = new Acrobot();
      env.reset({ state });
      return actions.flatMap((action) => [...env.step(action).observation]);
    };
    const base = play(initialState);
    for (let entry = 0; entry < 4; entry++) {
      const other = play(initialState.with(entry, initialState[entry]! + moved));
      const growth = Math.max(...other.map((value, i) => Math.abs(value - base[i]!))) / moved;
      assertEquals(growth < 6, true, `${growth}-fold`);
    }
  }
});
