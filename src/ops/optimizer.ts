/** Optimizer steps: the host side of `shaders/optimizer.wgsl`. @module */
import shader from "../../shaders/optimizer.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./member.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";
import { targetRule } from "./target.ts";
import { padded } from "./layout.ts";
import type { NetworkLayout } from "./model.ts";

/** Optimizers with the semantics of `torch.optim`. */
export type OptimizerKind = "adam" | "adamw" | "rmsprop" | "sgd" | "radam";

/** Optimizers in the order of their numbers in the shader. */
export const optimizerKinds: readonly OptimizerKind[] = ["adam", "adamw", "rmsprop", "sgd", "radam"];

/** An optimizer, and what it keeps and divides by. */
export interface OptimizerForm {
  /** The formula of the step. */
  readonly kind: OptimizerKind;
  /** Whether `adam` and `adamw` divide by the largest v so far; the others take no notice. */
  readonly amsgrad: boolean;
  /** Whether `rmsprop` divides by the root of the variance, the mean of squares less the square of the mean; no by default. */
  readonly centered?: boolean;
  /** Whether epsilon of `rmsprop` is added under the root, as in TensorFlow, and not to it as in PyTorch; no by default. */
  readonly epsilonInside?: boolean;
}

/** Running averages kept for each parameter: m, v and, for AMSGrad, the largest v, or for centered RMSProp the gradient's. */
export function optimizerSlots({ kind, amsgrad, centered = false }: OptimizerForm): number {
  return kind === "sgd" ? 1 : amsgrad || centered ? 3 : 2;
}

/** The table by which an invocation finds its block of parameters: `[blocks, 4]`. */
export function createBlockTable(gpu: Gpu, { blocks }: NetworkLayout): Tensor<"u32"> {
  const table = new Tensor(gpu, [blocks.length, 4], { dtype: "u32", label: "blocks" });
  let firstTile = 0;
  for (const { index, offset, inputs, rows, columns } of blocks) {
    table.write(Uint32Array.of(firstTile, offset / 4, padded(inputs) / 4, columns / 4), 4 * index);
    firstTile += rows * columns / 16;
  }
  return table;
}

/** Arguments of {@linkcode optimizerStep}. */
export interface OptimizerArguments extends OptimizerForm {
  /** The network that `blocks` was made of. */
  readonly network: NetworkLayout;
  /** From {@linkcode createBlockTable}. */
  readonly blocks: Tensor<"u32">;
  /** `[P, N]`. */
  readonly gradient: Tensor<"f32">;
  /** Factor on the gradient, and its norm: `[P, 2]`. */
  readonly scale: Tensor<"f32">;
  /** `[P, 2, N]`, both layouts. */
  readonly parameters: Tensor<"f32">;
  /** `[P, slots, N]`. */
  readonly state: Tensor<"f32">;
  /** `[P, 2, N]`, of which the first layout is kept: the target network where it follows updates; else absent. */
  readonly target?: Tensor<"f32"> | undefined;
}

/** Scales and clips the gradient, steps the parameters, and synchronizes `target` if due, of members that do not rest. */
export function optimizerStep(program: Recorder, members: Members, args: OptimizerArguments): void {
  const { blocks, gradient, scale, parameters, state, target } = args;
  const [count, total] = gradient.shape as [number, number];
  const tiles = args.network.blocks.reduce((sum, { rows, columns }) => sum + rows * columns / 16, 0);
  dispatchElementwise(program, {
    file: { name: "optimizer.wgsl", text: shader },
    modules: [memberModule, targetRule],
    entryPoint: target ? "optimizer_step_and_sync" : "optimizer_step",
    overrides: {
      ALGORITHM: optimizerKinds.indexOf(args.kind),
      AMSGRAD: Number(args.amsgrad),
      CENTERED: Number(args.centered ?? false),
      EPSILON_INSIDE: Number(args.epsilonInside ?? false),
    },
    invocations: tiles,
    members: count,
  }, {
    tensors: {
      members,
      blocks,
      gradient,
      scale,
      parameters,
      state,
      ...target ? { target_parameters: target } : {},
    },
    sizes: { quads: total / 4, tiles, blocks: blocks.shape[0]!, slots: state.shape[1]! },
  });
}
