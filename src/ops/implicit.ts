/** Cosine embeddings of fractions (Dabney et al., 2018b): the host side of `shaders/implicit.wgsl`. @module */
import shader from "../../shaders/implicit.wgsl" with { type: "text" };
import { Stream } from "../core/random.ts";
import type { Dispatch, Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, memberModule, reluModule } from "./elementwise.ts";
import { fractionModules } from "./fractions.ts";
import type { Block, Samples } from "./layer.ts";
import { padded } from "./layout.ts";
import type { Members } from "./member.ts";

const file = { name: "implicit.wgsl", text: shader };
const modules = [memberModule, reluModule, ...fractionModules];

const streams = { online: Stream.fractions, target: Stream.targetFractions } as const;

/** Samples of a batch, and what the layer has for itself of them. */
export interface Sampled {
  /** Width of the hidden layer. */
  readonly features: number;
  /** Rows of the batch. */
  readonly batch: number;
  /** Samples of each row. */
  readonly count: number;
  /** Cosines of a fraction. */
  readonly width: number;
  /** Result: those of each sample's fraction, `[width, count B]`, B padded. */
  readonly cosines: Tensor<"f32">;
  /** phi, a matrix `[features, count B]` like the next two. */
  readonly embedding: Tensor<"f32">;
  /** psi o phi. */
  readonly product: Tensor<"f32">;
  /** Derivatives by `product` in the first layout; result: those by what phi's ReLU was given, in the second one. */
  readonly slopes: Tensor<"f32">;
}

/** Columns of a matrix of samples. */
export function sampledColumns({ count, batch }: Pick<Sampled, "count" | "batch">): number {
  return count * padded(batch);
}

/** Draws the fractions of each member's next update, and writes their cosines; in both layouts if backward follows. */
export function drawCosines(
  program: Recorder,
  { of, members }: { readonly of: keyof Samples["counts"]; readonly members: Members },
  sampled: Sampled & { readonly both: boolean },
): void {
  const { cosines, width, both } = sampled;
  const columns = sampledColumns(sampled) / 4;
  dispatchElementwise(program, {
    file,
    modules,
    entryPoint: "implicit_cosines",
    overrides: { COSINES: width },
    invocations: padded(width) / 4 * columns,
    members: members.shape[0]!,
  }, {
    tensors: { members, cosines },
    sizes: { columns, stream: streams[of], cosines: cosines.shape[2]! / 4, layouts: both ? 3 : 1 },
  });
}

/** Which of each member's matrices holds psi. */
interface Hidden {
  readonly tensor: Tensor<"f32">;
  readonly matrix: number;
}

/** Multiplies the hidden layer's outputs with the embedding of each sample: `product`. */
export function multiplyEmbedding(
  program: Recorder,
  hidden: Hidden,
  sampled: Sampled & { readonly both: boolean },
): void {
  const { embedding, product: output, both } = sampled;
  dispatchSampled(program, "implicit_forward", {
    hidden,
    sampled,
    tensors: { embedding, output },
    sizes: { layouts: both ? 3 : 1 },
  });
}

/** Derivatives by what the embedding's ReLU was given, from those by `product`. */
export function embeddingGradient(program: Recorder, hidden: Hidden, sampled: Sampled): void {
  const { embedding, slopes } = sampled;
  dispatchSampled(program, "implicit_backward", {
    hidden,
    sampled,
    tensors: { embedding, slopes },
    sizes: {},
  });
}

/** Derivatives by the hidden layer's outputs: see `BackwardArguments`. */
export function hiddenGradient(
  program: Recorder,
  hidden: Hidden,
  { inputGradient: output, rectified, layouts, ...sampled }: Sampled & {
    readonly inputGradient: Tensor<"f32">;
    readonly rectified: boolean;
    readonly layouts: number;
  },
): void {
  const { embedding, slopes } = sampled;
  dispatchSampled(program, "implicit_backward_input", {
    hidden,
    sampled: { ...sampled, count: 1 },
    overrides: { SAMPLES: sampled.count },
    tensors: { embedding, slopes, output },
    sizes: {
      columns: sampledColumns(sampled) / 4,
      output: [0, output.size / output.shape[0]! / 4],
      second: output.shape[2]! / 4,
      layouts,
      rectified: Number(rectified),
    },
  });
}

function dispatchSampled(
  program: Recorder,
  entryPoint: string,
  { hidden: { tensor, matrix }, sampled, overrides = {}, tensors, sizes }:
    & {
      readonly hidden: Hidden;
      readonly sampled: Sampled;
      readonly overrides?: Readonly<Record<string, number>>;
    }
    & Required<Pick<Dispatch, "tensors" | "sizes">>,
): void {
  const members = tensor.shape[0]!;
  const features = padded(sampled.features) / 4;
  const columns = sampledColumns(sampled) / 4;
  dispatchElementwise(program, {
    file,
    modules,
    entryPoint,
    overrides,
    invocations: features * columns,
    members,
  }, {
    tensors: { input: tensor, ...tensors },
    sizes: {
      features,
      columns,
      batch: padded(sampled.batch) / 4,
      input: [2 * matrix * tensor.shape[2]! / 4, tensor.size / members / 4],
      share: sampled.embedding.shape[2]! / 4,
      ...sizes,
    },
  });
}

/** What {@linkcode meanWeights} reads and writes: blocks of `parameters`. */
export interface MeanArguments {
  /** `[P, 2, N]`. */
  readonly parameters: Tensor<"f32">;
  /** Weights and bias of the embedding. */
  readonly embedding: Block;
  /** Those of the layer behind it. */
  readonly learned: Block;
  /** Result, in the first layout: weights by which psi gives the mean over the fractions; and the bias. */
  readonly mean: Block;
  /** How many those are, `(2 k + 1) / (2 fractions)`: 1 to 256. */
  readonly fractions: number;
}

/** Weights that give the mean of the layer's outputs over fractions that lie evenly. */
export function meanWeights(program: Recorder, args: MeanArguments): void {
  const { parameters, embedding, learned, mean, fractions } = args;
  const features = embedding.columns / 4;
  dispatchElementwise(program, {
    file,
    modules,
    entryPoint: "implicit_mean",
    overrides: { COSINES: embedding.inputs, FRACTIONS: fractions },
    invocations: Math.ceil(features / 4),
    members: parameters.shape[0]!,
  }, {
    tensors: { parameters },
    sizes: {
      features,
      width: embedding.outputs,
      quads: parameters.shape[2]! / 4,
      embedding: embedding.offset / 4,
      learned: learned.offset / 4,
      mean: mean.offset / 4,
      outputs: learned.columns / 4,
    },
  });
}
