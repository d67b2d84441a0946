import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { State } from "../../src/core/state.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import { type Environment, isSaveable, type Observation } from "../../src/envs/environment.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { OneHot } from "../../src/envs/one_hot.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { Wrapper } from "../../src/envs/wrapper.ts";
import { mutants, playOn, saveable, type Seen, textOf } from "./saving.ts";
import { Counter } from "./toys.ts";

/** Environments whose episodes hardly end by random play, or last for thousands of steps. */
const endless = ["CliffWalking-v1", "MinAtar/Freeway"];

function saved(env: Environment<Observation>): State {
  return structuredClone(env.save!());
}

Deno.test("Environment.load goes on as the one that was saved, bit for bit and over ends of episodes", () => {
  for (const [name, make] of Object.entries(saveable)) {
    const chance = new Random(7);
    let ends = 0;
    for (let trial = 0; trial < 6; trial++) {
      const [env, other] = [make(), make()];
      let result: Seen = env.reset({ seed: trial });
      for (let step = chance.below(400); step > 0; step--) result = playOn(env, result, chance);
      let before: Seen = other.reset({ seed: 99 });
      for (let step = 0; step < 5 * trial; step++) before = playOn(other, before, chance);
      const state = env.save!();
      other.load!(state);
      const untouched = JSON.stringify(state);
      let again = result;
      const [first, second] = [new Random(trial), new Random(trial)];
      for (let step = 0; step < 300; step++) {
        result = playOn(env, result, first);
        again = playOn(other, again, second);
        assertEquals(textOf(again), textOf(result), `${name}, step ${step} of trial ${trial}`);
        if (result.terminated || result.truncated) ends++;
      }
      assertEquals(JSON.stringify(state), untouched, `${name}: what was saved`);
    }
    assert(ends > 0 || endless.includes(name), `${name} has no end of an episode`);
  }
});

Deno.test("Environment.load goes on before the first episode, and after the end of one", () => {
  for (const [name, make] of Object.entries(saveable)) {
    const [fresh, other] = [make(), make()];
    const state = saved(other);
    fresh.reset({ seed: 1 });
    fresh.load!(state);
    assertThrows(() => fresh.step(0), Error, "no episode has begun", name);
    assertEquals(textOf(fresh.reset({ seed: 2 })), textOf(other.reset({ seed: 2 })), name);
  }
  const [ended, other] = [new FrozenLake(), new FrozenLake()];
  ended.reset({ seed: 1, state: [4] });
  while (!ended.step(2).terminated);
  other.load(saved(ended));
  assertThrows(() => other.step(0), Error, "the episode has terminated");
  assertEquals(other.renderText(), ended.renderText());
  const starts = [ended, other].map((env) =>
    [env.reset(), env.step(1), env.step(1), env.step(1)].map(textOf)
  );
  assertEquals(starts[0], starts[1]);
});

Deno.test("Environment.save keeps every float64 as it is, zeros of both signs and infinities too", () => {
  const env = new CartPole();
  env.reset({ seed: 0 });
  const numbers = Float64Array.of(-0, -Infinity, 5e-324, 0.1 + 0.2);
  const { progress } = env.save() as { progress: State };
  env.load({ progress, state: numbers });
  const { state } = env.save() as { state: Float64Array };
  assertEquals([...state].map((value, i) => Object.is(value, numbers[i])), [true, true, true, true]);
});

