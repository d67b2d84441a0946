/** Clipping by the global norm: the host side of `shaders/gradient.wgsl`. @module */
import shader from "../../shaders/gradient.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";
import type { Members } from "./member.ts";

const file = { name: "gradient.wgsl", text: shader };
const modules = [memberModule];

/** Partial sums of squares that one member's gradient is cut into. */
export const normPartials = 16;

/** Arguments of {@linkcode clipGradientNorm}. */
export interface ClipArguments {
  /** `[P, N]`. */
  readonly gradient: Tensor<"f32">;
  /** Scratch, `[P, normPartials]`. */
  readonly partials: Tensor<"f32">;
  /** Result: the factor that clips, and the norm before clipping, `[P, 2]`. */
  readonly scale: Tensor<"f32">;
}

/** The factor `min(1, limit / (norm + 1e-6))` of each member, which the optimizer step applies. */
export function clipGradientNorm(
  program: Recorder,
  members: Members,
  { gradient, partials, scale }: ClipArguments,
): void {
  const [count, total] = gradient.shape as [number, number];
  const sizes = { quads: total / 4, partials: normPartials };
  const { group } = program.gpu.kernelProfile;
  const squares = {
    file,
    modules,
    entryPoint: "gradient_squares",
    invocations: normPartials * group,
    members: count,
  };
  dispatchElementwise(program, squares, { tensors: { gradient, new_partials: partials }, sizes });
  const factor = { file, modules, entryPoint: "gradient_scale", invocations: 1, members: count };
  dispatchElementwise(program, factor, { tensors: { members, partials, scale }, sizes });
}
