/** Wrappers that pass rewards or observations through a function. @module */
import type { Space } from "../core/spaces.ts";
import type {
  Environment,
  Observation,
  ResetOptions,
  ResetResult,
  StateGrid,
  StepResult,
} from "./environment.ts";
import { addSaving, Wrapper } from "./wrapper.ts";

/**
 * `inner` whose rewards are passed through a function, which must give finite numbers and remember nothing,
 * as nothing of it is saved.
 */
export class TransformReward<O extends Observation = Float32Array> extends Wrapper<O> {
  readonly #transform: (reward: number) => number;

  /** Takes the function of the reward. */
  constructor(inner: Environment<O>, transform: (reward: number) => number) {
    super(inner);
    this.#transform = transform;
    addSaving(this, TransformReward);
  }

  /** Steps `inner`. */
  override step(action: number): StepResult<O> {
    const { observation, reward, terminated, truncated, info } = this.inner.step(action);
    return { observation, reward: this.#transform(reward), terminated, truncated, info };
  }
}

/** How observations are changed. */
export interface ObservationTransform<I extends Observation, O extends Observation> {
  /** Where the new observations lie. */
  readonly space: Space;
  /** The new observation; an array must be a fresh one, or the old one unchanged. Nothing of the function is saved. */
  transform(this: void, observation: I): O;
}

/** `inner` whose observations, those of its grid of states included, are passed through a function. */
export class TransformObservation<
  I extends Observation = Float32Array,
  O extends Observation = Float32Array,
> extends Wrapper<Observation> implements Environment<O> {
  /** The environment inside. */
  declare readonly inner: Environment<I>;
  override readonly observationSpace: Space;
  /** The grid of `inner` with the new observations; absent where `inner` has none. */
  declare readonly stateGrid?: () => StateGrid<O>;
  readonly #transform: (observation: I) => O;

  /** Takes the function of the observation and the space it leads to. */
  constructor(inner: Environment<I>, { space, transform }: ObservationTransform<I, O>) {
    super(inner);
    this.observationSpace = space;
    this.#transform = transform;
    addSaving(this, TransformObservation);
    if (inner.stateGrid !== undefined) this.stateGrid = () => transformGrid(inner.stateGrid!(), transform);
  }

  /** Resets `inner`. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const { observation, info } = this.inner.reset(options);
    return { observation: this.#transform(observation), info };
  }

  /** Steps `inner`. */
  override step(action: number): StepResult<O> {
    const { observation, reward, terminated, truncated, info } = this.inner.step(action);
    return { observation: this.#transform(observation), reward, terminated, truncated, info };
  }
}

function transformGrid<I extends Observation, O extends Observation>(
  grid: StateGrid<I>,
  transform: (observation: I) => O,
): StateGrid<O> {
  const observations = grid.observations.map((seen) => seen === undefined ? undefined : transform(seen));
  return { ...grid, observations };
}
