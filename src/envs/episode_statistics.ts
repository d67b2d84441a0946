/** A wrapper that sums up episodes. @module */
import type { Environment, Observation, ResetOptions, ResetResult, StepResult } from "./environment.ts";
import { addSaving, Wrapper } from "./wrapper.ts";

/** What `info.episode` holds after the last step of an episode. */
export interface EpisodeSummary {
  /** The plain sum of the rewards. */
  readonly return: number;
  /** Steps. */
  readonly length: number;
  /** Wall time since the reset. */
  readonly seconds: number;
}

/**
 * `inner` whose last step of an episode, terminated or truncated, tells an {@linkcode EpisodeSummary} as
 * `info.episode`. Belongs around a time limit and inside what changes rewards, to see them as they were.
 */
export class EpisodeStatistics<O extends Observation = Float32Array> extends Wrapper<O> {
  #return = 0;
  #length = 0;
  #start = 0;

  /** Around `inner`. */
  constructor(inner: Environment<O>) {
    super(inner);
    addSaving(this, EpisodeStatistics, {
      save: () => ({ return: this.#return, length: this.#length, seconds: this.#seconds() }),
      load: (saved) => {
        const [total, length, seconds] = [
          saved.number("return"),
          saved.count("length"),
          saved.number("seconds"),
        ];
        this.#return = total;
        this.#length = length;
        this.#start = performance.now() - 1000 * seconds;
      },
    });
  }

  /** Starts an episode and its sums. */
  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.inner.reset(options);
    this.#return = 0;
    this.#length = 0;
    this.#start = performance.now();
    return result;
  }

  /** Steps `inner`. */
  override step(action: number): StepResult<O> {
    const result = this.inner.step(action);
    this.#return += result.reward;
    this.#length++;
    if (!result.terminated && !result.truncated) return result;
    const episode = { return: this.#return, length: this.#length, seconds: this.#seconds() };
    return { ...result, info: { ...result.info, episode: episode satisfies EpisodeSummary } };
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}
