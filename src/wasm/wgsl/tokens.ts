/** WGSL text as tokens. Source: the WGSL specification, "Textual Structure". @module */
import { excerpt } from "../../core/errors.ts";
import { WgslError } from "./error.ts";
import { type NumberLiteral, readNumber } from "./numbers.ts";

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

/** Names are no longer than this. */
const longestName = 255;

const blanks =
  "[\\t\\n\\v\\f\\r \\u0085\\u200e\\u200f\\u2028\\u2029]+|//[^\\n\\v\\f\\r\\u0085\\u2028\\u2029]*";
const word = "[\\p{XID_Start}_]\\p{XID_Continue}*";
const number = "0[xX](?:[\\da-fA-F]*\\.[\\da-fA-F]+|[\\da-fA-F]+\\.?)(?:[pP][+-]?\\d+[fh]?)?[iu]?|" +
  "(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?[fhiu]?";
const symbol = "<<=|>>=|&&|\\|\\||->|<<|>>|<=|>=|==|!=|\\+\\+|--|[-+*/%&|^]=|[-&@/![\\]{}:,=<>%.+|();*~^]";
const token = new RegExp(`(${blanks})|(/\\*)|(${word})|(${number})(${word}|${number})?|(${symbol})`, "uy");

/** The tokens of a text, an `end` last. `<` and `>` are symbols here: see `templates.ts`. @throws {WgslError} For strange characters. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      throw new WgslError(`${JSON.stringify(character)} is no character of WGSL`, line);
    }
    const [all, blank, comment, name, digits, rest] = found;
    at += all.length;
    if (blank) line += lineBreaks(blank);
    else if (comment) {
      const end = endOfComment(text, at);
      if (end === undefined) throw new WgslError("this comment has no `*/`", line);
      line += lineBreaks(text.slice(at, end));
      at = end;
    } else if (name) tokens.push(wordToken(name, line));
    else if (rest) throw new WgslError(`\`${excerpt(all)}\` is not a number`, line);
    else if (digits) tokens.push({ kind: "number", text: digits, line, number: readNumber(digits, line) });
    else tokens.push({ kind: "symbol", text: all, line });
  }
  tokens.push({ kind: "end", text: "", line });
  return tokens;
}

function wordToken(text: string, line: number): Token {
  if (text.length > longestName) throw new WgslError(`this name has over ${longestName} characters`, line);
  if (text === "_") return { kind: "symbol", text, line };
  if (keywords.has(text)) return { kind: "keyword", text, line };
  if (reservedWords.has(text)) throw new WgslError(`\`${text}\` is a reserved word`, line);
  if (text.startsWith("__")) {
    throw new WgslError(`\`${text}\`: names do not start with two underscores`, line);
  }
  return { kind: "name", text, line };
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Where a comment ends, comments within it included, that starts before `start`; undefined if it does not. */
function endOfComment(text: string, start: number): number | undefined {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 1;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return undefined;
}

/** Words of the grammar. */
export const keywords: ReadonlySet<string> = new Set(
  ("alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if " +
    "let loop override requires return struct switch true var while").split(" "),
);

/** Words kept for the future. */
const reservedWords: ReadonlySet<string> = new Set(
  ("NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class " +
    "co_await co_return co_yield coherent column_major common compile compile_fragment concept const_cast consteval " +
    "constexpr constinit crate debugger decltype delete demote demote_to_helper do dynamic_cast enum explicit export " +
    "extends extern external fallthrough filter final finally friend from fxgroup get goto groupshared highp impl " +
    "implements import inline instanceof interface layout lowp macro macro_rules match mediump meta mod module move " +
    "mut mutable namespace new nil noexcept noinline nointerpolation non_coherent noncoherent noperspective null " +
    "nullptr of operator package packoffset partial pass patch pixelfragment precise precision premerge priv protected " +
    "pub public readonly ref regardless register reinterpret_cast require resource restrict self set shared sizeof " +
    "smooth snorm static static_assert static_cast std subroutine super target template this thread_local throw trait " +
    "try type typedef typeid typename typeof union unless unorm unsafe unsized use using varying virtual volatile wgsl " +
    "where with writeonly yield").split(" "),
);
