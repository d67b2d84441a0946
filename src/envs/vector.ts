/** Many environments, stepped as one. @module */
import { UsageError } from "../core/errors.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { describe, type Discrete, equalSpaces, type Space } from "../core/spaces.ts";
import { checkSeed, type Environment, type Observation, type ResetResult } from "./environment.ts";
import { checkReward, maskWriter, observationWriter, type Place, rowWidth } from "./rows.ts";
import {
  allocateStep,
  type Episode,
  noEpisodes,
  type StepBuffers,
  type VectorReset,
  type VectorStep,
} from "./vector_step.ts";

/** Numbers in the observations of all environments at once. */
const mostNumbers = 2 ** 26;

/**
 * N environments of equal spaces behind one `reset` and one `step`, with same-step autoreset: an environment
 * whose episode ends is reset, without a seed, before `step` returns.
 *
 * Arrays are reused in turn: what one call returns stays as it is through the next call, and is overwritten
 * by the one after. So a transition can be made of the observations before a step and the results after it
 * without copying.
 */
export class VectorEnvironment {
  /** N. */
  readonly count: number;
  /** Numbers in one row of observations: the entries of a Box; 1 of a Discrete, whose integer is the row. */
  readonly width: number;
  /** Of each environment. */
  readonly observationSpace: Space;
  /** Of each environment. */
  readonly actionSpace: Discrete;
  /** The environments, by index. To look at or draw; stepping one of them confuses the vector. */
  readonly environments: readonly Environment<Observation>[];
  readonly #writeObservation;
  readonly #writeMask;
  readonly #place: Place = { index: 0, step: 0, terminated: false };
  readonly #returns: Float64Array;
  readonly #lengths: Uint32Array;
  /** What the next call writes, and what the last one wrote. Absent before the first reset. */
  #buffers: [StepBuffers, StepBuffers] | undefined;

