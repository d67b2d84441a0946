/** What a WGSL text declares outside functions and structures; the compiler judges the rest. @module */
import type { ShaderFile } from "../gpu/kernel.ts";
import { type Token, tokenize } from "../gpu/wgsl_tokens.ts";

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

const kinds = ["fn", "struct", "const", "override", "alias", "var"];

/** The declarations outside functions and structures, in their order. @throws {WgslError} For a text that is none. */
export function declarations({ name: file, text }: ShaderFile): Declaration[] {
  const tokens = tokenize(text);
  const found: Declaration[] = [];
  let depth = 0;
  for (const [i, { text: kind, line }] of tokens.entries()) {
    if (kind === "{") depth++;
    else if (kind === "}") depth--;
    else if (depth === 0 && kinds.includes(kind)) {
      const name = nameAfter(tokens, i);
      if (name !== undefined) found.push({ file, line, kind, name });
    }
  }
  return found;
}

/** What a keyword declares: the name behind it, a template list between them left out. */
function nameAfter(tokens: readonly Token[], keyword: number): string | undefined {
  const isListed = tokens[keyword + 1]?.text === "<";
  const end = isListed ? tokens.findIndex(({ text }, i) => i > keyword && text === ">") : keyword;
  const next = tokens[end + 1];
  return next?.kind === "name" ? next.text : undefined;
}

const bindings = ["group", "binding", "compute", "vertex", "fragment", "workgroup_size"];
const spaces = ["storage", "uniform", "workgroup", "private"];

/**
 * The line, from 1, of the first thing that would let a text keep something outside its values or run by itself: a binding, an
 * entry point, a variable of the module.
 *
 * @throws {WgslError} For a text that is none.
 */
export function lineOutsideState({ text }: ShaderFile): number | undefined {
  const tokens = tokenize(text);
  return tokens.find((token, i) => {
    const [second, third] = [tokens[i + 1]?.text, tokens[i + 2]?.text];
    if (token.text === "@") return bindings.includes(second!);
    return token.text === "var" && second === "<" && spaces.includes(third!);
  })?.line;
}
