/** Wrappers from plain data, as a run config names them. @module */
import { didYouMean, excerpt, textOf, UsageError } from "../core/errors.ts";
import { box, describe } from "../core/spaces.ts";
import { Discretize, type DiscretizeOptions } from "./discretize.ts";
import type { Environment, Observation } from "./environment.ts";
import type { FrameStackOptions } from "./frame_stack.ts";
import { OneHot } from "./one_hot.ts";
import type { ResizeOptions } from "./resize.ts";
import { TransformObservation, TransformReward } from "./transform.ts";

/** One wrapper. */
export type WrapperConfig =
  | DiscretizeConfig
  | OneHotConfig
  | ScaleRewardConfig
  | ScaleObservationConfig
  | GrayscaleObservationConfig
  | ResizeObservationConfig
  | FrameStackObservationConfig;

/** Observations of a Box become the number of their bin; see {@linkcode Discretize}. */
export interface DiscretizeConfig extends DiscretizeOptions {
  /** Tells wrappers apart. */
  readonly kind: "discretize";
}

/** Observations of a Discrete become zeros and a one; see {@linkcode OneHot}. */
export interface OneHotConfig {
  /** Tells wrappers apart. */
  readonly kind: "one-hot";
}

/** reward <- factor * reward + offset. */
export interface ScaleRewardConfig {
  /** Tells wrappers apart. */
  readonly kind: "scale-reward";
  /** Finite. */
  readonly factor: number;
  /** Finite; 0 by default. */
  readonly offset?: number;
}

/** observation <- factor * observation + offset, entry by entry of a Box; the bounds of the space likewise. */
export interface ScaleObservationConfig {
  /** Tells wrappers apart. */
  readonly kind: "scale-observation";
  /** One for each entry, finite and not 0. */
  readonly factor: readonly number[];
  /** One for each entry, finite; 0 by default. */
  readonly offset?: readonly number[];
}

/** Pictures lose their colours; see `GrayscaleObservation`. */
export interface GrayscaleObservationConfig {
  /** Tells wrappers apart. */
  readonly kind: "grayscale-observation";
}

/** Pictures become smaller; see `ResizeObservation`. */
export interface ResizeObservationConfig extends ResizeOptions {
  /** Tells wrappers apart. */
  readonly kind: "resize-observation";
}

/** The latest observations are shown together; see `FrameStackObservation`. */
export interface FrameStackObservationConfig extends FrameStackOptions {
  /** Tells wrappers apart. */
  readonly kind: "frame-stack-observation";
}

/** Puts a wrapper around an environment, whose observation space it looks at, as that tells their kind. */
type Wrap<C> = (
  // deno-lint-ignore no-explicit-any -- whatever it shows: the wrapper looks
  env: Environment<any>,
  wrapper: C,
) => Environment<Observation>;

/** By kind, and of that kind's configs alone. */
const kinds = new Map<string, Wrap<never>>();

/** Makes a kind of wrapper known to `wrapEnvironment`. */
export function registerWrapper<K extends WrapperConfig["kind"]>(
  kind: K,
  wrap: Wrap<Extract<WrapperConfig, { kind: K }>>,
): void {
  kinds.set(kind, wrap);
}

/**
 * `env` in `wrappers`, the first of them innermost. Throws UsageError, with what was given and wanted, for a
 * wrapper that does not fit what it is put around.
 */
export function wrapEnvironment(
  env: Environment<Observation>,
  wrappers: readonly WrapperConfig[],
): Environment<Observation> {
  return wrappers.reduce(wrapOnce, env);
}

function wrapOnce(env: Environment<Observation>, wrapper: WrapperConfig): Environment<Observation> {
  const wrap = kinds.get(wrapper.kind);
  if (wrap !== undefined) return wrap(env, wrapper as never);
  const known = [...kinds.keys()];
  const given = textOf(wrapper.kind);
  throw new UsageError(
    `Cannot wrap the environment: kind is "${excerpt(given)}", wanted one of ${known.join(", ")}${
      didYouMean(given, known)
    }`,
  );
}

registerWrapper("discretize", (env, options) => new Discretize(env, options));
registerWrapper("one-hot", (env) => new OneHot(env));
registerWrapper("scale-reward", scaleReward);
registerWrapper("scale-observation", scaleObservation);

function scaleReward(
  env: Environment<Observation>,
  { factor, offset = 0 }: ScaleRewardConfig,
): Environment<Observation> {
  if (!Number.isFinite(factor) || !Number.isFinite(offset)) {
    throw new UsageError(
      `Cannot scale rewards: factor is ${factor} and offset ${offset}, wanted finite numbers`,
    );
  }
  return new TransformReward(env, (reward) => factor * reward + offset);
}

function scaleObservation(env: Environment, { factor, offset }: ScaleObservationConfig): Environment {
  const space = env.observationSpace;
  if (space.kind !== "box") failToScale(`the observation space is ${describe(space)}, wanted a Box`);
  const size = space.low.length;
  const shift = offset ?? new Array<number>(size).fill(0);
  for (const [what, list] of Object.entries({ factor, offset: shift })) {
    if (list.length !== size) {
      failToScale(
        `${what} has length ${list.length}, wanted ${size}, one for each entry of ${describe(space)}`,
      );
    }
    const bad = list.findIndex((value) => !Number.isFinite(value) || (what === "factor" && value === 0));
    if (bad < 0) continue;
    const wanted = what === "factor" ? "finite numbers other than 0" : "finite numbers";
    failToScale(`${what} is ${list[bad]} at entry ${bad}, wanted ${wanted}`);
  }
  const scale = (value: number, i: number) => factor[i]! * value + shift[i]!;
  const low = space.low.map(scale), high = space.high.map(scale);
  return new TransformObservation(env, {
    // A negative factor swaps the bounds.
    space: box(
      space.shape,
      low.map((bound, i) => Math.min(bound, high[i]!)),
      low.map((bound, i) => Math.max(bound, high[i]!)),
    ),
    transform(observation) {
      const scaled = new Float32Array(size);
      for (let i = 0; i < size; i++) scaled[i] = scale(observation[i]!, i);
      return scaled;
    },
  });
}

function failToScale(state: string): never {
  throw new UsageError(`Cannot scale observations: ${state}`);
}
