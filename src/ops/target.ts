/** Target network synchronization: the host side of `shaders/target.wgsl`. @module */
import shader from "../../shaders/target.wgsl" with { type: "text" };
import ruleText from "../../shaders/target_rule.wgsl" with { type: "text" };
import type { ShaderFile } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./member.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";

const file = { name: "target.wgsl", text: shader };

/** The formula, for kernels after which a target network follows at once. */
export const targetRule: ShaderFile = { name: "target_rule.wgsl", text: ruleText };

/** Arguments of {@linkcode targetSync}. */
export interface SyncArguments {
  /** `[P, 2, N]`. */
  readonly online: Tensor<"f32">;
  /** `[P, 2, N]`, of which the first layout is kept. */
  readonly target: Tensor<"f32">;
}

/** Target networks follow the online ones (`shaders/target_rule.wgsl`) as often as it is due. */
export function targetSync(program: Recorder, members: Members, { online, target }: SyncArguments): void {
  const [count, , total] = online.shape as [number, number, number];
  const quads = total / 4;
  dispatchElementwise(program, {
    file,
    modules: [memberModule, targetRule],
    entryPoint: "target_sync",
    invocations: quads,
    members: count,
  }, { tensors: { members, online_parameters: online, target_parameters: target }, sizes: { quads } });
}

/** Counts the synchronizations that were due as done. */
export function targetSynced(program: Recorder, members: Members): void {
  const count = members.shape[0]!;
  dispatchElementwise(program, {
    file,
    modules: [memberModule, targetRule],
    entryPoint: "target_synced",
    invocations: count,
  }, { tensors: { synced: members }, sizes: { members: count } });
}
