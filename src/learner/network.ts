/** Networks of a population: layers one after another. @module */
import type { Gpu } from "../gpu/device.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { fanIn, rowOf } from "../ops/block.ts";
import type { ActingNoise, Block, Layer, Pass } from "../ops/layer.ts";
import { createMatrices, createMatrix, padded } from "../ops/layout.ts";
import { columnsOf, type NetworkLayout } from "../ops/model.ts";

/** One network of every member. */
export interface Network {
  /** Where each layer lies among the N floats of a member. */
  readonly layout: NetworkLayout;
  /** All blocks in both layouts, `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
}

/** What passes over a batch leave behind: the inputs, and each layer's outputs. */
export interface Activations {
  /** Rows of the batch. */
  readonly batch: number;
  /** Passes of each member. */
  readonly passes: number;
  /** Matrices `[features, batch]`, one a pass and member (the inputs may be fewer); one tensor more than layers. */
  readonly matrices: readonly Tensor<"f32">[];
  /** The last of them, which the head reads, in the first layout alone. */
  readonly outputs: Tensor<"f32">;
  /** What a last layer with samples has for itself; empty for others, and where none are asked for. */
  readonly scratch: readonly Tensor<"f32">[];
}

/** A block's parameters as a checkpoint has them, row-major. */
export interface BlockValues {
  /**
   * `[outputs, inputs]`, as in `torch.nn.Linear`: entry `o * inputs + i` joins input `i` to output `o`. Of a convolution, as in
   * `torch.nn.Conv2d`, `[outputs, channels, rows, columns]`.
   */
  readonly weight: Float32Array<ArrayBuffer>;
  /** `[outputs]`: what is added to each output. */
  readonly bias: Float32Array<ArrayBuffer>;
}

/** A network for `members` members, all zero. */
export function createNetwork(
  gpu: Gpu,
  layout: NetworkLayout,
  options: { members: number; label: string },
): Network {
  const parameters = new Tensor<"f32">(gpu, [options.members, 2, layout.total], {
    label: options.label,
    windowed: gpu.kernelProfile.windows,
  });
  return { layout, parameters };
}

/**
 * Matrices for passes over batches of `batch` rows, one pass by default. `input`, if given, holds the inputs. Passes may ask for
 * samples if `sampled`.
 */
export function createActivations(
  gpu: Gpu,
  { layout, parameters }: Network,
  options: { batch: number; label: string; passes?: number; input?: Tensor<"f32">; sampled?: boolean },
): Activations {
  const { batch, label, passes = 1, input, sampled = false } = options;
  const members = parameters.shape[0]!;
  const last = layout.layers.at(-1)!;
  const columns = sampled ? columnsOf(last, batch) : batch;
  const matrices = layout.widths.map((width, i) => {
    if (i === 0 && input) return input;
    const size = [members, passes, width, i === last.index + 1 ? columns : batch] as const;
    return createMatrices(gpu, size, `${label} ${i}`);
  });
  const scratch = (sampled ? last.layer.samples?.scratch ?? [] : []).map((width, i) =>
    createMatrix(gpu, [members, width, columns], `${label}, scratch ${i}`)
  );
  return { batch, passes, matrices, outputs: matrices.at(-1)!, scratch };
}

/** A pass of a network: which of the inputs it reads, and whether {@linkcode backward} follows. */
export interface NetworkPass {
  /** The network. */
  readonly network: Network;
  /** Number of its input among each member's, 0 by default. */
  readonly input?: number;
  /** Whether its gradients will be wanted, `false` by default. */
  readonly backward?: boolean;
  /** Set where rows are environments that act with noise: see `Pass`. */
  readonly noise?: ActingNoise | undefined;
  /** Set where the last layer is to give samples: see `Pass`. */
  readonly samples?: Pass["samples"];
}

/** Outputs for the inputs, of one or more networks of the same layout. */
export function forward(
  program: Recorder,
  passes: readonly NetworkPass[],
  { batch, matrices, scratch }: Activations,
): void {
  const { layers } = passes[0]!.network.layout;
  for (const { layer, blocks, index } of layers) {
    const next = layers[index + 1]?.layer;
    const isLast = next === undefined;
    const readsSecond = !isLast && !next.readsFirstLayouts;
    layer.forward(program, {
      blocks,
      batch,
      passes: passes.map((
        { network: { parameters }, input = 0, backward = false, noise, samples },
        pass,
      ): Pass => ({
        parameters,
        noise,
        samples: isLast ? samples : undefined,
        input: index === 0 ? input : pass,
        both: backward && readsSecond,
      })),
      input: matrices[index]!,
      output: matrices[index + 1]!,
      scratch: isLast ? scratch : undefined,
    });
  }
}

/** What {@linkcode backward} reads and writes. */
export interface Gradients {
  /** Derivatives of the loss by each layer's output, `matrices[0]` by the first layer's. */
  readonly matrices: readonly Tensor<"f32">[];
  /** The last matrix: what the head's loss writes. */
  readonly outputs: Tensor<"f32">;
  /** Result, `[P, N]`. */
  readonly parameters: Tensor<"f32">;
}

/** Tensors for the backward pass over `activations`. */
export function createGradients(gpu: Gpu, network: Network, { batch }: Activations): Gradients {
  const members = network.parameters.shape[0]!;
  const matrices = network.layout.layers.map((layer) =>
    createMatrix(
      gpu,
      [members, layer.outputs, columnsOf(layer, batch, "online")],
      `gradient ${layer.index + 1}`,
    )
  );
  const parameters = new Tensor<"f32">(gpu, [members, network.layout.total], { label: "gradient" });
  return { matrices, outputs: matrices.at(-1)!, parameters };
}

/** Derivatives of the loss by all parameters, from those by the outputs and what the first pass left behind. */
export function backward(
  program: Recorder,
  { layout: { layers }, parameters }: Network,
  { activations: { batch, matrices, scratch }, gradients }: {
    activations: Activations;
    gradients: Gradients;
  },
): void {
  for (const { layer, blocks, index } of layers.toReversed()) {
    layer.backward(program, {
      blocks,
      batch,
      parameters,
      input: matrices[index]!,
      outputGradient: gradients.matrices[index]!,
      gradient: gradients.parameters,
      inputGradient: gradients.matrices[index - 1],
      rectified: layers[index - 1]?.layer.relu ?? false,
      layouts: layoutsOf(layers[index - 1]?.layer, index - 1),
      scratch: index === layers.length - 1 ? scratch : undefined,
    });
  }
}

/** What a layer reads of derivatives by its outputs; of the first one those by the input are not wanted. */
function layoutsOf(layer: Layer | undefined, index: number): 1 | 2 | 3 {
  if (layer?.readsFirstLayouts) return 1;
  return index > 0 ? 3 : 2;
}

/** The floats `[N]` (one layout) of a network with these blocks. */
export function packBlocks(layout: NetworkLayout, values: readonly BlockValues[]): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(layout.total);
  for (const block of layout.blocks) {
    const { weight, bias } = values[block.index]!;
    const inputs = fanIn(block);
    forEachEntry(block, (at, i, o) => packed[at] = i < inputs ? weight[o * inputs + i]! : bias[o]!);
  }
  return packed;
}

