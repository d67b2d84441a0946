/** Dense layers forward and backward: the host side of `shaders/dense.wgsl`. @module */
import shader from "../../shaders/dense.wgsl" with { type: "text" };
import storageText from "../../shaders/operands_storage.wgsl" with { type: "text" };
import uniformText from "../../shaders/operands_uniform.wgsl" with { type: "text" };
import type { Dispatch, Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { windowBytes } from "../gpu/kernel.ts";
import { layoutModule } from "./elementwise.ts";
import { type Layer, padded } from "./layout.ts";

const storageOperands = { name: "operands_storage.wgsl", text: storageText };
const uniformOperands = { name: "operands_uniform.wgsl", text: uniformText };

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

/** Part of every member's share of a tensor: where it lies in the first one's, the length of a share, and its floats. */
interface Part {
  readonly tensor: Tensor<"f32">;
  readonly offset: number;
  readonly share: number;
  readonly size: number;
}

function part(tensor: Tensor<"f32">, offset: number, size = 0): Part {
  return { tensor, offset, share: tensor.size / tensor.shape[0]!, size };
}

/** Layout number `layout` of each member's matrices, two a matrix; `extents` are its rows and columns. */
function matrixPart(tensor: Tensor<"f32">, layout: number, [rows, columns] = [0, 0]): Part {
  return part(tensor, layout * tensor.shape[2]!, rows * padded(columns));
}

/** Products in the order of their numbers in the shader. */
const kinds = ["linear", "relu", "input gradient", "weight gradient"] as const;

/** `result[m, n] = sum_k left[k, m] right[k, n]`, as the shader's `Product` of every member. */
interface Product {
  readonly kind: typeof kinds[number];
  readonly rows: number;
  readonly columns: number;
  /** Number of summands. */
  readonly length: number;
  readonly left: Part;
  readonly right: Part;
  readonly result: Part;
  /** What is read once the sums are done. */
  readonly aside: Part;
  /** Of the result: 1 the first, 2 the second, 3 both. */
  readonly layouts: number;
}

/** A product of the members from `member` on. */
interface Work {
  readonly product: Product;
  readonly member: number;
}

/** An entry point, and the tensors that it takes beside the operands of two products. */
interface Multiplication {
  readonly entryPoint: string;
  readonly others: (first: Product, second: Product) => Pick<Dispatch, "reads" | "writes">;
}

/** Multiply-adds of a product from which reading it through windows saves more than a dispatch costs. */
const worthDispatch = 2 ** 19;

/**
 * Records products, two a dispatch. Where the profile wants uniform windows, the operands that fit are read through them;
 * a window is one member's, so such products are dispatched member by member, but for small ones of several members.
 */
function multiply(program: Recorder, products: readonly Product[], kernel: Multiplication): void {
  const members = products[0]!.left.tensor.shape[0]!;
  const { windows } = program.gpu.kernelProfile;
  const fits = ({ left, right, rows, columns, length }: Product) =>
    windows && (members === 1 || rows * columns * length >= worthDispatch) &&
    [left, right].every(({ tensor, size }) => tensor.windowed && 4 * size <= windowBytes);
  const works = (fit: boolean, member: number) =>
    products.filter((product) => fits(product) === fit).map((product): Work => ({ product, member }));
  for (let member = 0; member < members; member++) {
    for (const pair of pairs(works(true, member))) {
      dispatch(program, pair, { ...kernel, windowed: true, members: 1 });
    }
  }
  for (const pair of pairs(works(false, 0))) dispatch(program, pair, { ...kernel, windowed: false, members });
}

/** Two after two; the last one alone if their number is odd. */
function pairs(works: readonly Work[]): Work[][] {
  return Array.from({ length: Math.ceil(works.length / 2) }, (_, i) => works.slice(2 * i, 2 * i + 2));
}

function dispatch(
  program: Recorder,
  pair: readonly Work[],
  { entryPoint, others, windowed, members }: Multiplication & { windowed: boolean; members: number },
): void {
  const [first, second = first] = pair as [Work, Work?];
  const { windowRows, storageRows, tileColumns, tileGroup } = program.gpu.kernelProfile;
  const tileRows = windowed ? windowRows : storageRows;
  const operands = [first, second].flatMap(({ product: { left, right }, member }) =>
    [left, right].map(({ tensor, offset, share }) =>
      windowed ? { tensor, offset: offset + member * share } : tensor
    )
  );
  const { reads, writes } = others(first.product, second.product);
  const kernel = program.gpu.kernel({
    file: { name: "dense.wgsl", text: shader },
    entryPoint,
    modules: [windowed ? uniformOperands : storageOperands, layoutModule],
    reads: operands.length + reads.length,
    writes: writes.length,
    windows: windowed ? operands.length : 0,
    constants: { ROWS: tileRows, COLUMNS: tileColumns },
    overrides: { GROUP: tileGroup },
  });
  const tiles = pair.map(({ product: { rows, columns } }) =>
    Math.ceil(rows / (4 * tileRows)) * Math.ceil(columns / (4 * tileColumns))
  );
  program.dispatch(kernel, {
    reads: [...operands, ...reads],
    writes,
    params: [...words(first), ...words(second)],
    workgroups: [Math.ceil(Math.max(...tiles) / tileGroup), pair.length, members],
  });
}

/** The shader's `Product`: lengths and places in fours. */
function words({ product, member }: Work): number[] {
  const { kind, rows, columns, length, left, right, result, aside, layouts } = product;
  const places = [left, right, result, aside].flatMap(({ offset, share }) => [offset / 4, share / 4]);
  return [
    padded(rows) / 4,
    padded(columns) / 4,
    length,
    member,
    ...places,
    kinds.indexOf(kind),
    layouts,
    rows,
    0,
  ];
}
