/** What an environment draws on. @module */

/**
 * The part of the browser's CanvasRenderingContext2D that environments draw with. A canvas context is one as
 * it stands; so is anything that turns the same calls into pixels. Lengths are pixels, the origin is the
 * upper left corner, y points down, angles are radians clockwise. Styles are CSS colours of the form
 * `#rrggbb`.
 */
export interface Surface {
  /** Extent of the picture, pixels. */
  readonly canvas: { readonly width: number; readonly height: number };
  /**
   * Colour of `fill` and `fillRect`. A canvas may give back more than a colour, so what is read is unknown.
   */
  get fillStyle(): unknown;
  /** @ignore Its getter tells of both. */
  set fillStyle(colour: string);
  /** Colour of `stroke`. */
  get strokeStyle(): unknown;
  /** @ignore Its getter tells of both. */
  set strokeStyle(colour: string);
  /** Width of `stroke`, pixels. */
  lineWidth: number;
  /** Fills a rectangle. */
  fillRect(x: number, y: number, width: number, height: number): void;
  /** Forgets the path so far and starts another. */
  beginPath(): void;
  /** Moves the pen. */
  moveTo(x: number, y: number): void;
  /** Adds a straight line. */
  lineTo(x: number, y: number): void;
  /** Adds a circular arc from angle `start` to angle `end`, clockwise. */
  arc(x: number, y: number, radius: number, start: number, end: number): void;
  /** Joins the end of the path to its start. */
  closePath(): void;
  /** Fills the path. */
  fill(): void;
  /** Draws along the path. */
  stroke(): void;
  /** Keeps styles and transformation for `restore`. */
  save(): void;
  /** Brings back what the matching `save` kept. */
  restore(): void;
  /** Moves the origin of what is drawn next. */
  translate(x: number, y: number): void;
  /** Turns what is drawn next about the origin. */
  rotate(angle: number): void;
  /** Scales what is drawn next. */
  scale(x: number, y: number): void;
}
