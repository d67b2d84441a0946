/** Target network synchronization: the host side of `shaders/target.wgsl`. @module */
import shader from "../../shaders/target.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./member.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";

/** Arguments of {@linkcode targetSync}. */
export interface SyncArguments {
  /** `[P, 2, N]`. */
  readonly online: Tensor<"f32">;
  /** `[P, 2, N]`, of which the first layout is kept. */
  readonly target: Tensor<"f32">;
}

/** `target <- (1 - tau) target + tau online` for the members whose clock says it is due. */
export function targetSync(
  program: Recorder,
  members: Members,
  { online, target }: SyncArguments,
): void {
  const [count, , total] = online.shape as [number, number, number];
  dispatchElementwise(program, {
    file: { name: "target.wgsl", text: shader },
    modules: [memberModule],
    entryPoint: "target_sync",
    invocations: total / 4,
    members: count,
  }, {
    tensors: { members, online_parameters: online, target_parameters: target },
    sizes: { quads: total / 4 },
  });
}
