/** Temporal-difference learning of one value an action: the host side of `shaders/td_value.wgsl`, and the plain head. @module */
import headText from "../../shaders/head_value.wgsl" with { type: "text" };
import shader from "../../shaders/td_value.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import { dispatchElementwise, layoutModule, memberModule } from "./elementwise.ts";
import { choiceModules, type Head, type LossArguments } from "./head.ts";
import type { Members } from "./member.ts";

/** The plain head: an output for each action, which is its value (Mnih et al., 2015). */
export const valueHead: Head = {
  file: { name: "head_value.wgsl", text: headText },
  outputs: (actions) => actions,
  loss(program, members, args) {
    tdValue(program, members, { ...args, head: valueHead });
  },
};

/**
 * `y = R + discount Q'(s', a*)`, TD errors, their weighted mean loss and its gradient by the outputs, for a `head` whose file
 * defines `action_value` and `output_gradient`; and counts one update.
 */
export function tdValue(
  program: Recorder,
  members: Members,
  args: LossArguments & { readonly head: Head },
): void {
  const { head, batch, actions, masked, double, loss, outputs, td, gradient, metrics } = args;
  const choice = choiceModules(head, { actions, masked });
  dispatchElementwise(program, {
    file: { name: "td_value.wgsl", text: shader },
    modules: [memberModule, layoutModule, ...choice.modules],
    entryPoint: "td_value",
    constants: choice.constants,
    overrides: { SELECT: double ? 2 : 1, HUBER: Number(loss === "huber") },
    invocations: 1, // One workgroup a member.
    members: members.shape[0]!,
  }, {
    tensors: {
      members,
      outcomes: batch.outcomes,
      outputs,
      td,
      gradient,
      metrics,
      ...masked ? { masks: batch.masks } : {},
    },
    sizes: {
      batch: batch.size,
      outputs: head.outputs(actions),
      passes: outputs.shape[1]! / 2,
      ring: metrics.shape[1]!,
    },
  });
}
