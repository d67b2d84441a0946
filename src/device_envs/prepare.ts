/** Making an environment ready to be acted in. @module */
import type { Gpu } from "../gpu/device.ts";
import { actingFiles } from "./acting.ts";
import {
  actionsOf,
  type DeviceEnvironment,
  type DeviceEnvironmentOptions,
  type DeviceEnvironmentSpec,
  environmentOverrides,
} from "./device_environment.ts";
import { inspectDeviceEnvironment } from "./inspect.ts";

/** How a run uses an environment. */
export interface DeviceEnvironmentUse {
  /** Its own options, none by default. */
  readonly options?: DeviceEnvironmentOptions;
  /** The time limit in steps in place of the spec's; null for none. */
  readonly maxEpisodeSteps?: number | null;
}

/**
 * An environment, ready to be acted in.
 *
 * @throws {UsageError} When it cannot be used, see `inspectDeviceEnvironment`.
 */
export async function prepareDeviceEnvironment(
  gpu: Gpu,
  spec: DeviceEnvironmentSpec,
  { options = {}, maxEpisodeSteps = spec.maxEpisodeSteps ?? null }: DeviceEnvironmentUse = {},
): Promise<DeviceEnvironment> {
  const { stateBytes } = await inspectDeviceEnvironment(gpu, spec, { options, beside: actingFiles });
  const overrides = environmentOverrides(spec, options);
  return { spec, overrides, actions: actionsOf(spec, options), stateBytes, maxEpisodeSteps };
}
