/** Matrix products of every member, two a dispatch: the host side of `shaders/dense.wgsl`. @module */
import shader from "../../shaders/dense.wgsl" with { type: "text" };
import storageText from "../../shaders/operands_storage.wgsl" with { type: "text" };
import tileText from "../../shaders/tile.wgsl" with { type: "text" };
import uniformText from "../../shaders/operands_uniform.wgsl" with { type: "text" };
import { windowBytes } from "../gpu/kernel.ts";
import type { Dispatch, Recorder } from "../gpu/recorder.ts";
import type { Sizes } from "../gpu/run_time_sizes.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { reluModule } from "./elementwise.ts";
import type { BackwardArguments } from "./layer.ts";
import { aligned, padded } from "./layout.ts";

const storageOperands = { name: "operands_storage.wgsl", text: storageText };
const tile = { name: "tile.wgsl", text: tileText };
const uniformOperands = { name: "operands_uniform.wgsl", text: uniformText };

/** A part of every member's share of a tensor. */
export interface Part {
  /** Where it is. */
  readonly tensor: Tensor<"f32">;
  /** First float of the first member's. */
  readonly offset: number;
  /** Floats of a member's share. */
  readonly share: number;
  /** Floats of the part. */
  readonly size: number;
  /** Floats from a row to the next, by default those of a row. */
  readonly stride?: number;
}

/** Part of a tensor whose first extent is that of the members. `size` matters where it is read through a window. */
export function part(tensor: Tensor<"f32">, offset: number, size = 0): Part {
  return { tensor, offset, share: tensor.size / tensor.shape[0]!, size };
}

/** Layout number `layout` of each member's matrices, two a matrix, of `[rows, columns]`. */
export function matrixPart(tensor: Tensor<"f32">, layout: number, [rows, columns] = [0, 0]): Part {
  return part(tensor, layout * tensor.shape[2]!, rows * padded(columns));
}

/** Products in the order of their numbers in the shader. */
const kinds = ["linear", "relu", "rectified input gradient", "weight gradient", "input gradient"] as const;

/** `result[m, n] = sum_k left[k, m] right[k, n]`, as the shader's `Product` of every member. */
export interface Product {
  /** What becomes of the sums. */
  readonly kind: typeof kinds[number];
  /** Of the result, m. */
  readonly rows: number;
  /** Of the result, n. */
  readonly columns: number;
  /** Number of summands. */
  readonly length: number;
  /** `[length, rows]`. */
  readonly left: Part;
  /** `[length, columns]`. */
  readonly right: Part;
  /** `[rows, columns]`, in the first layout. */
  readonly result: Part;
  /** Its second layout, by default behind the first one, whole. */
  readonly second?: Pick<Part, "offset" | "stride">;
  /** What is read once the sums are done, if anything is. */
  readonly epilogue?: Part;
  /** Of the result: 1 the first, 2 the second, 3 both. */
  readonly layouts: number;
}

/** A product of the members from `member` on. */
interface Work {
  readonly product: Product;
  readonly member: number;
}

/** An entry point, and what it binds beside the operands of two products. */
interface Multiplication {
  /** Of `shaders/dense.wgsl`. */
  readonly entryPoint: string;
  /** By their names. */
  readonly others: (first: Product, second: Product) => Dispatch["tensors"];
}

/** Where a window may begin, in floats. */
const windowFloats = 64;

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
    [left, right].every(({ tensor, offset, share, size }) =>
      tensor.windowed && 4 * size <= windowBytes && [offset, share].every((at) => at % windowFloats === 0)
    );
  const works = (fit: boolean, member: number) =>
    products.filter((product) => fits(product) === fit).map((product): Work => ({ product, member }));
  for (let member = 0; member < members; member++) {
    for (const pair of pairs(works(true, member))) {
      dispatch(program, pair, { ...kernel, windowed: true, members: 1 });
    }
  }
  for (const pair of pairs(works(false, 0))) dispatch(program, pair, { ...kernel, windowed: false, members });
}

/** Records products whose sums become outputs in `output`; the epilogue of each is its bias. */
export function multiplyForward(
  program: Recorder,
  products: readonly Product[],
  output: Tensor<"f32">,
): void {
  multiply(program, products, {
    entryPoint: "dense_forward",
    others: (first, second) => ({
      parameters: first.epilogue!.tensor,
      other_parameters: second.epilogue!.tensor,
      output,
    }),
  });
}

/** Records products whose sums become derivatives by parameters and, where there is an `inputGradient`, by the input. */
export function multiplyBackward(
  program: Recorder,
  products: readonly Product[],
  { input, inputGradient, gradient: output }: Pick<BackwardArguments, "input" | "inputGradient" | "gradient">,
): void {
  const tensors: Dispatch["tensors"] = inputGradient
    ? { input, input_gradient: inputGradient, output }
    : { output };
  const entryPoint = inputGradient ? "dense_backward" : "dense_backward_weights";
  multiply(program, products, { entryPoint, others: () => tensors });
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
  const operand = ({ product, member }: Work, side: "left" | "right") => {
    const { tensor, offset, share } = product[side];
    return windowed ? { tensor, offset: offset + member * share } : tensor;
  };
  const kernel = program.gpu.kernel({
    file: { name: "dense.wgsl", text: shader },
    entryPoint,
    modules: [windowed ? uniformOperands : storageOperands, tile, reluModule],
    constants: { ROWS: tileRows, COLUMNS: tileColumns },
    overrides: { GROUP: tileGroup, STRIDED: Number(pair.some(({ product }) => isStrided(product))) },
  });
  const tiles = pair.map(({ product: { rows, columns } }) =>
    Math.ceil(rows / (4 * tileRows)) * Math.ceil(columns / (4 * tileColumns))
  );
  program.dispatch(kernel, {
    tensors: {
      left: operand(first, "left"),
      right: operand(first, "right"),
      other_left: operand(second, "left"),
      other_right: operand(second, "right"),
      ...others(first.product, second.product),
    },
    sizes: { products: [sizesOf(first), sizesOf(second)] },
    workgroups: [Math.ceil(Math.max(...tiles) / tileGroup), pair.length, members],
  });
}

/** Whether rows of an operand are parts of longer ones. */
function isStrided({ left, right }: Product): boolean {
  return left.stride !== undefined || right.stride !== undefined;
}

/** The shader's `Product`: lengths and places in fours. */
function sizesOf({ product, member }: Work): Sizes {
  const { kind, rows, columns, length, left, right, result, epilogue, layouts } = product;
  const { second = { offset: result.offset + aligned(padded(rows) * padded(columns)) } } = product;
  const place = ({ offset, share }: Pick<Part, "offset" | "share">) => [offset / 4, share / 4];
  return {
    rows: padded(rows) / 4,
    columns: padded(columns) / 4,
    length,
    member,
    left: place(left),
    right: place(right),
    result: place(result),
    epilogue: place(epilogue ?? { offset: 0, share: 0 }),
    kind: kinds.indexOf(kind),
    layouts,
    weights: rows,
    left_stride: (left.stride ?? padded(rows)) / 4,
    right_stride: (right.stride ?? padded(columns)) / 4,
    second: (second.offset - result.offset) / 4,
    second_stride: (second.stride ?? padded(rows)) / 4,
  };
}
