/** What a WGSL text declares, by its outermost lines; the compiler judges the rest. @module */
import type { ShaderFile } from "../gpu/kernel.ts";

/** A declaration outside functions and structures. */
export interface Declaration {
  /** Name of the file. */
  readonly file: string;
  /** Line in it, from 1. */
  readonly line: number;
  /** `fn`, `struct`, `const`, `override`, `alias` or `var`. */
  readonly kind: string;
  /** The declared name. */
  readonly name: string;
}

/** A brace, or a keyword that declares and the name that follows. */
const tokens = /([{}])|\b(fn|struct|const|override|alias|var)\b(?:\s*<[^>]*>)?\s+(\w+)/g;

/** The declarations outside functions and structures, in their order. */
export function declarations({ name: file, text }: ShaderFile): Declaration[] {
  const code = withoutComments(text);
  const found: Declaration[] = [];
  let depth = 0;
  for (const { 1: brace, 2: kind, 3: name, index } of code.matchAll(tokens)) {
    if (brace !== undefined) depth += brace === "{" ? 1 : -1;
    else if (depth === 0) found.push({ file, line: lineAt(code, index), kind: kind!, name: name! });
  }
  return found;
}

/** The first place in a text, outside comments, where `pattern` stands: its line, from 1, and what the line says. */
export function firstLine(text: string, pattern: RegExp): { line: number; text: string } | undefined {
  const code = withoutComments(text);
  const index = code.search(pattern);
  if (index < 0) return undefined;
  const line = lineAt(code, index);
  return { line, text: text.split("\n")[line - 1]!.trim() };
}

/** The text with spaces for comments, so that every character keeps its place. Block comments may hold others. */
export function withoutComments(text: string): string {
  const spaces = (comment: string) => comment.replaceAll(/[^\n]/g, " ");
  let [code, at, depth] = ["", 0, 0];
  while (at < text.length) {
    const mark = depth > 0 ? /\/\*|\*\//g : /\/\/.*|\/\*/g;
    mark.lastIndex = at;
    const { 0: found, index } = mark.exec(text) ?? { 0: "", index: text.length };
    const before = text.slice(at, index);
    code += (depth > 0 ? spaces(before) : before) + spaces(found);
    at = index + found.length;
    depth += found === "/*" ? 1 : found === "*/" ? -1 : 0;
  }
  return code;
}

/** The line, from 1, of the character at `index`. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
