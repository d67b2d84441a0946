import type { ParseOptions } from "./types.ts";

type Nested = Record<string, unknown>;

interface HowToSet {
  /** The argument as it was written, for `unknown`. */
  arg: string;
  /** Whether a list is replaced instead of extended. */
  replace?: boolean;
}

/** What is known of the names, and the result as it grows. */
export class ParsedArguments {
  /** Whether every `--name` without `=` is a boolean. */
  readonly allBooleans: boolean;
  readonly #aliases: Map<string, string[]>;
  readonly #booleans: Set<string>;
  readonly #strings: Set<string>;
  readonly #lists: Set<string>;
  readonly #negatables: Set<string>;
  readonly #options: ParseOptions;
  readonly #positionals: (string | number)[] = [];
  readonly #result: Nested = { _: this.#positionals };

  /** An empty result for `options`. */
  constructor(options: ParseOptions) {
    this.#options = options;
    this.#aliases = aliasTable(options.alias ?? {});
    this.allBooleans = options.boolean === true;
    this.#booleans = this.#names(typeof options.boolean === "boolean" ? [] : options.boolean);
    this.#strings = this.#names(options.string);
    this.#lists = this.#names(options.collect);
    this.#negatables = this.#names(options.negatable);
  }

  /** Whether `key`, or another name of it, takes no value. */
  isBoolean(key: string): boolean {
    return this.#booleans.has(key);
  }

  /** Whether `--no-<key>` sets `key` to false. */
  isNegatable(key: string): boolean {
    return this.#negatables.has(key);
  }

  /** The value of a name that was given without one. */
  emptyValue(key: string): "" | true {
    return this.#strings.has(key) ? "" : true;
  }

  /** Sets an option under all its names, unless it is unknown and `unknown` turns it down. */
  set(key: string, value: string | boolean, { arg, replace = false }: HowToSet): void {
    const bare = this.allBooleans && /^--[^=]+$/.test(arg);
    const known = bare || this.#booleans.has(key) || this.#strings.has(key) || this.#aliases.has(key);
    if (!known && this.#options.unknown?.(arg, key, value) === false) return;
    const typed = typeof value === "string" && !this.#strings.has(key) ? numberOr(value) : value;
    const append = !replace && this.#lists.has(key);
    for (const name of this.#allNames(key)) {
      setNested(this.#result, name.split("."), { value: typed, append });
    }
  }

  /** Adds a positional, unless `unknown` turns it down. */
  addPositional(arg: string): void {
    if (this.#options.unknown?.(arg) === false) return;
    this.#positionals.push(this.#strings.has("_") ? arg : numberOr(arg));
  }

  /** Adds positionals as they are. */
  addRest(args: readonly string[]): void {
    this.#positionals.push(...args);
  }

  /** The result: defaults filled in, `afterDashes` where they belong. */
  finish(afterDashes: readonly string[]): Nested {
    for (const [key, value] of Object.entries(this.#options.default ?? {})) {
      if (hasNested(this.#result, key.split("."))) continue;
      for (const name of this.#allNames(key)) setNested(this.#result, name.split("."), { value });
    }
    for (const key of this.#booleans) this.#fill(key, this.#lists.has(key) ? [] : false);
    for (const key of this.#strings) if (this.#lists.has(key)) this.#fill(key, []);
    if (this.#options["--"]) this.#result["--"] = [...afterDashes];
    else this.addRest(afterDashes);
    return this.#result;
  }

  #fill(key: string, value: unknown): void {
    if (!hasNested(this.#result, key.split("."))) setNested(this.#result, key.split("."), { value });
  }

  #allNames(key: string): string[] {
    return [key, ...(this.#aliases.get(key) ?? [])];
  }

  #names(given: string | readonly string[] | undefined): Set<string> {
    const names = typeof given === "string" ? [given] : given ?? [];
    return new Set(names.filter(Boolean).flatMap((name) => this.#allNames(name)));
  }
}

/** Every name with its other names, so that each finds the rest. */
function aliasTable(alias: Record<string, string | readonly string[]>): Map<string, string[]> {
  const table = new Map<string, string[]>();
  for (const [key, given] of Object.entries(alias)) {
    const group = [key, ...(typeof given === "string" ? [given] : given)];
    for (const name of group) table.set(name, group.filter((other) => other !== name));
  }
  return table;
}

function numberOr(text: string): string | number {
  const number = Number(text);
  return text.trim() !== "" && Number.isFinite(number) ? number : text;
}

function setNested(
  object: Nested,
  keys: string[],
  { value, append }: { value: unknown; append?: boolean },
): void {
  const last = keys.at(-1)!;
  let inner = object;
  for (const key of keys.slice(0, -1)) inner = (inner[key] ??= {}) as Nested;
  const present = inner[last];
  if (!append) inner[last] = value;
  else if (Array.isArray(present)) present.push(value);
  else inner[last] = present ? [present, value] : [value];
}

function hasNested(object: Nested, keys: string[]): boolean {
  let inner: unknown = object;
  for (const key of keys.slice(0, -1)) {
    if (!inner) return false;
    inner = (inner as Nested)[key];
  }
  return typeof inner === "object" && inner !== null && Object.hasOwn(inner, keys.at(-1)!);
}
