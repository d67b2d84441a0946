/** Dense layers forward and backward, as the matrix products of `shaders/dense.wgsl`. @module */
import actingText from "../../shaders/dense_act.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { type BackwardArguments, type ForwardArguments, type LayerSpec, widthOf } from "./layer.ts";
import { padded } from "./layout.ts";
import { actWithNoise, blockQuads, moduleQuads, noisyActing, noisyForward, withNoise } from "./noisy.ts";
import { matrixPart, multiplyBackward, multiplyForward, part, type Product } from "./product.ts";

const actingFile = { name: "dense_act.wgsl", text: actingText };

/** How wide a dense layer is, and what follows it. */
export interface DenseOptions {
  /** Its outputs. */
  readonly width: number;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
  /**
   * Makes it a noisy layer (Fortunato et al., 2018): what sigma of its weights and biases is at the start, times the root of the
   * inputs. By default it has no noise.
   */
  readonly sigma?: number | undefined;
  /** Names in checkpoints: see `BlockSpec`. */
  readonly modules?: readonly string[];
}

/** A dense layer over all numbers of its input: `y = W x + b` (`torch.nn.Linear`), and a ReLU if asked for. */
export function dense({ width, relu, sigma, ...names }: DenseOptions): LayerSpec {
  return (input) => {
    const inputs = widthOf(input);
    const plain = { inputs, outputs: width, weight: "weight", bias: "bias", ...names };
    const blocks = withNoise([plain], sigma);
    return {
      input,
      output: [width],
      relu,
      blocks,
      acting: { file: actingFile, function: "act_dense", own: [Number(relu)] },
      ...sigma === undefined ? {} : {
        actingNoisily: actWithNoise(blocks, {
          file: noisyActing,
          function: "act_noisy",
          own: [Number(relu), blockQuads(plain), moduleQuads(plain)],
        }),
      },
      forward(program, args) {
        const [mu, sigma] = args.blocks;
        if (!sigma || !args.passes[0]!.noise) return denseForward(program, { ...args, relu });
        noisyForward(program, args, { parts: [{ mu: mu!, sigma, input: 0, output: 0 }], relu });
      },
      backward: denseBackward,
    };
  };
}

/** `output[o, b] = relu(bias[o] + sum_i W[i, o] input[i, b])` for every pass, the ReLU only if `relu`. */
export function denseForward(program: Recorder, args: ForwardArguments & { readonly relu: boolean }): void {
  const { blocks: [block], batch, passes, input, output, relu } = args;
  const { inputs, outputs, columns, offset } = block!;
  const products = passes.map(({ parameters, input: matrix, both }, pass): Product => ({
    kind: relu ? "relu" : "linear",
    rows: outputs,
    columns: batch,
    length: inputs,
    left: part(parameters, offset, inputs * columns),
    right: matrixPart(input, 2 * matrix, [inputs, batch]),
    result: matrixPart(output, 2 * pass),
    epilogue: part(parameters, offset + inputs * columns),
    layouts: both ? 3 : 1,
  }));
  multiplyForward(program, products, output);
}

/**
 * `gradient` of the weights, `sum_b input[i, b] outputGradient[o, b]`, and bias; and
 * `inputGradient[i, b] = sum_o W[i, o] outputGradient[o, b]`, for an input that left a ReLU 0 where it is not positive.
 */
export function denseBackward(program: Recorder, args: BackwardArguments): void {
  const { blocks: [block], batch, parameters, input, outputGradient, inputGradient, rectified } = args;
  const { inputs, outputs, offset } = block!;
  const byInput = (result: Tensor<"f32">): Product => ({
    kind: rectified ? "rectified input gradient" : "input gradient",
    rows: inputs,
    columns: batch,
    length: outputs,
    left: part(parameters, parameters.shape[2]! + offset, outputs * padded(inputs)),
    right: matrixPart(outputGradient, 0, [outputs, batch]),
    result: matrixPart(result, 0),
    epilogue: matrixPart(input, 0),
    layouts: args.layouts,
  });
  const byWeights: Product = {
    kind: "weight gradient",
    rows: inputs,
    columns: outputs,
    length: batch,
    left: matrixPart(input, 1, [batch, inputs]),
    right: matrixPart(outputGradient, 1, [batch, outputs]),
    result: part(args.gradient, offset),
    layouts: 1,
  };
  const products = inputGradient ? [byInput(inputGradient), byWeights] : [byWeights];
  multiplyBackward(program, products, args);
}
