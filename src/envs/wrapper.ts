/** The base of wrappers: environments that change what another one shows or does. @module */
import type { Discrete, Space } from "../core/spaces.ts";
import { type State, StateReader } from "../core/state.ts";
import {
  type Environment,
  isSaveable,
  type Observation,
  type ResetOptions,
  type ResetResult,
  type StateGrid,
  type StepResult,
} from "./environment.ts";
import type { Surface } from "./surface.ts";

/**
 * `inner` as it is; subclasses override what they change. Draws and has a grid of states if `inner` does. It has neither
 * `save` nor `load`, as they would forget what a subclass keeps: a subclass has its own, see {@linkcode addSaving}.
 */
export class Wrapper<O extends Observation = Float32Array> implements Environment<O> {
  readonly observationSpace: Space;
  readonly actionSpace: Discrete;
  /** The environment inside. */
  readonly inner: Environment<O>;
  readonly render?: (surface: Surface) => void;
  readonly renderText?: () => string;
  readonly stepTime?: number;
  readonly stateGrid?: () => StateGrid<O>;
  /** Says so to `inner`. A wrapper that changes actions says which one `inner` will get, or has no such method. */
  readonly announce?: (action: number) => void;
  readonly close?: () => void;

  /** See {@linkcode Environment.save}. */
  save?(): State;
  /** See {@linkcode Environment.load}. */
  load?(state: State): void;

  /** Takes over the spaces of `inner`. */
  constructor(inner: Environment<O>) {
    this.inner = inner;
    this.observationSpace = inner.observationSpace;
    this.actionSpace = inner.actionSpace;
    if (inner.render !== undefined) this.render = (surface) => inner.render!(surface);
    if (inner.renderText !== undefined) this.renderText = () => inner.renderText!();
    if (inner.stepTime !== undefined) this.stepTime = inner.stepTime;
    if (inner.stateGrid !== undefined) this.stateGrid = () => inner.stateGrid!();
    if (inner.announce !== undefined) this.announce = (action) => inner.announce!(action);
    if (inner.close !== undefined) this.close = () => inner.close!();
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

/** What a wrapper keeps itself from one call to the next, beside the environment inside. */
export interface WrapperState {
  /** Under names other than `inner`. */
  save(this: void): { readonly [key: string]: State };
  /** Takes it over. @throws {UsageError} When it is something else. */
  load(this: void, saved: StateReader): void;
}

/**
 * Gives a `wrapper` that is being made `save` and `load`, if the environment inside has both: they hold that one and
 * what is `kept`, nothing by default. To be called by the constructor of `Class`; a subclass of it is left alone, since it
 * may keep more.
 */
export function addSaving(
  wrapper: Wrapper<Observation>,
  Class: { readonly name: string },
  kept?: WrapperState,
): void {
  const { inner } = wrapper;
  if (wrapper.constructor !== Class || !isSaveable(inner)) return;
  wrapper.save = () => ({ ...kept?.save(), inner: inner.save() });
  wrapper.load = (state) => {
    const saved = new StateReader(state, Class.name);
    kept?.load(saved);
    inner.load(saved.value("inner") ?? null);
  };
}
