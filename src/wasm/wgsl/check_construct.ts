/** Values made of their parts, and conversions. Source: the WGSL specification, "Value Constructor Built-in Functions". @module */
import { assertSmall, isConstructible } from "./composites.ts";
import { convertExplicitly, mapValues, zero } from "./constants.ts";
import { convertNode } from "./convert.ts";
import { WgslError } from "./error.ts";
import type { Context } from "./scope.ts";
import type { Expression, Type } from "./tree.ts";
import {
  type AnyScalarName,
  type AnyType,
  type AnyValue,
  commonScalar,
  concreteType,
  countOf,
  elementOf,
  isAbstract,
  matrixType,
  type Node,
  sameType,
  scalarOf,
  typeName,
  vectorType,
  withScalar,
} from "./types.ts";

/** A value of `type` from arguments. @throws {WgslError} If it has no such constructor. */
export function construct(
  context: Context,
  type: Type,
  { args, line }: { args: readonly Node[]; line: number },
): Node {
  if (!isConstructible(type)) throw new WgslError(`${typeName(type)} cannot be a value`, line);
  if (args.length === 0) {
    assertSmall(type, line);
    return context.constant(type, line, () => zero(type));
  }
  const only = args.length === 1 ? args[0]! : undefined;
  switch (type.kind) {
    case "scalar":
      if (only?.type.kind === "scalar") return convert(context, only, { type, line });
      break;
    case "vector":
      if (only?.type.kind === "vector" && only.type.width === type.width) {
        return convert(context, only, { type, line });
      }
      if (only?.type.kind === "scalar") {
        return compose(context, [convertNode(only, elementOf(type)!)], { type, line });
      }
      if (fillsVector(args, type.width)) return composeAll(context, args, { type, line });
      break;
    case "matrix":
      if (only && sameShape(only.type, type)) return convertNode(only, type);
      if (fillsMatrix(args, type)) return composeAll(context, args, { type, line });
      break;
    case "array":
    case "struct": {
      const count = countOf(type)!;
      if (args.length !== count) {
        throw new WgslError(
          `${typeName(type)} has ${count} ${
            type.kind === "array" ? "elements" : "members"
          }, got ${args.length}`,
          line,
        );
      }
      const parts = args.map((arg, i) =>
        convertNode(arg, type.kind === "array" ? type.element : type.members[i]!.type)
      );
      assertSmall(type, line);
      return compose(context, parts, { type, line });
    }
  }
  throw new WgslError(`${typeName(type)} cannot be made of ${listTypes(args)}`, line);
}

/** `vec3(...)`, `mat2x2(...)` or `array(...)`, whose type its arguments tell. @throws {WgslError} If they do not. */
export function constructInferred(
  context: Context,
  name: string,
  { args, line }: { args: readonly Node[]; line: number },
): Node {
  const failure = () => new WgslError(`\`${name}\` cannot be made of ${listTypes(args)}`, line);
  if (args.length === 0) {
    if (!name.startsWith("vec")) {
      throw new WgslError(`\`${name}()\` needs its type: \`${name}<...>()\``, line);
    }
    const type = vectorType("abstract-int", Number(name.at(-1)));
    return context.constant(type, line, () => zero(type));
  }
  if (name === "array") {
    const element = commonType(args.map((arg) => arg.type));
    if (!element || !isConstructible(element)) throw failure();
    const type: AnyType = { kind: "array", element, length: args.length };
    return compose(context, args.map((arg) => convertNode(arg, element)), { type, line });
  }
  const scalar = commonScalar(args.map((arg) => scalarOf(arg.type)!));
  if (!scalar || args.some((arg) => !["scalar", "vector", "matrix"].includes(arg.type.kind))) throw failure();
  const [, columns, rows] = /^mat(\d)x(\d)$/.exec(name) ?? [];
  const areConstant = args.every((arg) => arg.kind === "constant");
  if (columns) {
    const real = areConstant && scalar.startsWith("abstract") ? "abstract-float" : "f32";
    const type = matrixType(Number(columns), Number(rows), real);
    if (args.length === 1 && sameShape(args[0]!.type, type)) return args[0]!;
    if (scalar !== "f32" && !scalar.startsWith("abstract")) throw failure();
    if (fillsMatrix(args, type)) return composeAll(context, args, { type, line });
    throw failure();
  }
  const width = Number(name.at(-1));
  const type = vectorType(scalar, width);
  if (args.length === 1 && sameType(args[0]!.type, type)) return args[0]!;
  if (args.length === 1 && args[0]!.type.kind === "scalar") return compose(context, args, { type, line });
  if (fillsVector(args, width)) return composeAll(context, args, { type, line });
  throw failure();
}

