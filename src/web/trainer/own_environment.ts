/** Environments that somebody writes in the page. @module */
import { DeviceError, UsageError } from "../../core/errors.ts";
import { actingFiles } from "../../device_envs/acting.ts";
import { actionsOf, type DeviceEnvironmentSpec } from "../../device_envs/device_environment.ts";
import {
  deviceEnvironmentIds,
  deviceEnvironmentSpec,
  registerDeviceEnvironment,
} from "../../device_envs/device_registry.ts";
import { inspectDeviceEnvironment } from "../../device_envs/inspect.ts";
import { Gpu } from "../../gpu/device.ts";
import type { OwnEnvironment } from "./commands.ts";
import type { InspectedNews } from "./protocol.ts";

/** Makes it known to configs. @throws {UsageError} As `registerDeviceEnvironment` does. */
export function registerOwn(environment: OwnEnvironment): void {
  registerDeviceEnvironment(specOf(environment));
}

/** The device that environments are looked at on: WebAssembly, whose compiler says the same everywhere. */
let device: Promise<Gpu> | undefined;

/** Whether an environment can be used, as a run would find out. */
export async function inspectOwn(environment: OwnEnvironment): Promise<InspectedNews> {
  try {
    device ??= Gpu.open({ device: "wasm" });
    await inspectDeviceEnvironment(await device, specOf(environment), { beside: actingFiles });
    return { kind: "inspected" };
  } catch (error) {
    if (error instanceof DeviceError) device = undefined; // It had a loop without an end, say.
    else if (!(error instanceof UsageError)) throw error;
    return { kind: "inspected", message: error.message };
  }
}

/** The environments that come with the library and live on the device, each text once. */
export function shippedEnvironments(): OwnEnvironment[] {
  const byText = new Map(
    deviceEnvironmentIds().map((id) => {
      const spec = deviceEnvironmentSpec(id)!;
      const { file, modules = [], observations, maxEpisodeSteps, rewardThreshold, wonFrom } = spec;
      const text = [file, ...modules].map((one) => one.text).join("\n");
      const limits = { maxEpisodeSteps, rewardThreshold, wonFrom };
      const known = Object.entries(limits).filter(([, value]) => value !== undefined);
      return [text, { id, text, observations, actions: actionsOf(spec), ...Object.fromEntries(known) }];
    }),
  );
  return [...byText.values()];
}

function specOf({ text, ...rest }: OwnEnvironment): DeviceEnvironmentSpec {
  return { ...rest, file: { name: "environment.wgsl", text } };
}
