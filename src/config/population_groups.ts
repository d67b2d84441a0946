/** Which runs train together. @module */
import type { Gpu } from "../gpu/device.ts";
import { assertLearnerFits } from "../learner/options.ts";
import { assertOnDevice, isOnDevice } from "./device_loop.ts";
import { learnerOptions } from "./learner_options.ts";
import { assertOneShape, shapeKey } from "./population_shape.ts";
import { assertPopulationFits, largestPopulation, type Limited } from "./population_size.ts";
import { isDeep } from "./agent_config.ts";
import { asDqn } from "./pqn.ts";
import type { RunConfig } from "./run_config.ts";
import { environmentSpaces } from "./environment_spaces.ts";

/** Anything that is a run of a config. */
interface WithConfig {
  readonly config: RunConfig;
}

/**
 * Groups runs by what a population shares: those on the device together, each other alone. The groups are in the order of
 * their first runs.
 *
 * @throws {UsageError} When a run is to go to the device and cannot.
 */
export function groupPopulations<T extends WithConfig>(runs: readonly T[]): T[][] {
  const groups = Map.groupBy(runs, (run) => isOnDevice(run.config) ? shapeKey(run.config) : run);
  return [...groups.values()];
}

/** Parts of a group that fit the adapter, of at most `most` runs, as equal as can be. */
export function splitGroup<T extends WithConfig>(
  group: readonly T[],
  gpu: Limited,
  { most = Infinity }: { readonly most?: number } = {},
): T[][] {
  const config = largest(group.map((run) => run.config));
  if (!isOnDevice(config)) return group.map((run) => [run]);
  const parts = Math.ceil(group.length / Math.max(1, Math.min(most, largestPopulation(gpu, config))));
  const start = (part: number) => Math.floor(part * group.length / parts);
  return Array.from({ length: parts }, (_, part) => group.slice(start(part), start(part + 1)));
}

/**
 * Checks that runs can be one population.
 *
 * @param gpu The device of these runs.
 * @throws {UsageError} When one cannot run on the device, they differ in shape, or they do not fit the adapter.
 */
export function assertPopulation(configs: readonly RunConfig[], gpu: Gpu | undefined): void {
  assertOneShape(configs);
  const learning = configs.map((config) => {
    assertOnDevice(config);
    return config;
  });
  if (!gpu) return;
  const options = learnerOptions(learning, environmentSpaces(learning[0]!));
  assertPopulationFits(gpu, options, "device");
  assertLearnerFits(gpu, options);
}

/** The config with the largest replay memory. */
function largest(configs: readonly RunConfig[]): RunConfig {
  const capacity = ({ agent, environment }: RunConfig) =>
    isDeep(agent) ? asDqn(agent, environment.count).replay.capacity : 0;
  return configs.reduce((most, config) => capacity(config) > capacity(most) ? config : most);
}
