/** Heads whose targets have a fault: the host side of `faulty_targets.wgsl`. @module */
import shader from "./faulty_targets.wgsl" with { type: "text" };
import type { Recorder } from "../../../gpu/recorder.ts";
import { layoutModule, memberModule } from "../../../ops/elementwise.ts";
import { choiceModules, type Head, type LossArguments } from "../../../ops/head.ts";
import type { Members } from "../../../ops/member.ts";
import { tdValue, valueHead } from "../../../ops/td_value.ts";

/** What may be wrong with targets, by the numbers that the kernel has for it. */
export const targetFaults = { "ends-bootstrap": 0, "complement-mask": 1, "broadcast-loss": 2 } as const;

/** One of them. */
export type TargetFault = keyof typeof targetFaults;

/** A head like the plain one, which learns by wrong targets. For environments without masks. */
export function faultyHead(fault: TargetFault): Head {
  return {
    ...valueHead,
    loss(program, members, args) {
      spoilTargets(program, members, { ...args, fault });
      tdValue(program, members, { ...args, head: valueHead });
    },
  };
}

function spoilTargets(
  program: Recorder,
  members: Members,
  { fault, batch, actions, outputs }: LossArguments & { readonly fault: TargetFault },
): void {
  const choice = choiceModules(valueHead, { actions, masked: false });
  const kernel = program.gpu.kernel({
    file: { name: "faulty_targets.wgsl", text: shader },
    entryPoint: "faulty_targets",
    modules: [memberModule, layoutModule, ...choice.modules],
    constants: choice.constants,
    overrides: { ...choice.overrides, FAULT: targetFaults[fault] },
  });
  program.dispatch(kernel, {
    tensors: { members, outputs, outcomes: batch.outcomes },
    sizes: { batch: batch.size, outputs: valueHead.outputs(actions), passes: outputs.shape[1]! / 2 },
    workgroups: [1, 1, members.shape[0]!],
  });
}
