/** Many environments, stepped as one. @module */
import { deriveSeed, Stream } from "../core/random.ts";
import type { Discrete, Space } from "../core/spaces.ts";
import type { State } from "../core/state.ts";
import {
  checkSeed,
  type Environment,
  isSaveable,
  type Observation,
  type ResetResult,
} from "./environment.ts";
import { checkReward, checkRows, maskWriter, observationWriter, type Place, rowWidth } from "./rows.ts";
import {
  allocateStep,
  type Episode,
  noEpisodes,
  type StepBuffers,
  type VectorReset,
  type VectorResume,
  type VectorStep,
} from "./vector_step.ts";
import { firstStep, loadInto, readVectorState, shownIn, type VectorState } from "./vector_state.ts";

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
  /** Whether some want to know an action before it is taken. */
  readonly #isInformed: boolean;
  readonly #writeObservation;
  readonly #writeMask;
  readonly #place: Place = { index: 0, step: 0, terminated: false };
  readonly #returns: Float64Array<ArrayBuffer>;
  readonly #lengths: Uint32Array<ArrayBuffer>;
  readonly #seeds: Uint32Array<ArrayBuffer>;
  /** Since the reset. */
  #steps = 0;
  /** Whether no step has been taken since a load. */
  #loaded = false;
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
    checkRows(this.environments);
    this.#isInformed = this.environments.some((env) => env.announce !== undefined);
    this.count = count;
    this.width = rowWidth(first.observationSpace);
    this.observationSpace = first.observationSpace;
    this.actionSpace = first.actionSpace;
    this.#writeObservation = observationWriter(first.observationSpace);
    this.#writeMask = maskWriter(first.actionSpace.n);
    this.#returns = new Float64Array(count);
    this.#lengths = new Uint32Array(count);
    this.#seeds = new Uint32Array(count);
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
    this.#seeds.set(seeds);
    this.#steps = 0;
    this.#loaded = false;
    const buffers = this.#turn(this.#allocate(masked));
    for (let i = 0; i < this.count; i++) {
      this.#restart(i);
      this.#write(buffers.observations, buffers.actionMasks, starts[i]!);
    }
    return shown(buffers);
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
    const buffers = this.#turn(this.#begun("step"));
    let episodes: Episode[] | undefined;
    if (this.#isInformed) this.environments.forEach((env, i) => env.announce?.(actions[i]!));
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
    this.#steps++;
    this.#loaded = false;
    return buffers;
  }

  /**
   * All that is needed to go on after the latest call: what it showed, the episodes so far, and the states of the
   * environments that can be saved. Throws Error before the first reset.
   */
  save(): State {
    const [, { observations, actionMasks }] = this.#begun("save");
    const state: VectorState = {
      seeds: this.#seeds.slice(),
      steps: this.#steps,
      returns: this.#returns.slice(),
      lengths: this.#lengths.slice(),
      observations: observations.slice(),
      actionMasks: actionMasks?.slice(),
      environments: this.environments.map((env) => isSaveable(env) ? { state: env.save() } : {}),
    };
    return { ...state };
  }

  /**
   * Takes over what a vector of equal environments has saved; what it gives to act on is what that one had shown, and
   * from here on both do the same. An environment without `save` and `load` begins a new episode, with a seed derived
   * from its own and the number of steps so far, so that it is not the first episode again.
   *
   * @throws {UsageError} When the state is of something else; reset or load before stepping on then. So does the next
   * step if an environment cannot take it from its state.
   */
  load(state: State): VectorResume {
    const { count, width, actionSpace: { n: actions } } = this;
    const saved = readVectorState(state, { count, width, actions });
    this.#seeds.set(saved.seeds);
    this.#returns.set(saved.returns);
    this.#lengths.set(saved.lengths);
    this.#steps = saved.steps;
    this.#loaded = true;
    const buffers = this.#turn(this.#allocate(saved.actionMasks !== undefined));
    const restarted: number[] = [];
    this.environments.forEach((env, index) => {
      const own = saved.environments[index]!.state;
      if (own !== undefined && isSaveable(env)) {
        loadInto(env, { state: own, index });
        this.#goTo(index);
        this.#write(buffers.observations, buffers.actionMasks, shownIn(saved, this.observationSpace, index));
      } else {
        restarted.push(index);
        this.#restart(index);
        const seed = deriveSeed(saved.seeds[index]!, Stream.environmentSeed, saved.steps);
        this.#write(buffers.observations, buffers.actionMasks, env.reset({ seed }));
      }
    });
    return { ...shown(buffers), restarted };
  }

  /** Closes the environments. */
  close(): void {
    for (const env of this.environments) env.close?.();
  }

  /** Steps environment `index` into its rows; the episode, if that ended it. */
  #stepOne(index: number, action: number, buffers: StepBuffers): Episode | undefined {
    const env = this.environments[index]!;
    const result = this.#loaded
      ? firstStep(env, { action, index, masks: buffers.actionMasks })
      : env.step(action);
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
    this.#goTo(index);
  }

  /** Sets `#place` to where the episode of environment `index` stands. */
  #goTo(index: number): void {
    this.#place.index = index;
    this.#place.step = this.#lengths[index]!;
    this.#place.terminated = false;
  }

  /** Writes what was seen at `#place`. */
  #write(rows: Float32Array, masks: Uint8Array | undefined, from: ResetResult<Observation>): void {
    this.#writeObservation(rows, from.observation, this.#place);
    if (masks !== undefined) this.#writeMask(masks, from.info, this.#place);
  }

  /** What is written in turn, with masks or without. */
  #allocate(masked: boolean): [StepBuffers, StepBuffers] {
    if (this.#buffers !== undefined && masked === (this.#buffers[0].actionMasks !== undefined)) {
      return this.#buffers;
    }
    const shape = { count: this.count, width: this.width, ...masked && { actions: this.actionSpace.n } };
    return [allocateStep(shape), allocateStep(shape)];
  }

  /** What is written in turn. Throws Error before the first reset. */
  #begun(action: string): [StepBuffers, StepBuffers] {
    if (this.#buffers !== undefined) return this.#buffers;
    throw new Error(
      `Cannot ${action} ${this.count} environments: no episode has begun, wanted reset() first`,
    );
  }

  /** The buffers whose turn it is. */
  #turn([now, other]: [StepBuffers, StepBuffers]): StepBuffers {
    this.#buffers = [other, now];
    return now;
  }
}

/** What of a step, or of a reset that was written there, is to be acted on. */
function shown({ observations, actionMasks }: StepBuffers): VectorReset {
  return actionMasks === undefined ? { observations } : { observations, actionMasks };
}
