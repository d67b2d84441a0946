/** Reference values made with other people's software. @module */

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

/**
 * The contents of `<name>.json` in the folder `GOLDEN_DIR`, by default `tests/golden` of this checkout.
 * The type parameter is the caller's word for its form.
 */
export function readGolden<T>(name: string): T {
  const folder = Deno.env.get("GOLDEN_DIR") || `${import.meta.dirname}/golden`;
  return JSON.parse(Deno.readTextFileSync(`${folder}/${name}.json`)) as T;
}
