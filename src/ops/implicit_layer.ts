/** The last layer of implicit quantile networks (Dabney et al., 2018b): samples of returns at fractions, and their means. @module */
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dense } from "./dense.ts";
import {
  drawCosines,
  embeddingGradient,
  hiddenGradient,
  meanWeights,
  multiplyEmbedding,
  type Sampled,
  sampledColumns,
} from "./implicit.ts";
import {
  type BackwardArguments,
  type Block,
  type BlockSpec,
  type ForwardArguments,
  type LayerSpec,
  widthOf,
} from "./layer.ts";
import { padded } from "./layout.ts";
import { matrixPart, multiplyBackward, multiplyForward, part, type Product } from "./product.ts";

/** Numbers of fractions, and of what they are embedded by. */
export interface ImplicitOptions {
  /** Fractions at which the online network is learned, drawn for each row of each update: N. */
  readonly quantiles: number;
  /** Fractions at which the target network tells what follows, drawn likewise: N'. */
  readonly targetQuantiles: number;
  /** Fractions over whose quantiles an action's value is the mean, evenly apart, 1 to 256: K. */
  readonly actionQuantiles: number;
  /** Cosines that a fraction is embedded by. */
  readonly cosines: number;
}

/**
 * `Z_tau = W (x o phi(tau)) + b` for an input x, with `phi(tau) = relu(sum_i w_i cos(pi i tau) + c)` of i from 1 to `cosines`, for so many
 * `outputs`. In passes that ask for samples, tau is drawn for each of them; in others, and while acting, outputs are means over
 * `actionQuantiles` fractions. As these are the same for all rows and the layer is linear, `W o mean phi` is a dense layer's matrix,
 * made once for all rows: acting takes no longer than with a plain head.
 */
export function implicitQuantiles(outputs: number, options: ImplicitOptions): LayerSpec {
  return (input) => {
    const features = widthOf(input);
    const names = { weight: "weight", bias: "bias" };
    const learned: BlockSpec = { inputs: features, outputs, ...names };
    const blocks: readonly BlockSpec[] = [
      { ...learned, isDerived: true, initial: { weight: 0, bias: 0 } }, // The first one, which acts.
      { inputs: options.cosines, outputs: features, modules: ["embedding"], ...names },
      learned,
    ];
    const { quantiles: online, targetQuantiles: target, cosines, actionQuantiles } = options;
    const prepare = (program: Recorder, { blocks, parameters }: Prepared) => {
      const { mean, embedding, learned } = named(blocks);
      meanWeights(program, { parameters, mean, embedding, learned, fractions: actionQuantiles });
    };
    return {
      input,
      output: [outputs],
      relu: false,
      blocks,
      samples: { counts: { online, target }, scratch: [cosines, features, features, features] },
      acting: dense({ width: outputs, relu: false })(input).acting,
      prepare,
      forward(program, args) {
        // The first pass is the last, so that its scratch is what backward finds.
        for (const [pass, { parameters, samples }] of [...args.passes.entries()].reverse()) {
          if (!samples) prepare(program, { blocks: args.blocks, parameters });
          const count = samples ? { online, target }[samples.of] : 0;
          (samples ? forwardSamples : forwardMean)(program, args, { pass, count });
        }
      },
      backward(program, args) {
        backwardSamples(program, args, online);
      },
    };
  };
}

type Four<T> = readonly [T, T, T, T];
type Prepared = Pick<BackwardArguments, "blocks" | "parameters">;

/** One of the passes, and its samples of a row. */
interface One {
  readonly pass: number;
  readonly count: number;
}

function named(blocks: readonly Block[]): Readonly<Record<"mean" | "embedding" | "learned", Block>> {
  const [mean, embedding, learned] = blocks as [Block, Block, Block];
  return { mean, embedding, learned };
}

function sampledOf(
  { blocks, batch, scratch }: Pick<ForwardArguments, "blocks" | "batch" | "scratch">,
  count: number,
): Sampled {
  const { embedding: { inputs: width, outputs: features } } = named(blocks);
  const [cosines, embedding, product, slopes] = scratch as Four<Tensor<"f32">>;
  return { features, batch, count, width, cosines, embedding, product, slopes };
}

