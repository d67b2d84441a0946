/** Names and what they stand for. @module */
import { didYouMean } from "../../core/errors.ts";
import type { PointerCall, Root } from "./alias.ts";
import { WgslError } from "./error.ts";
import type { ExpressionSyntax } from "./syntax.ts";
import type { FunctionDeclaration, Type, Variable } from "./tree.ts";
import type { AbstractConstant, AnyType, AnyValue, Node } from "./types.ts";

/** What a declared name stands for. */
export type Entity =
  | { readonly kind: "constant"; readonly constant: AbstractConstant }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "function"; readonly function: FunctionFacts }
  /** Declared in a loop's body after a `continue`, which its `continuing` cannot use. */
  | { readonly kind: "skipped" };

/** A function, and what its calls need to know. */
export interface FunctionFacts {
  /** The function. */
  readonly declaration: FunctionDeclaration;
  /** Whether a call's result has to be used. */
  readonly mustUse: boolean;
  /** Functions that it calls, with the line of a call. */
  readonly calls: Map<FunctionFacts, number>;
  /** Calls with pointers among their arguments. */
  readonly pointerCalls: PointerCall[];
  /** Variables outside functions that it uses. */
  readonly variables: Set<Variable>;
  /** What it reads and writes, by its root: bits of `alias.ts`. */
  readonly accesses: Map<Variable, number>;
  /** Where the pointers come from that it declares. */
  readonly pointers: Map<Variable, Root>;
}

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

/** What to throw for a name that nothing declares. `what` says what was looked for. */
export function unknownName(
  name: string,
  known: readonly string[],
  { what, line }: { what: string; line: number },
): WgslError {
  return new WgslError(`no ${what} \`${name}\`${didYouMean(name, known)}`, line);
}
