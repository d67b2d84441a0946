/** What a network computes, layer by layer. @module */
import type { ParameterMatrix } from "../../trainer/inside/news.ts";

/**
 * The outputs of every layer for one observation: `max(0, W x + b)`, the last one `W x + b`.
 *
 * @returns The observation, then the outputs of each layer; nothing where the layers do not follow one another so.
 */
export function activations(layers: readonly ParameterMatrix[], observation: Float32Array): Float32Array[] {
  const all = [observation];
  for (const [i, { rows, columns, values, bias }] of layers.entries()) {
    const input = all.at(-1)!;
    if (input.length !== columns) return [];
    const output = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      let sum = bias?.[row] ?? 0;
      for (let column = 0; column < columns; column++) {
        sum += values[row * columns + column]! * input[column]!;
      }
      output[row] = i < layers.length - 1 ? Math.max(0, sum) : sum;
    }
    all.push(output);
  }
  return all;
}

/** What the numbers of a matrix come to. */
export interface MatrixFacts {
  readonly least: number;
  readonly most: number;
  /** Mean size. */
  readonly size: number;
  /** The largest size. */
  readonly largest: number;
}

/** Looks at all numbers of a matrix. */
export function matrixFacts({ values }: ParameterMatrix): MatrixFacts {
  let [least, most, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += Math.abs(value);
  }
  return { least, most, size: sum / values.length, largest: Math.max(-least, most) };
}
