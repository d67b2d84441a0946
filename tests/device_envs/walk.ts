/** A device environment whose numbers are exact, and its host twin: what comes of it can be compared bit for bit. @module */
import { below, pcg4d, Stream, unitInterval } from "../../src/core/random.ts";
import type { DeviceEnvironmentSpec } from "../../src/device_envs/device_environment.ts";

/** Steps after which episodes are truncated; some terminate before, some at this step, some would later. */
export const walkLimit = 7;

/**
 * Observes [level, steps / 8, latest action / 4]; the level is drawn anew at each step. The reward is half the action less
 * the level. Terminates after 2 to 8 steps, with a reward of at least 0.25 in about a third of the cases.
 */
export const walkSpec: DeviceEnvironmentSpec = {
  id: "TestWalk-v0",
  observations: 3,
  actions: 3,
  maxEpisodeSteps: walkLimit,
  wonFrom: 0.25,
  file: {
    name: "walk.wgsl",
    text: `
struct State { stream: Stream, length: u32, count: u32, level: f32, latest: u32 }

fn env_reset(stream: Stream) -> State {
  return State(stream, 2u + below(stream_word(stream, 1u), 7u), 0u, stream_uniform(stream, 0u), 0u);
}

fn env_step(state: State, action: u32) -> Step {
  var next = state;
  next.count += 1u;
  next.level = stream_uniform(state.stream, 1u + next.count);
  next.latest = action;
  return Step(next, 0.5 * f32(action) - next.level, next.count == next.length);
}

fn env_observe(state: State, i: u32) -> f32 {
  let seen = array(state.level, f32(state.count) / 8.0, f32(state.latest) / 4.0);
  return seen[i];
}
`,
  },
};

/** What a step of {@linkcode Walk} gives. */
export interface WalkStep {
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** The environment of {@linkcode walkSpec} on the host, in float32. */
export class Walk {
  readonly seed: number;
  readonly episode: number;
  readonly #length: number;
  count = 0;
  total = 0;
  rest = 0;
  #level: number;
  #latest = 0;

  constructor(seed: number, episode = 0) {
    this.seed = seed;
    this.episode = episode;
    this.#length = 2 + below(this.#word(1), 7);
    this.#level = unitInterval(this.#word(0));
  }

  get observation(): [number, number, number] {
    return [this.#level, this.count / 8, this.#latest / 4];
  }

  step(action: number): WalkStep {
    this.count++;
    this.#level = unitInterval(this.#word(1 + this.count));
    this.#latest = action;
    const reward = Math.fround(0.5 * action - this.#level);
    const sum = this.total + this.rest + reward; // of few bits, so that it is exact
    this.total = Math.fround(sum);
    this.rest = sum - this.total;
    return { reward, terminated: this.count === this.#length, truncated: this.count >= walkLimit };
  }

  /** Its slot on the device: seed, episode, length, sum of rewards in two parts, three words of evaluations, State. */
  get slot(): number[] {
    const state = [this.#length, this.count, bitsOf(this.#level), this.#latest];
    const sum = [bitsOf(this.total), bitsOf(this.rest), 0, 0, 0];
    return [this.seed, this.episode, this.count, ...sum, this.seed, this.episode, ...state];
  }

  #word(i: number): number {
    return pcg4d(this.seed, Stream.environment, i, this.episode)[0];
  }
}

/** The bits of a float32. */
export function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
