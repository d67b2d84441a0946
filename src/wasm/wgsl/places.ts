/** Expressions that denote places: what is in them, and whether it can be written. @module */
import { isConstructible } from "./composites.ts";
import { WgslError } from "./error.ts";
import type { AddressSpace, Expression, PointerType, Type } from "./tree.ts";
import { type Node, typeName } from "./types.ts";

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

/** Where a place is. */
export interface Location {
  /** Of its variable. */
  readonly space: AddressSpace;
  /** Of storage. */
  readonly access?: "read" | "read_write";
}

/** Where the place of an expression is. @throws {TypeError} If it denotes none. */
export function locationOf(node: Node): Location {
  switch (node.kind) {
    case "variable":
      return located(node.variable.space!, node.variable.access);
    case "member":
    case "index":
      return locationOf(node.of);
    case "dereference": {
      const { space, access } = node.of.type as PointerType;
      return located(space, access);
    }
    default:
      throw new TypeError(`Cannot find the place of a ${node.kind}: it is a value`);
  }
}

function located(space: AddressSpace, access: Location["access"]): Location {
  return access ? { space, access } : { space };
}

/** What is in a place; a value as it is. @throws {WgslError} If it cannot be held: an array of no fixed length. */
export function load(node: Node): Node {
  if (!isPlace(node)) return node;
  const of = node as Expression;
  if (!isConstructible(of.type)) throw new WgslError(`${typeName(of.type)} cannot be a value`, of.line);
  return { kind: "load", of, type: of.type, line: of.line };
}

/** Refuses what cannot be written to. @throws {WgslError} */
export function assertWritable(target: Node, line: number): asserts target is Expression {
  if (!isPlace(target)) {
    const variable = target.kind === "variable" ? target.variable : undefined;
    const what = variable ? `\`${variable.name}\` is a ${variable.kind}` : "the left side is a value";
    throw new WgslError(`${what}, which cannot be assigned to`, line);
  }
  const { space, access } = locationOf(target);
  if (space === "uniform" || access === "read") {
    const where = space === "uniform" ? "a uniform" : "read-only storage";
    throw new WgslError(`this is in ${where}, which cannot be written`, line);
  }
  if (!isConstructible(target.type)) throw new WgslError(`${typeName(target.type)} cannot be assigned`, line);
}

/** `&place`. @throws {WgslError} If it is a value, or a component of a vector. */
export function address(of: Node, line: number): Node {
  if (!isPlace(of)) throw new WgslError("`&` takes a variable, got a value", line);
  if (of.kind === "index" && of.of.type.kind === "vector") {
    throw new WgslError("`&` cannot take a component of a vector", line);
  }
  return {
    kind: "address",
    of: of as Expression,
    type: { kind: "pointer", ...locationOf(of), target: of.type as Type },
    line,
  };
}

/** `*pointer`. @throws {WgslError} If it is something else. */
export function dereference(of: Node, line: number): Node {
  if (of.type.kind !== "pointer") {
    throw new WgslError(`\`*\` takes a pointer, got ${typeName(of.type)}`, line);
  }
  return { kind: "dereference", of: of as Expression, type: of.type.target, line };
}

/** What `p.x` and `p[i]` are parts of: where p is a pointer, what it points to. */
export function throughPointer(node: Node): Node {
  return node.type.kind === "pointer" ? dereference(node, node.line) : node;
}
