/** A pen for boards and for what stands on them. @module */
import type { Surface } from "./surface.ts";

/** x and y from the upper left corner of the board, in cells. */
export type Point = readonly [x: number, y: number];

/** Extent of a board. */
export interface BoardShape {
  /** Cells from top to bottom. */
  readonly rows: number;
  /** Cells from left to right. */
  readonly columns: number;
  /** Colour of the surface behind the board. */
  readonly ground: string;
}

/**
 * Draws a board of square cells, as large as the surface allows and in its middle: fills the surface, then calls
 * `draw` with a pen whose lengths are cells.
 */
export function drawBoard(surface: Surface, shape: BoardShape, draw: (pen: Pen) => void): void {
  surface.save();
  surface.fillStyle = shape.ground;
  surface.fillRect(0, 0, surface.canvas.width, surface.canvas.height);
  draw(new Pen(surface, shape));
  surface.restore();
}

/** Draws in cells of a board. */
export class Pen {
  readonly #surface: Surface;
  /** Pixels of a cell's side. */
  readonly #unit: number;
  readonly #left: number;
  readonly #top: number;

  constructor(surface: Surface, { rows, columns }: BoardShape) {
    const { width, height } = surface.canvas;
    this.#surface = surface;
    this.#unit = Math.min(width / columns, height / rows);
    this.#left = (width - columns * this.#unit) / 2;
    this.#top = (height - rows * this.#unit) / 2;
  }

  /** Fills a rectangle whose upper left corner is `corner`. */
  rectangle(colour: string, corner: Point, [width, height]: Point): void {
    const [x, y] = this.#pixel(corner);
    this.#surface.fillStyle = colour;
    this.#surface.fillRect(x, y, width * this.#unit, height * this.#unit);
  }

  /** Fills a circle. */
  disc(colour: string, centre: Point, radius: number): void {
    const [x, y] = this.#pixel(centre);
    this.#surface.fillStyle = colour;
    this.#surface.beginPath();
    this.#surface.arc(x, y, radius * this.#unit, 0, 2 * Math.PI);
    this.#surface.fill();
  }

  /** Fills a polygon. */
  polygon(colour: string, corners: readonly Point[]): void {
    this.#surface.fillStyle = colour;
    this.#trace(corners);
    this.#surface.closePath();
    this.#surface.fill();
  }

  /** Draws a line through `points`. */
  line(colour: string, points: readonly Point[], width: number): void {
    this.#surface.strokeStyle = colour;
    this.#surface.lineWidth = width * this.#unit;
    this.#trace(points);
    this.#surface.stroke();
  }

  #trace(points: readonly Point[]): void {
    this.#surface.beginPath();
    points.forEach((point, i) => {
      const [x, y] = this.#pixel(point);
      if (i === 0) this.#surface.moveTo(x, y);
      else this.#surface.lineTo(x, y);
    });
  }

  #pixel([x, y]: Point): Point {
    return [this.#left + x * this.#unit, this.#top + y * this.#unit];
  }
}

/** Fills the cell at column x and row y but for a thin gap around it. */
export function drawTile(pen: Pen, colour: string, [x, y]: Point): void {
  const gap = 0.03;
  pen.rectangle(colour, [x + gap, y + gap], [1 - 2 * gap, 1 - 2 * gap]);
}

/** A small person with a pointed hat, standing in the cell at column x and row y, in a coat of this colour. */
export function drawPerson(pen: Pen, coat: string, [x, y]: Point): void {
  pen.polygon(coat, [[x + 0.5, y + 0.36], [x + 0.74, y + 0.88], [x + 0.26, y + 0.88]]);
  pen.disc("#f2c9a1", [x + 0.5, y + 0.38], 0.14);
  pen.polygon("#c8372d", [[x + 0.5, y + 0.08], [x + 0.66, y + 0.32], [x + 0.34, y + 0.32]]);
}

/** A flag of this colour on a pole in the cell at column x and row y. */
export function drawFlag(pen: Pen, colour: string, [x, y]: Point): void {
  pen.rectangle("#5b4636", [x + 0.28, y + 0.14], [0.06, 0.74]);
  pen.polygon(colour, [[x + 0.34, y + 0.14], [x + 0.8, y + 0.31], [x + 0.34, y + 0.48]]);
  pen.disc("#5b4636", [x + 0.31, y + 0.88], 0.09);
}

/** A hole in the cell at column x and row y, with a rim of this colour. */
export function drawHole(pen: Pen, rim: string, [x, y]: Point): void {
  pen.disc(rim, [x + 0.5, y + 0.5], 0.4);
  pen.disc("#1d3146", [x + 0.5, y + 0.5], 0.34);
}
