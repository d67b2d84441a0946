/** Initial parameters: the host side of `shaders/parameters.wgsl`. @module */
import shader from "../../shaders/parameters.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { fanIn } from "./block.ts";
import { dispatchElementwise, layoutModule, memberModule, randomModule } from "./elementwise.ts";
import type { Members } from "./member.ts";
import type { NetworkLayout } from "./model.ts";

/**
 * How parameters start: `pytorch` draws weights and biases as `torch.nn.Linear` does, uniform in +-1 / sqrt(inputs);
 * `he` draws weights uniform in +-sqrt(6 / inputs) (He et al., 2015) and sets biases to zero.
 */
export type Initialization = "pytorch" | "he";

/** Initialization rules in the order of their numbers in the shader. */
export const initializations: readonly Initialization[] = ["pytorch", "he"];

/** The number in the shader of what is drawn by no rule. */
const constants = initializations.length;

/** The parameters `[P, 2, N]` of every member at the start: drawn from its seed, but where a block has constants. */
export function initializeParameters(
  program: Recorder,
  { members, parameters }: { members: Members; parameters: Tensor<"f32"> },
  { network, rule }: { network: NetworkLayout; rule: Initialization },
): void {
  for (const block of network.blocks) {
    const { inputs, outputs, offset, rows, columns, index, initial, channels = inputs } = block;
    dispatchElementwise(program, {
      file: { name: "parameters.wgsl", text: shader },
      entryPoint: "parameters_initialize",
      modules: [randomModule, memberModule, layoutModule],
      invocations: rows * columns / 4,
      members: parameters.shape[0]!,
    }, {
      tensors: { members, parameters },
      sizes: {
        inputs,
        outputs,
        channels,
        fan_in: fanIn(block),
        first: offset,
        total: network.total,
        rule: initial ? constants : initializations.indexOf(rule),
        index,
        ...initial ?? { weight: 0, bias: 0 },
      },
    });
  }
}
