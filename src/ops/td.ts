/** Temporal-difference targets and loss: the host side of `shaders/td.wgsl`. @module */
import shader from "../../shaders/td.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./member.ts";
import { dispatchElementwise, layoutModule, memberModule } from "./elementwise.ts";
import type { Batch } from "./replay.ts";

const file = { name: "td.wgsl", text: shader };

/** The loss of TD errors: `mse` is the mean square; `huber` is linear beyond a delta (`torch.nn.HuberLoss`). */
export type LossKind = "mse" | "huber";

/** Arguments of {@linkcode tdTarget}. Q values are matrices `[actions, batch]` in both layouts. */
export interface TdTargetArguments {
  /** Gives r, terminated and the masks. */
  readonly batch: Batch;
  /** Number of actions. */
  readonly actions: number;
  /** Whether the masks of `batch` count; without, all actions are legal. */
  readonly masked: boolean;
  /** Values of the next state that the target takes. */
  readonly targetQ: Tensor<"f32">;
  /** Values of the next state that choose its action: `targetQ` for plain DQN, the online network's for double DQN. */
  readonly selectQ: Tensor<"f32">;
  /** Result, `[P, batch]`. */
  readonly targets: Tensor<"f32">;
}

/** `y = r + gamma (1 - terminated) targetQ(s', argmax_a selectQ(s', a))` over the legal actions. */
export function tdTarget(
  program: Recorder,
  { hyper }: Pick<Members, "hyper">,
  args: TdTargetArguments,
): void {
  const { batch, actions, targetQ, selectQ, targets } = args;
  dispatchElementwise(program, {
    file,
    modules: [memberModule, layoutModule],
    entryPoint: "td_target",
    overrides: { MASKED: Number(args.masked) },
    invocations: batch.size,
    members: hyper.shape[0]!,
  }, {
    reads: [hyper, batch.outcomes, targetQ, selectQ, batch.masks],
    writes: [targets],
    params: [batch.size, actions, 1],
  });
}

/** Arguments of {@linkcode tdLoss}. */
export interface TdLossArguments {
  /** Gives the actions taken. */
  readonly batch: Batch;
  /** Number of actions. */
  readonly actions: number;
  /** Loss of one TD error. */
  readonly loss: LossKind;
  /** From {@linkcode tdTarget}, `[P, batch]`. */
  readonly targets: Tensor<"f32">;
  /** Q values of the batch's observations: a matrix `[actions, batch]` in both layouts. */
  readonly q: Tensor<"f32">;
  /** Result: target minus Q of the taken action, `[P, batch]`. */
  readonly tdErrors: Tensor<"f32">;
  /** Result: dL/dQ, laid out as `q`. */
  readonly qGradient: Tensor<"f32">;
  /** Result, at row `updates mod R`: loss and mean Q of the taken actions, `[P, R, 2]`. */
  readonly metrics: Tensor<"f32">;
}

/** The mean loss of the batch, its TD errors, and its gradient with respect to Q. */
export function tdLoss(program: Recorder, { hyper, clock }: Members, args: TdLossArguments): void {
  const { batch, targets, q, tdErrors, qGradient, metrics } = args;
  dispatchElementwise(program, {
    file,
    modules: [memberModule, layoutModule],
    entryPoint: "td_loss",
    overrides: { HUBER: Number(args.loss === "huber") },
    invocations: 1, // One workgroup a member.
    members: hyper.shape[0]!,
  }, {
    reads: [hyper, batch.outcomes, clock, targets, q],
    writes: [tdErrors, qGradient, metrics],
    params: [batch.size, args.actions, metrics.shape[1]!],
  });
}
