/** Drawing policy and values over a plane or a board. @module */
import { directionOf, isChoice } from "../../../report/choices.ts";
import { actionColors, inkOnValue } from "../../../report/palette.ts";
import { formatNumber } from "../texts.ts";
import { type Rgb, rgbOf, valueColor } from "./colors.ts";
import { drawCells, fitted, styleOf } from "./picture.ts";
import type { Values } from "./values.ts";

/** The colour of an action, by its number. */
export function actionColor(action: number): string {
  return actionColors[action % actionColors.length]!;
}

/** Draws the best action of each state of a plane. */
export function drawPolicy(canvas: HTMLCanvasElement, { grid, best }: Values): void {
  const colors = grid.actions.map((_, action) => rgbOf(actionColor(action)));
  draw(canvas, { grid, best }, ({ action }) => colors[action]!);
}

/** Draws the value of each state. */
export function drawValues(canvas: HTMLCanvasElement, values: Values): void {
  draw(canvas, values, ({ value }) => valueColor(values.share(value)));
}

function draw(
  canvas: HTMLCanvasElement,
  { grid, best }: Pick<Values, "grid" | "best">,
  color: (choice: { readonly action: number; readonly value: number }) => Rgb,
): void {
  fitted(canvas);
  const unlearned = rgbOf(styleOf("--line"));
  drawCells(canvas, {
    columns: grid.columns.count,
    rows: grid.rows.count,
    color(cell) {
      const choice = best[cell];
      return isChoice(choice) ? color(choice) : choice && unlearned;
    },
  });
}

/** Draws arrows, or names, values and marks over the values of a board. */
export function drawBoard(canvas: HTMLCanvasElement, values: Values): void {
  drawValues(canvas, values);
  const { grid: { columns, rows, labels = [], actions }, best } = values;
  const context = fitted(canvas);
  const [width, height] = [canvas.clientWidth / columns.count, canvas.clientHeight / rows.count];
  const small = Math.max(8, Math.min(13, width / 4.2));
  const font = styleOf("font-family") || "sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [cell, choice] of best.entries()) {
    const [left, top] = [(cell % columns.count) * width, Math.floor(cell / columns.count) * height];
    const [x, y] = [left + width / 2, top + height / 2];
    const ink = isChoice(choice) ? inkOnValue(values.share(choice.value)) : styleOf("--muted");
    const label = labels[cell] ?? "";
    context.fillStyle = context.strokeStyle = ink;
    context.font = `600 ${small + 2}px ${font}`;
    if (!isChoice(choice)) {
      context.fillText(label, x, y);
      continue;
    }
    context.font = `600 ${small}px ${font}`;
    if (label) context.fillText(label, left + width * 0.16, top + height * 0.18);
    const angle = directionOf(actions[choice.action]!);
    const size = Math.min(width, height);
    if (angle !== undefined) drawArrow(context, { x, y: y - size * 0.1, angle, size });
    else fillFitting(context, actions[choice.action]!, { x, y: y + size * 0.04, width: width * 0.94 });
    context.font = `${small}px ${font}`;
    if (size > 26) context.fillText(formatNumber(choice.value, 3), x, top + height * 0.83);
  }
  context.strokeStyle = styleOf("--card");
  context.lineWidth = 1;
  context.beginPath();
  for (let column = 1; column < columns.count; column++) {
    context.moveTo(column * width, 0);
    context.lineTo(column * width, canvas.clientHeight);
  }
  for (let row = 1; row < rows.count; row++) {
    context.moveTo(0, row * height);
    context.lineTo(canvas.clientWidth, row * height);
  }
  context.stroke();
}

/** A name, in two lines where one is too wide. */
function fillFitting(
  context: CanvasRenderingContext2D,
  name: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): void {
  const words = name.split(" ");
  if (words.length < 2 || context.measureText(name).width <= width) {
    return context.fillText(name, x, y, width);
  }
  for (const [line, word] of [words[0]!, words.slice(1).join(" ")].entries()) {
    context.fillText(word, x, y + (line - 0.5) * 12, width);
  }
}

/** An arrow about a point; its angle is clockwise from up, in degrees. */
function drawArrow(
  context: CanvasRenderingContext2D,
  { x, y, angle, size }: {
    readonly x: number;
    readonly y: number;
    readonly angle: number;
    readonly size: number;
  },
): void {
  const half = size * 0.2;
  context.save();
  context.translate(x, y);
  context.rotate(angle * Math.PI / 180);
  context.lineWidth = Math.max(1.5, size * 0.045);
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(0, half);
  context.lineTo(0, -half);
  context.moveTo(-half * 0.6, -half * 0.35);
  context.lineTo(0, -half);
  context.lineTo(half * 0.6, -half * 0.35);
  context.stroke();
  context.restore();
}
