/** Texts with marks in them: `*words that matter*`, and names of code within backticks. @module */
import { h } from "../page/dom.ts";

/** A part of a text, and how it is written. */
export type Part = readonly ["text" | "em" | "code", string];

/** The parts of a text. */
export function partsOf(text: string): Part[] {
  return [...text.matchAll(/`([^`]+)`|\*([^*]+)\*|[^`*]+|[`*]/g)].map(([whole, code, em]): Part => {
    if (code !== undefined) return ["code", code];
    return em === undefined ? ["text", whole] : ["em", em];
  });
}

/** A text as nodes. */
export function rich(text: string): (Node | string)[] {
  return partsOf(text).map(([kind, words]) => kind === "text" ? words : h(kind, {}, words));
}
