/** A taxi on a small board whose actions are not all legal, in WGSL and on the host: the same bit for bit. @module */
import { Random, Stream } from "../../src/core/random.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { registerEnvironment } from "../../src/envs/environment_registry.ts";

/** Cells in a row, and in a column; cell `size * size` stands for aboard. */
const size = 3;
const cells = size * size;

/** Actions: south, north, east, west, pick up, drop. */
export const taxiActions = 6;

/** Numbers of an observation: row / 4, column / 4, passenger / 16, destination / 16. */
export const taxiWidth = 4;

/** The reward for an action that is illegal; others earn -0.25, and 1 for the passenger at the destination. */
export const illegalReward = -64;

/** `Name-vN` of both. */
export const taxiId = "TestTaxi-v0";

/** On the device. */
export const taxiText = `
struct State { taxi: u32, passenger: u32, destination: u32 }

fn env_reset(stream: Stream) -> State {
  let passenger = below(stream_word(stream, 1u), ${cells}u);
  let destination = (passenger + 1u + below(stream_word(stream, 2u), ${cells - 1}u)) % ${cells}u;
  return State(below(stream_word(stream, 0u), ${cells}u), passenger, destination);
}

fn env_legal(state: State, action: u32) -> bool {
  let at = vec2u(state.taxi / ${size}u, state.taxi % ${size}u);
  let aboard = state.passenger == ${cells}u;
  let legal = array(
    at.x != ${size - 1}u, at.x != 0u, at.y != ${size - 1}u, at.y != 0u,
    state.passenger == state.taxi, aboard && state.taxi == state.destination,
  );
  return legal[action];
}

fn env_step(state: State, action: u32) -> Step {
  if (!env_legal(state, action)) { return Step(state, ${illegalReward}.0, false); }
  var next = state;
  let moves = array(${size}i, -${size}i, 1i, -1i, 0i, 0i);
  next.taxi = u32(i32(state.taxi) + moves[action]);
  if (action == 4u) { next.passenger = ${cells}u; }
  if (action == 5u) { next.passenger = state.taxi; }
  return Step(next, select(-0.25, 1.0, action == 5u), action == 5u);
}

fn env_observe(state: State, i: u32) -> f32 {
  let seen = array(state.taxi / ${size}u * 4u, state.taxi % ${size}u * 4u, state.passenger, state.destination);
  return f32(seen[i]) / 16.0;
}
`;

/** Whether an action is legal where `[row / 4, column / 4, passenger / 16, destination / 16]` is seen. */
export function isLegal(seen: ArrayLike<number>, action: number): boolean {
  const [row, column, passenger, destination] = [seen[0]! * 4, seen[1]! * 4, seen[2]! * 16, seen[3]! * 16];
  const taxi = size * row + column;
  const legal = [row < size - 1, row > 0, column < size - 1, column > 0, passenger === taxi];
  return [...legal, passenger === cells && taxi === destination][action]!;
}

/** On the host. */
class MiniTaxi implements Environment {
  readonly observationSpace = box([taxiWidth], 0, 1);
  readonly actionSpace = discrete(taxiActions);
  #random = new Random(0);
  #taxi = 0;
  #passenger = 0;
  #destination = 0;

  reset({ seed }: { readonly seed?: number } = {}) {
    this.#random = seed === undefined ? this.#random.next() : new Random(seed, Stream.environment);
    this.#taxi = this.#random.below(cells);
    this.#passenger = this.#random.below(cells);
    this.#destination = (this.#passenger + 1 + this.#random.below(cells - 1)) % cells;
    return this.#told();
  }

  step(action: number) {
    if (!isLegal(this.#told().observation, action)) {
      return { ...this.#told(), reward: illegalReward, terminated: false, truncated: false };
    }
    this.#taxi += [size, -size, 1, -1, 0, 0][action]!;
    if (action === 4) this.#passenger = cells;
    if (action === 5) this.#passenger = this.#taxi;
    const terminated = action === 5;
    return { ...this.#told(), reward: terminated ? 1 : -0.25, terminated, truncated: false };
  }

  #told() {
    const [row, column] = [Math.floor(this.#taxi / size), this.#taxi % size];
    const observation = Float32Array.of(row / 4, column / 4, this.#passenger / 16, this.#destination / 16);
    const actionMask = Uint8Array.from(
      { length: taxiActions },
      (_, action) => Number(isLegal(observation, action)),
    );
    return { observation, info: { actionMask } };
  }
}

registerDeviceEnvironment({
  id: taxiId,
  file: { name: "mini_taxi.wgsl", text: taxiText },
  observations: taxiWidth,
  actions: taxiActions,
  maxEpisodeSteps: 17,
});
registerEnvironment({ id: taxiId, create: () => new MiniTaxi(), maxEpisodeSteps: 17 });
