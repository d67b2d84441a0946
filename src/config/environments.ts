/** The environments of a run. @module */
import type { Environment, Observation } from "../envs/environment.ts";
import { makeEnv } from "../envs/registry.ts";
import { wrapEnvironment } from "../envs/wrap.ts";
import type { EvaluationConfig, RunConfig } from "./run_config.ts";

/** What an environment is for: evaluations may differ from training, see `evaluation.environment`. */
export type Phase = "training" | "evaluation";

/**
 * A new environment of a run, wrapped as its config says.
 *
 * @throws {UsageError} For an unknown id or option, or a wrapper that does not fit.
 */
export function makeEnvironment(
  { environment, evaluation }: Pick<RunConfig, "environment" | "evaluation">,
  phase: Phase = "training",
): Environment<Observation> {
  const other: EvaluationConfig["environment"] = phase === "evaluation" ? evaluation.environment : {};
  const { maxEpisodeSteps } = { ...environment, ...other };
  const env = makeEnv<Observation>(environment.id, {
    ...environment.options,
    ...other.options,
    ...maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps },
  });
  return wrapEnvironment(env, environment.wrappers);
}