  /**
   * Makes environments 0 to `count` - 1. Throws RangeError unless `count` is a positive integer, and
   * UsageError when the environments' spaces differ, a Discrete is too large for exact float32 numbers, or there are over 2^26
   * numbers in their observations, 256 MiB.
   */
  constructor(count: number, make: (index: number) => Environment<Observation>) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`Cannot make a vector environment: count is ${count}, wanted a positive integer`);
    }
    this.environments = Array.from({ length: count }, (_, index) => make(index));
    const first = this.environments[0]!;
    checkExact(first.observationSpace);
    this.environments.forEach((env, index) => {
      checkSpace(env.observationSpace, first.observationSpace, `observation space of environment ${index}`);
      checkSpace(env.actionSpace, first.actionSpace, `action space of environment ${index}`);
    });
    this.count = count;
    this.width = rowWidth(first.observationSpace);
    if (count * this.width > mostNumbers) {
      const found = `${count} environments show ${this.width} numbers each`;
      throw new UsageError(
        `Cannot make a vector environment: ${found}, wanted at most ${mostNumbers} in all`,
      );
    }
    this.observationSpace = first.observationSpace;
    this.actionSpace = first.actionSpace;
    this.#writeObservation = observationWriter(first.observationSpace);
    this.#writeMask = maskWriter(first.actionSpace.n);
    this.#returns = new Float64Array(count);
    this.#lengths = new Uint32Array(count);
  }

  /**
   * Starts an episode in every environment, environment i with a seed of its own derived from `seed` and i.
   * Throws RangeError unless `seed` is an unsigned 32-bit integer, and as `resetWithSeeds` does.
   */
  reset(seed: number): VectorReset {
    checkSeed(seed);
    return this.resetWithSeeds(this.environments.map((_, i) => deriveSeed(seed, Stream.environmentSeed, i)));
  }

  /**
   * Starts an episode in environment i with `seeds[i]`, for every i. Throws RangeError for too few or too
   * many seeds, and UsageError for an observation or mask that cannot be used.
   */
  resetWithSeeds(seeds: ArrayLike<number>): VectorReset {
    if (seeds.length !== this.count) {
      throw new RangeError(
        `Cannot reset ${this.count} environments: there are ${seeds.length} seeds, wanted one each`,
      );
    }
    const starts = this.environments.map((env, i) => env.reset({ seed: seeds[i]! }));
    const masked = starts.some(({ info }) => info.actionMask !== undefined);
    if (this.#buffers === undefined || masked !== (this.#buffers[0].actionMasks !== undefined)) {
      const shape = { count: this.count, width: this.width, ...masked && { actions: this.actionSpace.n } };
      this.#buffers = [allocateStep(shape), allocateStep(shape)];
    }
    const buffers = this.#turn();
    for (let i = 0; i < this.count; i++) {
      this.#restart(i);
      this.#write(buffers.observations, buffers.actionMasks, starts[i]!);
    }
    const { observations, actionMasks } = buffers;
    return actionMasks === undefined ? { observations } : { observations, actionMasks };
  }

  /**
   * Takes `actions[i]` in environment i, for every i.
   *
   * @param actions [N] integers of the action space.
   * @throws {Error} before the first reset.
   * @throws {RangeError} for too few or too many actions, or one outside the space.
   * @throws {UsageError} for an observation of a wrong kind or length or with a number that is not finite, a
   * reward that is not finite in float32, or a mask that cannot be used. Then, and after an environment's own
   * error, reset before stepping on.
   */
  step(actions: Uint32Array): VectorStep {
    if (actions.length !== this.count) {
      throw new RangeError(
        `Cannot step ${this.count} environments: there are ${actions.length} actions, wanted one each`,
      );
    }
    const bad = actions.findIndex((action) => action >= this.actionSpace.n);
    if (bad >= 0) {
      const wanted = `an integer in [0, ${this.actionSpace.n - 1}]`;
      throw new RangeError(`Cannot step environment ${bad}: action is ${actions[bad]}, wanted ${wanted}`);
    }
    const buffers = this.#turn();
    let episodes: Episode[] | undefined;
    for (let i = 0; i < this.count; i++) {
      const episode = this.#stepOne(i, actions[i]!, buffers);
      if (episode !== undefined) (episodes ??= []).push(episode);
    }
    buffers.episodes = episodes ?? noEpisodes;
    buffers.observations.set(buffers.nextObservations);
    buffers.actionMasks?.set(buffers.nextActionMasks!);
    for (const { index } of buffers.episodes) {
      this.#restart(index);
      this.#write(buffers.observations, buffers.actionMasks, this.environments[index]!.reset());
    }
    return buffers;
  }

  /** Steps environment `index` into its rows; the episode, if that ended it. */
  #stepOne(index: number, action: number, buffers: StepBuffers): Episode | undefined {
    const result = this.environments[index]!.step(action);
    const { reward, terminated, truncated } = result;
    const length = ++this.#lengths[index]!;
    this.#place.index = index;
    this.#place.step = length;
    this.#place.terminated = terminated;
    checkReward(reward, this.#place);
    const total = this.#returns[index]! += reward;
    buffers.rewards[index] = reward;
    buffers.terminated[index] = terminated ? 1 : 0;
    buffers.truncated[index] = truncated ? 1 : 0;
    this.#write(buffers.nextObservations, buffers.nextActionMasks, result);
    if (!terminated && !truncated) return undefined;
    const { success } = result.info;
    const episode = { index, return: total, length, terminated, truncated };
    return success === undefined ? episode : { ...episode, success };
  }

  /** Forgets the episode of environment `index`. */
  #restart(index: number): void {
    this.#returns[index] = 0;
    this.#lengths[index] = 0;
    this.#place.index = index;
    this.#place.step = 0;
    this.#place.terminated = false;
  }

  /** Writes what was seen at `#place`. */
  #write(rows: Float32Array, masks: Uint8Array | undefined, from: ResetResult<Observation>): void {
    this.#writeObservation(rows, from.observation, this.#place);
    if (masks !== undefined) this.#writeMask(masks, from.info, this.#place);
  }

  /** The buffers whose turn it is. */
  #turn(): StepBuffers {
    if (this.#buffers === undefined) {
      throw new Error(`Cannot step ${this.count} environments: no episode has begun, wanted reset() first`);
    }
    const [now, other] = this.#buffers;
    this.#buffers = [other, now];
    return now;
  }
}

/** Integers below this are exact in float32. */
const exactIntegers = 2 ** 24;

function checkExact(space: Space): void {
  if (space.kind !== "discrete" || space.n <= exactIntegers) return;
  const found = `the observation space is ${describe(space)}`;
  throw new UsageError(
    `Cannot make a vector environment: ${found}, wanted at most ${exactIntegers} integers`,
  );
}

function checkSpace(found: Space, wanted: Space, what: string): void {
  if (equalSpaces(found, wanted)) return;
  const difference = `${what} is ${describe(found)}, wanted ${describe(wanted)}`;
  throw new UsageError(`Cannot make a vector environment: ${difference} as of environment 0`);
}
