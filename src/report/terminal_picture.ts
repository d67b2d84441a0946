/** Pictures in a terminal. @module */
import type { Pixels } from "./raster.ts";

/** How large a terminal picture becomes. */
export interface TerminalPictureOptions {
  /** Characters in a line; 80 by default. */
  readonly columns?: number;
}

/**
 * A picture as lines of upper half blocks (▀) in 24-bit colours, two pixels a character: the block's own colour is the
 * upper pixel's, its background the lower one's. Pixels are means of the areas that they stand for; alpha is ignored.
 *
 * @returns Lines without a line break at the end; each ends with the terminal's own colours.
 * @throws {RangeError} When `options.columns` is no positive integer.
 */
export function terminalPicture(picture: Pixels, options: TerminalPictureOptions = {}): string {
  const { columns = 80 } = options;
  if (!(Number.isInteger(columns) && columns > 0)) {
    throw new RangeError(`Cannot draw in a terminal: columns is ${columns}, wanted a positive integer`);
  }
  const lines = terminalLines(picture, columns);
  const colour = areaMeans(picture, { columns, rows: 2 * lines });
  return Array.from({ length: lines }, (_, line) => {
    let text = "", last = "";
    for (let column = 0; column < columns; column++) {
      const style = `\x1b[38;2;${colour(column, 2 * line)};48;2;${colour(column, 2 * line + 1)}m`;
      text += style === last ? "▀" : `${style}▀`;
      last = style;
    }
    return `${text}\x1b[0m`;
  }).join("\n");
}

/** Lines of a {@linkcode terminalPicture} of so many columns: a character is about twice as high as wide. */
export function terminalLines({ width, height }: Omit<Pixels, "pixels">, columns: number): number {
  return Math.max(1, Math.round(columns * height / width / 2));
}

/** The mean colour, `r;g;b`, of each cell of a grid over the picture. */
function areaMeans(
  { width, height, pixels }: Pixels,
  { columns, rows }: { columns: number; rows: number },
): (column: number, row: number) => string {
  return (column, row) => {
    const [left, right] = span(column, columns, width);
    const [top, bottom] = span(row, rows, height);
    const sum = [0, 0, 0];
    for (let y = top; y < bottom; y++) {
      for (let i = (y * width + left) * 4; i < (y * width + right) * 4; i += 4) {
        for (let channel = 0; channel < 3; channel++) sum[channel]! += pixels[i + channel]!;
      }
    }
    return sum.map((total) => Math.round(total / ((right - left) * (bottom - top)))).join(";");
  };
}

/** Pixels from the first to before the last that cell `index` of `count` covers: at least one. */
function span(index: number, count: number, extent: number): [number, number] {
  const first = Math.floor(index * extent / count);
  return [first, Math.max(first + 1, Math.floor((index + 1) * extent / count))];
}
