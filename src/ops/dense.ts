/** Dense layers forward and backward: the host side of `shaders/dense.wgsl`. @module */
import shader from "../../shaders/dense.wgsl" with { type: "text" };
import storageText from "../../shaders/operands_storage.wgsl" with { type: "text" };
import uniformText from "../../shaders/operands_uniform.wgsl" with { type: "text" };
import { windowBytes } from "../gpu/kernel.ts";
import type { Dispatch, Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { layoutModule } from "./elementwise.ts";
import { type Layer, padded } from "./layout.ts";

const storageOperands = { name: "operands_storage.wgsl", text: storageText };
const uniformOperands = { name: "operands_uniform.wgsl", text: uniformText };

/** A layer of every member, applied to a batch. Matrices are in both layouts (`createMatrix`). */
export interface DenseArguments {
  /** Its widths, and its place in `parameters`. */
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
  const { layer, batch, parameters, input, output } = args;
  const left = { tensor: parameters, offset: layer.offset, size: layer.inputs * layer.columns };
  const right = { tensor: input, offset: 0, size: padded(layer.inputs) * padded(batch) };
  multiply(program, { entryPoint: "dense_forward", left, right, product: [layer.outputs, batch] }, {
    reads: [parameters],
    writes: [output],
    params: params(args, args.relu),
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
  const { layer, batch, parameters, input, outputGradient, inputGradient } = args;
  const transposed = parameters.shape[2]! + layer.offset;
  const left = { tensor: parameters, offset: transposed, size: layer.outputs * padded(layer.inputs) };
  const right = { tensor: outputGradient, offset: 0, size: layer.columns * padded(batch) };
  multiply(program, { entryPoint: "dense_backward_input", left, right, product: [layer.inputs, batch] }, {
    reads: [input],
    writes: [inputGradient],
    params: params(args),
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
  const { layer, batch, input, outputGradient, gradient } = args;
  const left = { tensor: input, offset: input.shape[2]!, size: batch * padded(layer.inputs) };
  const right = { tensor: outputGradient, offset: outputGradient.shape[2]!, size: batch * layer.columns };
  multiply(program, {
    entryPoint: "dense_backward_weights",
    left,
    right,
    product: [layer.inputs, layer.outputs],
  }, {
    reads: [],
    writes: [gradient],
    params: params(args),
  });
}

/** An operand of a product: where its first row lies in the first member's part of a tensor, and its floats. */
interface Operand {
  readonly tensor: Tensor<"f32">;
  readonly offset: number;
  readonly size: number;
}

interface Product {
  readonly entryPoint: string;
  readonly left: Operand;
  readonly right: Operand;
  /** Rows and columns of the result. */
  readonly product: readonly [rows: number, columns: number];
}

/** Records a product tile by tile; its operands are uniform windows where the profile wants them and they fit. */
function multiply(
  program: Recorder,
  { entryPoint, left, right, product: [rows, columns] }: Product,
  { reads, writes, params }: Omit<Dispatch, "workgroups">,
): void {
  const { tileRows, tileColumns, tileGroup, windows } = program.gpu.kernelProfile;
  const windowed = windows &&
    [left, right].every(({ tensor, size }) => tensor.windowed && size * 4 <= windowBytes);
  const operands = [left, right].map(({ tensor, offset }) => windowed ? { tensor, offset } : tensor);
  const kernel = program.gpu.kernel({
    file: { name: "dense.wgsl", text: shader },
    entryPoint,
    modules: [windowed ? uniformOperands : storageOperands, layoutModule],
    reads: 2 + reads.length,
    writes: writes.length,
    windows: windowed ? 2 : 0,
    constants: { ROWS: tileRows, COLUMNS: tileColumns },
    overrides: { GROUP: tileGroup },
  });
  const tiles = Math.ceil(rows / (4 * tileRows)) * Math.ceil(columns / (4 * tileColumns));
  program.dispatch(kernel, {
    reads: [...operands, ...reads],
    writes,
    params,
    workgroups: [Math.ceil(tiles / tileGroup), 1, left.tensor.shape[0]!],
  });
}

function params({ layer, batch, parameters }: DenseArguments, relu = false): number[] {
  return [layer.inputs, layer.outputs, batch, layer.offset, parameters.shape[2]!, Number(relu)];
}
