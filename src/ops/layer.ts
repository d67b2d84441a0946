/** What a layer of a network is: its shape, its parameters, its passes over a batch, and how it acts. @module */
import type { ShaderFile } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./member.ts";

/** Extents of what goes through a network for one observation: `[features]`, or `[channels, height, width]`. */
export type Shape = readonly number[];

/** Numbers of a shape. */
export function widthOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Parameters of a layer: a matrix `[inputs + 1, outputs]` whose last row is the bias. */
export interface BlockSpec {
  /** Rows, the bias left out. */
  readonly inputs: number;
  /** Columns. */
  readonly outputs: number;
  /**
   * Whose these parameters are in a checkpoint, behind the network's name: equal shares of the columns, one after another. By
   * default all are those of `layers.<number of the layer>`.
   */
  readonly modules?: readonly string[];
  /**
   * Whether it follows from the layer's other blocks (`Layer.prepare`): then it is no parameter, is not learned and stands in no
   * checkpoint. Default: no.
   */
  readonly isDerived?: boolean;
  /** Name of the weights in a checkpoint, behind the module's: `weight` as in `torch.nn`. */
  readonly weight: string;
  /** Name of the bias. */
  readonly bias: string;
  /** Shape of a module's weights in a checkpoint, output first; `[outputs, inputs]` by default. */
  readonly shape?: Shape;
  /** Shape of a module's bias in a checkpoint; `[outputs]` by default. */
  readonly biasShape?: Shape;
  /**
   * Of a convolution: channels of its input. Its rows are then the places of its kernel in turn, `padded(channels)` rows of each, of
   * which those behind the channels are 0 and no parameters; a checkpoint has the channels first, `[outputs, channels, places]`.
   */
  readonly channels?: number;
  /** What they are at the start; by default they are drawn by the learner's rule for so many inputs. */
  readonly initial?: { readonly weight: number; readonly bias: number };
  /**
   * For a block that scales noise: the place, among the layer's, of the block whose numbers that is added to. An update passes
   * batches through the sums (`shaders/noisy.wgsl`), which the layer finds where the other block lies. By default no noise.
   */
  readonly noiseOf?: number;
}

/** A block, and where it lies. */
export interface Block extends BlockSpec {
  /** Its number among the network's. */
  readonly index: number;
  /** First float among the network's. */
  readonly offset: number;
  /** Rows, bias included, padded to a multiple of four. */
  readonly rows: number;
  /** Columns, padded to a multiple of four. */
  readonly columns: number;
}

/** What environments that act draw noise by, each its own: the clocks of members, or a seed of each environment's step, `[P, batch]`. */
export type ActingNoise = Members | { readonly seeds: Tensor<"u32"> };

/** A pass of a network over a batch. Pass `i` leaves its results in matrix `i` of each member's. */
export interface Pass {
  /** All blocks of every member, in an update with its noise: `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
  /** Which of each member's matrices is the input of the layer. */
  readonly input: number;
  /** Whether the output is wanted in both layouts, as for a backward pass; else in the first one alone. */
  readonly both: boolean;
  /** Set where rows are environments that act with noise. */
  readonly noise?: ActingNoise | undefined;
  /** Set where a layer that has `samples` is to give those of each row, and not what acts: of which network, and by whose clocks. */
  readonly samples?: { readonly of: keyof Samples["counts"]; readonly members: Members } | undefined;
}

/**
 * What the last layer of a network writes in passes that ask for samples: several columns for each row of the batch. Sample j of
 * row b is column `j B + b` of a matrix `[outputs, count B]`, with the batch's B padded to fours.
 */
export interface Samples {
  /** Of each row, in a pass of the online network, which backward follows, and in one of the target network. */
  readonly counts: { readonly online: number; readonly target: number };
  /** Widths of matrices with as many columns, which the layer has for itself between the forward and the backward pass. */
  readonly scratch: readonly number[];
}

/** What {@linkcode Layer.forward} reads and writes. Matrices are `[features, batch]` (`createMatrices`). */
export interface ForwardArguments {
  /** The layer's parameters. */
  readonly blocks: readonly Block[];
  /** Rows of the batch. */
  readonly batch: number;
  /** The networks, at least one. */
  readonly passes: readonly Pass[];
  /** Matrices that the passes read. */
  readonly input: Tensor<"f32">;
  /** Matrices that the passes write. */
  readonly output: Tensor<"f32">;
  /** A matrix of each width that `Layer.samples` has; absent where no pass asks for samples. */
  readonly scratch?: readonly Tensor<"f32">[] | undefined;
}