/** The blocks in floats `[N]`: the inverse of {@linkcode packBlocks}. */
export function unpackBlocks(layout: NetworkLayout, packed: Float32Array): BlockValues[] {
  return layout.blocks.map((block) => {
    const inputs = fanIn(block);
    const weight = new Float32Array(block.outputs * inputs);
    const bias = new Float32Array(block.outputs);
    forEachEntry(block, (at, i, o) => {
      if (i < inputs) weight[o * inputs + i] = packed[at]!;
      else bias[o] = packed[at]!;
    });
    return { weight, bias };
  });
}

/** Both layouts `[2, N]` of the floats `[N]`. */
export function withTransposed(layout: NetworkLayout, packed: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(2 * layout.total);
  both.set(packed);
  for (const { offset, inputs, columns } of layout.blocks) {
    const rows = padded(inputs);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        both[layout.total + offset + column * rows + row] = packed[offset + row * columns + column]!;
      }
    }
  }
  return both;
}

/** Visits the weights and biases of a block (behind the last input comes the bias) with their place among the floats. */
function forEachEntry(block: Block, visit: (at: number, input: number, output: number) => void): void {
  for (let i = 0; i <= fanIn(block); i++) {
    const first = block.offset + rowOf(block, i) * block.columns;
    for (let o = 0; o < block.outputs; o++) visit(first + o, i, o);
  }
}
