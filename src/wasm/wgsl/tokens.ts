/** WGSL text as tokens. Source: the WGSL specification, "Textual Structure". @module */
import { WgslError } from "./error.ts";
import { type NumberLiteral, readNumber } from "./numbers.ts";
import { keywords, reservedWords } from "./words.ts";

/** What kind of token. `template` is `<` or `>` around a template list; the other `<` and `>` are operators. */
export type TokenKind = "name" | "keyword" | "number" | "symbol" | "template" | "end";

/** A word, number or mark. */
export interface Token {
  /** What it is. */
  readonly kind: TokenKind;
  /** As written; empty at the end. */
  readonly text: string;
  /** Where it starts, counted from 1. */
  readonly line: number;
  /** Of a number. */
  readonly number?: NumberLiteral;
}

const blank = /[\t\n\v\f\r \u0085\u200e\u200f\u2028\u2029]+/y;
const lineComment = /\/\/[^\n\v\f\r\u0085\u2028\u2029]*/y;
const word = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
const number =
  /0[xX](?:[\da-fA-F]*\.[\da-fA-F]+|[\da-fA-F]+\.?)(?:[pP][+-]?\d+[fh]?)?[iu]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fhiu]?/y;
const symbol =
  /<<=|>>=|&&|\|\||->|<<|>>|<=|>=|==|!=|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|[-&@/![\]{}:,=<>%.+|();*~^]/y;

/** The tokens of a text, an `end` last. `<` and `>` are symbols here: see `templates.ts`. @throws {WgslError} For strange characters. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const read = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  while (at < text.length) {
    const space = read(blank) || read(lineComment);
    if (space) {
      line += lineBreaks(space);
      continue;
    }
    if (text.startsWith("/*", at)) {
      const comment = blockComment(text, at);
      if (!comment) throw new WgslError("this comment has no `*/`", line);
      line += lineBreaks(comment);
      at += comment.length;
      continue;
    }
    const named = read(word);
    if (named) {
      tokens.push(wordToken(named, line));
      continue;
    }
    const digits = read(number);
    if (digits) {
      const rest = read(word) || read(number);
      if (rest) throw new WgslError(`\`${digits}${rest}\` is not a number`, line);
      tokens.push({ kind: "number", text: digits, line, number: readNumber(digits, line) });
      continue;
    }
    const mark = read(symbol);
    if (!mark) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      throw new WgslError(`${JSON.stringify(character)} is no character of WGSL`, line);
    }
    tokens.push({ kind: "symbol", text: mark, line });
  }
  tokens.push({ kind: "end", text: "", line });
  return tokens;
}

function wordToken(text: string, line: number): Token {
  if (text === "_") return { kind: "symbol", text, line };
  if (keywords.has(text)) return { kind: "keyword", text, line };
  if (reservedWords.has(text)) throw new WgslError(`\`${text}\` is a reserved word`, line);
  if (text.startsWith("__")) {
    throw new WgslError(`\`${text}\`: names do not start with two underscores`, line);
  }
  return { kind: "name", text, line };
}

function lineBreaks(text: string): number {
  return text.split("\n").length - 1;
}

/** The comment that starts at `start`, comments within it included; undefined if it does not end. */
function blockComment(text: string, start: number): string | undefined {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return text.slice(start, mark.lastIndex);
  }
  return undefined;
}
