/** Convolutions over boards of several channels: the host side of `shaders/conv.wgsl`. @module */
import actingText from "../../shaders/conv_act.wgsl" with { type: "text" };
import shader from "../../shaders/conv.wgsl" with { type: "text" };
import tileText from "../../shaders/tile.wgsl" with { type: "text" };
import { UsageError } from "../core/errors.ts";
import type { Dispatch, Recorder } from "../gpu/recorder.ts";
import type { Sizes } from "../gpu/run_time_sizes.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { layoutModule } from "./elementwise.ts";
import { grid, gridWidth } from "./grid.ts";
import {
  type BackwardArguments,
  type ForwardArguments,
  type LayerSpec,
  type Shape,
  widthOf,
} from "./layer.ts";
import { padded } from "./layout.ts";
import { transposeMatrices } from "./transpose.ts";

/** What stands around a board: nothing, or zeros. */
export const paddings = ["valid", "same"] as const satisfies readonly Padding[];

/** One of {@linkcode paddings}. */
export type Padding = "valid" | "same";

/** What a convolution computes. */
export interface ConvOptions {
  /** Channels of its output. */
  readonly channels: number;
  /** Rows and columns of its kernel. */
  readonly size: number;
  /** Rows and columns from a place of the kernel to the next. */
  readonly stride: number;
  /**
   * `valid` keeps the kernel on the board; `same` adds zeros around the board, on each side half of them and the odd one behind it,
   * so that the extents of the output are those of the input over the stride, rounded up (`padding="same"` of TensorFlow and,
   * where the stride is 1, of PyTorch).
   */
  readonly padding: Padding;
  /** Whether a ReLU follows, `true` by default. */
  readonly relu?: boolean;
}

/** A convolution over a board. */
interface Geometry {
  /** Of the input. */
  readonly channels: number;
  /** Of the output. */
  readonly outputs: number;
  /** Rows and columns of the input. */
  readonly board: readonly [number, number];
  /** Rows and columns of the output. */
  readonly places: readonly [number, number];
  /** Rows and columns of the kernel. */
  readonly size: number;
  /** Rows and columns from place to place. */
  readonly stride: number;
  /** Rows and columns of zeros before the board. */
  readonly zeros: readonly [number, number];
}

/**
 * A convolution, and a ReLU if asked for: `torch.nn.Conv2d` over `[channels, rows, columns]`, whose parameters have the names and
 * shapes of its.
 *
 * @throws {UsageError} By what it returns, when the input is no board, or one that is smaller than the kernel.
 */
export function conv({ relu = true, ...options }: ConvOptions): LayerSpec {
  return (input) => {
    const geometry = geometryOf(options, input);
    const { channels, outputs, size, board, places, stride, zeros } = geometry;
    const packed = ([rows, columns]: readonly [number, number]) => rows * 2 ** 16 + columns;
    return {
      input,
      output: [outputs, ...places],
      relu,
      readsFirstLayouts: true,
      blocks: [{
        inputs: size ** 2 * padded(channels),
        outputs,
        weight: "weight",
        bias: "bias",
        channels,
        shape: [outputs, channels, size, size],
      }],
      acting: {
        file: { name: "conv_act.wgsl", text: actingText },
        function: "act_conv",
        own: [
          channels + 2 ** 16 * Number(relu),
          packed(board),
          packed(places),
          zeros[0] * 2 ** 24 + zeros[1] * 2 ** 16 + stride * 2 ** 8 + size,
        ],
      },
      forward: (program, args) => convForward(program, { ...geometry, relu }, args),
      backward: (program, args) => convBackward(program, geometry, args),
    };
  };
}

function geometryOf(
  { channels: outputs, size, stride, padding }: Omit<ConvOptions, "relu">,
  input: Shape,
): Geometry {
  const action = 'Cannot make a layer of kind "conv"';
  if (input.length !== 3) {
    throw new UsageError(
      `${action}: its input is of shape [${
        input.join(", ")
      }], wanted [channels, rows, columns], as of a board or of another conv`,
    );
  }
  const [channels, ...board] = input as readonly [number, number, number];
  if (size > Math.min(...board)) {
    throw new UsageError(
      `${action}: size is ${size}, wanted at most ${Math.min(...board)}, as its board is ${
        board.join(" x ")
      }`,
    );
  }
  const along = (extent: number): readonly [places: number, zeros: number] => {
    if (padding === "valid") return [Math.floor((extent - size) / stride) + 1, 0];
    const places = Math.ceil(extent / stride);
    return [places, Math.floor(Math.max(0, (places - 1) * stride + size - extent) / 2)];
  };
  const [rows, columns] = [along(board[0]), along(board[1])];
  return {
    channels,
    outputs,
    board,
    places: [rows[0], columns[0]],
    size,
    stride,
    zeros: [rows[1], columns[1]],
  };
}

/** An entry point of the shader, and the work of its invocations. */
interface Kernel {
  readonly entryPoint: string;
  /** Tiles that there are of each matrix, and how many matrices: as many tiles of its rows, in fours, and columns as cover it. */
  readonly matrix: readonly [rows: number, columns: number];
  readonly count: number;
  /** Rows, in fours, and columns of a tile. */
  readonly tile: readonly [rows: number, columns: number];
  readonly members: number;
  /** Whether the input left a ReLU. */
  readonly rectified?: boolean;
  /** Whether the output passes one. */
  readonly relu?: boolean;
}

