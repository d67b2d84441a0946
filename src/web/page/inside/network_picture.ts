/** Drawing the parameters of a network, and what its units put out. @module */
import type { ParameterMatrix } from "../../trainer/inside/news.ts";
import { cssOf, rgbOf, signColor } from "./colors.ts";
import { drawCells, fitted, styleOf } from "./picture.ts";

/** Pixels between two layers. */
const gap = 6;

/** Whether the rows of a matrix go across in its picture: the longer side does. */
export function isTurned({ rows, columns }: ParameterMatrix): boolean {
  return rows > columns;
}

/** Draws a matrix, a colour a number; `largest` is what has the full colour. */
export function drawMatrix(canvas: HTMLCanvasElement, matrix: ParameterMatrix, largest: number): void {
  const { rows, columns, values } = matrix;
  const zero = rgbOf(styleOf("--card"));
  const color = (at: number) => signColor(values[at]! / (largest || 1), zero);
  fitted(canvas);
  if (!isTurned(matrix)) return drawCells(canvas, { rows, columns, color });
  const turned = (cell: number) => cell % rows * columns + Math.floor(cell / rows);
  drawCells(canvas, { rows: columns, columns: rows, color: (cell) => color(turned(cell)) });
}

/** Draws a row for each layer, a cell a unit, as bright as it is beside the strongest of its layer. */
export function drawUnits(canvas: HTMLCanvasElement, layers: readonly Float32Array[]): void {
  const context = fitted(canvas);
  const { clientWidth: width, clientHeight: height } = canvas;
  const zero = rgbOf(styleOf("--ground"));
  const row = height / layers.length;
  context.clearRect(0, 0, width, height);
  for (const [i, layer] of layers.entries()) {
    const most = Math.max(...layer.map(Math.abs)) || 1;
    const cell = width / layer.length;
    const space = cell > 4 ? 1 : 0;
    for (const [unit, value] of layer.entries()) {
      context.fillStyle = cssOf(signColor(value / most, zero));
      context.fillRect(unit * cell, i * row, cell - space, row - gap);
    }
  }
}
