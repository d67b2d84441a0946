/** A command line as a table: what it takes, its help, and its errors. @module */
import { parseArgs } from "@std/cli";
import { didYouMean, UsageError } from "../core/errors.ts";

/** One option. */
export interface Option {
  /** Without dashes. */
  readonly name: string;
  /** What stands for its value in the help, as in `DIR`; without one, the option is a switch. */
  readonly value?: string;
  /** Whether it may be given many times; not by default. */
  readonly many?: boolean;
  /** What it does, in a line. */
  readonly help: string;
}

/** A command. */
export interface Command {
  /** As in `deno task train [PRESET]`. */
  readonly usage: string;
  /** What it does. */
  readonly summary: string;
  /** `--help` comes on top. */
  readonly options: readonly Option[];
  /** How many arguments without dashes there may be. */
  readonly positionals: readonly [least: number, most: number];
  /** Lines under the options in the help. */
  readonly notes?: readonly string[];
}

/** What was given. */
export interface CommandLine {
  readonly help: boolean;
  readonly positionals: readonly string[];
  /** The value of an option, undefined when it was not given. */
  value(name: string): string | undefined;
  /** All values of an option. */
  values(name: string): readonly string[];
  /** Whether a switch was given. */
  has(name: string): boolean;
}

const helpOption: Option = { name: "help", help: "Print this." };

/** Reads a command line. @throws {UsageError} For an unknown option, a missing value, or wrongly many arguments. */
export function parseCommand(command: Command, given: readonly string[]): CommandLine {
  const args = given[0] === "--" ? given.slice(1) : given; // As other task runners want it before options.
  const options = [...command.options, helpOption];
  const valued = options.filter(({ value }) => value).map(({ name }) => name);
  const switches = options.filter(({ value }) => !value).map(({ name }) => name);
  assertBare(args, switches);
  const parsed = parseArgs(withNegativeValues(args, valued), {
    string: [...valued, "_"],
    boolean: switches,
    collect: valued,
    alias: { help: "h" },
    unknown(arg, key) {
      if (key === undefined) return true;
      const known = options.map(({ name }) => `--${name}`);
      const hint = didYouMean(arg.replace(/=.*$/s, ""), known);
      throw new UsageError(`Unknown option ${arg}, wanted one of ${known.join(", ")}${hint}`);
    },
  }) as Record<string, unknown>;
  const lists = (name: string) => parsed[name] as string[];
  for (const { name, value } of options) {
    if (!value) continue;
    if (lists(name).includes("")) throw new UsageError(`Option --${name} has no value, wanted ${value}`);
  }
  const positionals = (parsed["_"] as unknown[]).map(String);
  const [least, most] = command.positionals;
  if (!parsed["help"] && (positionals.length < least || positionals.length > most)) {
    const found = positionals.length === 0 ? "no argument" : `arguments ${positionals.join(" ")}`;
    throw new UsageError(`Found ${found}, wanted ${command.usage}; --help lists the options`);
  }
  return {
    help: Boolean(parsed["help"]),
    positionals,
    value: (name) => lists(name).at(-1),
    values: lists,
    has: (name) => Boolean(parsed[name]),
  };
}

/** @throws {UsageError} For a switch with a value that says neither on nor off, as it would be on. */
function assertBare(args: readonly string[], switches: readonly string[]): void {
  for (const arg of args) {
    if (arg === "--") return;
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(arg) ?? [];
    if (name === undefined || !switches.includes(name) || value === "true" || value === "false") continue;
    throw new UsageError(`Option --${name} is "${value}", wanted no value`);
  }
}

/** `--seed -1` as `--seed=-1`, so that a negative number is taken for the value that it is. */
function withNegativeValues(args: readonly string[], valued: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before?.startsWith("--") && valued.includes(before.slice(2))) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

/** The help of a command. */
export function helpText({ usage, summary, options, notes = [] }: Command): string {
  const rows = [...options, helpOption].map(({ name, value, help }) =>
    [value ? `--${name} ${value}` : `--${name}`, help] as const
  );
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
  return [`Usage: ${usage}`, "", summary, "", "Options:", ...lines, ...notes.length ? ["", ...notes] : []]
    .join("\n");
}

/** A whole number of at least `least` that was given as an option. @throws {UsageError} When it is none. */
export function wholeNumber(
  text: string,
  { option, least, most = 0xffffffff }: { option: string; least: number; most?: number },
): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`Option --${option} is "${text}", wanted an integer from ${least} to ${most}`);
}
