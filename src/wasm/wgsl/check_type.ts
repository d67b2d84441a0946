/** Types from their names. Source: the WGSL specification, "Types". @module */
import { assertShallow, isHostShareable, isRuntimeSized } from "./composites.ts";
import { WgslError } from "./error.ts";
import { type Context, unknownName } from "./scope.ts";
import type { ExpressionSyntax, NameSyntax } from "./syntax.ts";
import type { AddressSpace, ArrayType, Expression, Type } from "./tree.ts";
import { bool, concreteType, f32, i32, matrixType, type Node, typeName, u32, vectorType } from "./types.ts";

const scalars: Readonly<Record<string, Type>> = { bool, i32, u32, f32 };
const suffixes: Readonly<Record<string, "i32" | "u32" | "f32">> = { i: "i32", u: "u32", f: "f32" };
const spaces: readonly AddressSpace[] = ["function", "private", "workgroup", "storage", "uniform"];

/** Types of WGSL that are not here. */
const missing = /^(atomic|f16|vec[234]h|mat[234]x[234]h|texture_\w+|sampler|sampler_comparison)$/;

const typeNames = [
  ...Object.keys(scalars),
  ...[2, 3, 4].flatMap((n) => ["", "f", "i", "u"].map((suffix) => `vec${n}${suffix}`)),
  ...[2, 3, 4].flatMap((c) => [2, 3, 4].flatMap((r) => [`mat${c}x${r}`, `mat${c}x${r}f`])),
  "array",
  "ptr",
];

/** The type that an expression names. @throws {WgslError} If it names none. */
export function resolveType(context: Context, syntax: ExpressionSyntax): Type {
  if (syntax.kind !== "name") throw new WgslError("expected a type", syntax.line);
  const { name, template, line } = syntax;
  const entity = context.names.find(name);
  if (entity) {
    if (entity.kind !== "type") throw new WgslError(`\`${name}\` is no type`, line);
    if (template) throw new WgslError(`\`${name}\` has no template`, line);
    return entity.type;
  }
  const type = predeclaredType(context, syntax);
  if (type) return type;
  throw new WgslError(`\`${name}\` needs the types of its parts: \`${name}<...>\``, line);
}

/**
 * A type of the language; undefined where its template is left out, as value constructors can.
 *
 * @throws {WgslError} If there is no such type.
 */
export function predeclaredType(context: Context, { name, template, line }: NameSyntax): Type | undefined {
  if (missing.test(name)) throw new WgslError(`${name} is not supported here`, line);
  const plain = scalars[name] ?? shortName(name);
  if (plain) {
    if (template) throw new WgslError(`\`${name}\` has no template`, line);
    return plain;
  }
  if (!isPredeclaredType(name)) {
    throw unknownName(name, [...context.names.known(), ...typeNames], { what: "type", line });
  }
  if (!template) return undefined;
  const most = name === "array" || name === "ptr" ? (name === "ptr" ? 3 : 2) : 1;
  if (template.length > most || (name === "ptr" && template.length < 2)) {
    throw new WgslError(
      `\`${name}\` takes ${most === 3 ? "2 or 3" : most} in \`<...>\`, got ${template.length}`,
      line,
    );
  }
  if (name === "ptr") return pointerType(context, template);
  const element = resolveType(context, template[0]!);
  if (name === "array") return arrayType(context, element, template);
  const [, columns, rows] = /^mat(\d)x(\d)$/.exec(name) ?? [];
  const isNumber = element.kind === "scalar" && (!columns || element.scalar === "f32");
  if (!isNumber) throw new WgslError(`\`${name}\` cannot be of ${typeName(element)}`, line);
  if (columns) return matrixType(Number(columns), Number(rows));
  return vectorType(element.scalar, Number(name.at(-1))) as Type;
}

/** Whether the language has a type, or a family of types, of that name. */
export function isPredeclaredType(name: string): boolean {
  return typeNames.includes(name) || missing.test(name);
}

