/** Dense layers forward and backward: the host side of `shaders/dense.wgsl`. @module */
import shader from "../../shaders/dense.wgsl" with { type: "text" };
import type { Kernel } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { type Layer, padded } from "./layout.ts";

/** A layer of every member, applied to a batch. Matrices are in both layouts (`createMatrix`). */
export interface DenseArguments {
  readonly layer: Layer;
  /** Rows of the batch. */
  readonly batch: number;
  /** All layers of every member: `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
}

/** `output[o, b] = relu(bias[o] + sum_i W[i, o] input[i, b])`, the ReLU only if `relu`. */
export function denseForward(
  program: Recorder,
  args: DenseArguments & {
    readonly input: Tensor<"f32">;
    readonly output: Tensor<"f32">;
    readonly relu: boolean;
  },
): void {
  program.dispatch(kernel(program, { entryPoint: "dense_forward", reads: 2, writes: 1 }), {
    reads: [args.parameters, args.input],
    writes: [args.output],
    params: params(args, args.relu),
    workgroups: tiles(program, args, [args.layer.outputs, args.batch]),
  });
}

/** `inputGradient[i, b] = (input[i, b] > 0) sum_o W[i, o] outputGradient[o, b]`, for an input that left a ReLU. */
export function denseBackwardInput(
  program: Recorder,
  args: DenseArguments & {
    readonly input: Tensor<"f32">;
    readonly outputGradient: Tensor<"f32">;
    readonly inputGradient: Tensor<"f32">;
  },
): void {
  program.dispatch(kernel(program, { entryPoint: "dense_backward_input", reads: 3, writes: 1 }), {
    reads: [args.parameters, args.outputGradient, args.input],
    writes: [args.inputGradient],
    params: params(args),
    workgroups: tiles(program, args, [args.layer.inputs, args.batch]),
  });
}

/** `gradient` of the layer's weights, `sum_b input[i, b] outputGradient[o, b]`, and bias; `[P, N]`. */
export function denseBackwardWeights(
  program: Recorder,
  args: DenseArguments & {
    readonly input: Tensor<"f32">;
    readonly outputGradient: Tensor<"f32">;
    readonly gradient: Tensor<"f32">;
  },
): void {
  program.dispatch(kernel(program, { entryPoint: "dense_backward_weights", reads: 2, writes: 1 }), {
    reads: [args.input, args.outputGradient],
    writes: [args.gradient],
    params: params(args),
    workgroups: tiles(program, args, [args.layer.inputs, args.layer.outputs]),
  });
}

function kernel(program: Recorder, entry: { entryPoint: string; reads: number; writes: number }): Kernel {
  const { tileRows, tileColumns, tileGroup } = program.gpu.kernelProfile;
  return program.gpu.kernel({
    file: { name: "dense.wgsl", text: shader },
    ...entry,
    constants: { ROWS: tileRows, COLUMNS: tileColumns },
    overrides: { GROUP: tileGroup },
  });
}

function params({ layer, batch, parameters }: DenseArguments, relu = false): number[] {
  return [layer.inputs, layer.outputs, batch, layer.offset, parameters.shape[2]!, Number(relu)];
}

function tiles(
  program: Recorder,
  { parameters }: DenseArguments,
  product: [number, number],
): [number, number, number] {
  const { tileRows, tileColumns, tileGroup } = program.gpu.kernelProfile;
  const [rows, columns] = product.map(padded) as [number, number];
  const count = Math.ceil(rows / (4 * tileRows)) * Math.ceil(columns / (4 * tileColumns));
  return [Math.ceil(count / tileGroup), 1, parameters.shape[0]!];
}
