/** Temporal-difference targets and loss: the host side of `shaders/td.wgsl`. @module */
import shader from "../../shaders/td.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { type SyncUnit, syncUnits } from "./clock.ts";
import type { Members } from "./member.ts";
import { dispatchElementwise, layoutModule, memberModule } from "./elementwise.ts";
import type { Batch } from "./replay.ts";

const file = { name: "td.wgsl", text: shader };

/** The loss of TD errors: `mse` is the mean square; `huber` is linear beyond a delta (`torch.nn.HuberLoss`). */
export type LossKind = "mse" | "huber";

/** Arguments of {@linkcode tdLoss}. */
export interface TdArguments {
  /** Gives the actions taken, the rewards, what terminated, and the masks. */
  readonly batch: Pick<Batch, "size" | "outcomes" | "masks">;
  /** Number of actions. */
  readonly actions: number;
  /** Whether the masks of `batch` count; without, all actions are legal. */
  readonly masked: boolean;
  /** Whether pass 2, the online network's of the next state, chooses the action there (double DQN); else pass 1. */
  readonly double: boolean;
  /** Loss of one TD error. */
  readonly loss: LossKind;
  /** What the target network's period counts: `update` falls due here. */
  readonly sync: SyncUnit;
  /** Matrices `[actions, batch]`: Q(s, .), the target network's Q(s', .) and, if `double`, the online one's. */
  readonly q: Tensor<"f32">;
  /** Result: y, then y - Q(s, a), `[P, 2, batch]`. */
  readonly td: Tensor<"f32">;
  /** Result: dL/dQ, a matrix `[actions, batch]` in both layouts. */
  readonly qGradient: Tensor<"f32">;
  /** Result, at row `updates mod R`: loss and mean Q of the taken actions, `[P, R, 2]`. */
  readonly metrics: Tensor<"f32">;
}

/**
 * `y = r + gamma (1 - terminated) Q'(s', a*)`, TD errors, their mean loss and its gradient with respect to Q; and counts
 * one update. Members that rest stay as they are.
 */
export function tdLoss(program: Recorder, { hyper, clock }: Members, args: TdArguments): void {
  const { batch, actions, masked, double, loss, sync, q, td, qGradient, metrics } = args;
  dispatchElementwise(program, {
    file,
    modules: [memberModule, layoutModule],
    entryPoint: "td_loss",
    overrides: { SELECT: double ? 2 : 1, MASKED: Number(masked), HUBER: Number(loss === "huber") },
    invocations: 1, // One workgroup a member.
    members: hyper.shape[0]!,
  }, {
    reads: [hyper, batch.outcomes, q, batch.masks],
    writes: [clock, td, qGradient, metrics],
    params: [batch.size, actions, q.shape[1]! / 2, metrics.shape[1]!, syncUnits.indexOf(sync)],
  });
}
