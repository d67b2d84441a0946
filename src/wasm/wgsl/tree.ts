/**
 * The checked tree of a WGSL module: names resolved, types worked out, implicit conversions and loads written down,
 * constant expressions computed. `check.ts` makes it, `../code/` turns it into WebAssembly.
 *
 * @module
 */

/** Types of single numbers that a program has; abstract ones are gone from a checked tree. */
export type ScalarName = "bool" | "i32" | "u32" | "f32";

/** A single number. */
export interface ScalarType {
  /** Tells it from the other types. */
  readonly kind: "scalar";
  /** Which. */
  readonly scalar: ScalarName;
}

/** `vec2<T>` to `vec4<T>`. */
export interface VectorType {
  /** Tells it from the other types. */
  readonly kind: "vector";
  /** Of each component. */
  readonly scalar: ScalarName;
  /** Components. */
  readonly width: 2 | 3 | 4;
}

/** `matCxR<f32>`: columns of vectors. */
export interface MatrixType {
  /** Tells it from the other types. */
  readonly kind: "matrix";
  /** Number of columns. */
  readonly columns: 2 | 3 | 4;
  /** Components of a column. */
  readonly rows: 2 | 3 | 4;
}

/** `array<E, N>`, or `array<E>` whose length is that of its binding. */
export interface ArrayType {
  /** Tells it from the other types. */
  readonly kind: "array";
  /** Type of an element. */
  readonly element: Type;
  /** Elements; an expression of overrides for a workgroup variable; undefined where the binding decides. */
  readonly length: number | Expression | undefined;
}

/** A member of a structure. */
export interface Member {
  /** As written. */
  readonly name: string;
  /** Type of its value. */
  readonly type: Type;
  /** Bytes from the structure's start, by WGSL's layout rules, `@align` and `@size`. */
  readonly offset: number;
}

/** A structure. One object for each declaration: types are equal if they are the same. */
export interface StructType {
  /** Tells it from the other types. */
  readonly kind: "struct";
  /** As written. */
  readonly name: string;
  /** In the order of their declaration. */
  readonly members: readonly Member[];
  /** Bytes that its start is a multiple of. */
  readonly align: number;
  /** Bytes, a multiple of `align`; without the elements where the last member is an array of no fixed length. */
  readonly size: number;
}

/** `ptr<space, T>`. */
export interface PointerType {
  /** Tells it from the other types. */
  readonly kind: "pointer";
  /** Where it points. */
  readonly space: AddressSpace;
  /** Of one into storage. */
  readonly access?: "read" | "read_write";
  /** Type of what is there. */
  readonly target: Type;
}

/** Any type of a checked tree. */
export type Type = ScalarType | VectorType | MatrixType | ArrayType | StructType | PointerType;

/** Where a variable lives. */
export type AddressSpace = "function" | "private" | "workgroup" | "storage" | "uniform";

/** A declared name that has a value or a place. */
export interface Variable {
  /** As written. */
  readonly name: string;
  /** `var`: a place. The others are values: `let`, `parameter`, and `override`, which is known when a pipeline is made. */
  readonly kind: "var" | "let" | "parameter" | "override";
  /** Type of the value or of what is in the place. */
  readonly type: Type;
  /** Of a `var`. */
  readonly space?: AddressSpace;
  /** Of a `var` in storage. */
  readonly access?: "read" | "read_write";
  /** Of a `var` in storage or a uniform. */
  readonly group?: number;
  /** Of a `var` in storage or a uniform. */
  readonly binding?: number;
  /** Of an override: what `@id` says. */
  readonly id?: number;
  /** Of a parameter of an entry point, or one of its structure's members in order: `@builtin(...)`. */
  readonly builtins?: readonly string[];
  /** Of an override, and of a `var` in `private` space. */
  readonly initializer?: Expression;
  /** Where it is declared, counted from 1. */
  readonly line: number;
}

/** A constant: a number (`u32` and `i32` as such, `f32` rounded to binary32), a bool, or the parts of what is composed. */
export type ConstantValue = number | boolean | readonly ConstantValue[];

interface Typed {
  /** Type of the value; of a place, of what is in it. */
  readonly type: Type;
  /** Line in the module's text, counted from 1. */
  readonly line: number;
}

/**
 * An expression. Those of kind `variable` (of a `var`), `member`, `index` and `dereference` can denote a place: where
 * one is used as a value, `load` stands around it. `member` and `index` of a value are values.
 */
