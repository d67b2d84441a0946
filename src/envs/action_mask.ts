/** A wrapper that tells legal actions. @module */
import {
  type Environment,
  type Info,
  noInfo,
  type Observation,
  type ResetOptions,
  type ResetResult,
  type StateGrid,
  type StepResult,
} from "./environment.ts";
import { addSaving, Wrapper } from "./wrapper.ts";

/**
 * The legal actions where `observation` is seen: [actions], 1 where legal, 0 where not. `info` is that of the
 * environment inside, perhaps with a mask of its own. The function remembers nothing, as nothing of it is saved.
 */
export type LegalActions<O extends Observation> = (observation: O, info: Info) => Uint8Array;

/**
 * `inner` with an action mask, by a function, in the info of every state and in its grid of states. It tells
 * and does not refuse: what an illegal action does is up to `inner`.
 */
export class MaskActions<O extends Observation = Float32Array> extends Wrapper<O> {
  /** The grid of `inner` with its masks; absent where `inner` has none. */
  declare readonly stateGrid?: () => StateGrid<O>;
  readonly #legal: LegalActions<O>;

  /** Takes the function of observation and info. */
  constructor(inner: Environment<O>, legal: LegalActions<O>) {
    super(inner);
    this.#legal = legal;
    addSaving(this, MaskActions);
    if (inner.stateGrid !== undefined) this.stateGrid = () => maskGrid(inner.stateGrid!(), legal);
  }

  /** Resets `inner`. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const { observation, info } = this.inner.reset(options);
    return { observation, info: this.#mask(observation, info) };
  }

  /** Steps `inner`. */
  override step(action: number): StepResult<O> {
    const { observation, reward, terminated, truncated, info } = this.inner.step(action);
    return { observation, reward, terminated, truncated, info: this.#mask(observation, info) };
  }

  #mask(observation: O, info: Info): Info {
    const actionMask = this.#legal(observation, info);
    return info === noInfo ? { actionMask } : { ...info, actionMask };
  }
}

function maskGrid<O extends Observation>(grid: StateGrid<O>, legal: LegalActions<O>): StateGrid<O> {
  const actionMasks = grid.observations.map((observation, cell) => {
    if (observation === undefined) return undefined;
    const actionMask = grid.actionMasks?.[cell];
    return legal(observation, actionMask === undefined ? noInfo : { actionMask });
  });
  return { ...grid, actionMasks };
}
