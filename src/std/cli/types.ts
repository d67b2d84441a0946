/** The options of `parseArgs`. */
export interface ParseOptions<
  TBooleans extends string = string,
  TStrings extends string = string,
  TCollectable extends string = string,
  TNegatable extends string = string,
  TDefaults extends Record<string, unknown> = Record<string, unknown>,
  TAliases extends Aliases = Aliases,
  TDoubleDash extends boolean = boolean,
> {
  /** Whether what follows `--` goes to the result's `"--"` instead of `_`. @default {false} */
  "--"?: TDoubleDash;
  /** Other names of an option. */
  alias?: TAliases;
  /** Names that take no value and are false by default; true makes every `--name` without `=` one of them. */
  boolean?: boolean | TBooleans | readonly TBooleans[];
  /** Values of options that were not given. */
  default?: TDefaults;
  /** Whether everything after the first positional is positional too. @default {false} */
  stopEarly?: boolean;
  /** Names whose values stay strings, also where they look like numbers. */
  string?: TStrings | readonly TStrings[];
  /** Names that may be given many times; their values are arrays, `[]` by default. */
  collect?: TCollectable | readonly TCollectable[];
  /** Names that `--no-name` sets to false. */
  negatable?: TNegatable | readonly TNegatable[];
  /**
   * Called for an argument that no other option names: a positional with `arg` alone, an option
   * with its name and value. What it answers with `false` is left out of the result.
   */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Option names and their other names. */
export type Aliases = Record<string, string | readonly string[]>;

/** What `parseArgs` returns: the options by name, the positionals, what follows `--`. */
export type Args<TArgs = AnyValues, TDoubleDash extends boolean = boolean> =
  & TArgs
  & { /** The positionals. */ _: (string | number)[] }
  & (boolean extends TDoubleDash ? { "--"?: string[] }
    : TDoubleDash extends true ? { "--": string[] }
    : unknown);

// deno-lint-ignore no-explicit-any
type AnyValues = Record<string, any>;

/** The types of the named options; any value for each name where no option names a type. */
export type Values<
  TBooleans extends string,
  TStrings extends string,
  TCollectable extends string,
  TNegatable extends string,
  TDefaults,
  TAliases,
> = [TBooleans | TStrings | TCollectable] extends [never] ? AnyValues
  : string extends TBooleans | TStrings | TCollectable ? AnyValues
  :
    & Record<string, unknown>
    & WithAliases<
      WithDefaults<
        & { [K in Exclude<TBooleans, TCollectable>]: boolean }
        & { [K in Exclude<TStrings, TCollectable>]: string | Negated<K, TNegatable> | undefined }
        & { [K in TCollectable]: Negated<K, TNegatable> | Element<K, TBooleans, TStrings>[] },
        TDefaults
      >,
      TAliases
    >;

type Negated<K, TNegatable> = K extends TNegatable ? false : never;

type Element<K, TBooleans, TStrings> = K extends TStrings ? string : K extends TBooleans ? boolean : unknown;

type WithDefaults<TValues, TDefaults> =
  & {
    [K in keyof TValues]: K extends keyof TDefaults ? Exclude<TValues[K], undefined> | TDefaults[K]
      : TValues[K];
  }
  & { [K in Exclude<keyof TDefaults, keyof TValues>]: unknown };

type WithAliases<TValues, TAliases> = {
  [K in keyof TValues as K | AliasesOf<K, TAliases>]: TValues[K];
};

type AliasesOf<K, TAliases> = K extends keyof TAliases
  ? TAliases[K] extends readonly (infer Name extends string)[] ? Name : Extract<TAliases[K], string>
  : never;
