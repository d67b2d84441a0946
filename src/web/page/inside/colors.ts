/** Colours of numbers. @module */
import { valueColors } from "../../../report/palette.ts";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colour of a number from `#rrggbb`. */
export function rgbOf(hex: string): Rgb {
  const number = parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** As CSS has it. */
export function cssOf([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

const stops = valueColors.map(rgbOf);

/** The colour of a value by its share of the way from the lowest, 0, to the highest, 1. */
export function valueColor(share: number): Rgb {
  const at = Math.max(0, Math.min(1, share || 0)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return mix(stops[low]!, stops[low + 1]!, at - low);
}

/** What is below zero and what is above, at their largest; Okabe and Ito's vermilion and blue. */
const [below, above] = [rgbOf("#d55e00"), rgbOf("#0072b2")];

/** The colour of a number from -1 to 1, with `zero` in the middle: orange below it, blue above. */
export function signColor(share: number, zero: Rgb): Rgb {
  return mix(zero, share < 0 ? below : above, Math.min(1, Math.abs(share || 0)));
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const [red, green, blue] = from.map((value, i) => Math.round(value + share * (to[i]! - value)));
  return [red!, green!, blue!];
}
