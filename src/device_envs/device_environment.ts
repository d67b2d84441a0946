/**
 * Environments that live on the GPU: what one is made of, and what a kernel needs to run it.
 *
 * @module
 */
import { didYouMean, excerpt, UsageError } from "../core/errors.ts";
import { type Box, box, type Discrete, discrete } from "../core/spaces.ts";
import type { ShaderFile } from "../gpu/kernel.ts";

/** An environment's own options, as in a config's `environment.options`. */
export type DeviceEnvironmentOptions = Readonly<Record<string, unknown>>;

/**
 * An environment in WGSL. Its file defines four things, or five:
 *
 * ```wgsl
 * struct State { ... }                              // 32-bit numbers, vectors and arrays of them; no bool
 * fn env_reset(stream: Stream) -> State             // the start of an episode
 * fn env_step(state: State, action: u32) -> Step    // Step(state, reward, terminated)
 * fn env_observe(state: State, i: u32) -> f32       // entry i of what is seen in a state
 * fn env_bits(state: State, i: u32) -> u32          // in place of it where all of it is zeros and ones: entries 32 i to 32 i + 31
 * fn env_legal(state: State, action: u32) -> bool   // whether an action may be chosen there; left out, all may
 * ```
 *
 * It keeps everything in its State: no bindings and no variables outside functions. Given to it are
 * `stream_uniform(stream, i)` in [0, 1) and `stream_word(stream, i)`, draw i of the episode; `below(word, count)`; and
 * `sin_cos(x)`, since WGSL's own sine is good to three digits only. An environment that draws while it steps keeps the
 * stream in its State and counts its draws. Time limits and starting again are not its business. With `env_legal`, one action
 * at least is legal wherever an episode goes on, and no other than legal ones are taken.
 *
 * A whole environment, a ball to be caught by a paddle:
 *
 * ```ts
 * registerDeviceEnvironment({
 *   id: "Catch-v0",
 *   observations: 3,
 *   actions: 3,
 *   wonFrom: 1,
 *   options: ["wind"],
 *   overrides: ({ wind = 0.2 }) => ({ WIND: Number(wind) }),
 *   file: {
 *     name: "catch.wgsl",
 *     text: `
 * override WIND: f32; // chance of a step in which the ball drifts to the right
 *
 * const COLUMNS = 8.0;
 * const DROP = 10.0;
 *
 * struct State {
 *   stream: Stream,
 *   draws: u32,
 *   ball: vec2f, // column, and height above the paddle
 *   paddle: f32, // column
 * }
 *
 * fn env_reset(stream: Stream) -> State {
 *   let column = floor(COLUMNS * stream_uniform(stream, 0u));
 *   return State(stream, 1u, vec2f(column, DROP), COLUMNS / 2.0);
 * }
 *
 * // Actions: 0 moves the paddle left, 1 leaves it, 2 moves it right.
 * fn env_step(state: State, action: u32) -> Step {
 *   var next = state;
 *   next.paddle = clamp(state.paddle + f32(action) - 1.0, 0.0, COLUMNS - 1.0);
 *   next.ball.y -= 1.0;
 *   if (stream_uniform(state.stream, state.draws) < WIND) { next.ball.x = min(state.ball.x + 1.0, COLUMNS - 1.0); }
 *   next.draws += 1u;
 *   let landed = next.ball.y == 0.0;
 *   let caught = landed && next.ball.x == next.paddle;
 *   return Step(next, f32(caught), landed);
 * }
 *
 * fn env_observe(state: State, i: u32) -> f32 {
 *   let seen = array(state.ball.x / COLUMNS, state.ball.y / DROP, state.paddle / COLUMNS);
 *   return seen[i];
 * }
 * `,
 *   },
 * });
 * ```
 */
