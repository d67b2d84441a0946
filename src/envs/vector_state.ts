/** The saved state of a vector environment, and going on from it. @module */
import { UsageError } from "../core/errors.ts";
import type { Space } from "../core/spaces.ts";
import { type State, StateReader } from "../core/state.ts";
import {
  type Environment,
  noInfo,
  type Observation,
  type ResetResult,
  type SaveableEnvironment,
  type StepResult,
} from "./environment.ts";

/** What a vector environment of N environments saves. W and A as in `VectorStep`. */
export interface VectorState {
  /** [N], what each environment was reset with. */
  readonly seeds: Uint32Array<ArrayBuffer>;
  /** Since that reset. */
  readonly steps: number;
  /** [N], of the present episodes so far. */
  readonly returns: Float64Array<ArrayBuffer>;
  /** [N], of the present episodes so far. */
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** [N, W], what the latest call showed. */
  readonly observations: Float32Array<ArrayBuffer>;
  /** [N, A], likewise; absent when the environments give no masks. */
  readonly actionMasks: Uint8Array<ArrayBuffer> | undefined;
  /** [N], empty for an environment that cannot be saved. */
  readonly environments: readonly { readonly state?: State }[];
}

/** The state of a vector environment of this shape. @throws {UsageError} When it is something else. */
export function readVectorState(
  state: State,
  { count, width, actions }: { count: number; width: number; actions: number },
): VectorState {
  const saved = new StateReader(state, "environments");
  const returns = saved.array("returns", "Float64Array", count);
  const observations = saved.array("observations", "Float32Array", count * width);
  for (const [key, numbers] of Object.entries({ returns, observations })) {
    if (!numbers.every(Number.isFinite)) saved.refuse(key, `${numbers.length} finite numbers`);
  }
  return {
    seeds: saved.array("seeds", "Uint32Array", count),
    steps: saved.count("steps"),
    returns,
    lengths: saved.array("lengths", "Uint32Array", count),
    observations,
    actionMasks: saved.has("actionMasks")
      ? saved.array("actionMasks", "Uint8Array", count * actions)
      : undefined,
    environments: saved.children("environments", count).map((child) => {
      const own = child.value("state");
      return own === undefined ? {} : { state: own };
    }),
  };
}

/** What environment `index` had shown, unchecked. */
export function shownIn(saved: VectorState, space: Space, index: number): ResetResult<Observation> {
  const row = <A extends Float32Array | Uint8Array>(rows: A): A => {
    const length = rows.length / saved.lengths.length;
    return rows.subarray(index * length, (index + 1) * length) as A;
  };
  const entries = row(saved.observations);
  const { actionMasks } = saved;
  return {
    observation: space.kind === "discrete" ? entries[0]! : entries,
    info: actionMasks === undefined ? noInfo : { actionMask: row(actionMasks) },
  };
}

/** Loads `state` into environment `index`. @throws {UsageError} When it does not take it, for whatever reason. */
export function loadInto(
  env: SaveableEnvironment<Observation>,
  { state, index }: { state: State; index: number },
): void {
  attempt(index, () => env.load(state));
}

/**
 * The first step of environment `index` from a state that was loaded, `masks` being those of all environments.
 *
 * @throws {UsageError} When no step can be taken from it, or it had masks that were not saved.
 */
export function firstStep(
  env: Environment<Observation>,
  { action, index, masks }: { action: number; index: number; masks: Uint8Array | undefined },
): StepResult<Observation> {
  return attempt(index, () => {
    const result = env.step(action);
    if (masks !== undefined || result.info.actionMask === undefined) return result;
    throw new Error("there are no action masks, wanted those that the environment gives");
  });
}

function attempt<T>(index: number, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot go on in environment ${index} from its saved state: ${reason}`, {
      cause: error,
    });
  }
}
