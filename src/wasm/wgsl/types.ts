/** Types while a module is checked: those of `tree.ts`, and the abstract ones of constants. @module */
import type {
  AddressSpace,
  ArrayType,
  Expression,
  PointerType,
  ScalarName,
  StructType,
  Type,
} from "./tree.ts";

/** Types of single numbers, those of constants without a size included. */
export type AnyScalarName = ScalarName | "abstract-int" | "abstract-float";

/** A type that values of constants can have. Every {@linkcode Type} is one. */
export type AnyType =
  | { readonly kind: "scalar"; readonly scalar: AnyScalarName }
  | { readonly kind: "vector"; readonly scalar: AnyScalarName; readonly width: 2 | 3 | 4 }
  | AnyMatrixType
  | { readonly kind: "array"; readonly element: AnyType; readonly length: ArrayType["length"] }
  | StructType
  | PointerType;

/** A matrix; `isAbstract` where its numbers are `abstract-float`, else they are `f32`. */
export interface AnyMatrixType {
  /** Tells it from the other types. */
  readonly kind: "matrix";
  /** Number of columns. */
  readonly columns: 2 | 3 | 4;
  /** Components of a column. */
  readonly rows: 2 | 3 | 4;
  /** Whether it has no size yet. */
  readonly isAbstract?: true;
}

/** Value of a constant; a bigint is of type `abstract-int`. */
export type AnyValue = number | bigint | boolean | readonly AnyValue[];

/** A constant of an abstract type. */
export interface AbstractConstant {
  /** As of a constant of the tree. */
  readonly kind: "constant";
  /** Or one composed of abstract ones. */
  readonly type: AnyType;
  /** Of that type. */
  readonly value: AnyValue;
  /** Where it starts. */
  readonly line: number;
}

/** A checked expression whose type may still be abstract. */
export type Node = Expression | AbstractConstant;

/** A scalar type. */
export function scalarType<S extends AnyScalarName>(
  scalar: S,
): { readonly kind: "scalar"; readonly scalar: S } {
  return { kind: "scalar", scalar };
}

/** `bool` */
export const bool = scalarType("bool");
/** `i32` */
export const i32 = scalarType("i32");
/** `u32` */
export const u32 = scalarType("u32");
/** `f32` */
export const f32 = scalarType("f32");

/** A type as WGSL writes it. */
export function typeName(type: AnyType): string {
  switch (type.kind) {
    case "scalar":
      return type.scalar;
    case "vector": {
      const short = { i32: "i", u32: "u", f32: "f" }[type.scalar as string];
      return short ? `vec${type.width}${short}` : `vec${type.width}<${type.scalar}>`;
    }
    case "matrix":
      return `mat${type.columns}x${type.rows}${type.isAbstract ? "<abstract-float>" : "f"}`;
    case "array":
      return `array<${typeName(type.element)}${
        type.length === undefined ? "" : `, ${lengthName(type.length)}`
      }>`;
    case "struct":
      return type.name;
    case "pointer":
      return `ptr<${type.space}, ${typeName(type.target)}${
        type.access === "read_write" ? ", read_write" : ""
      }>`;
  }
}

function lengthName(length: number | Expression): string {
  if (typeof length === "number") return String(length);
  return length.kind === "variable" ? length.variable.name : "...";
}

/** Whether two types are one. */
export function sameType(a: AnyType, b: AnyType): boolean {
  switch (a.kind) {
    case "scalar":
      return b.kind === "scalar" && a.scalar === b.scalar;
    case "vector":
      return b.kind === "vector" && a.scalar === b.scalar && a.width === b.width;
    case "matrix":
      return b.kind === "matrix" && a.columns === b.columns && a.rows === b.rows &&
        a.isAbstract === b.isAbstract;
    case "array":
      return b.kind === "array" && sameLength(a.length, b.length) && sameType(a.element, b.element);
    case "struct":
      return a === b;
    case "pointer":
      return b.kind === "pointer" && a.space === b.space && a.access === b.access &&
        sameType(a.target, b.target);
  }
}

