/**
 * Slow twins of the kernels of a convolution, in float64, with the error that float32 may add: torch.nn.Conv2d written over a board
 * with zeros around it. Boards are row-major `[batch, channels, rows, columns]`, weights `[outputs, channels, size, size]`.
 *
 * @module
 */
import type { LayerEstimate } from "./oracle.ts";
import { type Estimate, estimate, roundingBound, SumOfProducts } from "./tolerance.ts";

/** A convolution of a batch. */
export interface Convolution {
  readonly channels: number;
  readonly board: readonly [number, number];
  readonly outputs: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: "valid" | "same";
  readonly batch: number;
  readonly relu: boolean;
}

/** Rows and columns of the output. */
export function placesOf({ board, size, stride, padding }: Convolution): [number, number] {
  return board.map((extent) => Math.ceil((padding === "same" ? extent : extent - size + 1) / stride)) as [
    number,
    number,
  ];
}

/** Every (weight, entry of x, entry of y) that are multiplied in the forward pass. */
function forEachProduct(conv: Convolution, visit: (weight: number, x: number, y: number) => void): void {
  const { channels, board: [rows, columns], outputs, size, stride, padding, batch } = conv;
  const [down, across] = placesOf(conv);
  const before = [[down, rows], [across, columns]].map(([places, extent]) =>
    padding === "valid" ? 0 : Math.floor(Math.max(0, (places! - 1) * stride + size - extent!) / 2)
  ) as [number, number];
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < down * across; i++) {
        const corner = [
          Math.floor(i / across) * stride - before[0],
          i % across * stride - before[1],
        ] as const;
        for (let w = 0; w < channels * size ** 2; w++) {
          const row = corner[0] + Math.floor(w / size) % size;
          const column = corner[1] + w % size;
          if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
          const channel = Math.floor(w / size ** 2);
          const x = ((b * channels + channel) * rows + row) * columns + column;
          visit(o * channels * size ** 2 + w, x, (b * outputs + o) * down * across + i);
        }
      }
    }
  }
}

/** Sums of products, one for each of `length` entries. */
function sumsOf(length: number): SumOfProducts[] {
  return Array.from({ length }, () => new SumOfProducts());
}

/** `y = bias + W * x`, of which a ReLU leaves what is positive. */
export function convForward({ weight, bias }: LayerEstimate, x: Estimate, conv: Convolution): Estimate {
  const places = placesOf(conv)[0] * placesOf(conv)[1];
  const sums = sumsOf(conv.batch * conv.outputs * places);
  forEachProduct(conv, (w, from, to) => sums[to]!.add(weight, w, x, from));
  return estimate(sums.length, (at) => {
    const added = bias.value[Math.floor(at / places) % conv.outputs]!;
    const value = sums[at]!.value + added;
    const error = sums[at]!.error("independent") +
      roundingBound(conv.channels * conv.size ** 2 + 1, Math.abs(added));
    return !conv.relu || value > error ? [value, error] : [Math.max(0, value), value < -error ? 0 : error];
  });
}

/** Derivatives by x of the sum of `dy y`, 0 where a `rectified` x is not positive. */
export function convBackwardInput(
  { weight }: Pick<LayerEstimate, "weight">,
  { x, dy }: { x: Estimate; dy: Estimate },
  conv: Convolution & { readonly rectified: boolean },
): Estimate {
  const sums = sumsOf(x.value.length);
  forEachProduct(conv, (w, from, to) => sums[from]!.add(weight, w, dy, to));
  return estimate(
    sums.length,
    (at) => conv.rectified && x.value[at]! <= 0 ? [0, 0] : [sums[at]!.value, sums[at]!.error("independent")],
  );
}

/** Derivatives by weights and bias of the sum of `dy y`. */
export function convBackwardWeights(
  { x, dy }: { x: Estimate; dy: Estimate },
  conv: Convolution,
): LayerEstimate {
  const { channels, outputs, size } = conv;
  const places = placesOf(conv)[0] * placesOf(conv)[1];
  const weights = sumsOf(outputs * channels * size ** 2);
  forEachProduct(conv, (w, from, to) => weights[w]!.add(dy, to, x, from));
  const one = estimate(1, () => [1, 0]);
  const biases = sumsOf(outputs);
  for (let at = 0; at < dy.value.length; at++) biases[Math.floor(at / places) % outputs]!.add(dy, at, one, 0);
  const of = (sums: SumOfProducts[]) =>
    estimate(sums.length, (i) => [sums[i]!.value, sums[i]!.error("together")]);
  return { weight: of(weights), bias: of(biases) };
}
