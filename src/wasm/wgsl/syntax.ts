/** The tree of a WGSL text before it is checked: names are words, and types are expressions. @module */
import type { NumberLiteral } from "./numbers.ts";
import type { BinaryOperator } from "./tree.ts";

/** A name with or without a template list. */
export interface NameSyntax {
  /** Tells it from the other expressions. */
  readonly kind: "name";
  /** The name. */
  readonly name: string;
  /** What stands between `<` and `>`; undefined without them. */
  readonly template?: readonly ExpressionSyntax[];
  /** Where it starts. */
  readonly line: number;
}

/** An expression, or a type. */
export type ExpressionSyntax =
  & { readonly line: number }
  & (
    | NameSyntax
    | { readonly kind: "number"; readonly number: NumberLiteral }
    | { readonly kind: "bool"; readonly value: boolean }
    | { readonly kind: "call"; readonly callee: NameSyntax; readonly args: readonly ExpressionSyntax[] }
    | { readonly kind: "index"; readonly of: ExpressionSyntax; readonly index: ExpressionSyntax }
    | { readonly kind: "member"; readonly of: ExpressionSyntax; readonly name: string }
    | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly of: ExpressionSyntax }
    | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: ExpressionSyntax;
      readonly right: ExpressionSyntax;
    }
  );

/** Operators before their operand; `&` and `*` are of places and pointers. */
export type UnaryOperator = "-" | "!" | "~" | "&" | "*";

/** `@name` or `@name(args)`. */
export interface AttributeSyntax {
  /** Without the `@`. */
  readonly name: string;
  /** Empty without brackets too. */
  readonly args: readonly ExpressionSyntax[];
  /** Where it stands. */
  readonly line: number;
}

/** `const`, `let`, `var` and `override`. */
export interface ValueSyntax {
  /** Tells it from the other declarations and statements. */
  readonly kind: "const" | "let" | "var" | "override";
  /** Before it. */
  readonly attributes: readonly AttributeSyntax[];
  /** What it declares. */
  readonly name: string;
  /** Of `var<...>`. */
  readonly template: readonly ExpressionSyntax[];
  /** After the colon. */
  readonly type: ExpressionSyntax | undefined;
  /** After the equals sign. */
  readonly initializer: ExpressionSyntax | undefined;
  /** Where its name stands. */
  readonly line: number;
}

/** `const_assert`. */
export interface AssertSyntax {
  /** Tells it from the other declarations and statements. */
  readonly kind: "assert";
  /** What has to be true. */
  readonly condition: ExpressionSyntax;
  /** Where it stands. */
  readonly line: number;
}

/** A statement. */
export type StatementSyntax =
  & { readonly line: number }
  & (
    | ValueSyntax
    | AssertSyntax
    | AssignSyntax
    | { readonly kind: "call"; readonly call: ExpressionSyntax }
    | {
      readonly kind: "if";
      readonly condition: ExpressionSyntax;
      readonly then: BlockSyntax;
      readonly otherwise: readonly StatementSyntax[];
    }
    | SwitchSyntax
    | LoopSyntax
    | { readonly kind: "break" }
    | { readonly kind: "continue" }
    | { readonly kind: "return"; readonly value: ExpressionSyntax | undefined }
    | BlockSyntax
  );

/** `target = value`, with an operator or as `++` and `--`; without a target, `_ = value`. */
export interface AssignSyntax {
  /** Tells it from the other statements. */
  readonly kind: "assign";
  /** What is written. */
  readonly target: ExpressionSyntax | undefined;
  /** Of `+=` and its like. */
  readonly operator: BinaryOperator | undefined;
  /** What is assigned; undefined for `++` and `--`, which are `+` and `-` of one. */
  readonly value: ExpressionSyntax | undefined;
  /** Where it starts. */
  readonly line: number;
}

/** `{ ... }` */
export interface BlockSyntax {
  /** Tells it from the other statements. */
  readonly kind: "block";
  /** Its statements. */
  readonly body: readonly StatementSyntax[];
  /** Where it starts. */
  readonly line: number;
}

/** `switch` */
export interface SwitchSyntax {
  /** Tells it from the other statements. */
  readonly kind: "switch";
  /** Decides. */
  readonly selector: ExpressionSyntax;
  /** In their order; `default` is undefined among the selectors. */
  readonly cases: readonly {
    readonly selectors: readonly (ExpressionSyntax | undefined)[];
    readonly body: BlockSyntax;
    readonly line: number;
  }[];
  /** Where it starts. */
  readonly line: number;
}

/** `loop`, `for` and `while`. */
export interface LoopSyntax {
  /** Tells it from the other statements. */
  readonly kind: "loop";
  /** Of `for`. */
  readonly initializer: StatementSyntax | undefined;
  /** Of `for` and `while`. */
  readonly condition: ExpressionSyntax | undefined;
  /** What it repeats. */
  readonly body: BlockSyntax;
  /** The `continuing` of `loop`. */
  readonly continuing: readonly StatementSyntax[];
  /** Of `for`. */
  readonly update: StatementSyntax | undefined;
  /** Of `break if`. */
  readonly breakIf: ExpressionSyntax | undefined;
  /** Where it starts. */
  readonly line: number;
}

/** A member of a structure, or a parameter of a function. */
export interface FieldSyntax {
  /** Before it. */
  readonly attributes: readonly AttributeSyntax[];
  /** Its name. */
  readonly name: string;
  /** Its type. */
  readonly type: ExpressionSyntax;
  /** Where its name stands. */
  readonly line: number;
}

/** `fn` */
export interface FunctionSyntax {
  /** Tells it from the other declarations. */
  readonly kind: "function";
  /** Before it. */
  readonly attributes: readonly AttributeSyntax[];
  /** Its name. */
  readonly name: string;
  /** In their order. */
  readonly parameters: readonly FieldSyntax[];
  /** Before the type of the result. */
  readonly returnAttributes: readonly AttributeSyntax[];
  /** Of the result. */
  readonly returns: ExpressionSyntax | undefined;
  /** What it does. */
  readonly body: BlockSyntax;
  /** Where its name stands. */
  readonly line: number;
}

/** `struct` */
export interface StructSyntax {
  /** Tells it from the other declarations. */
  readonly kind: "struct";
  /** Its name. */
  readonly name: string;
  /** In their order. */
  readonly members: readonly FieldSyntax[];
  /** Where its name stands. */
  readonly line: number;
}

/** `alias` */
export interface AliasSyntax {
  /** Tells it from the other declarations. */
  readonly kind: "alias";
  /** Its name. */
  readonly name: string;
  /** What it stands for. */
  readonly type: ExpressionSyntax;
  /** Where its name stands. */
  readonly line: number;
}

/** A declaration outside functions that has a name. */
export type DeclarationSyntax = ValueSyntax | FunctionSyntax | StructSyntax | AliasSyntax;

/** A whole text. */
export interface ModuleSyntax {
  /** In the order of the text. */
  readonly declarations: readonly DeclarationSyntax[];
  /** Outside functions. */
  readonly asserts: readonly AssertSyntax[];
}
