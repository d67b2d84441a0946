/**
 * The interface of a host environment: Gymnasium's, in TypeScript.
 * Source: M. Towers et al., "Gymnasium: A Standard Interface for Reinforcement Learning Environments", 2024.
 *
 * @module
 */
import { Random, Stream } from "../core/random.ts";
import { contains, type Discrete, type Space } from "../core/spaces.ts";
import type { State } from "../core/state.ts";
import type { Surface } from "./surface.ts";

/** What an environment shows: a Float32Array of a Box, row-major, or an integer of a Discrete. */
export type Observation = Float32Array | number;

/** What an environment tells beside the observation. */
export interface Info {
  /** [actions], 1 where the action is legal in this state and 0 where it is not. Absent: all are legal. */
  readonly actionMask?: Uint8Array;
  /** At the end of an episode: whether it was won, where the task can be won. Evaluations count it as `winRate`. */
  readonly success?: boolean;
  /** Whatever else; training does not read it. */
  readonly [key: string]: unknown;
}

/** How to start an episode. */
export interface ResetOptions {
  /** Restarts the random stream, an unsigned 32-bit integer. Absent: it goes on with the next episode. */
  readonly seed?: number;
  /** Starts in this state, whose form is the environment's own. Absent: a random start. */
  readonly state?: readonly number[];
}

/** The start of an episode. */
export interface ResetResult<O extends Observation = Float32Array> {
  /** What is seen before the first step. */
  readonly observation: O;
  /** Of the first state: its legal actions, say. */
  readonly info: Info;
}

/** One step of an episode. */
export interface StepResult<O extends Observation = Float32Array> {
  /** What is seen after the step, the last of an episode included. */
  readonly observation: O;
  /** Finite. */
  readonly reward: number;
  /** The task is over: nothing can be earned from here on. */
  readonly terminated: boolean;
  /** The episode was cut short, by a time limit say; the task could have gone on unless `terminated` too. */
  readonly truncated: boolean;
  /** Of the state after the step, like `observation`. */
  readonly info: Info;
}

/** A task: observations out, actions in. */
export interface Environment<O extends Observation = Float32Array> {
  /** Where observations lie. */
  readonly observationSpace: Space;
  /** What `step` takes. */
  readonly actionSpace: Discrete;
  /** Steps after which it cuts its episodes short itself, where it does; a wrapper that does is a `TimeLimit`. */
  readonly maxEpisodeSteps?: number;
  /**
   * Starts an episode; allowed at any time. Equal seeds give equal episodes for equal actions; without a seed
   * the random stream goes on, and one that was never seeded starts anywhere. The observation is a fresh
   * array, the caller's to keep.
   */
  reset(options?: ResetOptions): ResetResult<O>;
  /**
   * Takes `action`, an integer of `actionSpace`. The observation is a fresh array, the caller's to keep.
   * Throws RangeError for an action outside the space, and Error before the first reset and after the end of
   * an episode.
   */
  step(action: number): StepResult<O>;
  /**
   * Says which action is the next call's, which is `step` unless it is `reset`. A vector of environments says so to all of
   * them before it steps the first, so that those in another process can step together. `step` works without it.
   */
  announce?(action: number): void;
  /** Frees what it holds that garbage collection does not, a process say; may be called again, and nothing else then. */
  close?(): void;
  /**
   * All that is needed to go on from here, in the middle of an episode too: the state, the random stream, what has been
   * counted; not what the constructor was given. Plain data that nothing writes to later: arrays are copies.
   *
   * An environment has both this and `load`, or neither. Without them a run that is resumed begins the environment's
   * episode again, and says so.
   */
  save?(): State;
  /**
   * Takes over what another one of the same options has saved; no reset is needed. From here on both give equal results
   * for equal actions, bit for bit, and after the end equal next episodes. Nothing is written to `state`.
   *
   * @throws {UsageError} When it is of something else, as `StateReader` throws; reset before going on then.
   */
  load?(state: State): void;
  /** Draws the present state, filling the surface. */
  render?(surface: Surface): void;
  /** The present state as text: lines for a terminal, without a line break at the end. */
  renderText?(): string;
  /**
   * Milliseconds for which a state is shown of what moves by itself from cell to cell. Absent: one with `renderText` is a board
   * that waits for a move, and any other moves smoothly.
   */
  readonly stepTime?: number;
  /** States in rows and columns, over which a policy and its values can be drawn. */
  stateGrid?(): StateGrid<O>;
}

/** A rectangle of states, seen from above: the cells of a board, or a plane through a continuous state space. */
export interface StateGrid<O extends Observation = Float32Array> {
  /** Cells from left to right. */
  readonly columns: GridAxis;
  /** Cells from top to bottom. */
  readonly rows: GridAxis;
  /** What is seen in each cell, [rows, columns] row-major; undefined where no action is taken: a wall, a goal. */
  readonly observations: readonly (O | undefined)[];
  /** Legal actions of each cell, as in {@linkcode Info}; absent where all are. */
  readonly actionMasks?: readonly (Uint8Array | undefined)[];
  /** What lies in each cell, a letter or two, "" for nothing. Absent for a plane. */
  readonly labels?: readonly string[];
  /** What each letter of the labels stands for: `{ S: "start" }`. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Where the rest of the state stands, which rows and columns do not show: "cart in the middle, at rest". */
  readonly note?: string;
  /** Names of the actions: "left", "up", "push right". */
  readonly actions: readonly string[];
}

/** One axis of a {@linkcode StateGrid}. */
export interface GridAxis {
  /** With the unit: "position (m)", "column". */
  readonly name: string;
  /** Cells along it. */
  readonly count: number;
  /** Values at the outer edges of the first and the last cell, in drawing order; absent for a board, whose cells are numbered. */
  readonly range?: readonly [first: number, last: number];
}

/** For results that have nothing to tell. */
export const noInfo: Info = Object.freeze({});

/** An environment that can be saved and go on. */
export type SaveableEnvironment<O extends Observation = Float32Array> =
  & Environment<O>
  & Required<Pick<Environment<O>, "save" | "load">>;

/** Whether `env` has both `save` and `load`. */
export function isSaveable<O extends Observation>(env: Environment<O>): env is SaveableEnvironment<O> {
  return env.save !== undefined && env.load !== undefined;
}

/** The largest seed. */
const lastSeed = 0xffffffff;

/**
 * The draws of an environment that is being reset: those of `seed`'s episode 0, else of the episode after the `current`
 * one, however many that has made, else of an episode of any seed. On the device they are the same: see `Stream` in
 * `shaders/environment.wgsl`. Throws RangeError for a seed that is no unsigned 32-bit integer.
 */
export function randomFor(current: Random | undefined, seed: number | undefined): Random {
  if (seed !== undefined) checkSeed(seed);
  else if (current !== undefined) return current.next();
  return new Random(seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!, Stream.environment);
}

/** Throws RangeError unless `seed` is an unsigned 32-bit integer. */
export function checkSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed <= lastSeed) return;
  throw new RangeError(`Cannot reset: seed is ${seed}, wanted an integer in [0, ${lastSeed}]`);
}

/** Throws RangeError, or TypeError if it is no number, unless `action` is in `space`. */
export function checkAction(space: Discrete, action: number): void {
  if (contains(space, action)) return;
  const Wrong = typeof action === "number" ? RangeError : TypeError;
  throw new Wrong(`Cannot step: action is ${action}, wanted an integer in [0, ${space.n - 1}]`);
}
