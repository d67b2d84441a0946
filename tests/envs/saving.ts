/** Environments that can be saved, and what is done to their states, for tests. @module */
import type { Random } from "../../src/core/random.ts";
import { sample } from "../../src/core/spaces.ts";
import type { State } from "../../src/core/state.ts";
import { MaskActions } from "../../src/envs/action_mask.ts";
import type { Environment, Observation, ResetResult, StepResult } from "../../src/envs/environment.ts";
import { EpisodeStatistics } from "../../src/envs/episode_statistics.ts";
import { environmentIds, makeEnv } from "../../src/envs/environment_registry.ts";
import { wrapEnvironment } from "../../src/envs/wrapper_config.ts";
import "../../src/envs/picture_wrappers.ts";

/** Every registered environment, and every wrapper around some. */
export const saveable: Readonly<Record<string, () => Environment<Observation>>> = {
  ...Object.fromEntries(environmentIds().map((id) => [id, () => makeEnv<Observation>(id)])),
  "CartPole without limit": () => makeEnv("CartPole-v1", { maxEpisodeSteps: null }),
  "Gridworld with chance": () => makeEnv("Gridworld-v0", { mode: "random", noise: 0.1, maxEpisodeSteps: 7 }),
  "FrozenLake one-hot, rewards scaled": () =>
    wrapEnvironment(makeEnv<Observation>("FrozenLake-v1"), [
      { kind: "one-hot" },
      { kind: "scale-reward", factor: 0.3, offset: -0.1 },
    ]),
  "MountainCar scaled and discretized": () =>
    wrapEnvironment(makeEnv("MountainCar-v0"), [
      { kind: "scale-observation", factor: [-2, 10] },
      { kind: "discretize", bins: [40, 40] },
    ]),
  "MountainCar stacked": () =>
    wrapEnvironment(makeEnv("MountainCar-v0"), [{ kind: "frame-stack-observation", stackSize: 3 }]),
  "Breakout smaller": () =>
    wrapEnvironment(makeEnv<Observation>("MinAtar/Breakout"), [
      { kind: "resize-observation", shape: [5, 4] },
    ]),
  "CartPole masked, with statistics": () =>
    new MaskActions<Float32Array>(
      new EpisodeStatistics(makeEnv<Float32Array>("CartPole-v1", { maxEpisodeSteps: 20 })),
      (observation) => Uint8Array.of(1, observation[0]! > 0 ? 0 : 1),
    ),
};

/** What a reset or a step gave. */
export type Seen = ResetResult<Observation> & Partial<StepResult<Observation>>;

/** A random legal action where `result` was seen, or a reset where that ended the episode. */
export function playOn(env: Environment<Observation>, result: Seen, random: Random): Seen {
  if (result.terminated || result.truncated) return env.reset();
  return env.step(sample(env.actionSpace, random, result.info.actionMask));
}

/** A character a byte, and another for each. */
const bytesAsText = new TextDecoder("latin1");

/** All that `value` says, a result or a state, bit for bit, as text; but for the time that went by. */
export function textOf(value: Seen | State): string {
  return JSON.stringify(value, (key, value) => {
    if (key === "seconds") return undefined;
    if (ArrayBuffer.isView(value)) {
      return bytesAsText.decode(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
    return Object.is(value, -0) ? "-0" : value;
  });
}

const hostile: readonly (State | undefined)[] = [
  undefined,
  null,
  true,
  "state",
  -1,
  -0,
  0.5,
  31,
  1e308,
  2 ** 53 - 1,
  NaN,
  -Infinity,
  [],
  {},
  new Float64Array(3),
];

/** `state` with one thing in it changed, in many ways. */
export function* mutants(state: State | undefined): Generator<State | undefined> {
  yield* hostile;
  if (ArrayBuffer.isView(state)) {
    for (const value of [NaN, -1, 1e308, Infinity, -Infinity, 200]) {
      const changed = state.slice();
      changed.fill(value, 0, 1 + changed.length / 2);
      yield changed;
    }
    yield state.slice(1);
  } else if (Array.isArray(state)) {
    yield state.slice(1);
    for (const [i, entry] of state.entries()) {
      for (const changed of mutants(entry)) yield state.with(i, changed as State);
    }
  } else if (typeof state === "object" && state !== null) {
    const record = state as Record<string, State>;
    for (const key of Object.keys(record)) {
      for (const changed of mutants(record[key])) yield { ...record, [key]: changed };
    }
  }
}
