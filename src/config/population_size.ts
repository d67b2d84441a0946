/** How many members, and how many environments of each, fit an adapter. @module */
import { UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import { sizeOfShape } from "../gpu/tensor.ts";
import { recordWords } from "../device_envs/episode_end.ts";
import { leastRecords } from "../device_envs/rollout.ts";
import { actorShapes, allShapes, type LearnerOptions, type Shapes } from "../learner/options.ts";
import { type DeepRunConfig, learnerOptions } from "./learner_options.ts";
import { environmentSpaces } from "./environment_spaces.ts";

/** The limits of an adapter that bound a population. */
type Limits = Pick<
  GPUSupportedLimits,
  "maxBufferSize" | "maxStorageBufferBindingSize" | "maxComputeWorkgroupsPerDimension"
>;

/** An adapter, as far as its limits matter. */
export type Limited = { readonly device: { readonly limits: Limits } };

/** What every adapter has, by the specification of WebGPU. */
export const leastAdapter: Limited = {
  device: {
    limits: {
      maxBufferSize: 256 * 2 ** 20,
      maxStorageBufferBindingSize: 128 * 2 ** 20,
      maxComputeWorkgroupsPerDimension: 65_535,
    },
  },
};

/** Where the environments are. */
type Loop = "host" | "device";

/** How many members like the run of this config fit the adapter: as many as each of the tensors has room for. */
export function largestPopulation(gpu: Limited, config: DeepRunConfig): number {
  return mostMembers(gpu, learnerOptions([config], environmentSpaces(config)), "device");
}

/** How many members a learner may have, which all have the room of the largest. */
export function mostMembers(gpu: Limited, options: LearnerOptions, loop: Loop): number {
  const alone = shapesOf({ ...options, members: options.members.slice(0, 1) }, loop);
  const counts = alone.map(([, shape]) => Math.floor(allowedBytes(gpu) / (4 * sizeOfShape(shape))));
  return Math.min(gpu.device.limits.maxComputeWorkgroupsPerDimension, ...counts);
}

/**
 * Checks a learner before anything is allocated. One that no smaller number would make fit is left to the learner itself.
 *
 * @throws {UsageError} When its members or their environments are more than the adapter holds: with the bytes needed and
 * allowed, and how many fit.
 */
export function assertPopulationFits(gpu: Limited, options: LearnerOptions, loop: Loop): void {
  const members = options.members.length;
  const most = mostMembers(gpu, options, loop);
  if (members <= most) return;
  if (most > 0) {
    throw new UsageError(
      `Cannot train a population of ${whole(members)}: ${whyNot(gpu, options, loop)}, ` +
        `wanted at most ${whole(most)} members`,
    );
  }
  const count = mostEnvironments(gpu, options, loop);
  if (count === 0) return;
  throw new UsageError(
    `Cannot train with ${whole(options.environments)} environments: ${whyNot(gpu, options, loop)}, ` +
      `wanted an environment.count of at most ${whole(count)}`,
  );
}

/**
 * The large tensors of a learner and of what acts for it. Environments on the device keep more in records than in their
 * States, unless a State has more than 160 bytes.
 */
function shapesOf(options: LearnerOptions, loop: Loop): Shapes {
  const records = [leastRecords, options.members.length, options.environments, recordWords];
  return [
    ...allShapes(options),
    ...loop === "host" ? actorShapes(options) : [["records", records]] as Shapes,
  ];
}

/** What does not fit, and how much would. */
function whyNot(gpu: Limited, options: LearnerOptions, loop: Loop): string {
  const allowed = allowedBytes(gpu);
  const bytes = (shape: readonly number[]) => 4 * sizeOfShape(shape);
  const large = shapesOf(options, loop).find(([, shape]) => bytes(shape) > allowed);
  if (!large) return `the adapter allows ${whole(gpu.device.limits.maxComputeWorkgroupsPerDimension)}`;
  const [label, shape] = large;
  return `${label} [${shape.join(", ")}] needs ${whole(bytes(shape))} bytes, the adapter allows ${
    whole(allowed)
  } per tensor`;
}

/** How many environments fit, 0 when none does. */
function mostEnvironments(gpu: Limited, options: LearnerOptions, loop: Loop): number {
  let [fits, tooMany] = [0, options.environments + 1];
  while (tooMany - fits > 1) {
    const environments = Math.floor((fits + tooMany) / 2);
    if (mostMembers(gpu, { ...options, environments }, loop) > 0) fits = environments;
    else tooMany = environments;
  }
  return fits;
}

function allowedBytes({ device: { limits } }: Limited): number {
  return Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
}