function dispatch(
  program: Recorder,
  { entryPoint, matrix: [rows, columns], count, tile, members, rectified = false, relu = false }: Kernel,
  { tensors, sizes }: Omit<Dispatch, "workgroups">,
): void {
  const { tileGroup } = program.gpu.kernelProfile;
  const [down, across] = [fitting(tile[0], rows), fitting(tile[1], columns)];
  const kernel = program.gpu.kernel({
    file: { name: "conv.wgsl", text: shader },
    entryPoint,
    modules: [{ name: "tile.wgsl", text: tileText }, layoutModule],
    constants: { ROWS: down, COLUMNS: across, GRID: gridWidth },
    overrides: { GROUP: tileGroup, RECTIFIED: Number(rectified), RELU: Number(relu) },
  });
  const workgroups = Math.ceil(count * Math.ceil(rows / down) * Math.ceil(columns / across) / tileGroup);
  program.dispatch(kernel, {
    tensors,
    ...sizes ? { sizes } : {},
    workgroups: [...grid(workgroups), members],
  });
}

/** An extent of a tile: `most`, or a half or a quarter of it if so much is enough. */
function fitting(most: number, extent: number): number {
  return [most / 4, most / 2].find((enough) => enough >= Math.max(1, extent)) ?? most;
}

/** The size of a layer in the words of the shader, for so many rows of a batch. */
function sizesOf({ channels, outputs, board, places, size, stride, zeros }: Geometry, batch: number): Sizes {
  const fours = padded(batch) / 4;
  return { channels, outputs, board, places, size, stride, zeros, batch: fours };
}

/** Where layout `layout` of each member's lies, in fours. */
function place(tensor: Tensor<"f32">, layout: number, offset = 0): [first: number, share: number] {
  return [(layout * tensor.shape[2]! + offset) / 4, tensor.size / tensor.shape[0]! / 4];
}

function convForward(
  program: Recorder,
  { relu, ...geometry }: Geometry & { readonly relu: boolean },
  { blocks: [block], batch, passes, input, output }: ForwardArguments,
): void {
  const { outputs, places } = geometry;
  for (const [pass, { parameters, input: matrix, both }] of passes.entries()) {
    const members = parameters.shape[0]!;
    dispatch(program, {
      entryPoint: "conv_forward",
      matrix: [padded(outputs) / 4, padded(batch) / 4],
      count: widthOf(places),
      tile: program.gpu.kernelProfile.convTile,
      members,
      relu,
    }, {
      tensors: { left: parameters, right: input, result: output },
      sizes: {
        ...sizesOf(geometry, batch),
        left: place(parameters, 0, block!.offset),
        right: place(input, 2 * matrix),
        result: place(output, 2 * pass),
      },
    });
    if (both) {
      transposeMatrices(program, output, { matrix: pass, rows: outputs * widthOf(places), columns: batch });
    }
  }
}

function convBackward(program: Recorder, geometry: Geometry, args: BackwardArguments): void {
  const {
    blocks: [block],
    batch,
    parameters,
    input,
    outputGradient,
    inputGradient,
    gradient,
    rectified,
    layouts,
  } = args;
  const { channels, outputs, board, size } = geometry;
  const { convTile, convWeightsTile } = program.gpu.kernelProfile;
  const members = parameters.shape[0]!;
  const sizes = { ...sizesOf(geometry, batch), right: place(outputGradient, 0) };
  if (inputGradient) {
    dispatch(program, {
      entryPoint: "conv_backward",
      matrix: [padded(channels) / 4, padded(batch) / 4],
      count: widthOf(board),
      tile: convTile,
      members,
      rectified,
    }, {
      tensors: { left: parameters, right: outputGradient, input, result: inputGradient },
      sizes: {
        ...sizes,
        left: place(parameters, 1, block!.offset),
        input: place(input, 0),
        result: place(inputGradient, 0),
      },
    });
    if (layouts > 1) {
      transposeMatrices(program, inputGradient, {
        matrix: 0,
        rows: channels * widthOf(board),
        columns: batch,
      });
    }
  }
  const result = (row: number): [number, number] => [
    (block!.offset + row * block!.columns) / 4,
    gradient.shape[1]! / 4,
  ];
  dispatch(program, {
    entryPoint: "conv_backward_weights",
    matrix: [padded(outputs) / 4, channels],
    count: size ** 2,
    tile: convWeightsTile,
    members,
  }, {
    tensors: { right: outputGradient, input, result: gradient },
    sizes: { ...sizes, input: place(input, 0), result: result(0) },
  });
  const matrix = [padded(outputs) / 4, 1] as const;
  dispatch(program, { entryPoint: "conv_backward_bias", matrix, count: 1, tile: [1, 1], members }, {
    tensors: { right: outputGradient, result: gradient },
    sizes: { ...sizes, result: result(block!.inputs) },
  });
}
