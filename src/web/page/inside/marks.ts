/** What moves over a picture of states: where the episode is, and the cell that is pointed at. @module */
import type { GridPlace } from "../../trainer/inside/locate.ts";
import { fitted } from "./picture.ts";

/** Places of the trail behind the state. */
const trailLength = 24;

/** Farther apart, in parts of the grid, two places belong to different episodes, or to the ends of a circle. */
const jump = 0.3;

/** Cells of more pixels than this are marked as such. */
const largestDot = 14;

/** Marks on a layer of its own above a picture. */
export class Marks {
  readonly #canvas: HTMLCanvasElement;
  #columns = 1;
  #rows = 1;
  #trail: GridPlace[] = [];
  #cursor: number | undefined;

  /** @param canvas As large as the picture, and above it. */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** The grid that the picture is of. */
  size(columns: number, rows: number): void {
    if (columns !== this.#columns || rows !== this.#rows) this.#trail = [];
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Where the episode is now; undefined where that is not on the picture. */
  move(place: GridPlace | undefined): void {
    if (!place) this.#trail = [];
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.#trail = [place];
    else this.#trail = [...this.#trail.slice(1 - trailLength), place];
    this.draw();
  }

  /** The cell that is pointed at. */
  point(cell: number | undefined): void {
    this.#cursor = cell;
    this.draw();
  }

  /** Draws all of it anew. */
  draw(): void {
    const context = fitted(this.#canvas);
    const { clientWidth, clientHeight } = this.#canvas;
    const [width, height] = [clientWidth / this.#columns, clientHeight / this.#rows];
    context.clearRect(0, 0, clientWidth, clientHeight);
    context.lineCap = "round";
    const isBoard = Math.min(width, height) > largestDot;
    const trail = isBoard ? [] : this.#trail;
    for (const [color, size] of [["#000000", 4], ["#ffffff", 2]] as const) {
      context.strokeStyle = color;
      context.lineWidth = size;
      for (const [i, [x, y]] of trail.entries()) {
        const [fromX, fromY] = trail[i - 1] ?? [x, y];
        const far = Math.max(Math.abs(x - fromX) / this.#columns, Math.abs(y - fromY) / this.#rows) > jump;
        if (i === 0 || far) continue;
        context.globalAlpha = i / trail.length;
        context.beginPath();
        context.moveTo(fromX * width, fromY * height);
        context.lineTo(x * width, y * height);
        context.stroke();
      }
    }
    context.globalAlpha = 1;
    const place = this.#trail.at(-1);
    if (place) {
      context.beginPath();
      if (isBoard) {
        const [column, row] = place.map(Math.floor) as [number, number];
        context.roundRect(column * width + 3, row * height + 3, width - 6, height - 6, 6);
      } else context.arc(place[0] * width, place[1] * height, 5, 0, 2 * Math.PI);
      strokeTwice(context, 2.5);
    }
    if (this.#cursor === undefined) return;
    const [column, row] = [this.#cursor % this.#columns, Math.floor(this.#cursor / this.#columns)];
    const [w, h] = [Math.max(width, 7), Math.max(height, 7)];
    context.beginPath();
    context.rect((column + 0.5) * width - w / 2, (row + 0.5) * height - h / 2, w, h);
    strokeTwice(context, 2);
  }
}

/** White with a black edge: seen on every colour. */
function strokeTwice(context: CanvasRenderingContext2D, width: number): void {
  context.lineWidth = width + 2;
  context.strokeStyle = "#000000";
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = "#ffffff";
  context.stroke();
}
