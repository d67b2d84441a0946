/** What an entry point binds, and which of its run-time sizes it reads: found in its text. @module */
import { type Token, tokenize } from "./wgsl_tokens.ts";

/** The uniform that holds run-time sizes. */
export const paramsName = "params";

/** A variable that an entry point binds. */
export interface Binding {
  /** As declared. */
  readonly name: string;
  /** Its number in group 0. */
  readonly binding: number;
  /** How it is bound, as `var<...>` says. */
  readonly type: "uniform" | "read-only-storage" | "storage";
}

/** Fields of a structure in order, their types as written and without blanks. */
export type Fields = readonly {
  readonly name: string;
  readonly type: string;
  /** Of `@align` and `@size`; 0 without. */
  readonly align: number;
  readonly size: number;
}[];

/** What a text asks of who runs one of its entry points. */
export interface KernelInterface {
  /** What it or a function that it calls names, by number; `params` is not among them. */
  readonly bindings: readonly Binding[];
  /** The type of `params`; undefined where the entry point does not name it. */
  readonly params: string | undefined;
  /** Fields of `params` that are read. */
  readonly sizes: ReadonlySet<string>;
  /** Every structure of the text, by its name. */
  readonly structs: ReadonlyMap<string, Fields>;
}

interface FunctionUse {
  /** What the function names and does not declare itself. */
  readonly names: ReadonlySet<string>;
  /** What it names of `params`. */
  readonly sizes: readonly string[];
}

/** What a text declares that matters here. */
interface Declarations {
  readonly variables: readonly (Binding & { readonly of: string })[];
  readonly functions: ReadonlyMap<string, FunctionUse>;
  readonly structs: ReadonlyMap<string, Fields>;
}

/**
 * The interface of `entryPoint` in these texts together. Their compiler is their judge: an entry point that is not there binds
 * nothing here.
 *
 * @throws {WgslError} When one is not made of WGSL's words.
 */
export function kernelInterface(texts: readonly string[], entryPoint: string): KernelInterface {
  const all = texts.map(declarationsOf);
  const { names, sizes } = reachable(new Map(all.flatMap(({ functions }) => [...functions])), entryPoint);
  const bound = all.flatMap(({ variables }) => variables)
    .filter(({ name }) => names.has(name))
    .sort((a, b) => a.binding - b.binding);
  const structs = new Map(all.flatMap(({ structs }) => [...structs]));
  const params = bound.find(({ name }) => name === paramsName)?.of;
  return {
    bindings: bound.filter(({ name }) => name !== paramsName).map(({ of: _, ...binding }) => binding),
    params,
    sizes: sizes.has(allSizes) ? new Set(structs.get(params ?? "")?.map(({ name }) => name)) : sizes,
    structs,
  };
}

/** Those of texts that have been read, as most are part of many kernels. */
const known = new Map<string, Declarations>();

/** More texts than Qernel has, and as many as are kept: an editor makes one with every word. */
const mostKnown = 100;

function declarationsOf(text: string): Declarations {
  let declared = known.get(text);
  if (!declared) {
    if (known.size === mostKnown) known.clear();
    known.set(text, declared = readDeclarations(tokenize(text)));
  }
  return declared;
}

function readDeclarations(tokens: readonly Token[]): Declarations {
  const variables: (Binding & { readonly of: string })[] = [];
  const functions = new Map<string, FunctionUse>();
  const structs = new Map<string, Fields>();
  for (let at = 0; at < tokens.length; at++) {
    const [{ text: keyword }, name = ""] = [tokens[at]!, tokens[at + 1]?.text];
    const isBinding = keyword === "@" && (name === "group" || name === "binding");
    if (!isBinding && keyword !== "fn" && keyword !== "struct") continue;
    const end = endOfDeclaration(tokens, at);
    const declared = tokens.slice(at, end);
    if (isBinding) variables.push(...boundVariable(declared));
    if (keyword === "fn") functions.set(name, usesOf(declared.slice(2)));
    if (keyword === "struct") structs.set(name, fieldsOf(declared.slice(3, -1)));
    at = end - 1;
  }
  return { variables, functions, structs };
}

/** Behind the `;` or the body that ends the declaration at `first`. */
function endOfDeclaration(tokens: readonly Token[], first: number): number {
  let depth = 0;
  for (let at = first; at < tokens.length; at++) {
    const { text } = tokens[at]!;
    if (text === "{") depth++;
    if (text === "}" && --depth === 0) return at + 1;
    if (text === ";" && depth === 0) return at + 1;
  }
  return tokens.length;
}