function shortName(name: string): Type | undefined {
  const vector = /^vec([234])([iuf])$/.exec(name);
  if (vector) return vectorType(suffixes[vector[2]!]!, Number(vector[1])) as Type;
  const matrix = /^mat([234])x([234])f$/.exec(name);
  return matrix ? matrixType(Number(matrix[1]), Number(matrix[2])) : undefined;
}

function arrayType(context: Context, element: Type, [first, count]: readonly ExpressionSyntax[]): Type {
  const { line } = first!;
  if (element.kind === "pointer" || isRuntimeSized(element) || hasOverride(element)) {
    throw new WgslError(`an array cannot be of ${typeName(element)}`, line);
  }
  const type: Type = { kind: "array", element, length: count && arrayLength(context, count) };
  assertShallow(type, line);
  return type;
}

function hasOverride(type: Type): boolean {
  return type.kind === "array" && typeof type.length === "object";
}

function arrayLength(context: Context, syntax: ExpressionSyntax): NonNullable<ArrayType["length"]> {
  const node = context.check(syntax);
  const type = concreteType(node.type);
  if (type.kind !== "scalar" || (type.scalar !== "i32" && type.scalar !== "u32")) {
    throw new WgslError(`expected a length of i32 or u32, got ${typeName(node.type)}`, syntax.line);
  }
  if (node.kind === "constant") {
    const length = Number(node.value);
    if (length > 0 && length < 2 ** 31) return length;
    throw new WgslError(`expected a length of 1 or more, got ${length}`, syntax.line);
  }
  if (isOverrideExpression(node as Expression)) return node as Expression;
  throw new WgslError("a length is an expression of constants and overrides alone", syntax.line);
}

/** Whether an expression is known once overrides are: it has nothing but constants, overrides and functions of the language. */
export function isOverrideExpression(node: Node): boolean {
  switch (node.kind) {
    case "constant":
      return true;
    case "variable":
      return node.variable.kind === "override";
    case "unary":
    case "convert":
    case "swizzle":
    case "member":
      return isOverrideExpression(node.of);
    case "index":
      return isOverrideExpression(node.of) && isOverrideExpression(node.index);
    case "binary":
      return isOverrideExpression(node.left) && isOverrideExpression(node.right);
    case "builtin":
    case "construct":
      return node.args.every(isOverrideExpression);
    default:
      return false;
  }
}

function pointerType(context: Context, [first, second, third]: readonly ExpressionSyntax[]): Type {
  const space = spaceName(context, first!);
  const target = resolveType(context, second!);
  const access = third && accessName(context, third);
  if (target.kind === "pointer") throw new WgslError("a pointer cannot point to a pointer", second!.line);
  if (space === "storage") return { kind: "pointer", space, access: access ?? "read", target };
  if (third) throw new WgslError(`only a pointer into storage has an access mode`, third.line);
  if ((space === "uniform") && !isHostShareable(target)) {
    throw new WgslError(`a uniform cannot be of ${typeName(target)}`, second!.line);
  }
  return { kind: "pointer", space, target };
}

/** An address space. @throws {WgslError} If there is none of that name. */
export function spaceName(context: Context, syntax: ExpressionSyntax): AddressSpace {
  const name = wordOf(context, syntax);
  const space = spaces.find((space) => space === name);
  if (space) return space;
  if (name === "handle" || name === "push_constant" || name === "immediate") {
    throw new WgslError(`the address space ${name} is not supported here`, syntax.line);
  }
  throw unknownName(name, spaces, { what: "address space", line: syntax.line });
}

/** A word of the language that no declaration has taken. */
function wordOf({ names }: Context, syntax: ExpressionSyntax): string {
  const name = syntax.kind === "name" && !syntax.template ? syntax.name : "";
  if (names.find(name)) throw new WgslError(`\`${name}\` is declared as something else`, syntax.line);
  return name;
}

/** An access mode of storage. @throws {WgslError} If there is none of that name. */
export function accessName(context: Context, syntax: ExpressionSyntax): "read" | "read_write" {
  const name = wordOf(context, syntax);
  if (name === "read" || name === "read_write") return name;
  if (name === "write") throw new WgslError("expected read or read_write, got write", syntax.line);
  throw unknownName(name, ["read", "read_write"], { what: "access mode", line: syntax.line });
}
