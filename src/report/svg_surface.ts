/**
 * A surface that writes down what is drawn on it as SVG, so that whatever an environment renders becomes a picture.
 *
 * @module
 */
import type { Surface } from "../envs/surface.ts";

/** What `save` keeps. The transformation takes (x, y) to (a x + c y + e, b x + d y + f), as a canvas names it. */
interface State {
  fill: string;
  stroke: string;
  lineWidth: number;
  matrix: Matrix;
}

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A step of a path: SVG's letter and its points, x and y in turn, in pixels of the picture. */
type Segment = readonly [letter: "M" | "L" | "C" | "Z", ...points: number[]];

/**
 * Records a canvas's calls. Like a canvas it transforms a path's points when they are added and the pen when it draws,
 * and ignores styles that are no colour; `#rrggbb` is the form that every surface takes.
 *
 * ```ts
 * const surface = new SvgSurface(600, 400);
 * environment.render(surface);
 * await Deno.writeTextFile("state.svg", surface.toString());
 * ```
 */
export class SvgSurface implements Surface {
  /** Extent of the picture, pixels. */
  readonly canvas: { readonly width: number; readonly height: number };
  #state: State = { fill: "#000000", stroke: "#000000", lineWidth: 1, matrix: [1, 0, 0, 1, 0, 0] };
  readonly #saved: State[] = [];
  readonly #shapes: string[] = [];
  #path: Segment[] = [];

  /** An empty, transparent picture. Throws RangeError unless both extents are positive and finite. */
  constructor(width: number, height: number) {
    if (!(width > 0 && height > 0 && width < Infinity && height < Infinity)) {
      throw new RangeError(`Cannot make a picture: it is ${width} x ${height}, wanted positive extents`);
    }
    this.canvas = { width, height };
  }

