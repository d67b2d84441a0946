/** Values made of their parts. @module */
import type { Expression, MatrixType, ScalarName, VectorType } from "../wgsl/tree.ts";
import { i32 } from "./builder.ts";
import type { Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import { isParts, type Value, zeroOf } from "./value.ts";
import { component, shuffle, splat, vectorOf } from "./vector.ts";

/** A vector, matrix, array or structure of `values`, the values of the expression's arguments. */
export function construct(
  lowering: Lowering,
  expression: Expression & { readonly kind: "construct" },
  values: readonly Value[],
): Value {
  const { type, args } = expression;
  if (values.length === 0) return zeroOf(type);
  const types = args.map((arg) => arg.type);
  if (type.kind === "vector") {
    return vector(
      lowering,
      type,
      values.map((value, i) => [value as Operand, types[i]!] as const),
    );
  }
  if (type.kind === "matrix") return matrix(lowering, type, values);
  return type.kind === "scalar" ? values[0]! : values;
}

function vector(
  lowering: Lowering,
  { scalar, width }: VectorType,
  parts: readonly (readonly [Operand, Expression["type"]])[],
): Operand {
  const { builder } = lowering;
  const [first] = parts as [readonly [Operand, Expression["type"]]];
  if (parts.length === 1) {
    if (first[1].kind === "vector") return first[0];
    return splat(builder, laneOf(lowering, first[0], scalar));
  }
  if (parts.every(([, type]) => type.kind === "vector")) {
    return shuffle(builder, [first[0], parts[1]![0]], [0, 1, 4, 5]);
  }
  const lanes = parts.flatMap(([operand, type]) =>
    type.kind === "vector"
      ? Array.from({ length: type.width }, (_, lane) => component(builder, operand, { lane, scalar }))
      : [operand]
  );
  return vectorOf(builder, lanes.slice(0, width).map((lane) => laneOf(lowering, lane, scalar)));
}

/** A bool in a vector has all bits set or none. */
function laneOf({ builder }: Lowering, operand: Operand, scalar: ScalarName): Operand {
  return scalar === "bool" ? builder.op("i32.sub", i32(0), operand) : operand;
}

function matrix(lowering: Lowering, { columns, rows }: MatrixType, values: readonly Value[]): Value {
  if (values.length === 1 && isParts(values[0]!)) return values[0];
  if (values.length === columns) return values;
  return Array.from(
    { length: columns },
    (_, i) => vectorOf(lowering.builder, values.slice(i * rows, (i + 1) * rows) as Operand[]),
  );
}
