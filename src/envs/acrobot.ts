/**
 * Acrobot: two links hang from a fixed joint; a motor at the joint between them must swing the free end up.
 * Source: R. Sutton, "Generalization in Reinforcement Learning: Successful Examples Using Sparse Coarse
 * Coding", 1996, with the equations of R. Sutton and A. Barto, "Reinforcement Learning: An Introduction", in
 * the form of Gymnasium 1.4 (`Acrobot-v1`).
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

const gravity = 9.8; //           m/s^2
const mass = 1; //                kg, of each link
const length = 1; //              m, of each link
const centre = 0.5; //            m, from a link's upper joint to its centre of mass
const inertia = 1; //             kg m^2, of each link
const seconds = 0.2; //           s a step
const topSpeed1 = 4 * Math.PI; // rad/s
const topSpeed2 = 9 * Math.PI; // rad/s

/** Every number of a random start lies within plus and minus this. */
const startRange = 0.1;

/**
 * The two links; no time limit. Actions: torque -1, 0 and +1 N m at the joint between them. The state,
 * float64, is theta1, theta2, their velocities: theta1 is the first link's angle from hanging, rad, theta2
 * the second's from the first. Observation, float32: cos theta1, sin theta1, cos theta2, sin theta2, velocity
 * of theta1 within plus and minus 4 pi rad/s, velocity of theta2 within 9 pi. Reward -1 each step, 0 where
 * the episode terminates: when the free end is more than a link's length above the fixed joint.
 * `reset({ state })` takes the four numbers of the state.
 */
export class Acrobot implements Environment {
  readonly observationSpace: Box = box(
    [6],
    [-1, -1, -1, -1, -topSpeed1, -topSpeed2],
    [1, 1, 1, 1, topSpeed1, topSpeed2],
  );
  readonly actionSpace: Discrete = discrete(3);
  readonly #state = new Float64Array(4);
  readonly #phase = new EpisodePhase("Acrobot");

