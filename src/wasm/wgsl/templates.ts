/** Which `<` and `>` enclose template lists. Source: the WGSL specification, "Template List Discovery". @module */
import type { Token } from "./tokens.ts";

/** The tokens, with those `<` and `>` turned into kind `template` that enclose a template list; `>>` is cut where need be. */
export function discoverTemplates(tokens: readonly Token[]): Token[] {
  const found: Token[] = [];
  const pending: { readonly at: number; readonly depth: number }[] = [];
  let depth = 0;
  const dropFrom = (least: number) => {
    while (pending.length > 0 && pending.at(-1)!.depth >= least) pending.pop();
  };
  for (const token of tokens) {
    const before = found.at(-1);
    let rest = token;
    while (rest.kind === "symbol" && rest.text.startsWith(">") && pending.at(-1)?.depth === depth) {
      const { at } = pending.pop()!;
      found[at] = { ...found[at]!, kind: "template" };
      found.push({ kind: "template", text: ">", line: rest.line });
      rest = { ...rest, text: rest.text.slice(1) };
    }
    if (rest.text === "" && rest.kind === "symbol") continue;
    found.push(rest);
    switch (rest.kind === "symbol" ? rest.text : "") {
      case "<":
        if (before && (before.kind === "name" || before.text === "var")) {
          pending.push({ at: found.length - 1, depth });
        }
        break;
      case "(":
      case "[":
        depth++;
        break;
      case ")":
      case "]":
        dropFrom(depth);
        depth = Math.max(0, depth - 1);
        break;
      case "&&":
      case "||":
        dropFrom(depth);
        break;
      case "=":
      case ";":
      case ":":
      case "{":
        depth = 0;
        pending.length = 0;
        break;
    }
  }
  return found;
}