export type Expression =
  & Typed
  & (
    /** A constant of any type but a pointer; expressions of constants alone are folded into one. */
    | { readonly kind: "constant"; readonly value: ConstantValue }
    /** The value or the place of a variable. */
    | { readonly kind: "variable"; readonly variable: Variable }
    /** What is in a place. */
    | { readonly kind: "load"; readonly of: Expression }
    /** A structure's member, by its number. */
    | { readonly kind: "member"; readonly of: Expression; readonly index: number }
    /** An element of an array, a component of a vector, a column of a matrix. A constant index is inside (else refused). */
    | { readonly kind: "index"; readonly of: Expression; readonly index: Expression }
    /** Components of a vector value in a new order: `v.x` (a scalar) or `v.zyx`. `v.x` of a place is `index` of it. */
    | { readonly kind: "swizzle"; readonly of: Expression; readonly lanes: readonly number[] }
    /** `&place` */
    | { readonly kind: "address"; readonly of: Expression }
    /** `*pointer`: a place. */
    | { readonly kind: "dereference"; readonly of: Expression }
    /** `-` `!` `~` */
    | { readonly kind: "unary"; readonly operator: "-" | "!" | "~"; readonly of: Expression }
    /** Operands have their WGSL types: a vector with a scalar, a matrix with a vector, and so on, as written. */
    | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
    /** A function of the module. A function without a result has type `bool` here, which nothing uses. */
    | { readonly kind: "call"; readonly function: FunctionDeclaration; readonly args: readonly Expression[] }
    /** A function of the language, `bitcast` among them; `arrayLength` takes a pointer. */
    | { readonly kind: "builtin"; readonly name: string; readonly args: readonly Expression[] }
    /** A vector, matrix, array or structure of its parts, as written (vectors among a vector's); of none: zeros. One scalar: all components. */
    | { readonly kind: "construct"; readonly args: readonly Expression[] }
    /** A scalar, or each component of a vector, in another scalar type. */
    | { readonly kind: "convert"; readonly of: Expression }
  );

/** Operators of two operands. `&&` and `||` evaluate the second only where it decides. */
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | "&&"
  | "||"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">=";

/** A statement. `const` and `const_assert` leave none. */
export type Statement =
  & { readonly line: number }
  & (
    /** `let`, or `var` of a function: without an initializer it is zero, each time anew. */
    | { readonly kind: "declare"; readonly variable: Variable; readonly initializer?: Expression }
    /** `place = value`; without a target, `_ = value`. `place += value` and `place++` are an operator of their own, the place found once. */
    | {
      readonly kind: "assign";
      readonly target?: Expression;
      readonly operator?: BinaryOperator;
      readonly value: Expression;
    }
    /** A call whose result, if it has one, nothing takes. */
    | { readonly kind: "evaluate"; readonly value: Expression }
    /** `if`; `else if` is an `if` alone in `otherwise`. */
    | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
    /** `switch`; there is exactly one default. No case falls through. */
    | { readonly kind: "switch"; readonly selector: Expression; readonly cases: readonly SwitchCase[] }
    /** `loop`, `for` and `while`. */
    | LoopStatement
    | { readonly kind: "break" }
    | { readonly kind: "continue" }
    | { readonly kind: "return"; readonly value?: Expression }
    | { readonly kind: "block"; readonly body: readonly Statement[] }
  );

/** `initializer; while (condition) { body; continue: continuing; if (breakIf) break; }` */
export interface LoopStatement {
  /** Tells it from the other statements. */
  readonly kind: "loop";
  /** Runs once before, in a scope around the loop: that of `for`. */
  readonly initializer: readonly Statement[];
  /** Of `for` and `while`: tested before each turn. */
  readonly condition?: Expression;
  /** `continue` goes to the end of it. */
  readonly body: readonly Statement[];
  /** Runs after the body; sees the body's variables. The update of `for`. */
  readonly continuing: readonly Statement[];
  /** Tested after `continuing`. */
  readonly breakIf?: Expression;
  /** Line of the keyword. */
  readonly line: number;
}

/** A case of a `switch`. */
export interface SwitchCase {
  /** Values of the selector, as numbers. */
  readonly values: readonly number[];
  /** Whether it takes what no other case does; `values` may be there too. */
  readonly isDefault: boolean;
  /** What it does. */
  readonly body: readonly Statement[];
}

/** A function. There is no recursion. */
export interface FunctionDeclaration {
  /** As written. */
  readonly name: string;
  /** Variables of kind `parameter`. */
  readonly parameters: readonly Variable[];
  /** Type of the result; undefined without one. */
  readonly returns: Type | undefined;
  /** Its statements. Filled in after the functions that it calls. */
  readonly body: readonly Statement[];
  /** Of an entry point: invocations of a workgroup in x, y and z, expressions of constants and overrides. */
  readonly workgroupSize?: readonly [Expression, Expression, Expression];
  /** Where it is declared. */
  readonly line: number;
}

/** A checked module. */
export interface Module {
  /** Variables outside functions: `private`, `workgroup`, `storage` and `uniform`. */
  readonly variables: readonly Variable[];
  /** Overrides in the order of their declaration. */
  readonly overrides: readonly Variable[];
  /** All functions; those with a `workgroupSize` are entry points. */
  readonly functions: readonly FunctionDeclaration[];
}
