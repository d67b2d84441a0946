/** Values of one type as values of another, and loads from places. @module */
import { ConstantError, convertValue } from "./constants.ts";
import { WgslError } from "./error.ts";
import type { AddressSpace, ConstantValue, Expression, Type } from "./tree.ts";
import {
  type AnyType,
  concreteType,
  converts,
  isAbstract,
  isConstructible,
  type Node,
  typeName,
} from "./types.ts";

/** An expression with abstract types made concrete, `i32` and `f32` where nothing asks for others. @throws {WgslError} Out of their range. */
export function concrete(node: Node): Expression {
  return convertTo(node, concreteType(node.type));
}

/** An expression as one of type `to`, which may be abstract. @throws {WgslError} If it does not convert by itself. */
export function convertNode(node: Node, to: AnyType): Node {
  if (!converts(node.type, to)) {
    throw new WgslError(`expected ${typeName(to)}, got ${typeName(node.type)}`, node.line);
  }
  if (node.kind !== "constant" || !isAbstract(node.type)) return node;
  try {
    return { kind: "constant", type: to, value: convertValue(node.value, to), line: node.line };
  } catch (error) {
    if (error instanceof ConstantError) throw new WgslError(error.message, node.line);
    throw error;
  }
}

/** An expression as one of type `to`. @throws {WgslError} If it does not convert by itself. */
export function convertTo(node: Node, to: Type): Expression {
  return convertNode(node, to) as Expression;
}

/** A constant of a concrete type. */
export function constantNode(type: Type, value: ConstantValue, line: number): Expression {
  return { kind: "constant", type, value, line };
}

/** Whether an expression denotes a place. */
export function isPlace(node: Node): boolean {
  switch (node.kind) {
    case "variable":
      return node.variable.kind === "var";
    case "dereference":
      return true;
    case "member":
    case "index":
      return isPlace(node.of);
    default:
      return false;
  }
}

/** Where the place of an expression is. */
export function placeOf(
  node: Node,
): { readonly space: AddressSpace; readonly access?: "read" | "read_write" } {
  switch (node.kind) {
    case "variable": {
      const { space, access } = node.variable;
      return access ? { space: space!, access } : { space: space! };
    }
    case "member":
    case "index":
      return placeOf(node.of);
    case "dereference": {
      const { space, access } = node.of.type as Extract<Type, { kind: "pointer" }>;
      return access ? { space, access } : { space };
    }
    default:
      throw new TypeError(`Cannot find the place of a ${node.kind}: it is a value`);
  }
}

/** What is in a place; a value as it is. @throws {WgslError} If it cannot be held: an array of no fixed length. */
export function load(node: Node): Node {
  if (!isPlace(node)) return node;
  const of = node as Expression;
  if (!isConstructible(of.type)) throw new WgslError(`${typeName(of.type)} cannot be a value`, of.line);
  return { kind: "load", of, type: of.type, line: of.line };
}