/** What {@linkcode Layer.backward} reads and writes. Matrices are the first of each member's. */
export interface BackwardArguments {
  /** The layer's parameters. */
  readonly blocks: readonly Block[];
  /** Rows of the batch. */
  readonly batch: number;
  /** All blocks of every member, with the update's noise: `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
  /** What the layer was given, in both layouts, or in the first one alone if the layer reads no other. */
  readonly input: Tensor<"f32">;
  /**
   * Derivatives by the layer's output, or by what its own ReLU was given if it has one, in both layouts, or in the first one alone
   * if the layer reads no other. What fills up the batch is 0.
   */
  readonly outputGradient: Tensor<"f32">;
  /** Result: derivatives by these, `[P, N]`, without those of blocks that scale noise; what fills up rows and columns to fours is 0. */
  readonly gradient: Tensor<"f32">;
  /** Result: derivatives by the layer's input, 0 in what fills up its rows; absent for the first layer. */
  readonly inputGradient?: Tensor<"f32"> | undefined;
  /** Whether the input left a ReLU: then `inputGradient` is by what that was given, 0 where the input is 0. */
  readonly rectified: boolean;
  /** Which layouts of `inputGradient` are wanted: 1 the first, 2 the second, which weight gradients of dense layers read, 3 both. */
  readonly layouts: 1 | 2 | 3;
  /** Those that the forward pass was given. */
  readonly scratch?: readonly Tensor<"f32">[] | undefined;
}

/** How a layer computes for the few environments in which a workgroup acts. */
export interface ActingLayer {
  /** Defines `function`: see `shaders/dense_act.wgsl`. */
  readonly file: ShaderFile;
  /** Files that this one calls. Default: none. */
  readonly modules?: readonly ShaderFile[];
  /** `fn NAME(layer: ActingLayer, first: u32, places: vec2u, lane: u32)`. */
  readonly function: string;
  /** `own` of the shader's `ActingLayer`: up to four unsigned integers. Default: zeros. */
  readonly own?: readonly number[];
  /** Numbers that it writes where others follow within the layer. Default: the layer's outputs. */
  readonly width?: number;
}

/** A layer for inputs of a known shape. Make one with a {@linkcode LayerSpec}. */
export interface Layer {
  /** Of what goes in. */
  readonly input: Shape;
  /** Of what comes out. */
  readonly output: Shape;
  /** Whether its outputs leave a ReLU. The layer behind it multiplies the derivative of that in: it reads the outputs anyway. */
  readonly relu: boolean;
  /** Whether its derivatives are made of first layouts alone, of its input and of those by its output. Default: they are not. */
  readonly readsFirstLayouts?: boolean;
  /** Whether it is a part of the layer before it, under whose number its parameters stand in a checkpoint. Default: it is not. */
  readonly isPart?: boolean;
  /** Its parameters; none for a layer that learns nothing. */
  readonly blocks: readonly BlockSpec[];
  /** How it computes while acting. */
  readonly acting: ActingLayer;
  /** Set for a last layer whose passes in an update give samples. By default none do. */
  readonly samples?: Samples;
  /** How it does in training where it has noise: functions in turn, each given what the one before wrote. Default: as `acting`. */
  readonly actingNoisily?: readonly ActingLayer[];
  /**
   * Records its derived blocks, in the first layout, from the others of every member. To be called before environments on the
   * device act; a forward pass sees to it itself.
   */
  prepare?(program: Recorder, args: Pick<ForwardArguments, "blocks"> & Pick<Pass, "parameters">): void;
  /** Records the outputs of every pass. */
  forward(program: Recorder, args: ForwardArguments): void;
  /** Records the derivatives by the parameters and by the input, for the first pass. */
  backward(program: Recorder, args: BackwardArguments): void;
}

/** A layer, once the shape of its input is known. @throws {UsageError} When it cannot take that shape. */
export type LayerSpec = (input: Shape) => Layer;
