/** What the kernels of one invocation an element share. @module */
import layoutShader from "../../shaders/layout.wgsl" with { type: "text" };
import memberShader from "../../shaders/member.wgsl" with { type: "text" };
import randomShader from "../../shaders/random.wgsl" with { type: "text" };
import reluShader from "../../shaders/relu.wgsl" with { type: "text" };
import sineShader from "../../shaders/sine.wgsl" with { type: "text" };
import sumShader from "../../shaders/sum.wgsl" with { type: "text" };
import type { ShaderFile } from "../gpu/kernel.ts";
import type { Dispatch, Recorder } from "../gpu/recorder.ts";

/** Structures and schedules of a member, for kernels that read `members`. */
export const memberModule: ShaderFile = { name: "member.wgsl", text: memberShader };

/** Where the entries of a matrix lie, for kernels that read or write one. */
export const layoutModule: ShaderFile = { name: "layout.wgsl", text: layoutShader };

/** The ReLU of a block. */
export const reluModule: ShaderFile = { name: "relu.wgsl", text: reluShader };

/** Sums in two floats. */
export const sumModule: ShaderFile = { name: "sum.wgsl", text: sumShader };

/** Counter-based random numbers. */
export const randomModule: ShaderFile = { name: "random.wgsl", text: randomShader };

/** Sines to float32's precision. */
export const sineModule: ShaderFile = { name: "sine.wgsl", text: sineShader };

/** An entry point of a shader family, and how many invocations it needs. */
export interface Elementwise {
  /** The file that holds the entry point. */
  readonly file: ShaderFile;
  /** Entry point. */
  readonly entryPoint: string;
  /** Files whose functions the entry point calls. */
  readonly modules?: readonly ShaderFile[];
  /** Sizes that shape an array, or that its modules name. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Compile-time choices beside the workgroup size. */
  readonly overrides?: Readonly<Record<string, number>>;
  /** Invocations in x. */
  readonly invocations: number;
  /** Members in z, 1 by default. */
  readonly members?: number;
}

/** Records a dispatch of one invocation an element, with the profile's workgroup size. */
export function dispatchElementwise(
  program: Recorder,
  { invocations, members = 1, overrides, ...entry }: Elementwise,
  { tensors, sizes }: Omit<Dispatch, "workgroups">,
): void {
  const { group } = program.gpu.kernelProfile;
  const kernel = program.gpu.kernel({
    ...entry,
    overrides: { GROUP: group, ...overrides },
  });
  program.dispatch(kernel, {
    tensors,
    ...sizes ? { sizes } : {},
    workgroups: [Math.ceil(invocations / group), 1, members],
  });
}