/** The one type that all of these become by themselves; undefined if there is none. */
function commonType(types: readonly AnyType[]): AnyType | undefined {
  const scalars = types.map(scalarOf);
  if (scalars.includes(undefined)) {
    return types.every((type) => sameType(type, types[0]!)) ? types[0] : undefined;
  }
  const scalar = commonScalar(scalars as AnyScalarName[]);
  if (!scalar) return undefined;
  const all = types.map((type) => isAbstract(type) ? withScalar(type, scalar) : type);
  return all.every((type) => sameType(type, all[0]!)) ? all[0] : undefined;
}

interface Target {
  readonly type: AnyType;
  readonly line: number;
}

/** A value whose numbers are turned into those of another type. */
function convert(context: Context, node: Node, { type, line }: Target): Node {
  const [from, to] = [scalarOf(node.type)!, scalarOf(type)!];
  if (from === to) return node;
  if (node.kind === "constant") {
    return context.constant(
      type,
      line,
      () => mapValues([node.value], (number) => convertExplicitly(number, from, to)),
    );
  }
  return { kind: "convert", of: node, type: type as Type, line };
}

/** Parts turned into those of the numbers of `type`, then composed. */
function composeAll(context: Context, args: readonly Node[], { type, line }: Target): Node {
  const scalar = scalarOf(type)!;
  return compose(context, args.map((arg) => convertNode(arg, withScalar(arg.type, scalar))), { type, line });
}

function compose(context: Context, parts: readonly Node[], { type, line }: Target): Node {
  if (parts.every((part) => part.kind === "constant")) {
    return context.constant(type, line, () => composedValue(type, parts.map((part) => part.value)));
  }
  const concrete = concreteType(type);
  const args = parts.map((part) => convertNode(part, concreteType(part.type)) as Expression);
  return { kind: "construct", args: matchParts(args, concrete), type: concrete, line };
}

/** Constants among the elements of an array are of the type that the array has become. */
function matchParts(args: readonly Expression[], type: Type): readonly Expression[] {
  return type.kind === "array" ? args.map((arg) => convertNode(arg, type.element) as Expression) : args;
}

function composedValue(type: AnyType, values: readonly AnyValue[]): AnyValue {
  if (type.kind === "vector") {
    const parts = values.flat();
    return parts.length === 1 ? Array(type.width).fill(parts[0]) : parts;
  }
  if (type.kind === "matrix" && typeof values[0] !== "object") {
    return Array.from({ length: type.columns }, (_, i) => values.slice(i * type.rows, (i + 1) * type.rows));
  }
  return values;
}

/** Whether scalars and vectors have so many components together. */
function fillsVector(args: readonly Node[], width: number): boolean {
  const widths = args.map(({ type }): number =>
    type.kind === "scalar" ? 1 : type.kind === "vector" ? type.width : 0
  );
  return args.length > 1 && !widths.includes(0) && widths.reduce((sum, one) => sum + one) === width;
}

/** Whether they are the columns, or all components. */
function fillsMatrix(args: readonly Node[], { columns, rows }: { columns: number; rows: number }): boolean {
  if (args.every(({ type }) => type.kind === "vector" && type.width === rows)) return args.length === columns;
  return args.every(({ type }) => type.kind === "scalar") && args.length === columns * rows;
}

function sameShape(a: AnyType, b: AnyType): boolean {
  return a.kind === "matrix" && b.kind === "matrix" && a.columns === b.columns && a.rows === b.rows;
}

/** Types of arguments, for messages. */
export function listTypes(args: readonly Node[]): string {
  return `(${args.map((arg) => typeName(arg.type)).join(", ")})`;
}
