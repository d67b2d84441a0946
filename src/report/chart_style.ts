/** How every picture looks: size, fonts, colours, numbers. @module */
import { pictureFont } from "./raster.ts";

/** Width and height of a picture, in pixels. */
export interface Size {
  /** From left to right. */
  readonly width: number;
  /** From top to bottom. */
  readonly height: number;
}

/** Size of a picture where nothing else is asked for. */
export const pictureSize: Size = { width: 800, height: 500 };

/** CSS font family of all texts. */
export const fontFamily = `${pictureFont}, sans-serif`;

/** Font sizes, in pixels. */
export const fontSizes = { title: 18, subtitle: 13, text: 14, ticks: 13 } as const;

/** Colours of everything else. */
export const inks = {
  ground: "#ffffff",
  text: "#222222",
  axis: "#555555",
  grid: "#e4e4e4",
  faint: "#9db8cc",
  threshold: "#666666",
  empty: "#b3b3b3",
  unlearned: "#e3e3e3",
} as const;

/** A number for a tick or a cell: `12,000`, `0.25`, `1e-7`, with at most `digits` significant digits. */
export function formatNumber(value: number, digits = 6): string {
  if (value === 0) return "0"; // -0 too
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) {
    return value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  }
  return value.toLocaleString("en", { maximumSignificantDigits: digits });
}

/**
 * A text in lines that are no wider than `width` pixels, unless a word is; its own line breaks are kept.
 *
 * @returns No line for the empty text.
 */
export function wrapText(
  text: string,
  { width, fontSize }: { readonly width: number; readonly fontSize: number },
): string[] {
  if (text === "") return [];
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    for (const word of paragraph.split(" ")) {
      const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
      if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
}

/** Width of a text in the font of pictures, roughly, in pixels: there is no canvas to measure it with. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) {
    if (/[ijlftrI.,:;'|!()[\] ]/.test(character)) width += 0.38;
    else width += /[mwMW%@]/.test(character) ? 0.95 : 0.64;
  }
  return width * fontSize;
}
