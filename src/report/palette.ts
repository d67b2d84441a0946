/** Colours that carry meaning: of lines, of values, of actions. @module */

/**
 * Colours of lines that also people who do not tell red from green can tell apart.
 * Source: M. Okabe and K. Ito, "Color Universal Design", 2008; without its yellow, which a light ground swallows.
 */
export const lineColors: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
];

/**
 * Colours of values from low to high: even steps of lightness, for every eye.
 * Source: viridis, S. van der Walt and N. Smith, 2015; nine of its colours.
 */
export const valueColors: readonly string[] = [
  "#440154",
  "#472d7b",
  "#3b528b",
  "#2c728e",
  "#21918c",
  "#28ae80",
  "#5ec962",
  "#addc30",
  "#fde725",
];

/** Colours of actions in a phase diagram, by action; none is grey, which means no action. */
export const actionColors: readonly string[] = [
  "#0072b2",
  "#f0e442",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#e69f00",
];

/** Black or white, whichever reads better on the colour of `share` (0 low, 1 high) of {@linkcode valueColors}. */
export function inkOnValue(share: number): string {
  return share > 0.6 ? "#000000" : "#ffffff";
}