  /** Starts an episode. Throws RangeError unless `state`, if given, is four finite numbers. */
  reset(options: ResetOptions = {}): ResetResult {
    const { seed, state } = options;
    checkState("Acrobot", state, 4);
    const random = this.#phase.begin(seed);
    for (let i = 0; i < 4; i++) this.#state[i] = state?.[i] ?? random.uniform(-startRange, startRange);
    return { observation: observe(this.#state), info: noInfo };
  }

  /** Holds the torque for 0.2 s: one step of Runge and Kutta's method of fourth order. */
  step(action: number): StepResult {
    checkAction(this.actionSpace, action);
    this.#phase.checkStep();
    const state = this.#state;
    rungeKutta(state, action - 1);
    state[0] = wrap(state[0]!);
    state[1] = wrap(state[1]!);
    state[2] = Math.min(Math.max(state[2]!, -topSpeed1), topSpeed1);
    state[3] = Math.min(Math.max(state[3]!, -topSpeed2), topSpeed2);
    const terminated = isUp(state[0], state[1]);
    if (terminated) this.#phase.end();
    const reward = terminated ? 0 : -1;
    return { observation: observe(state), reward, terminated, truncated: false, info: noInfo };
  }

  save(): State {
    return saveNumbers(this.#phase, this.#state);
  }

  load(state: State): void {
    loadNumbers(this.#phase, this.#state, state);
  }

  /** Angles of the links at rest: theta1 from left to right, theta2 from the top down; none at the goal. */
  stateGrid(size: PlaneSize = {}): StateGrid {
    return planeGrid({
      columns: { name: "theta1 (rad)", range: [-Math.PI, Math.PI] },
      rows: { name: "theta2 (rad)", range: [Math.PI, -Math.PI] },
      actions: ["torque -1", "no torque", "torque +1"],
      note: "both links at rest: angular velocities 0 rad/s",
      observe: (theta1, theta2) => isUp(theta1, theta2) ? undefined : observe([theta1, theta2, 0, 0]),
    }, size);
  }

  /**
   * Draws the links, their joints and the height to reach in the proportions of Gymnasium's square picture,
   * in the middle of the surface. Throws Error before a reset.
   */
  render(surface: Surface): void {
    this.#phase.checkRender();
    const { width, height } = surface.canvas;
    const metre = Math.min(width, height) / (2 * (2 * length + 0.2));
    surface.save();
    surface.fillStyle = "#ffffff";
    surface.fillRect(0, 0, width, height);

    surface.translate(width / 2, height / 2);
    surface.strokeStyle = "#000000";
    surface.lineWidth = Math.min(width, height) / 500;
    surface.beginPath();
    surface.moveTo(-2.2 * metre, -length * metre);
    surface.lineTo(2.2 * metre, -length * metre);
    surface.stroke();

    // Links are drawn along the x axis, which points down at angle 0; angles grow counterclockwise.
    surface.rotate(Math.PI / 2 - this.#state[0]!);
    drawLink(surface, metre);
    surface.translate(length * metre, 0);
    surface.rotate(-this.#state[1]!);
    drawLink(surface, metre);
    surface.restore();
  }
}

function drawLink(surface: Surface, metre: number): void {
  surface.fillStyle = "#00cccc";
  surface.fillRect(0, -0.1 * metre, length * metre, 0.2 * metre);
  surface.fillStyle = "#cccc00";
  surface.beginPath();
  surface.arc(0, 0, 0.1 * metre, 0, 2 * Math.PI);
  surface.fill();
}

function observe(state: ArrayLike<number>): Float32Array {
  const theta1 = state[0]!, theta2 = state[1]!;
  return Float32Array.of(
    Math.cos(theta1),
    Math.sin(theta1),
    Math.cos(theta2),
    Math.sin(theta2),
    state[2]!,
    state[3]!,
  );
}

/** Whether the free end is above the goal. */
function isUp(theta1: number, theta2: number): boolean {
  return -Math.cos(theta1) - Math.cos(theta2 + theta1) > 1;
}

/** `angle` moved by whole turns into [-pi, pi]. */
function wrap(angle: number): number {
  const turn = 2 * Math.PI;
  if (angle > Math.PI) return angle - turn * Math.ceil((angle - Math.PI) / turn);
  if (angle < -Math.PI) return angle + turn * Math.ceil((-Math.PI - angle) / turn);
  return angle;
}

// Scratch of one step, used by all environments in turn.
const slopes = [new Float64Array(4), new Float64Array(4), new Float64Array(4), new Float64Array(4)] as const;
const point = new Float64Array(4);

/** Moves `state` by one step. */
function rungeKutta(state: Float64Array, torque: number): void {
  const [k1, k2, k3, k4] = slopes;
  derivative(state, torque, k1);
  for (let i = 0; i < 4; i++) point[i] = state[i]! + seconds / 2 * k1[i]!;
  derivative(point, torque, k2);
  for (let i = 0; i < 4; i++) point[i] = state[i]! + seconds / 2 * k2[i]!;
  derivative(point, torque, k3);
  for (let i = 0; i < 4; i++) point[i] = state[i]! + seconds * k3[i]!;
  derivative(point, torque, k4);
  for (let i = 0; i < 4; i++) state[i]! += seconds / 6 * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
}

/** The rate of change of `state` under `torque`, by the book's equations, into `slope`. */
function derivative(state: Float64Array, torque: number, slope: Float64Array): void {
  const theta1 = state[0]!, theta2 = state[1]!, omega1 = state[2]!, omega2 = state[3]!;
  const cos2 = Math.cos(theta2), sin2 = Math.sin(theta2);
  const coupling = mass * length * centre;
  const d1 = mass * centre ** 2 + mass * (length ** 2 + centre ** 2 + 2 * length * centre * cos2) +
    2 * inertia;
  const d2 = mass * (centre ** 2 + length * centre * cos2) + inertia;
  const phi2 = mass * centre * gravity * Math.cos(theta1 + theta2 - Math.PI / 2);
  const phi1 = -coupling * omega2 ** 2 * sin2 - 2 * coupling * omega2 * omega1 * sin2 +
    (mass * centre + mass * length) * gravity * Math.cos(theta1 - Math.PI / 2) + phi2;
  const alpha2 = (torque + d2 / d1 * phi1 - coupling * omega1 ** 2 * sin2 - phi2) /
    (mass * centre ** 2 + inertia - d2 ** 2 / d1);
  slope[0] = omega1;
  slope[1] = omega2;
  slope[2] = -(d2 * alpha2 + phi1) / d1;
  slope[3] = alpha2;
}