function sameLength(a: ArrayType["length"], b: ArrayType["length"]): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  return a === b || (a.kind === "variable" && b.kind === "variable" && a.variable === b.variable);
}

/** The type of the numbers that a value is made of; undefined for structures and pointers. */
export function scalarOf(type: AnyType): AnyScalarName | undefined {
  switch (type.kind) {
    case "scalar":
    case "vector":
      return type.scalar;
    case "matrix":
      return type.isAbstract ? "abstract-float" : "f32";
    case "array":
      return scalarOf(type.element);
    default:
      return undefined;
  }
}

/** A scalar, vector, matrix or array with numbers of another type. */
export function withScalar(type: AnyType, scalar: AnyScalarName): AnyType {
  switch (type.kind) {
    case "scalar":
      return scalarType(scalar);
    case "vector":
      return { kind: "vector", scalar, width: type.width };
    case "matrix":
      return matrixType(type.columns, type.rows, scalar);
    case "array":
      return { kind: "array", element: withScalar(type.element, scalar), length: type.length };
    default:
      return type;
  }
}

/** A matrix type of `f32` or `abstract-float`. */
export function matrixType(columns: number, rows: number, scalar: AnyScalarName = "f32"): AnyMatrixType {
  const type = { kind: "matrix", columns: columns as 2, rows: rows as 2 } as const;
  return scalar === "f32" ? type : { ...type, isAbstract: true };
}

/** A vector type. */
export function vectorType(scalar: AnyScalarName, width: number): AnyType {
  return { kind: "vector", scalar, width: width as 2 };
}

/** Whether a constant of this type has no size yet. */
export function isAbstract(type: AnyType): boolean {
  return scalarOf(type)?.startsWith("abstract") ?? false;
}

/** Whether a number of type `from` becomes one of type `to` by itself. */
export function scalarConverts(from: AnyScalarName, to: AnyScalarName): boolean {
  if (from === to) return true;
  if (from === "abstract-int") return to !== "bool";
  return from === "abstract-float" && to === "f32";
}

/** Whether a value of type `from` becomes one of type `to` by itself. */
export function converts(from: AnyType, to: AnyType): boolean {
  if (sameType(from, to)) return true;
  const [given, wanted] = [scalarOf(from), scalarOf(to)];
  if (!given || !wanted || !isAbstract(from)) return false;
  return scalarConverts(given, wanted) && sameType(withScalar(from, wanted), to);
}

/** The type that a value of abstract type has where nothing asks for another. */
export function concreteType(type: AnyType): Type {
  const scalar = scalarOf(type);
  if (scalar === "abstract-int") return withScalar(type, "i32") as Type;
  if (scalar === "abstract-float") return withScalar(type, "f32") as Type;
  return type as Type;
}

/** The one scalar type that all of these become by themselves; undefined if there is none. */
export function commonScalar(scalars: readonly AnyScalarName[]): AnyScalarName | undefined {
  return scalars.find((to) => scalars.every((from) => scalarConverts(from, to)));
}

/** Parts of a value: of a vector its width, of a matrix its columns, of an array its elements. */
export function countOf(type: AnyType): number | undefined {
  switch (type.kind) {
    case "vector":
      return type.width;
    case "matrix":
      return type.columns;
    case "array":
      return typeof type.length === "number" ? type.length : undefined;
    case "struct":
      return type.members.length;
    default:
      return undefined;
  }
}

/** Type of what an index picks; undefined if nothing can be indexed. */
export function elementOf(type: AnyType): AnyType | undefined {
  switch (type.kind) {
    case "vector":
      return scalarType(type.scalar);
    case "matrix":
      return vectorType(type.isAbstract ? "abstract-float" : "f32", type.rows);
    case "array":
      return type.element;
    default:
      return undefined;
  }
}

/** Address spaces that a pointer parameter can point into here. */
export const parameterSpaces: readonly AddressSpace[] = ["function", "private"];
