import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { sizeOf } from "../../src/core/spaces.ts";
import {
  actionsOf,
  deviceActionSpace,
  type DeviceEnvironmentSpec,
  deviceObservationSpace,
  environmentOverrides,
} from "../../src/device_envs/device_environment.ts";
import {
  deviceEnvironmentIds,
  deviceEnvironmentSpec,
  registerDeviceEnvironment,
} from "../../src/device_envs/device_registry.ts";
import { environmentIds, environmentSpec } from "../../src/envs/environment_registry.ts";

const spec: DeviceEnvironmentSpec = {
  id: "Still-v0",
  file: { name: "still.wgsl", text: "" },
  observations: 1,
  actions: 2,
};

Deno.test("deviceEnvironmentSpec() of a host environment's id is the same task", () => {
  const ids = [
    ...["Acrobot-v1", "CartPole-v0", "CartPole-v1", "Gridworld-v0", "MountainCar-v0"],
    ...["Asterix", "Breakout", "Freeway", "Seaquest", "SpaceInvaders"].map((game) => `MinAtar/${game}`),
  ];
  assertEquals(ids.filter((id) => !deviceEnvironmentIds().includes(id)), []);
  for (const id of ids) {
    const device = deviceEnvironmentSpec(id)!;
    const host = environmentSpec(id);
    const { observationSpace, actionSpace } = host.create({});
    assertEquals([device.observations, actionsOf(device)], [sizeOf(observationSpace), actionSpace.n], id);
    assert(observationSpace.kind === "box");
    assertEquals(deviceObservationSpace(device).shape, observationSpace.shape, id);
    assertEquals(
      [device.maxEpisodeSteps, device.rewardThreshold, device.options],
      [host.maxEpisodeSteps, host.rewardThreshold, host.options],
      id,
    );
  }
});

Deno.test("deviceEnvironmentSpec() is undefined where there is no device environment", () => {
  assert(environmentIds().includes("Taxi-v4"));
  assertEquals(deviceEnvironmentSpec("Taxi-v4"), undefined);
});

Deno.test("registerDeviceEnvironment() makes an environment known, without a host environment too", () => {
  registerDeviceEnvironment(spec);
  assertEquals(deviceEnvironmentSpec("Still-v0"), spec);
  assert(deviceEnvironmentIds().includes("Still-v0"));
  assertEquals(deviceObservationSpace(spec), {
    kind: "box",
    shape: [1],
    low: [-Infinity],
    high: [Infinity],
  });
  assertEquals(deviceActionSpace(spec), { kind: "discrete", n: 2 });
});

Deno.test("registerDeviceEnvironment() refuses malformed specs and ids that are taken", () => {
  const bad: readonly (readonly [unknown, string])[] = [
    [
      { ...spec, id: "" },
      'Cannot register a device environment: id is "", wanted a name such as "CartPole-v1"',
    ],
    [
      { ...spec, id: "CartPole-v1" },
      'Cannot register device environment "CartPole-v1": the id is taken, wanted a new one',
    ],
    [
      { ...spec, id: "A-v0", file: "a.wgsl" },
      'Cannot register device environment "A-v0": file is "a.wgsl", wanted { name, text }',
    ],
    [
      { ...spec, id: "A-v0", observations: 1e9 },
      'Cannot register device environment "A-v0": observations is 1000000000, wanted an integer from 1 to 2044',
    ],
    [
      { ...spec, id: "A-v0", observations: 0 },
      'Cannot register device environment "A-v0": observations is 0, wanted an integer from 1 to 2044',
    ],
    [
      { ...spec, id: "A-v0", actions: 1.5 },
      'Cannot register device environment "A-v0": actions is 1.5, wanted an integer from 1 to 2044',
    ],
    [
      { ...spec, id: "A-v0", observations: 12, shape: [4, 2, 2] },
      'Cannot register device environment "A-v0": shape is [4,2,2], wanted extents of 12 observations',
    ],
    [
      { ...spec, id: "A-v0", maxEpisodeSteps: -1 },
      'Cannot register device environment "A-v0": maxEpisodeSteps is -1, wanted a positive integer',
    ],
  ];
  for (const [given, message] of bad) {
    assertThrows(() => registerDeviceEnvironment(given as DeviceEnvironmentSpec), UsageError, message);
  }
  assertEquals(deviceEnvironmentSpec("A-v0"), undefined);
});

Deno.test("environmentOverrides() refuses unknown options and values that are no number", () => {
  assertThrows(
    () => environmentOverrides(spec, { wind: 1 }),
    UsageError,
    'Cannot use environment "Still-v0": option is "wind", wanted none',
  );
  for (const [wind, found] of [["strong", "NaN"], ["1e39", "1e+39"]] as const) {
    const windy = { ...spec, options: ["wind"], overrides: () => ({ WIND: Number(wind) }) };
    assertThrows(
      () => environmentOverrides(windy, { wind }),
      UsageError,
      `Cannot use environment "Still-v0": WIND is ${found} for options {"wind":"${wind}"}, wanted a finite float32`,
    );
  }
});