  /** The picture so far, an SVG document. */
  toString(): string {
    const { width, height } = this.canvas;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    // A canvas cuts mitres at 10, SVG at 4.
    const open = `<svg xmlns="http://www.w3.org/2000/svg" ${size} stroke-miterlimit="10">`;
    return [open, ...this.#shapes, "</svg>"].join("\n");
  }

  /** Colour of `fill` and `fillRect`, `#000000` at first. */
  get fillStyle(): unknown {
    return this.#state.fill;
  }
  set fillStyle(colour: string) {
    if (isColour(colour)) this.#state.fill = colour;
  }

  /** Colour of `stroke`, `#000000` at first. */
  get strokeStyle(): unknown {
    return this.#state.stroke;
  }
  set strokeStyle(colour: string) {
    if (isColour(colour)) this.#state.stroke = colour;
  }

  /** Width of `stroke`, pixels before scaling; 1 at first. What is not positive and finite is ignored. */
  get lineWidth(): number {
    return this.#state.lineWidth;
  }
  set lineWidth(width: number) {
    if (width > 0 && width < Infinity) this.#state.lineWidth = width;
  }

  /** Fills a rectangle; the path is left alone. */
  fillRect(x: number, y: number, width: number, height: number): void {
    const [right, bottom] = [x + width, y + height];
    const corners = this.#points(x, y, right, y, right, bottom, x, bottom);
    const [x0, y0, ...others] = corners as [number, number, ...number[]];
    this.#fill([["M", x0, y0], ["L", ...others], ["Z"]]);
  }

  /** Forgets the path so far and starts another. */
  beginPath(): void {
    this.#path = [];
  }

  /** Moves the pen. */
  moveTo(x: number, y: number): void {
    this.#path.push(["M", ...this.#points(x, y)]);
  }

  /** Adds a straight line; the first point of a path is moved to. */
  lineTo(x: number, y: number): void {
    this.#path.push([this.#path.length === 0 ? "M" : "L", ...this.#points(x, y)]);
  }

  /** Adds a line to the arc's start, and a circular arc from angle `start` to angle `end`, clockwise. */
  arc(x: number, y: number, radius: number, start: number, end: number): void {
    const full = 2 * Math.PI;
    const sweep = end - start >= full ? full : ((end - start) % full + full) % full;
    this.lineTo(x + radius * Math.cos(start), y + radius * Math.sin(start));
    // Cubic curves of a quarter turn at most stay within 0.03 % of the radius, and can be transformed by their points.
    const pieces = Math.ceil(sweep / (full / 4));
    const angle = sweep / pieces;
    const handle = 4 / 3 * Math.tan(angle / 4) * radius;
    for (let i = 0; i < pieces; i++) {
      const [from, to] = [start + i * angle, start + (i + 1) * angle];
      const [x0, y0] = [x + radius * Math.cos(from), y + radius * Math.sin(from)];
      const [x1, y1] = [x + radius * Math.cos(to), y + radius * Math.sin(to)];
      const first = [x0 - handle * Math.sin(from), y0 + handle * Math.cos(from)] as const;
      const second = [x1 + handle * Math.sin(to), y1 - handle * Math.cos(to)] as const;
      this.#path.push(["C", ...this.#points(...first, ...second, x1, y1)]);
    }
  }

  /** Joins the end of the path to its start. */
  closePath(): void {
    if (this.#path.length > 0) this.#path.push(["Z"]);
  }

  /** Fills the path. */
  fill(): void {
    this.#fill(this.#path);
  }

  /** Draws along the path with a pen as transformed now. */
  stroke(): void {
    const { stroke, lineWidth, matrix } = this.#state;
    const back = inverse(matrix);
    if (back === undefined || this.#path.length === 0) return;
    const path = this.#path.map(([letter, ...points]): Segment => [letter, ...transformed(back, points)]);
    const transform = `transform="matrix(${matrix.map(short).join(" ")})"`;
    const pen = `fill="none" stroke="${stroke}" stroke-width="${short(lineWidth)}"`;
    this.#shapes.push(`<path d="${pathData(path)}" ${pen} ${transform}/>`);
  }

  /** Keeps styles and transformation for `restore`. */
  save(): void {
    this.#saved.push({ ...this.#state });
  }

  /** Brings back what the matching `save` kept. */
  restore(): void {
    this.#state = this.#saved.pop() ?? this.#state;
  }

  /** Moves the origin of what is drawn next. */
  translate(x: number, y: number): void {
    this.#transform([1, 0, 0, 1, x, y]);
  }

  /** Turns what is drawn next about the origin, clockwise by `angle` radians. */
  rotate(angle: number): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.#transform([cos, sin, -sin, cos, 0, 0]);
  }

  /** Scales what is drawn next. */
  scale(x: number, y: number): void {
    this.#transform([x, 0, 0, y, 0, 0]);
  }

  #transform([a, b, c, d, e, f]: Matrix): void {
    const linear = (matrix: Matrix): Matrix => [matrix[0], matrix[1], matrix[2], matrix[3], 0, 0];
    const { matrix } = this.#state;
    const [p, q, r, s] = transformed(linear(matrix), [a, b, c, d]) as [number, number, number, number];
    const [t, u] = transformed(matrix, [e, f]) as [number, number];
    this.#state.matrix = [p, q, r, s, t, u];
  }

  #points(...points: number[]): number[] {
    return transformed(this.#state.matrix, points);
  }

  #fill(path: readonly Segment[]): void {
    if (path.length > 0) this.#shapes.push(`<path d="${pathData(path)}" fill="${this.#state.fill}"/>`);
  }
}

function isColour(style: unknown): style is string {
  return typeof style === "string" && /^(#[\da-f]{3,8}|[a-z]+|(rgb|hsl)a?\([\d\s.,%/deg+-]+\))$/i.test(style);
}

function transformed([a, b, c, d, e, f]: Matrix, points: readonly number[]): number[] {
  const result: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    result.push(a * x + c * y + e, b * x + d * y + f);
  }
  return result;
}

/** Undefined where the transformation flattens the plane. */
function inverse([a, b, c, d, e, f]: Matrix): Matrix | undefined {
  const det = a * d - b * c;
  if (!(Math.abs(det) > 0)) return undefined;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

function pathData(path: readonly Segment[]): string {
  return path.map(([letter, ...points]) => letter + points.map(short).join(" ")).join("");
}

/** In thousandths of a pixel, finer than any picture shows; not in exponents, and `-0` as `0`. */
function short(value: number): string {
  return String(Math.round(value * 1000) / 1000 + 0);
}
