/** Whether a run can go on on the device, environments and all. @module */
import { UsageError } from "../core/errors.ts";
import { actingSteps } from "../device_envs/acting.ts";
import {
  deviceActionSpace,
  type DeviceEnvironmentOptions,
  type DeviceEnvironmentSpec,
  deviceObservationSpace,
  mostActing,
} from "../device_envs/device_environment.ts";
import { deviceEnvironmentIds, deviceEnvironmentSpec } from "../device_envs/device_registry.ts";
import { networkLayout } from "../ops/model.ts";
import { isDeviceOnly } from "./environments.ts";
import { type DeepRunConfig, modelOf } from "./learner_options.ts";
import { isDeep } from "./agent_config.ts";
import { ownWrappers } from "./normalization.ts";
import { asDqn } from "./pqn.ts";
import type { RunConfig } from "./run_config.ts";

/** The key that keeps a run off the device, its value and what was wanted; undefined when nothing does. */
export function whyNotOnDevice({ environment, evaluation, agent }: RunConfig): string | undefined {
  const { id, wrappers } = environment;
  const spec = deviceEnvironmentSpec(id);
  if (!spec) {
    return `environment.id is "${id}", wanted one of ${deviceEnvironmentIds().join(", ")}`;
  }
  const known = spec.options ?? [];
  for (
    const [path, options] of [["", environment.options], ["evaluation.", evaluation.environment.options]]
  ) {
    const stranger = Object.keys(options ?? {}).find((name) => !known.includes(name));
    if (stranger === undefined) continue;
    const wanted = known.length > 0 ? `one of ${known.join(", ")}` : "none";
    return `${path}environment.options has "${stranger}", wanted ${wanted} on the device`;
  }
  const own = ownWrappers(wrappers).map(({ kind }) => `"${kind}"`);
  if (own.length > 0) return `environment.wrappers holds ${own.join(", ")}, wanted none`;
  if (!isDeep(agent)) return `agent.kind is "${agent.kind}", wanted "dqn" or "pqn"`;
  const { train, replay } = asDqn(agent, environment.count);
  if (train.unit !== "step") return `agent.train.unit is "${train.unit}", wanted "step"`;
  const layout = networkLayout(modelOf(agent, deviceSpaces(spec, environment.options)));
  const wide = actingSteps(layout, { noise: true }).steps.find(({ reads, writes }) =>
    4 * (reads + writes) > mostActing
  );
  if (wide) {
    const key = wide.of.number < agent.hidden.length ? "agent.hidden" : "agent.head";
    return `${key} makes ${4 * wide.writes} numbers of ${
      4 * wide.reads
    } while acting, wanted at most ${mostActing} together`;
  }
  if (replay.prefill > 0) return `agent.replay.prefill is ${replay.prefill}, wanted 0`;
  return undefined;
}

function deviceSpaces(spec: DeviceEnvironmentSpec, options: DeviceEnvironmentOptions) {
  return { observationSpace: deviceObservationSpace(spec), actionSpace: deviceActionSpace(spec, options) };
}

/** What keeps a run of loop "auto" off the device that has its environment; undefined where nothing does. */
export function whyOnHost(config: RunConfig): string | undefined {
  const { loop, environment, agent } = config;
  const isWanted = loop === "auto" && isDeep(agent) &&
    deviceEnvironmentSpec(environment.id) !== undefined;
  return isWanted ? whyNotOnDevice(config) : undefined;
}

/** @throws {UsageError} When the run cannot go on on the device, with the key that prevents it. */
export function assertOnDevice(config: RunConfig): asserts config is DeepRunConfig {
  const reason = whyNotOnDevice(config);
  if (reason === undefined) return;
  throw new UsageError(
    `Cannot run ${config.environment.id} with loop "device": ${reason}${
      isDeviceOnly(config) ? "" : '; or loop "auto"'
    }`,
  );
}

/** Whether the key `loop` takes a run to the device. @throws {UsageError} When it asks for that in vain. */
export function isOnDevice(config: RunConfig): config is DeepRunConfig {
  if (config.loop === "host") return false;
  if (config.loop === "device" || isDeviceOnly(config)) assertOnDevice(config);
  return whyNotOnDevice(config) === undefined;
}
