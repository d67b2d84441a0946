/** What the marks and colours of a chart of cells mean, in lines beneath it. @module */
import { fontSizes, inks, textWidth } from "./chart_style.ts";

/** A mark or a colour, and what it means. */
export interface KeyEntry {
  /** A patch of this CSS colour before the text. */
  readonly color?: string;
  /** As in `S: start`. */
  readonly text: string;
}

const line = 22;
const gap = 20;
const patch = { width: 18, height: 12, gap: 6 } as const;

/**
 * Lays the entries out, in as many lines as need be.
 *
 * @param place Left and upper edge of the first line, and pixels from left to right.
 * @returns Shapes for the chart library, and the height of the lines.
 */
export function layOutKey(
  entries: readonly KeyEntry[],
  place: { readonly left: number; readonly top: number; readonly width: number },
): { shapes: object[]; height: number } {
  const shapes: object[] = [];
  let [x, y] = [0, 0];
  for (const { color, text } of entries) {
    const indent = color === undefined ? 0 : patch.width + patch.gap;
    const needed = indent + textWidth(text, fontSizes.ticks);
    if (x > 0 && x + needed > place.width) [x, y] = [0, y + line];
    const [left, top] = [place.left + x, place.top + y];
    if (color !== undefined) {
      const { width, height } = patch;
      const shape = { x: left, y: top + (line - height) / 2, width, height };
      shapes.push({
        type: "rect",
        shape,
        style: { fill: color, stroke: inks.axis, lineWidth: 0.5 },
        silent: true,
      });
    }
    const font = { fontSize: fontSizes.ticks, fill: inks.text, verticalAlign: "middle" };
    shapes.push({
      type: "text",
      x: left + indent,
      y: top + line / 2,
      style: { text, ...font },
      silent: true,
    });
    x += needed + gap;
  }
  return { shapes, height: entries.length > 0 ? y + line : 0 };
}
