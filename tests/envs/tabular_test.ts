import { assert, assertEquals, assertThrows } from "@std/assert";
import { CliffWalking } from "../../src/envs/cliff_walking.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { TabularEnvironment } from "../../src/envs/tabular.ts";
import { assertChiSquare } from "../ops/chi_square.ts";

/** State 0 leads on by action 0 alone, unevenly, to states 1 to 3; those end. */
function fork(): TabularEnvironment {
  return new TabularEnvironment({
    name: "Fork",
    states: 4,
    actions: 2,
    starts: [0],
    info: (state) => ({ state }),
    outcomes(state, action) {
      if (action === 1) return [];
      if (state > 0) return [{ probability: 1, next: state, reward: 0, terminated: true }];
      const ends = [[0.125, 3], [0.5, 1], [0.375, 2]] as const;
      return ends.map(([probability, next]) => ({ probability, next, reward: next, terminated: true }));
    },
  });
}

Deno.test("TabularEnvironment.step draws outcomes by their probabilities", () => {
  const env = fork();
  env.reset({ seed: 3 });
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 40_000; i++) {
    env.reset();
    const { observation, reward, info } = env.step(0);
    assertEquals([reward, info.state], [observation, observation]);
    counts[observation]!++;
  }
  assertChiSquare(counts, "fork", [0, 0.5, 0.375, 0.125]);
});

Deno.test("TabularEnvironment restarts its stream with a seed and goes on without", () => {
  const env = fork();
  const play = (seed?: number) =>
    Array.from({ length: 40 }, (_, i) => {
      env.reset(i === 0 && seed !== undefined ? { seed } : {});
      return env.step(0).observation;
    });
  const first = play(7), second = play();
  assert(first.some((state, i) => state !== second[i]));
  assertEquals(play(7), first);
  assertEquals(play(), second);
});

Deno.test("TabularEnvironment.transitions is empty for illegal actions, which step refuses", () => {
  const env = fork();
  assertEquals(env.transitions(0, 1), []);
  env.reset();
  assertThrows(
    () => env.step(1),
    RangeError,
    "Cannot step Fork: action 1 is illegal in state 0, wanted one of 0",
  );
  assert(env.step(0).terminated);
});

Deno.test("TabularEnvironment.transitions refuses what lies outside the spaces", () => {
  const env = new FrozenLake();
  assertThrows(
    () => env.transitions(16, 0),
    RangeError,
    "Cannot look up FrozenLake: state is 16, wanted an integer in [0, 15]",
  );
  assertThrows(
    () => env.transitions(0, 4),
    RangeError,
    "Cannot look up FrozenLake: action is 4, wanted an integer in [0, 3]",
  );
});

Deno.test("TabularEnvironment.reset refuses states outside the space", () => {
  const env = new CliffWalking();
  for (const state of [[48], [-1], [1.5], [], [1, 2]]) {
    assertThrows(
      () => env.reset({ state }),
      RangeError,
      `Cannot reset CliffWalking: state is [${state.join(", ")}], wanted one integer in [0, 47]`,
    );
  }
});

Deno.test("TabularEnvironment.step refuses actions outside the space, before a reset and after the end", () => {
  const env = new FrozenLake({ slippery: false });
  assertThrows(
    () => env.step(0),
    Error,
    "Cannot step FrozenLake: no episode has begun, wanted reset() first",
  );
  env.reset({ state: [14] });
  assertThrows(() => env.step(4), RangeError, "Cannot step: action is 4, wanted an integer in [0, 3]");
  assert(env.step(2).terminated);
  assertThrows(
    () => env.step(0),
    Error,
    "Cannot step FrozenLake: the episode has terminated, wanted reset() first",
  );
});
