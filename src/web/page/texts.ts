/** The texts of the page in the reader's language. @module */
import { en } from "./texts/en.ts";

/** What a text is asked for by. */
export type TextKey = keyof typeof en;

/** The texts of a language. */
export type Texts = Readonly<Record<TextKey, string>>;

let texts: Texts = en;

/** The text of a key, with values in place of their names. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => `${values[name] ?? whole}`);
}

/** Shows another language from here on. What has been drawn stays. */
export function useTexts(next: Texts): void {
  texts = next;
}

/** A count or a value, as people read it: `12,000`, `0.0123`. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e12) return value.toLocaleString("en");
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) return value.toExponential(digits - 2);
  return value.toLocaleString("en", {
    maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(size))),
  });
}
