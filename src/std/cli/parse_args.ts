import { ParsedArguments } from "./parsed_arguments.ts";
import type { Aliases, Args, ParseOptions, Values } from "./types.ts";

export type { Args, ParseOptions } from "./types.ts";

/** `--`, then perhaps `no-`, a name, and a value after `=`, which may be empty. */
const LONG = /^--(?<negated>no-)?(?<key>.+?)(?:=(?<value>.*))?$/s;

/** One or more letters after a single dash. */
const SHORT = /^-(?<letters>[^-].*)$/s;

/**
 * The options and positionals of a command line.
 *
 * `--name value`, `--name=value`, `--name`, `--no-name` (negatable names), `-n value`, `-n5`, `-abc`;
 * a dot in a name nests (`--a.b 1` gives `{ a: { b: 1 } }`). Values that look like numbers become
 * numbers unless the name is listed under `string`. A value that starts with a dash needs the form
 * with `=`. Everything after `--` is positional.
 *
 * @param args The arguments, such as `Deno.args`.
 * @param options Which names are strings, booleans, lists, and so on; none by default.
 */
export function parseArgs<
  const TBooleans extends string = never,
  const TStrings extends string = never,
  const TCollectable extends string = never,
  const TNegatable extends string = never,
  const TDefaults extends Record<string, unknown> = Record<never, never>,
  const TAliases extends Aliases = Record<never, never>,
  TDoubleDash extends boolean = false,
>(
  args: string[],
  options: ParseOptions<TBooleans, TStrings, TCollectable, TNegatable, TDefaults, TAliases, TDoubleDash> = {},
): Args<Values<TBooleans, TStrings, TCollectable, TNegatable, TDefaults, TAliases>, TDoubleDash> {
  const parsed = new ParsedArguments(options as ParseOptions);
  const dashes = args.indexOf("--");
  const own = dashes < 0 ? args : args.slice(0, dashes);
  for (let i = 0; i < own.length; i++) {
    const arg = own[i]!;
    const long = LONG.exec(arg)?.groups;
    const short = SHORT.exec(arg)?.groups;
    if (long) i += readLong(parsed, { arg, next: own[i + 1] }, long);
    else if (short) i += readShort(parsed, { arg, next: own[i + 1] }, short.letters!);
    else {
      parsed.addPositional(arg);
      if (!options.stopEarly) continue;
      parsed.addRest(own.slice(i + 1));
      break;
    }
  }
  return parsed.finish(dashes < 0 ? [] : args.slice(dashes + 1)) as ReturnType<
    typeof parseArgs<TBooleans, TStrings, TCollectable, TNegatable, TDefaults, TAliases, TDoubleDash>
  >;
}

interface Position {
  arg: string;
  next: string | undefined;
}

/** Reads one `--name`; returns how many further arguments it took. */
function readLong(parsed: ParsedArguments, { arg, next }: Position, groups: Record<string, string>): 0 | 1 {
  const { negated, value } = groups;
  let key = groups.key!;
  if (value !== undefined) {
    parsed.set(key, parsed.isBoolean(key) ? value !== "false" : value, { arg });
    return 0;
  }
  if (negated && parsed.isNegatable(key)) {
    parsed.set(key, false, { arg, replace: true });
    return 0;
  }
  if (negated) key = `no-${key}`;
  if (next && !next.startsWith("-") && !parsed.isBoolean(key) && !parsed.allBooleans) {
    parsed.set(key, next, { arg });
    return 1;
  }
  return readFlag(parsed, { arg, next }, key);
}

/** Reads `-abc`, `-n5`, `-n=5` or `-n 5`; returns how many further arguments it took. */
function readShort(parsed: ParsedArguments, { arg, next }: Position, letters: string): 0 | 1 {
  for (let i = 0; i < letters.length - 1; i++) {
    const letter = letters[i]!;
    const rest = letters.slice(i + 1);
    const value = attachedValue(letter, rest);
    if (value !== undefined) {
      parsed.set(letter, value, { arg });
      return 0;
    }
    parsed.set(letter, rest === "-" ? rest : parsed.emptyValue(letter), { arg });
  }
  const last = letters.at(-1)!;
  if (last === "-") return 0;
  if (next && !/^--?[^-]/.test(next) && !parsed.isBoolean(last)) {
    parsed.set(last, next, { arg });
    return 1;
  }
  return readFlag(parsed, { arg, next }, last);
}

/** The value written against its letter, as in `-n5`, `-n=5` and `-f./file`. */
function attachedValue(letter: string, rest: string): string | undefined {
  if (rest === "-") return undefined;
  if (/[A-Za-z]/.test(letter)) {
    if (rest.startsWith("=")) return rest.slice(1);
    if (/-?\d+(\.\d*)?(e-?\d+)?$/.test(rest)) return rest;
  }
  return rest.length > 1 && /^\W/.test(rest) ? rest : undefined;
}

/** Sets a name that has no value of its own; a following `true` or `false` is taken for one. */
function readFlag(parsed: ParsedArguments, { arg, next }: Position, key: string): 0 | 1 {
  const taken = next === "true" || next === "false";
  parsed.set(key, taken ? next === "true" : parsed.emptyValue(key), { arg });
  return taken ? 1 : 0;
}
