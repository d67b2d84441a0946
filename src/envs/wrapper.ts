/** The base of wrappers: environments that change what another one shows or does. @module */
import type { Discrete, Space } from "../core/spaces.ts";
import type {
  Environment,
  Observation,
  ResetOptions,
  ResetResult,
  StateGrid,
  StepResult,
} from "./environment.ts";
import type { Surface } from "./surface.ts";

/** `inner` as it is; subclasses override what they change. Draws and has a grid of states if `inner` does. */
export class Wrapper<O extends Observation = Float32Array> implements Environment<O> {
  readonly observationSpace: Space;
  readonly actionSpace: Discrete;
  /** The environment inside. */
  readonly inner: Environment<O>;
  readonly render?: (surface: Surface) => void;
  readonly renderText?: () => string;
  readonly stateGrid?: () => StateGrid<O>;

  /** Takes over the spaces of `inner`. */
  constructor(inner: Environment<O>) {
    this.inner = inner;
    this.observationSpace = inner.observationSpace;
    this.actionSpace = inner.actionSpace;
    if (inner.render !== undefined) this.render = (surface) => inner.render!(surface);
    if (inner.renderText !== undefined) this.renderText = () => inner.renderText!();
    if (inner.stateGrid !== undefined) this.stateGrid = () => inner.stateGrid!();
  }

  /** Resets `inner`. */
  reset(options?: ResetOptions): ResetResult<O> {
    return this.inner.reset(options);
  }

  /** Steps `inner`. */
  step(action: number): StepResult<O> {
    return this.inner.step(action);
  }
}
