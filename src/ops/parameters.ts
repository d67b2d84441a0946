/** Initial parameters: the host side of `shaders/parameters.wgsl`. @module */
import shader from "../../shaders/parameters.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, layoutModule, memberModule, randomModule } from "./elementwise.ts";
import type { NetworkLayout } from "./layout.ts";

/**
 * How parameters start: `pytorch` draws weights and biases as `torch.nn.Linear` does, uniform in +-1 / sqrt(inputs);
 * `he` draws weights uniform in +-sqrt(6 / inputs) (He et al., 2015) and sets biases to zero.
 */
export type Initialization = "pytorch" | "he";

/** Initialization rules in the order of their numbers in the shader. */
export const initializations: readonly Initialization[] = ["pytorch", "he"];

/** Draws the parameters `[P, 2, N]` of every member from its seed. */
export function initializeParameters(
  program: Recorder,
  { hyper, parameters }: { hyper: Tensor<"u32">; parameters: Tensor<"f32"> },
  { network, rule }: { network: NetworkLayout; rule: Initialization },
): void {
  for (const layer of network.layers) {
    dispatchElementwise(program, {
      file: { name: "parameters.wgsl", text: shader },
      entryPoint: "parameters_initialize",
      modules: [randomModule, memberModule, layoutModule],
      invocations: layer.rows * layer.columns / 4,
      members: parameters.shape[0]!,
    }, {
      reads: [hyper],
      writes: [parameters],
      params: [
        layer.inputs,
        layer.outputs,
        layer.offset,
        network.total,
        initializations.indexOf(rule),
        layer.index,
      ],
    });
  }
}
