/** The texts of the page, and numbers, in the reader's language. @module */
import { en } from "./texts/en.ts";

/** The languages that there are, as BCP 47 has them. */
export const languages = ["en", "zh-Hant", "ko"] as const;

/** One of them. */
export type Language = typeof languages[number];

/** What stands in place of the names in braces of a text. */
export type Values = Readonly<Record<string, string | number>>;

/** What a text of the page is asked for by. */
export type TextKey = keyof typeof en;

/** The texts of a language, by what they are asked for by. */
export type Texts<K extends string = TextKey> = Readonly<Record<K, string>>;

/** What the file of a language exports. */
export interface Translation {
  readonly texts: Texts;
  /** The descriptions of the presets, by their names; in English they are the presets' own. */
  readonly descriptions: Readonly<Record<string, string>>;
}

let language: Language = "en";
let translation: Partial<Translation> = {};

/** The text of a key, with values in place of their names. */
export function t(key: TextKey, values?: Values): string {
  return fill((translation.texts ?? en)[key], values);
}

/** A text with values in place of their names. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => `${values[name] ?? whole}`);
}

/** Shows another language from here on, English where it has no texts. What has been drawn stays. */
export function useLanguage(next: Language, translated: Translation | undefined): void {
  language = translated ? next : "en";
  translation = translated ?? {};
}

/** The description of a preset, from the one that it has. */
export function describePreset(name: string, description = ""): string {
  return translation.descriptions?.[name] ?? description;
}

/** A count or a value, as people read it: `12,000`, `0.0123`. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e12) return value.toLocaleString(language);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) {
    return Number(value.toPrecision(digits - 1)).toExponential();
  }
  return value.toLocaleString(language, {
    maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(size))),
  });
}

/** A count in little room: `12K` for 12,000. */
export function formatCompact(value: number): string {
  return value.toLocaleString(language, { notation: "compact", maximumSignificantDigits: 3 });
}

/** A list of words with commas between: `a, b`. Lists of the language itself have none in Korean. */
export function formatList(words: readonly string[]): string {
  return words.join(language === "zh-Hant" ? "、" : ", ");
}
