/** What a learner is made of, and whether it fits. @module */
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

/** Multiply-adds of the largest matrix product in an update. */
export function largestProduct({ sizes, batch }: Pick<LearnerOptions, "sizes" | "batch">): number {
  return Math.max(...sizes.slice(1).map((size, i) => size * sizes[i]! * batch));
}

/** The large tensors of a learner, by name and shape; the first extent is that of the members. */
export function learnerShapes(options: LearnerOptions): [label: string, shape: number[]][] {
  const { sizes, batch, capacity, environments, optimizer } = options;
  const members = options.members.length;
  const { row } = transitionLayout(sizes[0]!, sizes.at(-1)!, options.masked);
  const networks = Math.max(2, optimizerSlots(optimizer.kind, optimizer.amsgrad));
  return [
    ["replay", [members, capacity, row]],
    ["transitions", [members, environments, row]],
    ["parameters", [members, networks, networkLayout(sizes).total]],
    ...sizes.map((size, i): [string, number[]] => [
      `activations of width ${size}`,
      [
        members,
        i > 0 && options.double ? 6 : 4,
        aligned(padded(size) * padded(Math.max(batch, environments))),
      ],
    ]),
  ];
}

/**
 * Checks every tensor's size before anything is allocated, and the members' replay against what will be.
 *
 * @throws {UsageError} When a tensor is more than the adapter allows.
 * @throws {RangeError} When a member's replay is larger than the allocated one, or smaller than a step.
 */
export function assertLearnerFits(gpu: Gpu, options: LearnerOptions): void {
  const { capacity, environments } = options;
  for (const [label, shape] of learnerShapes(options)) gpu.assertFits(4 * sizeOfShape(shape), label, shape);
  for (const { capacity: used } of options.members) {
    if (used <= capacity && environments <= used) continue;
    throw new RangeError(
      `Cannot create learner: a member's replay capacity is ${used}, ` +
        `wanted ${environments} (environments) to ${capacity} (allocated)`,
    );
  }
}
