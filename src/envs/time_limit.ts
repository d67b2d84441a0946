/** A wrapper that cuts episodes short. @module */
import type { Environment, Observation, ResetOptions, ResetResult, StepResult } from "./environment.ts";
import { addSaving, Wrapper } from "./wrapper.ts";

/**
 * `inner` with episodes of at most `maxSteps` steps: the last of them says `truncated`, and `terminated` too
 * if the task ended in the same step.
 */
export class TimeLimit<O extends Observation = Float32Array> extends Wrapper<O> {
  /** Steps of the longest episode. */
  readonly maxSteps: number;
  #steps = 0;

  /** Throws RangeError unless `maxSteps` is a positive integer. */
  constructor(inner: Environment<O>, maxSteps: number) {
    if (!Number.isSafeInteger(maxSteps) || maxSteps < 1) {
      throw new RangeError(`Cannot limit episodes: maxSteps is ${maxSteps}, wanted a positive integer`);
    }
    super(inner);
    this.maxSteps = maxSteps;
    addSaving(this, TimeLimit, {
      save: () => ({ steps: this.#steps }),
      load: (saved) => this.#steps = saved.count("steps", maxSteps),
    });
  }

  /** Starts an episode and its count of steps. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.inner.reset(options);
    this.#steps = 0;
    return result;
  }

  /** Steps `inner`. Throws Error, beside what `inner` throws, when the limit has been reached before. */
  override step(action: number): StepResult<O> {
    if (this.#steps >= this.maxSteps) {
      throw new Error(
        `Cannot step: the episode was truncated after ${this.maxSteps} steps, wanted reset() first`,
      );
    }
    const result = this.inner.step(action);
    this.#steps++;
    return this.#steps < this.maxSteps ? result : { ...result, truncated: true };
  }
}

/** Whether a {@linkcode TimeLimit}, around `env` or in it, or `env` itself ends its episodes. */
export function isTimeLimited(env: Environment<Observation>): boolean {
  if (env instanceof TimeLimit || env.maxEpisodeSteps !== undefined) return true;
  return "inner" in env && isTimeLimited(env.inner as Environment<Observation>);
}
