/** Multilayer perceptrons of a population. @module */
import type { Gpu } from "../gpu/device.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { denseBackward, denseForward, type Pass } from "../ops/dense.ts";
import { createMatrices, createMatrix, type Layer, type NetworkLayout, padded } from "../ops/layout.ts";

/** One network of every member: ReLU between layers, the last one linear. */
export interface Network {
  /** Where each layer lies among the N floats of a member. */
  readonly layout: NetworkLayout;
  /** All layers in both layouts, `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
}

/** What passes over a batch leave behind: the inputs, each hidden layer's outputs, the Q values last. */
export interface Activations {
  /** Rows of the batch. */
  readonly batch: number;
  /** Passes of each member. */
  readonly passes: number;
  /** Matrices `[features, batch]`, one a pass and member (the inputs may be fewer); one tensor more than layers. */
  readonly matrices: readonly Tensor<"f32">[];
  /** The last of them: `[actions, batch]`, in the first layout alone. */
  readonly q: Tensor<"f32">;
}

/** A layer's weights as `torch.nn.Linear` has them: `weight` `[outputs, inputs]`, row-major, and `bias` `[outputs]`. */
export interface LayerValues {
  /** Entry `o * inputs + i` joins input `i` to output `o`. */
  readonly weight: Float32Array<ArrayBuffer>;
  /** What is added to each output. */
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

/** Matrices for passes over batches of `batch` rows, one pass by default. `input`, if given, holds the inputs. */
export function createActivations(
  gpu: Gpu,
  { layout, parameters }: Network,
  options: { batch: number; label: string; passes?: number; input?: Tensor<"f32"> },
): Activations {
  const { batch, label, passes = 1, input } = options;
  const members = parameters.shape[0]!;
  const matrices = layout.sizes.map((size, i) =>
    i === 0 && input ? input : createMatrices(gpu, [members, passes, size, batch], `${label} ${i}`)
  );
  return { batch, passes, matrices, q: matrices.at(-1)! };
}

/** A pass of a network: which of the inputs it reads, and whether {@linkcode backward} follows. */
export interface NetworkPass {
  /** The network. */
  readonly network: Network;
  /** Number of its input among each member's, 0 by default. */
  readonly input?: number;
  /** Whether its gradients will be wanted, `false` by default. */
  readonly backward?: boolean;
}

/** Q values of the inputs, for one or more networks of the same layout. */
export function forward(
  program: Recorder,
  passes: readonly NetworkPass[],
  { batch, matrices }: Activations,
): void {
  const { layers } = passes[0]!.network.layout;
  for (const layer of layers) {
    const isLast = layer.index === layers.length - 1;
    denseForward(program, {
      layer,
      batch,
      passes: passes.map(({ network: { parameters }, input = 0, backward = false }, pass): Pass => ({
        parameters,
        input: layer.index === 0 ? input : pass,
        both: backward && !isLast,
      })),
      input: matrices[layer.index]!,
      output: matrices[layer.index + 1]!,
      relu: !isLast,
    });
  }
}

/** What {@linkcode backward} reads and writes. */
export interface Gradients {
  /** Derivatives of the loss by each layer's output, `matrices[0]` by the first layer's. */
  readonly matrices: readonly Tensor<"f32">[];
  /** The last matrix: dL/dQ. */
  readonly q: Tensor<"f32">;
  /** Result, `[P, N]`. */
  readonly parameters: Tensor<"f32">;
}

/** Tensors for the backward pass over `activations`. */
export function createGradients(gpu: Gpu, network: Network, { batch }: Activations): Gradients {
  const members = network.parameters.shape[0]!;
  const matrices = network.layout.layers.map(({ outputs, index }) =>
    createMatrix(gpu, [members, outputs, batch], `gradient ${index + 1}`)
  );
  const parameters = new Tensor<"f32">(gpu, [members, network.layout.total], { label: "gradient" });
  return { matrices, q: matrices.at(-1)!, parameters };
}

/** Derivatives of the loss by all parameters, from dL/dQ and what the first pass left behind. */
export function backward(
  program: Recorder,
  { layout: { layers }, parameters }: Network,
  { activations: { batch, matrices }, gradients }: { activations: Activations; gradients: Gradients },
): void {
  for (const layer of layers.toReversed()) {
    denseBackward(program, {
      layer,
      batch,
      parameters,
      input: matrices[layer.index]!,
      outputGradient: gradients.matrices[layer.index]!,
      gradient: gradients.parameters,
      inputGradient: gradients.matrices[layer.index - 1],
      both: layer.index > 1,
    });
  }
}

/** The floats `[N]` (one layout) of a network with these layers. */
export function packLayers(layout: NetworkLayout, values: readonly LayerValues[]): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(layout.total);
  for (const layer of layout.layers) {
    const { weight, bias } = values[layer.index]!;
    forEachEntry(
      layer,
      (at, i, o) => packed[at] = i < layer.inputs ? weight[o * layer.inputs + i]! : bias[o]!,
    );
  }
  return packed;
}

/** The layers in floats `[N]`: the inverse of {@linkcode packLayers}. */
export function unpackLayers(layout: NetworkLayout, packed: Float32Array): LayerValues[] {
  return layout.layers.map((layer) => {
    const weight = new Float32Array(layer.outputs * layer.inputs);
    const bias = new Float32Array(layer.outputs);
    forEachEntry(layer, (at, i, o) => {
      if (i < layer.inputs) weight[o * layer.inputs + i] = packed[at]!;
      else bias[o] = packed[at]!;
    });
    return { weight, bias };
  });
}

/** Both layouts `[2, N]` of the floats `[N]`. */
export function withTransposed(layout: NetworkLayout, packed: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(2 * layout.total);
  both.set(packed);
  for (const { offset, inputs, columns } of layout.layers) {
    const rows = padded(inputs);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        both[layout.total + offset + column * rows + row] = packed[offset + row * columns + column]!;
      }
    }
  }
  return both;
}

/** Visits the weights and biases of a layer (input `inputs` is the bias) with their place among the floats. */
function forEachEntry(layer: Layer, visit: (at: number, input: number, output: number) => void): void {
  for (let i = 0; i <= layer.inputs; i++) {
    for (let o = 0; o < layer.outputs; o++) visit(layer.offset + i * padded(layer.outputs) + o, i, o);
  }
}