export interface DeviceEnvironmentSpec {
  /** `Name-vN`. Where a host environment has the same id, both are the same task. */
  readonly id: string;
  /** The WGSL described above. */
  readonly file: ShaderFile;
  /** Entries of an observation, at most {@linkcode widestOnDevice}. */
  readonly observations: number;
  /** Its extents, outermost first, as in `[channels, rows, columns]`. Default: `[observations]`. */
  readonly shape?: readonly number[];
  /** Number of actions, at most {@linkcode widestOnDevice}; a function of the options that were given where these change it. */
  readonly actions: number | ((options: DeviceEnvironmentOptions) => number);
  /** The time limit in steps. Default: none. */
  readonly maxEpisodeSteps?: number;
  /** The mean return at which the task counts as solved. Default: none. */
  readonly rewardThreshold?: number;
  /** Further WGSL files that the environment's own calls. Default: none. */
  readonly modules?: readonly ShaderFile[];
  /** Names of the options that `overrides` reads. Default: none. */
  readonly options?: readonly string[];
  /** Values of the file's `override` constants, from those of `options` that were given. Throws UsageError for bad ones. */
  overrides?(options: DeviceEnvironmentOptions): Readonly<Record<string, number>>;
  /** An episode that terminates with a reward of at least this is won. Default: nothing can be won. */
  readonly wonFrom?: number;
}

/** An environment that has been looked at, and how it is to be run. */
export interface DeviceEnvironment {
  /** What it is made of. */
  readonly spec: DeviceEnvironmentSpec;
  /** Values of its `override` constants. */
  readonly overrides: Readonly<Record<string, number>>;
  /** Number of actions. */
  readonly actions: number;
  /** Bytes of its State in an array. */
  readonly stateBytes: number;
  /** The time limit in steps; null for none. */
  readonly maxEpisodeSteps: number | null;
}

/**
 * The most numbers that a layer may read and write, together, for an environment on the device: they fit into the 16,384 bytes of
 * workgroup memory that every adapter has, beside 32 for what else is kept there.
 */
export const mostActing = 4088;

/** The widest observation on the device, and the most actions: half of what the layer behind or before it may read and write. */
export const widestOnDevice = mostActing / 2;

/** Number of actions with these options. Throws UsageError where the environment refuses them. */
export function actionsOf(
  { actions }: Pick<DeviceEnvironmentSpec, "actions">,
  options: DeviceEnvironmentOptions = {},
): number {
  return typeof actions === "function" ? actions(options) : actions;
}

/** Throws UsageError, a sentence that begins with `action`, for sizes that are none or more than the device takes. */
export function assertWidths(
  spec: Pick<DeviceEnvironmentSpec, "observations" | "actions" | "shape">,
  action: string,
  options: DeviceEnvironmentOptions = {},
): void {
  const { observations, shape } = spec;
  for (const [name, count] of Object.entries({ observations, actions: actionsOf(spec, options) })) {
    if (Number.isSafeInteger(count) && count > 0 && count <= widestOnDevice) continue;
    throw new UsageError(`${action}: ${name} is ${count}, wanted an integer from 1 to ${widestOnDevice}`);
  }
  if (!shape || isShapeOf(shape, observations)) return;
  throw new UsageError(`${action}: shape is [${shape}], wanted extents of ${observations} observations`);
}

function isShapeOf(shape: readonly number[], size: number): boolean {
  return shape.every((extent) => Number.isSafeInteger(extent) && extent > 0) &&
    shape.reduce((product, extent) => product * extent, 1) === size;
}

/**
 * The values of the environment's `override` constants, for a kernel that calls it.
 *
 * @throws {UsageError} For an option that the environment does not have, or whose value it refuses.
 */
export function environmentOverrides(
  spec: DeviceEnvironmentSpec,
  options: DeviceEnvironmentOptions = {},
): Record<string, number> {
  const known = spec.options ?? [];
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const wanted = known.length > 0 ? `wanted one of ${known.join(", ")}` : "wanted none";
    throw new UsageError(
      `Cannot use environment "${spec.id}": option is "${excerpt(name)}", ${wanted}${
        didYouMean(name, known)
      }`,
    );
  }
  const overrides = { ...spec.overrides?.(options) };
  for (const [name, value] of Object.entries(overrides)) {
    if (Number.isFinite(Math.fround(value))) continue;
    throw new UsageError(
      `Cannot use environment "${spec.id}": ${name} is ${value} for options ${
        excerpt(JSON.stringify(options))
      }, ` +
        "wanted a finite float32",
    );
  }
  return overrides;
}

/** Where observations lie: any float32 numbers, of the environment's shape. */
export function deviceObservationSpace({ observations, shape = [observations] }: DeviceEnvironmentSpec): Box {
  return box(shape, -Infinity, Infinity);
}

/** What a step takes with these options. Throws UsageError where the environment refuses them. */
export function deviceActionSpace(
  spec: DeviceEnvironmentSpec,
  options: DeviceEnvironmentOptions = {},
): Discrete {
  return discrete(actionsOf(spec, options));
}
