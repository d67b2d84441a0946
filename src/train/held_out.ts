/** Transitions that training never sees. @module */
import type { Transitions } from "../agents/agent.ts";
import { randomLegal } from "../agents/random.ts";
import { beforeTraining } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { VectorEnvironment } from "../envs/vector.ts";

/** How many transitions to collect. */
export interface HeldOutOptions {
  /** A positive integer. */
  readonly count: number;
  /** Of the start states, the environment and the play; another than training's, whose episodes would be the same. */
  readonly seed: number;
}

/**
 * Plays random legal actions in an environment of its own, episode after episode, and keeps every transition.
 *
 * @throws {RangeError} When `count` is no positive integer.
 * @throws {UsageError} When the environment fails, or gives what cannot be used: nothing is being trained yet.
 */
export function collectTransitions(
  makeEnvironment: () => Environment<Observation>,
  { count, seed }: HeldOutOptions,
): Transitions {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot collect transitions: count is ${count}, wanted a positive integer`);
  }
  const environment = new VectorEnvironment(1, makeEnvironment);
  try {
    return beforeTraining(() => collectFrom(environment, { count, seed }));
  } finally {
    environment.close();
  }
}

function collectFrom(environment: VectorEnvironment, { count, seed }: HeldOutOptions): Transitions {
  const { width, actionSpace: { n: actions } } = environment;
  const random = new Random(seed);
  let { observations, actionMasks } = environment.reset(seed);
  const kept = {
    observations: new Float32Array(count * width),
    actions: new Uint32Array(count),
    rewards: new Float32Array(count),
    nextObservations: new Float32Array(count * width),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    ...actionMasks
      ? { masks: new Uint8Array(count * actions), nextMasks: new Uint8Array(count * actions) }
      : {},
  };
  for (let i = 0; i < count; i++) {
    const action = Uint32Array.of(randomLegal(random.word(), actionMasks, { index: 0, actions }));
    const step = environment.step(action);
    kept.observations.set(observations, i * width);
    if (actionMasks) kept.masks?.set(actionMasks, i * actions);
    kept.actions.set(action, i);
    kept.rewards.set(step.rewards, i);
    kept.nextObservations.set(step.nextObservations, i * width);
    kept.terminated.set(step.terminated, i);
    kept.truncated.set(step.truncated, i);
    if (step.nextActionMasks) kept.nextMasks?.set(step.nextActionMasks, i * actions);
    ({ observations, actionMasks } = step);
  }
  return kept;
}
