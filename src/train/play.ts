/** Greedy episodes to look at: one at a time, every state of which can be drawn. @module */
import type { GreedyPolicy } from "../agents/agent.ts";
import { UsageError } from "../core/errors.ts";
import { eventLoopTurn } from "../core/event_loop.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { checkReward, maskWriter, observationWriter, type Place, rowWidth } from "../envs/rows.ts";
import { isTimeLimited } from "../envs/time_limit.ts";
import { type AnimationOptions, encodeApng, encodeGif } from "../report/animation.ts";
import { loadRasterizer, type Pixels } from "../report/raster.ts";
import { SvgSurface } from "../report/svg_surface.ts";
import { longestEpisode } from "./evaluate.ts";

/** A state of an episode that is being played. */
export interface PlayedFrame {
  /** Steps taken; 0 at the start. */
  readonly step: number;
  /** Sum of the rewards so far. */
  readonly return: number;
}

/** How {@linkcode playEpisode} plays. */
export interface PlayOptions {
  /** Of the start state, as `Environment.reset` takes it. */
  readonly seed: number;
  /** Called at the start and after every step, the last included; play waits for what it returns. */
  readonly onFrame?: (environment: Environment<Observation>, moment: PlayedFrame) => void | Promise<void>;
  /** Ends the play when aborted: the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Steps after which the episode counts as truncated: by default 10,000 in an environment without a time limit. */
  readonly maxSteps?: number;
}

/** How an episode went. */
export interface PlayedEpisode {
  /** Sum of the rewards. */
  readonly return: number;
  /** Steps. */
  readonly length: number;
  /** Whether the task was over. */
  readonly terminated: boolean;
  /** Whether it was cut off, by a time limit or by `maxSteps`. */
  readonly truncated: boolean;
  /** Whether it was won, where the environment tells. */
  readonly success?: boolean;
}

/** Milliseconds of play between two turns of the event loop. */
const longestTurn = 200;

/**
 * Plays one greedy episode.
 *
 * @param policy For one environment.
 * @throws {UsageError} When the environment gives what cannot be used; {DivergenceError} for a number that is not finite.
 */
export async function playEpisode(
  policy: GreedyPolicy,
  environment: Environment<Observation>,
  options: PlayOptions,
): Promise<PlayedEpisode> {
  const { seed, onFrame, signal, maxSteps = isTimeLimited(environment) ? Infinity : longestEpisode } =
    options;
  const { observationSpace, actionSpace } = environment;
  const observations = new Float32Array(rowWidth(observationSpace));
  const writeObservation = observationWriter(observationSpace);
  const writeMask = maskWriter(actionSpace.n);
  const place: Place = { index: 0, step: 0, terminated: false };
  let seen = environment.reset({ seed });
  const masks = seen.info.actionMask && new Uint8Array(actionSpace.n);
  writeObservation(observations, seen.observation, place);
  let total = 0;
  for (let turn = performance.now();;) {
    await onFrame?.(environment, { step: place.step, return: total });
    if (performance.now() - turn > longestTurn) {
      await eventLoopTurn();
      turn = performance.now();
    }
    signal?.throwIfAborted();
    if (masks) writeMask(masks, seen.info, place);
    const acted = policy.act(observations, masks, { seeds: [seed], step: place.step });
    const [action] = acted instanceof Promise ? await acted : acted;
    const step = environment.step(action!);
    seen = step;
    place.step++;
    checkReward(step.reward, place);
    writeObservation(observations, step.observation, place);
    total += step.reward;
    const { terminated, info: { success } } = step;
    const truncated = step.truncated || (!terminated && place.step >= maxSteps);
    if (!terminated && !truncated) continue;
    await onFrame?.(environment, { step: place.step, return: total });
    const episode = { return: total, length: place.step, terminated, truncated };
    return success === undefined ? episode : { ...episode, success };
  }
}

/** How {@linkcode drawState} draws. */
export interface DrawOptions {
  /** Width of the picture, pixels; 600 by default. */
  readonly width?: number;
  /** Height of the picture, pixels; 400 by default. */
  readonly height?: number;
  /** The environment's, for the error; `the environment` by default. */
  readonly name?: string;
}

/**
 * The present state of an environment as an SVG document.
 *
 * @throws {UsageError} When the environment does not draw itself.
 */
export function drawState(
  environment: Environment<Observation>,
  { width = 600, height = 400, name = "the environment" }: DrawOptions = {},
): string {
  if (!environment.render) {
    throw new UsageError(
      `Cannot draw ${name}: it has no method render, wanted an environment that draws itself`,
    );
  }
  const surface = new SvgSurface(width, height);
  environment.render(surface);
  return surface.toString();
}

/**
 * Milliseconds that a state is to be seen: the environment's `stepTime`, else 300 of a board, which waits for a move, and 50 of
 * what moves smoothly.
 */
export function frameDelay({ renderText, stepTime }: Environment<Observation>): number {
  return stepTime ?? (renderText ? 300 : 50);
}

/** Formats of {@linkcode animate}. */
export type AnimationFormat = "gif" | "apng";

/**
 * An animation file of pictures of one size, SVG documents as of {@linkcode drawState}; about 2 ms a frame.
 *
 * @throws {RangeError} When there is no picture, their sizes differ, or an option is out of range.
 */
export async function animate(
  pictures: Iterable<string>,
  format: AnimationFormat = "gif",
  options: AnimationOptions = {},
): Promise<Uint8Array> {
  const rasterizer = await loadRasterizer();

  function* frames(): Generator<Pixels> {
    let drawn: string | undefined, pixels: Pixels | undefined;
    for (const picture of pictures) {
      if (picture !== drawn) pixels = rasterizer.pixels(picture);
      drawn = picture;
      yield pixels!;
    }
  }

  return await { gif: encodeGif, apng: encodeApng }[format](frames(), options);
}

/** How {@linkcode animateEpisode} plays and draws. */
export interface AnimateOptions extends PlayOptions, DrawOptions, AnimationOptions {
  /** `gif` by default. */
  readonly format?: AnimationFormat;
  /** States from one frame to the next, 1 by default; the last one has a frame in any case. */
  readonly stride?: number;
}

/**
 * Plays one greedy episode and makes an animation of its states, from the first to the last.
 *
 * @param policy For one environment.
 * @returns The bytes of the file, and how the episode went.
 * @throws {UsageError} When the environment does not draw itself or gives what cannot be used.
 */
export async function animateEpisode(
  policy: GreedyPolicy,
  environment: Environment<Observation>,
  options: AnimateOptions,
): Promise<{ animation: Uint8Array; episode: PlayedEpisode }> {
  const { stride = 1 } = options;
  const pictures: string[] = [];
  let states = 0;
  const episode = await playEpisode(policy, environment, {
    ...options,
    async onFrame(environment, moment) {
      if (states++ % stride === 0) pictures.push(drawState(environment, options));
      await options.onFrame?.(environment, moment);
    },
  });
  if ((states - 1) % stride > 0) pictures.push(drawState(environment, options));
  return { animation: await animate(pictures, options.format, options), episode };
}
