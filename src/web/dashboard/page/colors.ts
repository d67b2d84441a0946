/** Colours of lines. @module */
import "../../page/dom.ts";

/** How a line looks, the first to the last that is drawn. */
export interface LineStyle {
  /** A colour that goes with the theme. */
  readonly color: string;
  /** Lengths of dashes and gaps; none for a line that is whole. */
  readonly dash: readonly number[];
}

/** Hue and distance in lightness of colours that most people tell apart, after Okabe and Ito, "Color Universal Design", 2008. */
const tones: readonly (readonly [hue: number, lightness: number])[] = [
  [245, 0],
  [50, 0.03],
  [165, 0],
  [345, 0.02],
  [85, 0.1],
  [225, 0.14],
  [28, -0.06],
  [300, -0.08],
];

const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** The style of a line by its number. What has the colour of another differs in its dashes. */
export function lineStyle(i: number, isDark: boolean): LineStyle {
  const [hue, lightness] = tones[i % tones.length]!;
  const dash = dashes[Math.floor(i / tones.length) % dashes.length]!;
  const base = isDark ? 0.72 : 0.55;
  return { color: `oklch(${(base + lightness).toFixed(2)} 0.14 ${hue})`, dash };
}

const darkScheme = "(prefers-color-scheme: dark)";

/** Whether the page is dark. */
export function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia(darkScheme).matches;
}

/** Calls `draw` whenever the page turns dark or light. */
export function onTheme(draw: () => void): void {
  matchMedia(darkScheme).addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
