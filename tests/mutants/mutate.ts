/** The mutants of a file: small changes of one line each, which a test should notice. @module */
import { codeOf } from "./code.ts";
import { type Change, droppedItems, turnedConditions } from "./brackets.ts";

/** A change of one line. */
export interface Mutant {
  /** Path from the root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The line as it is. */
  readonly before: string;
  /** The line as it becomes. */
  readonly after: string;
  /** What it is, whatever stands on the lines around: file, the line before and after, and which of the lines like it. */
  readonly id: string;
}

/** Every mutant of a file, in its order. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const lines = text.split("\n");
  const seen = new Map<string, number>();
  return codeOf(file, text).split("\n").flatMap((code, i) => {
    const before = lines[i]!;
    const changed = changesOf(file, code).map(({ start, end, text }) =>
      before.slice(0, start) + text + before.slice(end)
    );
    return [...new Set(changed)].filter((after) => after !== before).map((after) => {
      const name = nameOf({ file, before, after });
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return { file, line: i + 1, before, after, id: count === 1 ? name : `${name} (${count})` };
    });
  });
}

/** A mutant's name, the same wherever its line moves. */
export function nameOf({ file, before, after }: Pick<Mutant, "file" | "before" | "after">): string {
  return `${file}: ${before.trim()} → ${after.trim()}`;
}

/** The text of a mutant's file with its line changed. */
export function mutated(text: string, { line, after }: Mutant): string {
  return text.split("\n").with(line - 1, after).join("\n");
}

function changesOf(file: string, code: string): Change[] {
  const wgsl = file.endsWith(".wgsl");
  return [
    ...numbers(code),
    ...replacements.flatMap(([pattern, text]) =>
      [...code.matchAll(pattern)].map(({ index, 0: found }): Change => ({
        start: index,
        end: index + found.length,
        text,
      }))
    ),
    ...turnedConditions(code),
    ...wgsl ? [] : droppedItems(code),
    ...droppedStatement(code),
  ];
}

/** Operators stand between blanks, as `deno fmt` writes them: brackets of type arguments do not. */
const replacements: readonly (readonly [pattern: RegExp, text: string])[] = [
  ...operator(" < ", " <= "),
  ...operator(" > ", " >= "),
  ...operator(" === ", " !== "),
  ...operator(" == ", " != "),
  ...operator(" && ", " || "),
  ...operator(" + ", " - "),
  ...operator(" * ", " / "),
  ...operator(" += ", " -= "),
  ...operator(" *= ", " /= "),
  ...operator(" << ", " >> "),
  ...operator("true", "false"),
  ...operator(".some(", ".every("),
  ...operator("Math.floor(", "Math.ceil("),
  ...operator("min(", "max("),
  [/ \?\? /g, " && "],
  [/ % /g, " * "],
  [/ >>> /g, " << "],
  [/ [&^] /g, " | "],
  [/(?<![\w)\]!])!(?=[\w(.#])/g, ""],
  [/\+\+/g, "--"],
];

/** Both ways. */
function operator(one: string, other: string): [RegExp, string][] {
  const pattern = (text: string) =>
    new RegExp(/^\w/.test(text) ? `(?<![\\w$])${RegExp.escape(text)}` : RegExp.escape(text), "g");
  return [[pattern(one), other], [pattern(other), one]];
}

const number = /(?<![\w.$])(0x[\da-f]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)(u|i|f)?(?![\w.])/gi;

/** 0 and 1 change places, a fraction doubles, any other integer grows by one. */
function numbers(code: string): Change[] {
  return [...code.matchAll(number)].map(({ index, 0: found, 1: digits, 2: suffix = "" }) => {
    const value = Number(digits!.replaceAll("_", ""));
    const changed = value === 0 ? 1 : value === 1 ? 0 : Number.isInteger(value) ? value + 1 : 2 * value;
    const decimals = digits!.includes(".") && Number.isInteger(changed) ? ".0" : "";
    return { start: index, end: index + found.length, text: `${changed}${decimals}${suffix}` };
  });
}

const declaration = /^\s*(?:const|let|var|type|export|import|readonly|return .*|function|enable)\b/;

/** A statement on a line of its own is gone. */
function droppedStatement(code: string): Change[] {
  const statement = code.trim();
  if (!/^\s/.test(code) || !/^[\w.#$[\]!()*&]+.*;$/.test(statement)) return [];
  if (declaration.test(code) || !balanced(code)) return [];
  return [{ start: code.length - code.trimStart().length, end: code.trimEnd().length, text: "" }];
}

function balanced(code: string): boolean {
  const count = (characters: string) =>
    [...code].filter((character) => characters.includes(character)).length;
  return count("([{") === count(")]}");
}
