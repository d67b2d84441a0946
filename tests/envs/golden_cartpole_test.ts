import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { CartPole } from "../../src/envs/cartpole.ts";
import { type GoldenEnvironments, readGolden } from "../golden.ts";

const golden = readGolden<GoldenEnvironments>("environments");

/**
 * Half a unit in the last place of a float32, by which an observation may differ from its float64 state, and the rounding
 * of float64, which 50 steps at 8% each and a few operations multiply by less than 1e5.
 */
function assertRounded(observation: Float32Array, state: readonly number[], what: string): void {
  assertEquals(observation.length, state.length, what);
  state.forEach((value, i) => {
    assertAlmostEquals(
      observation[i]!,
      value,
      2 ** -24 * Math.abs(value) + 1e5 * 2 ** -53,
      `${what}, entry ${i}`,
    );
  });
}

Deno.test("CartPole steps as Gymnasium's", () => {
  const transitions = golden.transitions["CartPole-v1"] ?? [];
  assertGreater(transitions.length, 0);
  const env = new CartPole();
  transitions.forEach(({ state, action, nextState, observation, reward, terminated }, i) => {
    assertRounded(env.reset({ state }).observation, state, `transition ${i}, reset`);
    const step = env.step(action);
    assertRounded(step.observation, nextState, `transition ${i}`);
    // Both are roundings of nearly the same number: neighbours at most.
    observation.forEach((value, k) =>
      assertAlmostEquals(step.observation[k]!, value, 2 ** -23 * Math.abs(value))
    );
    assertEquals(
      [step.reward, step.terminated, step.truncated],
      [reward, terminated, false],
      `transition ${i}`,
    );
  });
});

Deno.test("CartPole stays with Gymnasium's float64 state over whole episodes", () => {
  const loops = golden.openLoop["CartPole-v1"] ?? [];
  assertGreater(loops.length, 0);
  const env = new CartPole();
  loops.forEach(({ initialState, actions, states, rewards, terminated }, k) => {
    env.reset({ state: initialState });
    actions.forEach((action, i) => {
      const step = env.step(action);
      const last = i === actions.length - 1;
      assertRounded(step.observation, states[i]!, `loop ${k}, step ${i}`);
      assertEquals([step.reward, step.terminated], [rewards[i], last && terminated], `loop ${k}, step ${i}`);
    });
  });
});