/** `result = W x + b` or a ReLU of it, in the first layout. */
function outputsOf(
  block: Block,
  parameters: Tensor<"f32">,
  given: Pick<Product, "kind" | "columns" | "right" | "result">,
): Product {
  const { inputs, outputs, columns, offset } = block;
  return {
    ...given,
    rows: outputs,
    length: inputs,
    left: part(parameters, offset, inputs * columns),
    epilogue: part(parameters, offset + inputs * columns),
    layouts: 1,
  };
}

function forwardMean(program: Recorder, args: ForwardArguments, { pass }: One): void {
  const { blocks, batch, passes, input, output } = args;
  const { parameters, input: matrix } = passes[pass]!;
  const { mean } = named(blocks);
  const product = outputsOf(mean, parameters, {
    kind: "linear",
    columns: batch,
    right: matrixPart(input, 2 * matrix, [mean.inputs, batch]),
    result: matrixPart(output, 2 * pass),
  });
  multiplyForward(program, [product], output);
}

function forwardSamples(program: Recorder, args: ForwardArguments, { pass, count }: One): void {
  const { parameters, input: matrix, samples } = args.passes[pass]!;
  const { embedding, learned } = named(args.blocks);
  const sampled = { ...sampledOf(args, count), both: pass === 0 };
  const columns = sampledColumns(sampled);
  drawCosines(program, samples!, sampled);
  const embedded = outputsOf(embedding, parameters, {
    kind: "relu",
    columns,
    right: matrixPart(sampled.cosines, 0, [embedding.inputs, columns]),
    result: matrixPart(sampled.embedding, 0),
  });
  multiplyForward(program, [embedded], sampled.embedding);
  multiplyEmbedding(program, { tensor: args.input, matrix }, sampled);
  const quantiles = outputsOf(learned, parameters, {
    kind: "linear",
    columns,
    right: matrixPart(sampled.product, 0, [learned.inputs, columns]),
    result: matrixPart(args.output, 2 * pass),
  });
  multiplyForward(program, [quantiles], args.output);
}

function backwardSamples(program: Recorder, args: BackwardArguments, count: number): void {
  const { parameters, input, outputGradient, gradient, inputGradient, rectified, layouts } = args;
  const { embedding, learned } = named(args.blocks);
  const sampled = sampledOf(args, count);
  const { cosines, product, slopes } = sampled;
  const columns = sampledColumns(sampled);
  const { inputs, outputs, offset } = learned;
  multiplyBackward(program, [{
    kind: "input gradient",
    rows: inputs,
    columns,
    length: outputs,
    left: part(parameters, parameters.shape[2]! + offset, outputs * padded(inputs)),
    right: matrixPart(outputGradient, 0, [outputs, columns]),
    result: matrixPart(slopes, 0),
    layouts: 1,
  }, weightGradient(learned, columns, { left: product, right: outputGradient, gradient })], {
    input: product,
    inputGradient: slopes,
    gradient,
  });
  const hidden = { tensor: input, matrix: 0 };
  if (inputGradient) hiddenGradient(program, hidden, { ...sampled, inputGradient, rectified, layouts });
  embeddingGradient(program, hidden, sampled);
  multiplyBackward(
    program,
    [weightGradient(embedding, columns, { left: cosines, right: slopes, gradient })],
    { input, gradient },
  );
}

/** Derivatives by a block, from what it was given and those by what it gave, both of which stand in the second layout. */
function weightGradient(
  { inputs, outputs, offset }: Block,
  columns: number,
  { left, right, gradient }: Readonly<Record<"left" | "right" | "gradient", Tensor<"f32">>>,
): Product {
  return {
    kind: "weight gradient",
    rows: inputs,
    columns: outputs,
    length: columns,
    left: matrixPart(left, 1, [columns, inputs]),
    right: matrixPart(right, 1, [columns, outputs]),
    result: part(gradient, offset),
    layouts: 1,
  };
}
