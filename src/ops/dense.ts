/** Dense layers forward and backward, as the matrix products of `shaders/dense.wgsl`. @module */
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { type Layer, padded } from "./layout.ts";
import { matrixPart, multiply, part, type Product } from "./product.ts";

/** A pass of a network over a batch. Pass `i` leaves its results in matrix `i` of each member's. */
export interface Pass {
  /** All layers of every member: `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
  /** Which of each member's matrices is the input of the layer. */
  readonly input: number;
  /** Whether the output is wanted in both layouts, as for a backward pass; else in the first one alone. */
  readonly both: boolean;
}

/** What {@linkcode denseForward} reads and writes. Matrices are `[features, batch]` (`createMatrices`). */
export interface ForwardArguments {
  /** Its widths, and its place among the parameters. */
  readonly layer: Layer;
  /** Rows of the batch. */
  readonly batch: number;
  /** The networks, at least one. */
  readonly passes: readonly Pass[];
  /** Matrices that the passes read. */
  readonly input: Tensor<"f32">;
  /** Matrices that the passes write. */
  readonly output: Tensor<"f32">;
  /** Whether the layer ends in a ReLU. */
  readonly relu: boolean;
}

/** `output[o, b] = relu(bias[o] + sum_i W[i, o] input[i, b])` for every pass, the ReLU only if `relu`. */
export function denseForward(program: Recorder, args: ForwardArguments): void {
  const { layer: { inputs, outputs, columns, offset }, batch, passes, input, output, relu } = args;
  const products = passes.map(({ parameters, input: matrix, both }, pass): Product => ({
    kind: relu ? "relu" : "linear",
    rows: outputs,
    columns: batch,
    length: inputs,
    left: part(parameters, offset, inputs * columns),
    right: matrixPart(input, 2 * matrix, [inputs, batch]),
    result: matrixPart(output, 2 * pass),
    aside: part(parameters, offset + inputs * columns),
    layouts: both ? 3 : 1,
  }));
  multiply(program, products, {
    entryPoint: "dense_forward",
    others: (first, second) => ({
      reads: [first.aside.tensor, second.aside.tensor],
      writes: [output],
    }),
  });
}

/** What {@linkcode denseBackward} reads and writes. Matrices are the first of each member's. */
export interface BackwardArguments {
  /** Its widths, and its place among the parameters. */
  readonly layer: Layer;
  /** Rows of the batch. */
  readonly batch: number;
  /** All layers of every member: `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
  /** What the layer was given, in both layouts. */
  readonly input: Tensor<"f32">;
  /** Derivatives by the layer's output, in both layouts. */
  readonly outputGradient: Tensor<"f32">;
  /** Result: derivatives by the weights, and by the bias, `[P, N]`. */
  readonly gradient: Tensor<"f32">;
  /** Result: derivatives by what the ReLU before the layer was given; absent for the first layer. */
  readonly inputGradient?: Tensor<"f32"> | undefined;
  /** Whether `inputGradient` is wanted in both layouts; else in the second one alone, which weight gradients read. */
  readonly both: boolean;
}

/**
 * `gradient` of the weights, `sum_b input[i, b] outputGradient[o, b]`, and bias; and
 * `inputGradient[i, b] = (input[i, b] > 0) sum_o W[i, o] outputGradient[o, b]`, for an input that left a ReLU.
 */
export function denseBackward(program: Recorder, args: BackwardArguments): void {
  const { layer: { inputs, outputs, offset }, batch, parameters, input, outputGradient, inputGradient } =
    args;
  const byInput = (result: Tensor<"f32">): Product => ({
    kind: "input gradient",
    rows: inputs,
    columns: batch,
    length: outputs,
    left: part(parameters, parameters.shape[2]! + offset, outputs * padded(inputs)),
    right: matrixPart(outputGradient, 0, [outputs, batch]),
    result: matrixPart(result, 0),
    aside: matrixPart(input, 0),
    layouts: args.both ? 3 : 2,
  });
  const byWeights: Product = {
    kind: "weight gradient",
    rows: inputs,
    columns: outputs,
    length: batch,
    left: matrixPart(input, 1, [batch, inputs]),
    right: matrixPart(outputGradient, 1, [batch, outputs]),
    result: part(args.gradient, offset),
    aside: matrixPart(input, 0),
    layouts: 1,
  };
  if (!inputGradient) {
    const others = () => ({ reads: [input, input], writes: [args.gradient] });
    return multiply(program, [byWeights], { entryPoint: "dense_backward_weights", others });
  }
  const others = () => ({ reads: [input], writes: [inputGradient, args.gradient] });
  multiply(program, [byInput(inputGradient), byWeights], { entryPoint: "dense_backward", others });
}
