/** What a learner is made of, and whether it fits. @module */
import { UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import type { Gpu } from "../gpu/device.ts";
import { sizeOfShape } from "../gpu/tensor.ts";
import { type LossKind, metricsWidth, type MunchausenOptions } from "../ops/head.ts";
import { normPartials } from "../ops/gradient.ts";
import { matricesShape } from "../ops/layout.ts";
import type { HyperParameters, SyncUnit } from "../ops/member.ts";
import { columnsOf, type Model, multiplyAdds, networkLayout } from "../ops/model.ts";
import { type OptimizerForm, optimizerSlots } from "../ops/optimizer.ts";
import type { Initialization } from "../ops/parameters.ts";
import { momentsShapes, type MomentsSizes } from "../ops/moments.ts";
import { treeShape } from "../ops/priorities.ts";
import { type Masks, type Sampling, type TransitionLayout, transitionLayout } from "../ops/replay.ts";
import type { Normalization } from "../ops/seen.ts";

/** What all members share, because it shapes memory or the list of operations. */
export interface LearnerOptions {
  /** Hyper-parameters of each member; their number is the population's size. */
  readonly members: readonly HyperParameters[];
  /** What computes Q values, from the observation's shape to the number of actions: `perceptron([4, 128, 128, 2])`, say. */
  readonly model: Model;
  /** Transitions of an update. */
  readonly batch: number;
  /** Transitions kept. */
  readonly capacity: number;
  /** How a batch is drawn from replay, unless by priorities. */
  readonly sampling: Sampling;
  /** Whether a batch is drawn by priorities: {@linkcode HyperParameters.priorityAlpha} and its neighbours. */
  readonly prioritized: boolean;
  /** Transitions whose rewards a return adds up, at least 1: n of n-step returns. */
  readonly steps: number;
  /** Loss of the TD errors, a mean over the batch. */
  readonly loss: LossKind;
  /** Whether the online network chooses the target's action (double DQN). */
  readonly double: boolean;
  /** How Munchausen targets are made, without `double`; the usual ones where this is absent. */
  readonly munchausen?: MunchausenOptions | undefined;
  /** How the parameters step. */
  readonly optimizer: OptimizerForm;
  /** Whether the gradient is clipped by its global norm. */
  readonly clipNorm: boolean;
  /** What the target network's period counts, for every member; `none` takes targets from the online network. */
  readonly target: SyncUnit;
  /** How initial parameters are drawn. */
  readonly initialization: Initialization;
  /** Whether transitions hold the next state's action mask, and with Munchausen targets that of the state. */
  readonly masked: boolean;
  /** Environments of each member: transitions written at a step. */
  readonly environments: number;
  /** What is normalized by running moments; nothing by default. */
  readonly normalization?: Normalization | undefined;
  /**
   * Whether observations are zeros and ones, which replay then holds as bits, 32 in a word; not with `normalization`. `false` by
   * default.
   */
  readonly bits?: boolean | undefined;
  /**
   * Whether updates learn lambda returns of a whole rollout (PQN: Gallici et al., 2024), of which a batch is a minibatch: replay is
   * the rollout, `sampling`, `steps`, `double` and the target network do not act, and the head is one of one value an action.
   * `false` by default.
   */
  readonly lambdaReturns?: boolean | undefined;
}

/** Updates whose loss and mean Q the device keeps of each member. */
export const metricsRing = 4096;

/** Multiply-adds of the largest matrix product in an update. */
export function largestProduct({ model, batch }: Pick<LearnerOptions, "model" | "batch">): number {
  const products = networkLayout(model).layers.map((layer) =>
    columnsOf(layer, batch) * Math.max(0, ...multiplyAdds({ layers: [layer] }))
  );
  return Math.max(...products);
}

/** Which action masks transitions have: Munchausen targets take the log-policy of s as well. */
export function masksOf({ masked, munchausen }: Pick<LearnerOptions, "masked" | "munchausen">): Masks {
  return masked && munchausen ? "both" : masked;
}

/** How a transition lies in replay. */
export function replayLayout(
  options: Pick<LearnerOptions, "model" | "masked" | "munchausen" | "bits">,
): TransitionLayout {
  const { model, bits = false } = options;
  return transitionLayout(networkLayout(model).widths[0]!, model.actions, masksOf(options), { bits });
}

/** Tensors by name and shape. */
export type Shapes = [label: string, shape: readonly number[]][];

/** What a learner keeps beside its networks, its batch and their passes, under the names that errors call it. */
export interface LearnerShapes {
  /** The replay memory. */
  readonly replay: readonly number[];
  /** Transitions of a step. */
  readonly transitions: readonly number[];
  /** A ring of losses, mean Q values and, where the head has bounds, returns outside. */
  readonly metrics: readonly number[];
  /** Targets and TD errors of a batch. */
  readonly td: readonly number[];
  /** Factor on the gradient, and its norm. */
  readonly scale: readonly number[];
  /** Partial sums of squares of the gradient. */
  readonly partials: readonly number[];
  /** Running averages of the optimizer. */
  readonly optimizerState: readonly number[];
}

/** The shapes of a learner's tensors, those of {@linkcode networkShapes} left out. */
export function learnerShapes(options: LearnerOptions): LearnerShapes {
  const { model, batch, capacity, environments, optimizer } = options;
  const members = options.members.length;
  const { total } = networkLayout(model);
  const { row } = replayLayout(options);
  return {
    replay: [members, capacity, row],
    transitions: [members, environments, row],
    metrics: [members, metricsRing, metricsWidth(model.head)],
    td: [members, 2, batch],
    scale: [members, 2],
    partials: [members, normPartials],
    optimizerState: [members, optimizerSlots(optimizer), total],
  };
}

/** The shapes of a learner's networks and of what passes over a batch leave behind. */
function networkShapes({ members, model, batch, ...rules }: LearnerOptions): Shapes {
  const { widths, total, layers } = networkLayout(model);
  const passes = passesOf({ model, ...rules });
  const last = layers.at(-1)!;
  const columns = columnsOf(last, batch);
  return [
    ["parameters", [members.length, 2, total]],
    ...widths.map((width, i): Shapes[number] => [
      `activations of width ${width}`,
      matricesShape([members.length, i > 0 ? passes : 2, width, i > last.index ? columns : batch]),
    ]),
    ...(last.layer.samples?.scratch ?? []).map((width): Shapes[number] => [
      `samples of width ${width}`,
      matricesShape([members.length, 1, width, columns]),
    ]),
  ];
}

/**
 * Passes of an update: the online network's for s and the target's for s'; for double DQN the online one's for s' too, for
 * Munchausen targets the target's for s; where samples are learned, one that chooses. Where returns are known the first is all.
 */
export function passesOf(
  { model, double, munchausen, lambdaReturns }: Pick<
    LearnerOptions,
    "model" | "double" | "munchausen" | "lambdaReturns"
  >,
): number {
  if (lambdaReturns) return 1;
  return double || munchausen || model.head.isSampled ? 3 : 2;
}

/** Every tensor of a learner that grows with its options. */
export function allShapes(options: LearnerOptions): Shapes {
  const { optimizerState, ...others } = learnerShapes(options);
  return [
    ...Object.entries(others),
    ...networkShapes(options),
    ["optimizer state", optimizerState],
    ...options.prioritized ? [["priorities", treeShape(prioritiesSizes(options))]] as Shapes : [],
    ...options.lambdaReturns ? [["returns", returnsShape(options)]] as Shapes : [],
    ...options.normalization ? momentsShapesOf(options) : [],
  ];
}

/** How many priorities there are. */
export function prioritiesSizes(
  { members, capacity }: Pick<LearnerOptions, "members" | "capacity">,
): { readonly members: number; readonly capacity: number } {
  return { members: members.length, capacity };
}

/** Extents of the running moments of what the networks take. */
export function momentsSizes(
  { members, model, environments }: Pick<LearnerOptions, "members" | "model" | "environments">,
): MomentsSizes {
  return { members: members.length, width: networkLayout(model).widths[0]!, environments };
}

function momentsShapesOf(options: LearnerOptions): Shapes {
  const { numbers, running } = momentsShapes(momentsSizes(options));
  return [["moments", numbers], ["running returns", running]];
}

/** A return for each row of replay. */
export function returnsShape({ members, capacity }: Pick<LearnerOptions, "members" | "capacity">): number[] {
  return [members.length, capacity];
}

/** The tensors of what acts in a learner's environments where those are on the host. */
export function actorShapes({ members, model, environments }: LearnerOptions): Shapes {
  return networkLayout(model).widths.map((width) => [
    `policy of width ${width}`,
    matricesShape([members.length, 1, width, environments]),
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
  const { capacity, environments, batch, lambdaReturns, bits, normalization } = options;
  if (bits && normalization) {
    throw new RangeError("Cannot create learner: bits with normalization, wanted one of them");
  }
  if (lambdaReturns && !(capacity % environments === 0 && capacity % batch === 0)) {
    throw new RangeError(
      `Cannot create learner: a rollout of ${capacity} transitions is learned by ${batch} and stored by ${environments}, ` +
        "wanted divisors of it",
    );
  }
  assertShapesFit(gpu, allShapes(options));
  const { total, widths } = networkLayout(options.model);
  const most = 4 * gpu.kernelProfile.group * gpu.device.limits.maxComputeWorkgroupsPerDimension;
  if (total > most) {
    throw new UsageError(
      `Cannot create learner: a network of widths ${widths.join("-")} has ${whole(total)} ` +
        `parameters, padded; wanted at most ${whole(most)} on this adapter`,
    );
  }
  const least = lambdaReturns ? capacity : environments;
  for (const { capacity: used } of options.members) {
    if (used <= capacity && least <= used) continue;
    throw new RangeError(
      `Cannot create learner: a member's replay capacity is ${used}, wanted ` +
        (lambdaReturns
          ? `${capacity}, as the rollout is`
          : `${environments} (environments) to ${capacity} (allocated)`),
    );
  }
}
