/** What a network's last outputs mean: the values of actions, and the loss by which they are learned. @module */
import allText from "../../shaders/legal_all.wgsl" with { type: "text" };
import greedyText from "../../shaders/greedy.wgsl" with { type: "text" };
import maskedText from "../../shaders/legal_masked.wgsl" with { type: "text" };
import type { KernelSpec, ShaderFile } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { LayerSpec } from "./layer.ts";
import type { Members } from "./member.ts";
import type { Batch } from "./replay.ts";

/** The loss of TD errors: `mse` is the mean square; `huber` is linear beyond a delta (`torch.nn.HuberLoss`). */
export type LossKind = "mse" | "huber";

/** What {@linkcode Head.loss} reads and writes. Matrices are `[outputs, batch]` (`createMatrices`). */
export interface LossArguments {
  /** Gives (action, return, discount, weight) of each row, and the masks. */
  readonly batch: Pick<Batch, "size" | "outcomes" | "masks">;
  /** Number of actions. */
  readonly actions: number;
  /** Whether the masks of `batch` count; without, all actions are legal. */
  readonly masked: boolean;
  /** Whether pass 2, the online network's of the next state, chooses the action there (double DQN); else pass 1. */
  readonly double: boolean;
  /** Loss of one TD error, for heads that have one. */
  readonly loss: LossKind;
  /** Outputs of the online network for s, of the target network for s' and, if `double`, of the online one for s'. */
  readonly outputs: Tensor<"f32">;
  /** Result: the target y of each row, then its TD error or, for heads of distributions, its loss: `[P, 2, batch]`. */
  readonly td: Tensor<"f32">;
  /** Result: the derivative of the loss by the outputs for s, a matrix in both layouts. */
  readonly gradient: Tensor<"f32">;
  /** Result, at row `updates mod R`: loss and mean Q of the taken actions, `[P, R, 2]`. */
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
  /** Outputs of the last layer for a number of actions. */
  outputs(actions: number): number;
  /** The last layer for a number of actions. Default: a dense one without a ReLU. */
  layer?(actions: number): LayerSpec;
  /** Records targets, loss and its derivative, and counts one update. Members that rest stay as they are. */
  loss(program: Recorder, members: Members, args: LossArguments): void;
}

const greedyFile: ShaderFile = { name: "greedy.wgsl", text: greedyText };
const legalAll: ShaderFile = { name: "legal_all.wgsl", text: allText };
const legalMasked: ShaderFile = { name: "legal_masked.wgsl", text: maskedText };

/** What a kernel is given that chooses among actions: `best_action`, `action_value`, `is_legal` and `ACTIONS`. */
export function choiceModules(
  head: Head,
  { actions, masked }: { readonly actions: number; readonly masked: boolean },
): Required<Pick<KernelSpec, "modules" | "constants" | "overrides">> {
  return {
    modules: [greedyFile, masked ? legalMasked : legalAll, head.file, ...head.modules ?? []],
    constants: { ACTIONS: actions, ...head.constants },
    overrides: { ...head.overrides },
  };
}
