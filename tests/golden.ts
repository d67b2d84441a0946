/** Reference values made with other people's software. @module */
import { brotliDecompressSync } from "node:zlib";

/** `environments.json`: Gymnasium's dynamics, float64 state. */
export interface GoldenEnvironments {
  readonly source: string;
  readonly transitions: Readonly<Record<string, readonly GoldenTransition[]>>;
  readonly openLoop: Readonly<Record<string, readonly GoldenLoop[]>>;
  readonly tables: Readonly<Record<string, GoldenTable>>;
}

/** One step from a given state, without a time limit. `observation` is float32, the states are float64. */
export interface GoldenTransition {
  readonly state: readonly number[];
  readonly action: number;
  readonly nextState: readonly number[];
  readonly observation: readonly number[];
  readonly reward: number;
  readonly terminated: boolean;
}

/** A sequence of actions from a given state, and the state after each. */
export interface GoldenLoop {
  readonly initialState: readonly number[];
  readonly actions: readonly number[];
  readonly states: readonly (readonly number[])[];
  readonly rewards: readonly number[];
  readonly terminated: boolean;
}

/** Outcomes `[probability, next state, reward, terminated]` for a sample of the states. */
export interface GoldenTable {
  readonly states: number;
  readonly actions: number;
  readonly rows: readonly {
    readonly state: number;
    readonly action: number;
    readonly outcomes: readonly (readonly [number, number, number, boolean])[];
  }[];
}

/** `minatar.json`, a game: transitions of the package, each with all that was drawn. */
export interface GoldenGame {
  /** Planes of the observation by their names. */
  readonly channels: Readonly<Record<string, number>>;
  readonly minimalActions: readonly number[];
  readonly transitions: readonly GoldenMove[];
}

/** A step of a game of MinAtar without sticky actions. */
export interface GoldenMove {
  readonly state: GoldenGameState;
  readonly action: number;
  /** `rand` or `randint` with its arguments, and what it gave; the draws of a reset after those of the step that ended it. */
  readonly draws: readonly (readonly [kind: string, value: number | readonly number[]])[];
  readonly nextState: GoldenGameState;
  readonly reward: number;
  readonly terminated: boolean;
  /** Of the state before the step: a text a plane, row by row. */
  readonly observation: readonly string[];
}

/** All that a game remembers, by the package's names. */
// deno-lint-ignore no-explicit-any -- each game has its own, of numbers, booleans and lists
export type GoldenGameState = Readonly<Record<string, any>>;

/**
 * The contents of `<name>.json` in the folder `GOLDEN_DIR`, by default `tests/golden` of this checkout; where there is
 * none, of `<name>.json.br`, packed by Brotli. The type parameter is the caller's word for its form.
 */
export function readGolden<T>(name: string): T {
  const folder = Deno.env.get("GOLDEN_DIR") || `${import.meta.dirname}/golden`;
  return JSON.parse(textOf(`${folder}/${name}.json`)) as T;
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return new TextDecoder().decode(brotliDecompressSync(Deno.readFileSync(`${path}.br`)));
  }
}
