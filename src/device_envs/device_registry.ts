/** Device environments by name. @module */
import acrobot from "../../shaders/env_acrobot.wgsl" with { type: "text" };
import cartPole from "../../shaders/env_cartpole.wgsl" with { type: "text" };
import gridworld from "../../shaders/env_gridworld.wgsl" with { type: "text" };
import mountainCar from "../../shaders/env_mountain_car.wgsl" with { type: "text" };
import { UsageError } from "../core/errors.ts";
import { Gridworld, type GridworldOptions } from "../envs/gridworld.ts";
import {
  assertWidths,
  type DeviceEnvironmentOptions,
  type DeviceEnvironmentSpec,
} from "./device_environment.ts";
import { minatarSpecs } from "./minatar.ts";

const specs = new Map<string, DeviceEnvironmentSpec>();

/**
 * Makes `spec.id` known to configs, beside a host environment of the same id if there is one. The WGSL is looked at when
 * it is first used.
 *
 * @throws {UsageError} If the id has a device environment already, or a field of the spec is malformed.
 */
export function registerDeviceEnvironment(spec: DeviceEnvironmentSpec): void {
  const { id, file, maxEpisodeSteps } = spec;
  if (typeof id !== "string" || id === "") {
    throw new UsageError(
      `Cannot register a device environment: id is ${
        JSON.stringify(id)
      }, wanted a name such as "CartPole-v1"`,
    );
  }
  const action = `Cannot register device environment "${id}"`;
  if (specs.has(id)) throw new UsageError(`${action}: the id is taken, wanted a new one`);
  if (typeof file?.name !== "string" || typeof file.text !== "string") {
    throw new UsageError(`${action}: file is ${JSON.stringify(file)}, wanted { name, text }`);
  }
  assertWidths(spec, action);
  if (maxEpisodeSteps !== undefined && !(Number.isSafeInteger(maxEpisodeSteps) && maxEpisodeSteps > 0)) {
    throw new UsageError(`${action}: maxEpisodeSteps is ${maxEpisodeSteps}, wanted a positive integer`);
  }
  specs.set(id, spec);
}

/** The device environment of this id; undefined where there is none. */
export function deviceEnvironmentSpec(id: string): DeviceEnvironmentSpec | undefined {
  return specs.get(id);
}

/** Ids of the registered device environments, in alphabetical order. */
export function deviceEnvironmentIds(): string[] {
  return [...specs.keys()].sort();
}

/** Values of the constants of env_gridworld.wgsl. */
function gridworldOverrides(options: DeviceEnvironmentOptions): Record<string, number> {
  new Gridworld(options as GridworldOptions); // Refuses what the host refuses.
  const { mode = "static", noise = 0 } = options as GridworldOptions;
  return { MODE: ["static", "player", "random"].indexOf(mode), NOISE: noise };
}

const cartPoleSpec = {
  file: { name: "env_cartpole.wgsl", text: cartPole },
  observations: 4,
  actions: 2,
};

registerDeviceEnvironment({ ...cartPoleSpec, id: "CartPole-v0", maxEpisodeSteps: 200, rewardThreshold: 195 });
registerDeviceEnvironment({ ...cartPoleSpec, id: "CartPole-v1", maxEpisodeSteps: 500, rewardThreshold: 475 });
registerDeviceEnvironment({
  id: "MountainCar-v0",
  file: { name: "env_mountain_car.wgsl", text: mountainCar },
  observations: 2,
  actions: 3,
  maxEpisodeSteps: 200,
  rewardThreshold: -110,
});
registerDeviceEnvironment({
  id: "Acrobot-v1",
  file: { name: "env_acrobot.wgsl", text: acrobot },
  observations: 6,
  actions: 3,
  maxEpisodeSteps: 500,
  rewardThreshold: -100,
});
registerDeviceEnvironment({
  id: "Gridworld-v0",
  file: { name: "env_gridworld.wgsl", text: gridworld },
  observations: 64,
  shape: [4, 4, 4],
  actions: 4,
  maxEpisodeSteps: 50,
  wonFrom: 10,
  options: ["mode", "noise"],
  overrides: gridworldOverrides,
});
for (const spec of minatarSpecs) registerDeviceEnvironment(spec);
