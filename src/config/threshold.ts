/** What counts as solved. @module */
import { deviceEnvironmentSpec } from "../device_envs/device_registry.ts";
import { environmentIds, environmentSpec } from "../envs/environment_registry.ts";
import type { EnvironmentConfig, RunConfig } from "./run_config.ts";

/**
 * Mean return of an evaluation from which on a run of this config counts as solved: `evaluation.threshold`, or else that of
 * the environment. The latter is of the environment's own rewards: where these are scaled it is scaled with them, and there
 * is none where a return does not tell the unscaled one (by an offset, which counts once a step) or is to be small.
 */
export function thresholdOf(
  { evaluation, environment }: Pick<RunConfig, "evaluation" | "environment">,
): number | undefined {
  if (evaluation.threshold !== undefined) return evaluation.threshold;
  const factor = rewardFactor(environment);
  const own = registeredThreshold(environment.id);
  return own === undefined || factor === undefined ? undefined : factor * own;
}

/** The threshold that all of them have; undefined where they differ, or have none. */
export function sharedThreshold(thresholds: Iterable<number | undefined>): number | undefined {
  const [first, ...others] = new Set(thresholds);
  return others.length === 0 ? first : undefined;
}

/** What an environment's own returns are multiplied by; undefined where it is not that, or not positive. */
function rewardFactor({ wrappers }: EnvironmentConfig): number | undefined {
  let product = 1;
  for (const wrapper of wrappers) {
    if (wrapper.kind !== "scale-reward") continue;
    const { factor, offset = 0 } = wrapper;
    if (offset !== 0 || factor <= 0) return undefined;
    product *= factor;
  }
  return product;
}

function registeredThreshold(id: string): number | undefined {
  return (environmentIds().includes(id) ? environmentSpec(id) : deviceEnvironmentSpec(id))?.rewardThreshold;
}
