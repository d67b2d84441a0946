/** What a network's last outputs mean: the values of actions, and the loss by which they are learned. @module */
import allText from "../../shaders/legal_all.wgsl" with { type: "text" };
import greedyText from "../../shaders/greedy.wgsl" with { type: "text" };
import maskedText from "../../shaders/legal_masked.wgsl" with { type: "text" };
import randomText from "../../shaders/legal_random.wgsl" with { type: "text" };
import type { KernelSpec, ShaderFile } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { LayerSpec } from "./layer.ts";
import type { Members } from "./member.ts";
import type { Batch } from "./replay.ts";

/** The loss of TD errors: `mse` is the mean square; `huber` is linear beyond a delta (`torch.nn.HuberLoss`). */
export type LossKind = "mse" | "huber";

/** How Munchausen targets are made (Vieillard et al., 2020). */
export interface MunchausenOptions {
  /** Share of the log-policy in the reward, in [0, 1]. */
  readonly alpha: number;
  /** Of the softmax of Q values that is the policy: tau, above 0. */
  readonly temperature: number;
  /** The least that the log-policy times `temperature` counts for, below 0. */
  readonly clip: number;
}

/** What {@linkcode Head.loss} reads and writes. Matrices are `[outputs, batch]` (`createMatrices`). */
export interface LossArguments {
  /** Gives (action, return, discount, weight) of each row, and the masks. */
  readonly batch: Pick<Batch, "size" | "outcomes" | "masks">;
  /** Number of actions. */
  readonly actions: number;
  /** Whether the masks of `batch` count; without, all actions are legal. */
  readonly masked: boolean;
  /**
   * Which pass chooses the action in the next state: the target network's of it, 1, or the online one's, 2 (double DQN); of a head
   * that is sampled 2, whichever network's it is. None, 0, where the return is the whole target, which heads of one value an
   * action can learn.
   */
  readonly selects: number;
  /** Munchausen targets, for heads of one value an action; pass 2 is the target network's of s then. Absent: the usual ones. */
  readonly munchausen?: MunchausenOptions | undefined;
  /** Loss of one TD error, for heads that have one. */
  readonly loss: LossKind;
  /** Outputs of the online network for s, of the target network for s', and of a third pass if there is one. */
  readonly outputs: Tensor<"f32">;
  /** Result: the target y of each row, then its TD error or, for heads of distributions, its loss: `[P, 2, batch]`. */
  readonly td: Tensor<"f32">;
  /** Result: the derivative of the loss by the outputs for s, a matrix in both layouts. */
  readonly gradient: Tensor<"f32">;
  /**
   * Result, at row `updates mod R`: loss and mean Q of the taken actions, `[P, R, 2]`. Of a head with bounds, where there are four
   * numbers a row, also how many of the batch's returns lie outside, and the one that does so farthest (0 if none does).
   */
  readonly metrics: Tensor<"f32">;
}

/** A head. `shaders/head_value.wgsl` says what its file defines; `valueHead` is the plain one. */
export interface Head {
  /** Defines `action_value`, and `output_gradient` where `loss` calls that. */
  readonly file: ShaderFile;
  /** Files that this one calls. Default: none. */
  readonly modules?: readonly ShaderFile[];
  /** Sizes that the files name, appended as constants. Default: none. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Values of the files' `override` constants. Default: none. */
  readonly overrides?: Readonly<Record<string, number>>;
  /** The least and the greatest return that it can express. Default: it expresses all. */
  readonly bounds?: readonly [least: number, greatest: number];
  /** What its loss is called. Default: it is that of TD errors which an agent names. */
  readonly lossName?: string;
  /** Outputs of the last layer for a number of actions. */
  outputs(actions: number): number;
  /** The last layer for a number of actions. Default: a dense one without a ReLU. */
  layer?(actions: number): LayerSpec;
  /**
   * Whether an update learns samples of the return: its passes ask the last layer for them, and one more, which asks for none,
   * chooses the action in the next state. Default: no.
   */
  readonly isSampled?: boolean;
  /** Records targets, loss and its derivative, and counts one update. Members that rest stay as they are. */
  loss(program: Recorder, members: Members, args: LossArguments): void;
}

/** Numbers of an update's metrics: see {@linkcode LossArguments.metrics}. Without a head, those of one that has no bounds. */
export function metricsWidth(head?: Pick<Head, "bounds">): number {
  return head?.bounds ? 4 : 2;
}

const greedyFile: ShaderFile = { name: "greedy.wgsl", text: greedyText };
/** What says that all actions are legal. */
export const legalAll: ShaderFile = { name: "legal_all.wgsl", text: allText };
const legalMasked: ShaderFile = { name: "legal_masked.wgsl", text: maskedText };

/** `random_legal`, for kernels that have {@linkcode choiceModules} and `random.wgsl`. */
export const legalRandom: ShaderFile = { name: "legal_random.wgsl", text: randomText };

/**
 * What a kernel is given that chooses among actions: `best_action`, `action_value`, `is_legal` and `ACTIONS`. By default actions are
 * legal by the masks, if there are any; a file `legal` says otherwise.
 */
export function choiceModules(
  head: Head,
  { actions, masked, legal = masked ? legalMasked : legalAll }: {
    readonly actions: number;
    readonly masked: boolean;
    readonly legal?: ShaderFile;
  },
): Required<Pick<KernelSpec, "modules" | "constants" | "overrides">> {
  return {
    modules: [greedyFile, legal, head.file, ...head.modules ?? []],
    constants: { ACTIONS: actions, ...head.constants },
    overrides: { ...head.overrides },
  };
}
