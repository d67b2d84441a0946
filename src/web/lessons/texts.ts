/** The texts of the lessons in the reader's language. @module */
import { fill, type Texts, type Values } from "../page/texts.ts";
import { en } from "./texts/en.ts";

/** What a text of the lessons is asked for by. */
export type LessonKey = keyof typeof en;

/** What the file of a language exports. */
export interface LessonTranslation {
  readonly texts: Texts<LessonKey>;
}

let texts: Texts<LessonKey> = en;

/** The text of a key, with values in place of their names. */
export function say(key: LessonKey, values?: Values): string {
  return fill(texts[key], values);
}

/** Shows another language from here on. */
export function useLessonTexts(translation: LessonTranslation | undefined): void {
  texts = translation?.texts ?? en;
}
