/** Two linear layers side by side, each over a half of the input: the last layer of dueling networks. @module */
import actingText from "../../shaders/streams_act.wgsl" with { type: "text" };
import noisyActingText from "../../shaders/noisy_streams_act.wgsl" with { type: "text" };
import { UsageError } from "../core/errors.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { hidden, type HiddenOptions } from "./hidden.ts";
import {
  type BackwardArguments,
  type Block,
  type BlockSpec,
  type ForwardArguments,
  type LayerSpec,
  widthOf,
} from "./layer.ts";
import { padded } from "./layout.ts";
import { actWithNoise, blockQuads, noisyForward, withNoise } from "./noisy.ts";
import { matrixPart, multiplyBackward, multiplyForward, type Part, part, type Product } from "./product.ts";

/** The streams of a dueling network as checkpoints call them, as CleanRL's modules do. */
const streamNames = ["value_head", "advantage_head"];

/** A dense layer with a ReLU for each of the streams, over the same input, one's outputs behind the other's. */
export function hiddenStreams({ width, ...options }: Omit<HiddenOptions, "modules">): readonly LayerSpec[] {
  const modules = streamNames.map((name) => `${name}.0`);
  return hidden({ ...options, width: streamNames.length * width, modules });
}

/**
 * `y = (W_1 x_1 + b_1, W_2 x_2 + b_2)` of the two halves of the input, for so many outputs of each; those of the first are filled
 * up to fours by zeros. With `sigma` both are noisy: see {@linkcode DenseOptions}.
 *
 * @throws {UsageError} When a half of the input is no multiple of four.
 */
export function streams(outputs: readonly [number, number], sigma?: number): LayerSpec {
  return (input) => {
    const half = widthOf(input) / 2;
    if (half % 4 !== 0) {
      throw new UsageError(`Cannot make dueling streams: each is of width ${half}, wanted a multiple of 4`);
    }
    const plain = outputs.map((count, i): BlockSpec => ({
      inputs: half,
      outputs: count,
      weight: "weight",
      bias: "bias",
      modules: [`${streamNames[i]}.2`],
    }));
    const blocks = withNoise(plain, sigma);
    const first = padded(outputs[0]);
    const own = [first / 4, blockQuads(plain[0]!)];
    return {
      input,
      output: [first + outputs[1]],
      relu: false,
      blocks,
      acting: {
        file: { name: "streams_act.wgsl", text: actingText },
        function: "act_streams",
        own,
      },
      ...sigma === undefined ? {} : {
        actingNoisily: actWithNoise(blocks, {
          file: { name: "noisy_streams_act.wgsl", text: noisyActingText },
          function: "act_noisy_streams",
          own: [...own, plain.reduce((sum, block) => sum + blockQuads(block), 0)],
        }),
      },
      forward: streamsForward,
      backward: streamsBackward,
    };
  };
}

/** Of a matrix whose rows are those of both streams: what belongs to stream `i`, of which each has `rows[i]`. */
interface Shared {
  /** Rows of each stream, padded. */
  readonly rows: readonly number[];
  /** Columns: rows of the batch. */
  readonly columns: number;
}

/** The rows of a stream in the first layout of matrix `matrix`. */
function inFirst(tensor: Part["tensor"], matrix: number, { rows, columns }: Shared, stream: number): Part {
  const all = matrixPart(tensor, 2 * matrix, [rows[stream]!, columns]);
  return { ...all, offset: all.offset + stream * rows[0]! * padded(columns) };
}

/** The columns of a stream in the second layout of the first matrix. */
function inSecond(tensor: Part["tensor"], { rows, columns }: Shared, stream: number): Part {
  const stride = rows[0]! + padded(rows[1]!);
  const all = matrixPart(tensor, 1);
  return { ...all, offset: all.offset + stream * rows[0]!, size: columns * stride, stride };
}

/** Of a layer's blocks those whose products are its outputs. */
function ownBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.slice(0, streamNames.length);
}

function shared(blocks: readonly Block[], batch: number): { inputs: Shared; outputs: Shared } {
  return {
    inputs: { rows: blocks.map(({ inputs }) => inputs), columns: batch },
    outputs: { rows: blocks.map(({ columns }) => columns), columns: batch },
  };
}

function streamsForward(program: Recorder, args: ForwardArguments): void {
  const { batch, passes, input, output } = args;
  const blocks = ownBlocks(args.blocks);
  if (args.blocks.length > blocks.length && passes[0]!.noise) {
    const parts = blocks.map((mu, stream) => ({
      mu,
      sigma: args.blocks[blocks.length + stream]!,
      input: stream * mu.inputs,
      output: stream * blocks[0]!.columns,
    }));
    return noisyForward(program, args, { parts, relu: false });
  }
  const { inputs, outputs } = shared(blocks, batch);
  const products = passes.flatMap(({ parameters, input: matrix }, pass) =>
    blocks.map((block, stream): Product => ({
      kind: "linear",
      rows: block.outputs,
      columns: batch,
      length: block.inputs,
      left: part(parameters, block.offset, block.inputs * block.columns),
      right: inFirst(input, matrix, inputs, stream),
      result: inFirst(output, pass, outputs, stream),
      epilogue: part(parameters, block.offset + block.inputs * block.columns),
      layouts: 1, // A head reads no other.
    }))
  );
  multiplyForward(program, products, output);
}

function streamsBackward(program: Recorder, args: BackwardArguments): void {
  const { batch, parameters, input, outputGradient, inputGradient, rectified } = args;
  const blocks = ownBlocks(args.blocks);
  const { inputs, outputs } = shared(blocks, batch);
  const products = blocks.flatMap((block, stream): Product[] => {
    const byWeights: Product = {
      kind: "weight gradient",
      rows: block.inputs,
      columns: block.outputs,
      length: batch,
      left: inSecond(input, inputs, stream),
      right: inSecond(outputGradient, outputs, stream),
      result: part(args.gradient, block.offset),
      layouts: 1,
    };
    if (!inputGradient) return [byWeights];
    const byInput: Product = {
      kind: rectified ? "rectified input gradient" : "input gradient",
      rows: block.inputs,
      columns: batch,
      length: block.outputs,
      left: part(parameters, parameters.shape[2]! + block.offset, block.outputs * padded(block.inputs)),
      right: inFirst(outputGradient, 0, outputs, stream),
      result: inFirst(inputGradient, 0, inputs, stream),
      second: inSecond(inputGradient, inputs, stream),
      epilogue: inFirst(input, 0, inputs, stream),
      layouts: args.layouts,
    };
    return [byInput, byWeights];
  });
  multiplyBackward(program, products, args);
}
