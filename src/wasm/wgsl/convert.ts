/** Values of one type as values of another. @module */
import { ConstantError, convertValue } from "./constants.ts";
import { WgslError } from "./error.ts";
import type { ConstantValue, Expression, Type } from "./tree.ts";
import { type AnyType, concreteType, converts, isAbstract, type Node, typeName } from "./types.ts";

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
