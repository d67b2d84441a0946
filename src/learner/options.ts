/** What a learner is made of, and whether it fits. @module */
import { UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import type { Gpu } from "../gpu/device.ts";
import { sizeOfShape } from "../gpu/tensor.ts";
import type { SyncUnit } from "../ops/clock.ts";
import { aligned, networkLayout, padded } from "../ops/layout.ts";
import type { HyperParameters } from "../ops/member.ts";
import { type OptimizerKind, optimizerSlots } from "../ops/optimizer.ts";
import type { Initialization } from "../ops/parameters.ts";
import { type Sampling, transitionLayout } from "../ops/replay.ts";
import type { LossKind } from "../ops/td.ts";

/** What all members share, because it shapes memory or the list of operations. */
export interface LearnerOptions {
  /** Hyper-parameters of each member; their number is the population's size. */
  readonly members: readonly HyperParameters[];
  /** Numbers of an observation, widths of the hidden layers, number of actions. */
  readonly sizes: readonly number[];
  /** Transitions of an update. */
  readonly batch: number;
  /** Transitions kept. */
  readonly capacity: number;
  /** How a batch is drawn from replay. */
  readonly sampling: Sampling;
  /** Loss of the TD errors, a mean over the batch. */
  readonly loss: LossKind;
  /** Whether the online network chooses the target's action (double DQN). */
  readonly double: boolean;
  /** How the parameters step; `amsgrad` is for `adam` and `adamw`. */
  readonly optimizer: { readonly kind: OptimizerKind; readonly amsgrad: boolean };
  /** Whether the gradient is clipped by its global norm. */
  readonly clipNorm: boolean;
  /** What the target network's period counts, for every member; `none` takes targets from the online network. */
  readonly target: SyncUnit;
  /** How initial parameters are drawn. */
  readonly initialization: Initialization;
  /** Whether transitions hold the next state's action mask. */
  readonly masked: boolean;
  /** Environments of each member: transitions written at a step. */
  readonly environments: number;
}

/** Updates whose loss and mean Q the device keeps of each member. */
export const metricsRing = 4096;

/** Multiply-adds of the largest matrix product in an update. */
export function largestProduct({ sizes, batch }: Pick<LearnerOptions, "sizes" | "batch">): number {
  return Math.max(...sizes.slice(1).map((size, i) => size * sizes[i]! * batch));
}

/** Tensors by name and shape. */
export type Shapes = [label: string, shape: number[]][];

/** The large tensors of a learner. */
export function learnerShapes(options: LearnerOptions): Shapes {
  const { sizes, batch, capacity, environments, optimizer } = options;
  const members = options.members.length;
  const { row } = transitionLayout(sizes[0]!, sizes.at(-1)!, options.masked);
  const networks = Math.max(2, optimizerSlots(optimizer.kind, optimizer.amsgrad));
  return [
    ["replay", [members, capacity, row]],
    ["transitions", [members, environments, row]],
    ["metrics", [members, metricsRing, 2]],
    ["parameters", [members, networks, networkLayout(sizes).total]],
    ...sizes.map((size, i): Shapes[number] => [
      `activations of width ${size}`,
      [members, i > 0 && options.double ? 6 : 4, aligned(padded(size) * padded(batch))],
    ]),
  ];
}

/** The large tensors of the policy that acts in a learner's environments where those are on the host. */
export function policyShapes({ members, sizes, environments }: LearnerOptions): Shapes {
  return sizes.map((size) => [
    `policy of width ${size}`,
    [members.length, 2, aligned(padded(size) * padded(environments))],
  ]);
}

/** Checks tensors before they are allocated. @throws {UsageError} When one of them is more than the adapter allows. */
export function assertShapesFit(gpu: Gpu, shapes: Shapes): void {
  for (const [label, shape] of shapes) gpu.assertFits(4 * sizeOfShape(shape), label, shape);
}

/**
 * Checks every tensor's size before anything is allocated, and the members' replay against what will be.
 *
 * @throws {UsageError} When a tensor, or a network, is more than the adapter allows.
 * @throws {RangeError} When a member's replay is larger than the allocated one, or smaller than a step.
 */
export function assertLearnerFits(gpu: Gpu, options: LearnerOptions): void {
  const { capacity, environments } = options;
  assertShapesFit(gpu, learnerShapes(options));
  const { total } = networkLayout(options.sizes);
  const most = 4 * gpu.kernelProfile.group * gpu.device.limits.maxComputeWorkgroupsPerDimension;
  if (total > most) {
    throw new UsageError(
      `Cannot create learner: a network of widths ${options.sizes.join("-")} has ${whole(total)} ` +
        `parameters, padded; wanted at most ${whole(most)} on this adapter`,
    );
  }
  for (const { capacity: used } of options.members) {
    if (used <= capacity && environments <= used) continue;
    throw new RangeError(
      `Cannot create learner: a member's replay capacity is ${used}, ` +
        `wanted ${environments} (environments) to ${capacity} (allocated)`,
    );
  }
}