Deno.test("Environment.load refuses what is no state of its kind, naming the place", () => {
  const changed = (env: Environment<Observation>, change: (state: Record<string, State>) => State) => {
    env.reset({ seed: 0 });
    const state = saved(env) as Record<string, State>;
    return () => env.load!(change(state));
  };
  const cases: [() => void, string][] = [
    [changed(new CartPole(), () => null), "Cannot restore CartPole: it is null, wanted an object"],
    [
      changed(new CartPole(), (state) => ({ ...state, state: Float64Array.of(0, NaN, 0, 0) })),
      "Cannot restore CartPole.state: it is a Float64Array of 4, wanted 4 numbers other than NaN",
    ],
    [
      changed(makeEnv("MountainCar-v0"), (state) => ({ ...state, inner: { state: new Float64Array(4) } })),
      "Cannot restore MountainCar.state: it is a Float64Array of 4, wanted a Float64Array of 2",
    ],
    [
      changed(new FrozenLake(), (state) => ({ ...state, state: 16 })),
      "Cannot restore FrozenLake.state: it is 16, wanted an integer in [0, 15]",
    ],
    [
      changed(makeEnv("Gridworld-v0", { maxEpisodeSteps: null }), (state) => ({ ...state, wall: -1 })),
      "Cannot restore Gridworld.wall: it is -1, wanted an integer in [0, 15]",
    ],
    [
      changed(makeEnv("CartPole-v0"), (state) => ({ ...state, steps: 201 })),
      "Cannot restore TimeLimit.steps: it is 201, wanted an integer in [0, 200]",
    ],
    [
      changed(makeEnv("CartPole-v0"), ({ steps }) => ({ steps: steps! })),
      "Cannot restore CartPole: it is null, wanted an object",
    ],
    [
      changed(new FrozenLake(), (state) => ({ ...state, progress: { phase: "asleep" } })),
      'Cannot restore FrozenLake.progress.phase: it is "asleep", wanted "new", "running" or "ended"',
    ],
  ];
  for (const [call, message] of cases) assertThrows(call, UsageError, message);
});

Deno.test("Environment.load refuses any strange state, or steps on from it", () => {
  const counts = { refused: 0, taken: 0 };
  for (const [name, make] of Object.entries(saveable)) {
    const env = make();
    const chance = new Random(3);
    let result: Seen = env.reset({ seed: 5 });
    for (let step = 0; step < 4; step++) result = playOn(env, result, chance);
    for (const mutant of mutants(env.save!())) {
      const told = `${name} from ${JSON.stringify(mutant)}`;
      try {
        env.load!(mutant as State);
      } catch (error) {
        assertInstanceOf(error, UsageError, told);
        counts.refused++;
        continue;
      }
      counts.taken++;
      const stepped = tryToStep(env);
      assert(stepped === undefined || /wanted (reset\(\) first|one of)/.test(stepped), `${told}: ${stepped}`);
      let next: Seen = env.reset();
      for (let step = 0; step < 20; step++) next = playOn(env, next, chance);
    }
  }
  assert(counts.refused > 1000 && counts.taken > 100, JSON.stringify(counts));
});

function tryToStep(env: Environment<Observation>): string | undefined {
  try {
    const { reward } = env.step(0);
    return Number.isFinite(reward) ? undefined : `reward ${reward}`;
  } catch (error) {
    return String(error);
  }
}

Deno.test("Wrapper leaves saving to subclasses, as it would forget what they keep", () => {
  class Repeat extends TimeLimit {
    calls = 0;
  }
  assert(!isSaveable(new Wrapper(new CartPole())));
  assert(!isSaveable(new Repeat(new CartPole(), 5)));
  assert(isSaveable(new TimeLimit(new CartPole(), 5)));

  class Saved extends TimeLimit {
    calls = 0;
    override save(): State {
      return { calls: this.calls };
    }
    override load(state: State): void {
      this.calls = (state as { calls: number }).calls;
    }
  }
  assertEquals(new Saved(new CartPole(), 5).save(), { calls: 0 });
});

Deno.test("wrappers can be saved only where the environment inside can", () => {
  const half = Object.assign(new Counter(3), { save: () => null });
  for (const inner of [new Counter(3), half, new Wrapper(new CartPole())]) {
    const env = new TimeLimit<Float32Array>(inner, 5);
    assertEquals([env.save, env.load], [undefined, undefined]);
  }
  assert(isSaveable(new OneHot(new TimeLimit(new FrozenLake(), 5))));
});