const types: Readonly<Record<string, Binding["type"]>> = {
  "uniform": "uniform",
  "storage": "read-only-storage",
  "storage,read": "read-only-storage",
  "storage,read_write": "storage",
};

/** `@group(0) @binding(1) var<storage, read> name: type;` */
function boundVariable(tokens: readonly Token[]): (Binding & { readonly of: string })[] {
  const text = tokens.map((token) => token.text).join(" ");
  const found = /@ binding \( (\w+) .*?var < ([^>]*?),? > (\S+) : (.*) ;$/.exec(text);
  if (!found || !/@ group \( 0[ui]? /.test(text)) return [];
  const [, binding, space, name, of] = found.map((part) => part.replaceAll(" ", "")) as [string, ...string[]];
  const type = types[space!];
  return type ? [{ name: name!, binding: Number(binding!.replace(/[ui]$/, "")), type, of: of! }] : [];
}

/** What follows a function's name. A name is one of the function's own from the end of its declaration to that of its block. */
function usesOf(tokens: readonly Token[]): FunctionUse {
  const names = new Set<string>();
  const sizes: string[] = [];
  const scopes: Set<string>[] = [new Set()];
  let declared: string[] = [];
  let isLoop = false;
  const loops = new Set<number>(); // Depths of blocks whose variables include those of a `for`.
  for (const [i, { kind, text }] of tokens.entries()) {
    const [before, after] = [tokens[i - 1]?.text, tokens[i + 1]?.text];
    if (text === "for") {
      isLoop = true;
      scopes.push(new Set());
    }
    if (text === "{" || text === ";") {
      for (const name of declared) scopes.at(-1)!.add(name);
      declared = [];
    }
    if (text === "{") {
      scopes.push(new Set());
      if (isLoop) loops.add(scopes.length);
      isLoop = false;
    }
    if (text === "}") {
      if (loops.delete(scopes.length)) scopes.pop();
      scopes.pop();
    }
    if (kind !== "name" || before === "@") continue;
    if (before === ".") {
      if (tokens[i - 2]?.text === paramsName) sizes.push(text);
    } else if (isDeclared(tokens, i) || (scopes.length === 1 && after === ":")) declared.push(text);
    else if (!scopes.some((own) => own.has(text))) {
      names.add(text);
      if (text === paramsName && after !== ".") sizes.push(allSizes);
    }
  }
  return { names, sizes };
}

/** What stands for all fields of `params`, where a function takes them together. */
const allSizes = "*";

/** Whether a name stands where a variable or a value gets one: behind `let`, `const`, `var` or `var<...>`. */
function isDeclared(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.text;
  if (before === "let" || before === "const" || before === "var") return true;
  return before === ">" && tokens[at - 3]?.text === "<" && tokens[at - 4]?.text === "var";
}

/** `@align(16) name: type, ...` */
function fieldsOf(tokens: readonly Token[]): Fields {
  const fields: Fields[number][] = [];
  let [depth, first] = [0, 0];
  for (const [i, { text }] of [...tokens.entries(), [tokens.length, { text: "," }] as const]) {
    if (text === "<" || text === "(") depth++;
    if (text === ">" || text === ")") depth--;
    if (text === ">>") depth -= 2;
    if (text !== "," || depth > 0) continue;
    const written = tokens.slice(first, i).map((token) => token.text).join("");
    const attribute = (name: string) => Number(new RegExp(`@${name}\\((\\d+)`).exec(written)?.[1] ?? 0);
    const [, name, type] = /^(?:@\w+\([^)]*\))*(\w+):(.+)$/u.exec(written) ?? [];
    if (name && type) fields.push({ name, type, align: attribute("align"), size: attribute("size") });
    first = i + 1;
  }
  return fields;
}

function reachable(functions: ReadonlyMap<string, FunctionUse>, entryPoint: string) {
  const seen = new Set<string>();
  const names = new Set<string>();
  const sizes = new Set<string>();
  const enter = (name: string): void => {
    const use = functions.get(name);
    if (!use || seen.has(name)) return;
    seen.add(name);
    for (const size of use.sizes) sizes.add(size);
    for (const used of use.names) {
      names.add(used);
      enter(used);
    }
  };
  enter(entryPoint);
  return { names, sizes };
}
