/**
 * What a game of MinAtar is made of: integers, and the rules that change them, on a board of 10 by 10 cells. A twin in WGSL
 * has the same struct, and draws the same numbers in the same order.
 *
 * Source of all five: K. Young and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible Reinforcement
 * Learning Experiments", 2019, arXiv 1903.03176, and the README of their package. What neither says, which of two things
 * comes first say, follows from recorded transitions of the package.
 *
 * @module
 */

/** Cells along either side of the board. */
export const size = 10;

/** Where a board ends. */
export const last = size - 1;

/** Cells of a plane. */
export const cells = size * size;

/** What a player may do. A game takes each of them, and heeds those that mean something in it. */
export const moves = { wait: 0, left: 1, up: 2, right: 3, down: 4, fire: 5 } as const;

/** Names of what a player may do, in the order of {@linkcode moves}. */
export const moveNames: readonly string[] = Object.keys(moves);

/** What a game remembers: integers, and lists of them that never change their length. */
export type GameState = Readonly<Record<string, number | Int32Array>>;

/** The least and the largest that an integer can be; of a list, how many there are. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** Absent: it is a single one. */
  readonly count?: number;
}

/** Draws of an episode, in the order in which they are asked for. `Random` has them. */
export interface Draws {
  /** A number in [0, 1). */
  uniform(): number;
  /** An integer in [0, count). */
  below(count: number): number;
}

/** What a step depends on, beside the state and the action. */
export interface Conditions {
  readonly draws: Draws;
  /** Whether the game becomes harder as it goes on. */
  readonly ramping: boolean;
}

/** What came of a step. */
export interface Outcome {
  readonly reward: number;
  readonly terminated: boolean;
}

/** A plane of the observation: what stands in it, and its colour in a picture. */
export interface GamePlane {
  readonly name: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** A letter for the terminal. */
  readonly letter: string;
}

/** The rules of a game. */
export interface Game<S extends GameState = GameState> {
  /** As in the environment's id. */
  readonly name: string;
  /** Planes of an observation, in their order. */
  readonly planes: readonly GamePlane[];
  /** The actions that mean something, of {@linkcode moves}. */
  readonly minimalActions: readonly number[];
  /** What each integer of the state can be. */
  readonly ranges: { readonly [name in keyof S]: Range };
  /** Names of the integers that say in which column and which row the player is; one that does not change is absent. */
  readonly player: { readonly column?: keyof S & string; readonly row?: keyof S & string };
  /** The start of an episode. */
  start(draws: Draws): S;
  /** Changes the state by an action of {@linkcode moves}. */
  step(state: S, action: number, conditions: Conditions): Outcome;
  /** Calls `mark` for every cell in which something of a plane stands; perhaps more than once. */
  observe(state: S, mark: (plane: number, x: number, y: number) => void): void;
}

/** The range of 0 to `high`, and of so many integers. */
export function upTo(high: number, count?: number): Range {
  return { low: 0, high, ...count === undefined ? {} : { count } };
}

/** The column or row after a step back or on, within the board. */
export function moved(place: number, back: boolean, on: boolean): number {
  return Math.max(0, Math.min(last, place + (on ? 1 : 0) - (back ? 1 : 0)));
}
