/** The environments of a run, and the seeds of what is played beside training. @module */
import { UsageError } from "../core/errors.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { deviceEnvironmentIds, deviceEnvironmentSpec } from "../device_envs/device_registry.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { environmentIds, isKnownId, makeEnv } from "../envs/environment_registry.ts";
import { wrapEnvironment } from "../envs/wrapper_config.ts";
import { ownWrappers } from "./normalization.ts";
import type { EnvironmentConfig, EvaluationConfig, RunConfig } from "./run_config.ts";

/** What an environment is for: evaluations may differ from training, see `evaluation.environment`. */
export type Phase = "training" | "evaluation";

/** Whether the environment of a run lives on the device alone: then it can be neither drawn nor stepped by hand. */
export function isDeviceOnly({ environment: { id } }: Pick<RunConfig, "environment">): boolean {
  return !environmentIds().includes(id) && deviceEnvironmentIds().includes(id);
}

/** Whether an id is that of an environment that runs here can learn in, on the host or on the device. */
export function isKnownEnvironment(id: string): boolean {
  return isKnownId(id) || deviceEnvironmentSpec(id) !== undefined;
}

/** How a run uses its environment: the environment's own options, and the time limit in place of the registered one. */
export function environmentUse(
  { environment, evaluation }: Pick<RunConfig, "environment" | "evaluation">,
  phase: Phase,
): Pick<EnvironmentConfig, "options" | "maxEpisodeSteps"> {
  const other: EvaluationConfig["environment"] = phase === "evaluation" ? evaluation.environment : {};
  const { maxEpisodeSteps } = { ...environment, ...other };
  return {
    options: { ...environment.options, ...other.options },
    ...maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps },
  };
}

/**
 * A new environment of a run, wrapped as its config says: in its own wrappers, as what normalizes is of all of them together.
 *
 * @throws {UsageError} For one that lives on the device alone, for an unknown id or option, or a wrapper that does not fit.
 */
export function makeEnvironment(
  config: Pick<RunConfig, "environment" | "evaluation">,
  phase: Phase = "training",
): Environment<Observation> {
  const { environment } = config;
  if (isDeviceOnly({ environment })) {
    throw new UsageError(
      `Cannot make environment "${environment.id}" on the host: it lives on the device alone, wanted one registered with ` +
        "registerEnvironment",
    );
  }
  const { options, ...limit } = environmentUse(config, phase);
  const env = makeEnv<Observation>(environment.id, { ...options, ...limit });
  return wrapEnvironment(env, ownWrappers(environment.wrappers));
}

/** Numbers of evaluations that those in the course of training never reach. */
const evaluationNumbers = {
  final: 0xffffffff,
  test: 0xfffffffe,
  validation: 0xfffffffd,
  probes: 0xfffffffc,
} as const;

/** What is played with start states that training never sees, each with its own. */
export type EvaluationPurpose = "final" | "test" | "validation" | "probes";

/**
 * The seed of play that has start states of its own in a run of `seed`: its final evaluation, its test phase, its
 * held-out transitions, and the states whose Q values are shown.
 */
export function evaluationSeed(seed: number, purpose: EvaluationPurpose): number {
  return deriveSeed(seed, Stream.evaluation, evaluationNumbers[purpose]);
}
