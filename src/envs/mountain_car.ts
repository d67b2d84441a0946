/**
 * MountainCar: an engine too weak to climb the hill must first swing up the other side. Source: A. Moore,
 * "Efficient Memory-based Learning for Robot Control", 1990, in the form of Gymnasium 1.4 (`MountainCar-v0`).
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

const force = 0.001; //     m/step^2, of the engine
const gravity = 0.0025; //  m/step^2, along the steepest slope
const left = -1.2; //       m, a wall that takes all speed
const right = 0.6; //       m
const goal = 0.5; //        m
const topSpeed = 0.07; //   m/step

/**
 * The car in its valley; no time limit. Actions: 0 pushes left, 1 does not push, 2 pushes right.
 * Observation, float32: position m, from -1.2 to 0.6, and velocity m/step, within plus and minus 0.07; the
 * state itself is float64. Reward -1 each step. Terminates at 0.5 or beyond, unless rolling back. Starts at
 * rest, uniform in [-0.6, -0.4); `reset({ state })` takes the two numbers of the observation.
 */
export class MountainCar implements Environment {
  readonly observationSpace: Box = box([2], [left, -topSpeed], [right, topSpeed]);
  readonly actionSpace: Discrete = discrete(3);
  readonly #state = new Float64Array(2);
  readonly #phase = new EpisodePhase("MountainCar");

  /** Starts an episode. Throws RangeError unless `state`, if given, is two finite numbers. */
  reset(options: ResetOptions = {}): ResetResult {
    const { seed, state } = options;
    checkState("MountainCar", state, 2);
    const random = this.#phase.begin(seed);
    this.#state[0] = state?.[0] ?? random.uniform(-0.6, -0.4);
    this.#state[1] = state?.[1] ?? 0;
    return { observation: new Float32Array(this.#state), info: noInfo };
  }

  /** Lets a step of time pass: the velocity first, then the position by the new velocity. */
  step(action: number): StepResult {
    checkAction(this.actionSpace, action);
    this.#phase.checkStep();
    const state = this.#state;
    const push = (action - 1) * force - gravity * Math.cos(3 * state[0]!);
    let velocity = clip(state[1]! + push, -topSpeed, topSpeed);
    const position = clip(state[0]! + velocity, left, right);
    if (position === left && velocity < 0) velocity = 0;
    state[0] = position;
    state[1] = velocity;
    const terminated = hasArrived(position, velocity);
    if (terminated) this.#phase.end();
    return { observation: new Float32Array(state), reward: -1, terminated, truncated: false, info: noInfo };
  }

  save(): State {
    return saveNumbers(this.#phase, this.#state);
  }

  load(state: State): void {
    loadNumbers(this.#phase, this.#state, state);
  }

  /** Position from left to right, velocity from the top down; no observation at the goal. */
  stateGrid(size: PlaneSize = {}): StateGrid {
    return planeGrid({
      columns: { name: "position (m)", range: [left, right] },
      rows: { name: "velocity (m/step)", range: [topSpeed, -topSpeed] },
      actions: ["push left", "no push", "push right"],
      observe: (position, velocity) =>
        hasArrived(position, velocity) ? undefined : Float32Array.of(position, velocity),
    }, size);
  }

  /**
   * Draws hill, car and flag in the proportions of Gymnasium's 600 by 400 picture. Throws Error before a
   * reset.
   */
  render(surface: Surface): void {
    this.#phase.checkRender();
    const { width, height } = surface.canvas;
    const unit = width / 600;
    const metre = width / (right - left);
    const across = (position: number) => (position - left) * metre;
    const up = (position: number) => height - hill(position) * metre;
    surface.save();
    surface.fillStyle = "#ffffff";
    surface.fillRect(0, 0, width, height);

    surface.strokeStyle = "#000000";
    surface.lineWidth = unit;
    surface.beginPath();
    surface.moveTo(0, up(left));
    for (let i = 1; i < hillPoints; i++) {
      const position = left + (right - left) * i / (hillPoints - 1);
      surface.lineTo(across(position), up(position));
    }
    surface.stroke();

    const pole = { x: across(goal), foot: up(goal), top: up(goal) - 50 * unit };
    surface.beginPath();
    surface.moveTo(pole.x, pole.foot);
    surface.lineTo(pole.x, pole.top);
    surface.stroke();
    surface.fillStyle = "#cccc00";
    surface.beginPath();
    surface.moveTo(pole.x, pole.top);
    surface.lineTo(pole.x, pole.top + 10 * unit);
    surface.lineTo(pole.x + 25 * unit, pole.top + 5 * unit);
    surface.closePath();
    surface.fill();

    const position = this.#state[0]!;
    surface.translate(across(position), up(position) - 10 * unit);
    surface.rotate(-Math.cos(3 * position));
    surface.fillStyle = "#000000";
    surface.fillRect(-20 * unit, -20 * unit, 40 * unit, 20 * unit);
    surface.fillStyle = "#808080";
    for (const wheel of [10, -10]) {
      surface.beginPath();
      surface.arc(wheel * unit, 0, 8 * unit, 0, 2 * Math.PI);
      surface.fill();
    }
    surface.restore();
  }
}

/** Points of the drawn hill. */
const hillPoints = 100;

/** Height of the hill, m. */
function hill(position: number): number {
  return 0.45 * Math.sin(3 * position) + 0.55;
}

function hasArrived(position: number, velocity: number): boolean {
  return position >= goal && velocity >= 0;
}

function clip(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
