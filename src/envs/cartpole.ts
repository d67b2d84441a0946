/**
 * CartPole: keep a pole upright on a cart by pushing the cart left or right. Source: A. Barto, R. Sutton and
 * C. Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems", 1983, in
 * the form of Gymnasium 1.4 (`CartPole-v0`, `CartPole-v1`).
 *
 * @module
 */
import { type Box, box, type Discrete, discrete } from "../core/spaces.ts";
import type { State } from "../core/state.ts";
import {
  checkAction,
  type Environment,
  noInfo,
  type ResetOptions,
  type ResetResult,
  type StateGrid,
  type StepResult,
} from "./environment.ts";
import { checkState, planeGrid, type PlaneSize } from "./plane.ts";
import { EpisodePhase, loadNumbers, saveNumbers } from "./episode_phase.ts";
import type { Surface } from "./surface.ts";

const gravity = 9.8; //       m/s^2
const cartMass = 1.0; //      kg
const poleMass = 0.1; //      kg
const halfLength = 0.5; //    m, from the pivot to the pole's centre of mass
const force = 10.0; //        N
const seconds = 0.02; //      s a step
const totalMass = cartMass + poleMass;
const poleMassLength = poleMass * halfLength;

/** Episodes end beyond this position, m, and this angle, rad (12 degrees). */
const limit = { x: 2.4, theta: (12 * 2 * Math.PI) / 360 } as const;

/** Every number of a random start lies within plus and minus this. */
const startRange = 0.05;

/**
 * The cart and its pole; no time limit. Actions: 0 pushes left, 1 right. Observation, float32: position m,
 * velocity m/s, pole angle rad (positive leans right), angular velocity rad/s; the state itself is float64.
 * Reward 1 each step, the last included. Terminates when the cart is beyond 2.4 m or the pole beyond 12
 * degrees. `reset({ state })` takes the four numbers of the observation.
 */
export class CartPole implements Environment {
  readonly observationSpace: Box = box(
    [4],
    [-2 * limit.x, -Infinity, -2 * limit.theta, -Infinity],
    [2 * limit.x, Infinity, 2 * limit.theta, Infinity],
  );
  readonly actionSpace: Discrete = discrete(2);
  readonly #state = new Float64Array(4);
  readonly #phase = new EpisodePhase("CartPole");

  /** Starts an episode. Throws RangeError unless `state`, if given, is four finite numbers. */
  reset(options: ResetOptions = {}): ResetResult {
    const { seed, state } = options;
    checkState("CartPole", state, 4);
    const random = this.#phase.begin(seed);
    for (let i = 0; i < 4; i++) this.#state[i] = state?.[i] ?? random.uniform(-startRange, startRange);
    return { observation: new Float32Array(this.#state), info: noInfo };
  }

  /** Pushes the cart for 0.02 s. Explicit Euler: positions move by the old velocities. */
  step(action: number): StepResult {
    checkAction(this.actionSpace, action);
    this.#phase.checkStep();
    const state = this.#state;
    const x = state[0]!, v = state[1]!, theta = state[2]!, omega = state[3]!;
    const push = action === 1 ? force : -force;
    const cos = Math.cos(theta), sin = Math.sin(theta);
    const thrust = (push + poleMassLength * omega * omega * sin) / totalMass;
    const turn = (gravity * sin - cos * thrust) / (halfLength * (4 / 3 - (poleMass * cos * cos) / totalMass));
    const acceleration = thrust - (poleMassLength * turn * cos) / totalMass;
    state[0] = x + seconds * v;
    state[1] = v + seconds * acceleration;
    state[2] = theta + seconds * omega;
    state[3] = omega + seconds * turn;
    const terminated = Math.abs(state[0]) > limit.x || Math.abs(state[2]) > limit.theta;
    if (terminated) this.#phase.end();
    return { observation: new Float32Array(state), reward: 1, terminated, truncated: false, info: noInfo };
  }

  save(): State {
    return saveNumbers(this.#phase, this.#state);
  }

  load(state: State): void {
    loadNumbers(this.#phase, this.#state, state);
  }

  /** The pole, with the cart at rest in the middle: its angle from left to right, its velocity from the top down. */
  stateGrid(size: PlaneSize = {}): StateGrid {
    return planeGrid({
      columns: { name: "pole angle (rad)", range: [-limit.theta, limit.theta] },
      rows: { name: "pole angular velocity (rad/s)", range: [3, -3] },
      actions: ["push left", "push right"],
      note: "cart position 0 m, cart velocity 0 m/s",
      observe: (theta, omega) => Float32Array.of(0, 0, theta, omega),
    }, size);
  }

  /**
   * Draws track, cart and pole in the proportions of Gymnasium's 600 by 400 picture. Throws Error before a
   * reset.
   */
  render(surface: Surface): void {
    this.#phase.checkRender();
    const { width, height } = surface.canvas;
    const unit = width / 600;
    const metre = width / (2 * limit.x);
    const track = height * 0.75;
    surface.save();
    surface.fillStyle = "#ffffff";
    surface.fillRect(0, 0, width, height);

    surface.strokeStyle = "#000000";
    surface.lineWidth = unit;
    surface.beginPath();
    surface.moveTo(0, track);
    surface.lineTo(width, track);
    surface.stroke();

    surface.translate(width / 2 + this.#state[0]! * metre, track);
    surface.fillStyle = "#000000";
    surface.fillRect(-25 * unit, -15 * unit, 50 * unit, 30 * unit);

    surface.translate(0, -7.5 * unit);
    surface.rotate(this.#state[2]!);
    surface.fillStyle = "#ca9865";
    surface.fillRect(-5 * unit, 5 * unit - 2 * halfLength * metre, 10 * unit, 2 * halfLength * metre);

    surface.fillStyle = "#8184cb";
    surface.beginPath();
    surface.arc(0, 0, 5 * unit, 0, 2 * Math.PI);
    surface.fill();
    surface.restore();
  }
}
