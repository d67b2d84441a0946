/** Names and what they stand for. @module */
import { didYouMean } from "../../core/errors.ts";
import { WgslError } from "./error.ts";
import type { FunctionFacts } from "./facts.ts";
import type { ExpressionSyntax } from "./syntax.ts";
import type { Type, Variable } from "./tree.ts";
import type { AbstractConstant, AnyType, AnyValue, Node } from "./types.ts";

/** What a declared name stands for. */
export type Entity =
  | { readonly kind: "constant"; readonly constant: AbstractConstant }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "function"; readonly function: FunctionFacts }
  /** Declared in a loop's body after a `continue`, which its `continuing` cannot use. */
  | { readonly kind: "skipped" };

/** Where names are looked up. */
export interface Names {
  /** What a name stands for; undefined if nothing declares it. */
  find(name: string): Entity | undefined;
  /** All names, for messages. */
  known(): string[];
}

/** The names of a block, and of what is around it. */
export class Scope implements Names {
  readonly #around: Names;
  readonly #names = new Map<string, Entity>();

  /** Empty, within `around`. */
  constructor(around: Names) {
    this.#around = around;
  }

  /** What a name stands for. */
  find(name: string): Entity | undefined {
    return this.#names.get(name) ?? this.#around.find(name);
  }

  /** All names. */
  known(): string[] {
    return [...this.#names.keys(), ...this.#around.known()];
  }

  /** The names of this block itself, in the order of their declaration. */
  own(): string[] {
    return [...this.#names.keys()];
  }

  /** Adds a name. @throws {WgslError} If this block has it already. */
  declare(name: string, entity: Entity, line: number): void {
    if (this.#names.has(name)) throw new WgslError(`\`${name}\` is declared twice`, line);
    this.#names.set(name, entity);
  }
}

/** Where an expression stands. */
export interface Context {
  /** What it sees. */
  readonly names: Names;
  /** The function around it. */
  readonly facts: FunctionFacts | undefined;
  /** The value of an expression: places are loaded. @throws {WgslError} If it is at fault. */
  check(syntax: ExpressionSyntax): Node;
  /** A constant whose value is computed unless a `&&` or `||` skips it. @throws {WgslError} If it has none. */
  constant(type: AnyType, line: number, compute: () => AnyValue): AbstractConstant;
}

/** Arguments of a call, or operands, and where it stands. */
export interface Call {
  /** Its arguments. */
  readonly args: readonly Node[];
  /** Where it starts. */
  readonly line: number;
}

/** What to throw for a name that nothing declares. `what` says what was looked for. */
export function unknownName(
  name: string,
  known: readonly string[],
  { what, line }: { what: string; line: number },
): WgslError {
  return new WgslError(`no ${what} \`${name}\`${didYouMean(name, known)}`, line);
}
