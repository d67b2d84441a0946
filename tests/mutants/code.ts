/** What of a file is code: comments, texts and declarations of types are no place for a mutant. @module */

/** `text` with blanks in place of everything that is not run, each character at its place. */
export function codeOf(file: string, text: string): string {
  const wgsl = file.endsWith(".wgsl");
  const code = withoutTexts(text, { quotes: wgsl ? "" : "\"'`" });
  const declarations = wgsl ? wgslDeclarations : typeDeclarations;
  return declarations.reduce((rest, pattern) => rest.replace(pattern, blank), code);
}

/** Statements that name things and types, which the type checker judges. */
const typeDeclarations = [
  /^(?:import|export)\b[^;]*?\bfrom\b[^;]*;/gm,
  /^import\b[^;]*;/gm,
  /^(?:export )?(?:declare )?interface \w[^]*?^\}/gm,
  /^(?:export )?type \w[^]*?;$/gm,
];

/** Binding numbers, the layout of structures, and what the host overrides. */
const wgslDeclarations = [/@\w+(?:\([^)]*\))?/g, /^struct \w+ \{[^]*?^\}/gm, /^override .*$/gm];

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

function withoutTexts(text: string, { quotes }: { quotes: string }): string {
  let code = "";
  for (let at = 0; at < text.length;) {
    const end = textEnd(text, at, quotes);
    code += end > at ? blank(text.slice(at, end)) : text[at];
    at = Math.max(end, at + 1);
  }
  return code;
}

/** Where the comment, string, template or regular expression ends that starts at `at`; `at` when none does. */
function textEnd(text: string, at: number, quotes: string): number {
  const character = text[at]!;
  if (text.startsWith("//", at)) return lineEnd(text, at);
  if (text.startsWith("/*", at)) return text.indexOf("*/", at) + 2;
  if (quotes === "") return at;
  if (quotes.includes(character)) return quoteEnd(text, at);
  if (character !== "/" || !/(?:^|[(,=:[!&|?{};>]|return)\s*$/.test(lineUpTo(text, at))) return at;
  const line = text.slice(at, lineEnd(text, at));
  return at + (/^\/(?:\\.|\[(?:\\.|[^\]])*\]|[^/\\])+\/\w*/.exec(line)?.[0].length ?? 0);
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function lineUpTo(text: string, at: number): string {
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
}

function quoteEnd(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (quote === "`" && text.startsWith("${", at)) at = placeholderEnd(text, at + 2);
    else at += text[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}

function placeholderEnd(text: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < text.length && depth > 0) {
    if ("\"'`".includes(text[at]!)) at = quoteEnd(text, at);
    else {
      if (text[at] === "{") depth++;
      if (text[at] === "}") depth--;
      at++;
    }
  }
  return at;
}
