/** What expressions come to while code is made: registers and constants, alone or in the shape of a WGSL type. @module */
import { strideOf, strideOfColumn } from "../wgsl/layout.ts";
import type { ArrayType, ConstantValue, ScalarName, Type, Variable } from "../wgsl/tree.ts";
import { f32, i32, v128 } from "./builder.ts";
import { bitsOf } from "./fold.ts";
import type { Constant, Operand, Register } from "./ir.ts";
import type { WasmType } from "./opcodes.ts";

/** The places of a variable that is kept in registers, in the shape of its type. */
export type Cells = Register | Constant | readonly Cells[];

/** A variable in registers, or a part of it. */
export interface CellsPlace {
  /** Tells it from other values. */
  readonly kind: "cells";
  /** Of what is there. */
  readonly type: Type;
  /** Where it is. */
  readonly cells: Cells;
  /** The variable. */
  readonly root: Variable;
}

/** A component of a vector in a register. */
export interface ComponentPlace {
  /** Tells it from other values. */
  readonly kind: "component";
  /** Of the component. */
  readonly type: Type;
  /** The vector. */
  readonly register: Register;
  /** Number of the component. */
  readonly lane: Operand;
}

/** A place in linear memory. */
export interface MemoryPlace {
  /** Tells it from other values. */
  readonly kind: "memory";
  /** Of what is there. */
  readonly type: Type;
  /** Where it is, but for `offset`. */
  readonly address: Operand;
  /** Bytes after `address`. */
  readonly offset: number;
  /** Whether nothing in the kernel writes there. */
  readonly isConstant: boolean;
  /** The binding whose size tells the length of an array without one. */
  readonly binding?: Variable;
  /** Whether it is a component of a vector: a bool has all bits set or none there. */
  readonly isLane?: boolean;
}

/** A place; also the value of a pointer. */
export type Place = CellsPlace | ComponentPlace | MemoryPlace;

/** A scalar or vector; a pointer; the parts of a matrix, array or structure. */
export type Value = Operand | Place | readonly Value[];

/** Whether a value has parts. */
export function isParts(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** What holds a value of this type: undefined for what has parts. */
export function wasmTypeOf(type: Type): WasmType | undefined {
  if (type.kind === "vector") return "v128";
  if (type.kind === "scalar") return type.scalar === "f32" ? "f32" : "i32";
  return undefined;
}

/** Number of parts of a matrix, an array of known length or a structure. */
export function partCount(type: Type): number {
  switch (type.kind) {
    case "matrix":
      return type.columns;
    case "array":
      return lengthOf(type);
    case "struct":
      return type.members.length;
    default:
      return 0;
  }
}

/** Type of a part. */
export function partType(type: Type, index: number): Type {
  switch (type.kind) {
    case "matrix":
      return { kind: "vector", scalar: "f32", width: type.rows };
    case "array":
      return type.element;
    case "struct":
      return type.members[index]!.type;
    default:
      throw new RangeError(`Cannot take part ${index} of a ${type.kind}: it has none`);
  }
}

/** Bytes from the start to a part. */
export function partOffset(type: Type, index: number): number {
  switch (type.kind) {
    case "matrix":
      return index * strideOfColumn(type.rows);
    case "array":
      return index * strideOf(type.element);
    case "struct":
      return type.members[index]!.offset;
    default:
      throw new RangeError(`Cannot take part ${index} of a ${type.kind}: it has none`);
  }
}

/** Elements of an array whose length is known. */
export function lengthOf(type: ArrayType): number {
  if (typeof type.length !== "number") throw new RangeError("Cannot count an array: its length is not known");
  return type.length;
}

/** Scalars and vectors in a value of this type. */
export function leafCount(type: Type): number {
  if (wasmTypeOf(type)) return 1;
  if (type.kind === "array" || type.kind === "matrix") return partCount(type) * leafCount(partType(type, 0));
  return type.kind === "struct" ? type.members.reduce((sum, member) => sum + leafCount(member.type), 0) : 1;
}

/** A value of this type whose leaves are made one by one. */
export function build<T>(type: Type, leaf: (type: WasmType) => T): T | T[] {
  const wasm = wasmTypeOf(type);
  if (wasm) return leaf(wasm);
  return Array.from({ length: partCount(type) }, (_, i) => build(partType(type, i), leaf)) as T[];
}

/** The value that variables start with. */
export function zeroOf(type: Type): Value {
  return build<Value>(type, zeroLeaf);
}

function zeroLeaf(type: WasmType): Constant {
  return type === "f32" ? f32(0) : type === "v128" ? v128([0, 0, 0, 0]) : i32(0);
}

/** A constant of the tree. */
export function constantOf(type: Type, value: ConstantValue): Value {
  if (type.kind === "scalar") return type.scalar === "f32" ? f32(value as number) : i32(Number(value));
  const parts = value as readonly ConstantValue[];
  if (type.kind === "vector") {
    const lanes = parts.map((part) => laneOf(type.scalar, part));
    return v128([...lanes, 0, 0].slice(0, 4));
  }
  return parts.map((part, i) => constantOf(partType(type, i), part));
}

function laneOf(scalar: ScalarName, value: ConstantValue): number {
  if (scalar === "bool") return value ? -1 : 0;
  return scalar === "f32" ? bitsOf(value as number) : value as number;
}
