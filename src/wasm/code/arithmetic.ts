/** Operators of two operands, on scalars, vectors and matrices. @module */
import type { BinaryOperator, ScalarName, Type } from "../wgsl/tree.ts";
import { i32 } from "./builder.ts";
import type { Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import type { Value } from "./value.ts";
import { component, splat, vectorOf } from "./vector.ts";

/** A value and its type. */
export interface TypedValue {
  /** Value. */
  readonly value: Value;
  /** Type. */
  readonly type: Type;
}

interface Operands {
  readonly left: TypedValue;
  readonly right: TypedValue;
}

/** The value of `left operator right`; not of `&&` and `||`. */
export function arithmetic(lowering: Lowering, operator: BinaryOperator, { left, right }: Operands): Value {
  if (left.type.kind === "matrix" || right.type.kind === "matrix") {
    return matrixArithmetic(lowering, operator, { left, right });
  }
  const scalar = (left.type as { scalar: ScalarName }).scalar;
  if (left.type.kind === "scalar" && right.type.kind === "scalar") {
    return scalarArithmetic(lowering, operator, {
      scalar,
      operands: [left.value as Operand, right.value as Operand],
    });
  }
  const [a, b] = [left, right].map(({ value, type }) =>
    type.kind === "scalar" ? splat(lowering.builder, value as Operand) : value as Operand
  ) as [Operand, Operand];
  const width = left.type.kind === "vector" ? left.type.width : (right.type as { width: 2 | 3 | 4 }).width;
  return vectorArithmetic(lowering, operator, { scalar, width, operands: [a, b] });
}

const names: Readonly<Partial<Record<BinaryOperator, string>>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "shl",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

/** `lt` with the sign that the type asks for. */
function named(operator: BinaryOperator, scalar: ScalarName): string {
  const name = operator === ">>" ? "shr" : names[operator]!;
  const hasSign = scalar !== "f32" && /^(lt|le|gt|ge|shr)$/.test(name);
  return hasSign ? `${name}_${scalar === "i32" ? "s" : "u"}` : name;
}

interface ScalarOperands {
  readonly scalar: ScalarName;
  readonly operands: readonly [Operand, Operand];
}

function scalarArithmetic(
  { builder }: Lowering,
  operator: BinaryOperator,
  { scalar, operands: [a, b] }: ScalarOperands,
): Operand {
  if (scalar === "f32") {
    if (operator === "/") return builder.op("f32.div", a, b);
    if (operator === "%") {
      const quotient = builder.op("f32.trunc", builder.op("f32.div", a, b));
      return builder.op("f32.sub", a, builder.op("f32.mul", b, quotient));
    }
    return builder.op(`f32.${named(operator, scalar)}`, a, b);
  }
  if (operator !== "/" && operator !== "%") return builder.op(`i32.${named(operator, scalar)}`, a, b);
  // x / 0 is x and x % 0 is 0; the least number divided by -1 is itself, and 0 remains.
  let isFaulty = builder.op("i32.eqz", b);
  if (scalar === "i32") {
    const overflows = builder.op(
      "i32.and",
      builder.op("i32.eq", a, i32(-(2 ** 31))),
      builder.op("i32.eq", b, i32(-1)),
    );
    isFaulty = builder.op("i32.or", isFaulty, overflows);
  }
  const divisor = builder.op("select", i32(1), b, isFaulty);
  return builder.op(`i32.${operator === "/" ? "div" : "rem"}_${scalar === "i32" ? "s" : "u"}`, a, divisor);
}

interface VectorOperands extends ScalarOperands {
  readonly width: number;
}

function vectorArithmetic(
  lowering: Lowering,
  operator: BinaryOperator,
  { scalar, width, operands: [a, b] }: VectorOperands,
): Operand {
  const { builder } = lowering;
  if (operator === "&" || operator === "|" || operator === "^") {
    return builder.op(`v128.${named(operator, scalar)}`, a, b);
  }
  if (scalar === "f32") {
    if (operator === "/") return builder.op("f32x4.div", a, b);
    if (operator === "%") {
      const quotient = builder.op("f32x4.trunc", builder.op("f32x4.div", a, b));
      return builder.op("f32x4.sub", a, builder.op("f32x4.mul", b, quotient));
    }
    return builder.op(`f32x4.${named(operator, scalar)}`, a, b);
  }
  const isShift = operator === "<<" || operator === ">>";
  if (isShift && b.kind === "constant") {
    const amounts = (b.value as readonly number[]).slice(0, width);
    if (amounts.every((amount) => amount === amounts[0])) {
      return builder.op(`i32x4.${named(operator, scalar)}`, a, i32(amounts[0]!));
    }
  }
  if (!isShift && operator !== "/" && operator !== "%") {
    return builder.op(`i32x4.${named(operator, scalar)}`, a, b);
  }
  const lanes = Array.from({ length: width }, (_, lane) =>
    scalarArithmetic(lowering, operator, {
      scalar,
      operands: [component(builder, a, { lane, scalar }), component(builder, b, { lane, scalar })],
    }));
  return vectorOf(builder, lanes);
}

function matrixArithmetic(lowering: Lowering, operator: BinaryOperator, { left, right }: Operands): Value {
  const float = (value: Value, width: number, other: Value): Operand =>
    vectorArithmetic(lowering, operator, {
      scalar: "f32",
      width,
      operands: [value as Operand, other as Operand],
    });
  if (operator !== "*") {
    return (left.value as readonly Value[]).map((column, i) =>
      float(column, 4, (right.value as readonly Value[])[i]!)
    );
  }
  const { builder } = lowering;
  if (left.type.kind === "scalar") {
    const factor = splat(builder, left.value as Operand);
    return (right.value as readonly Value[]).map((column) => float(factor, 4, column));
  }
  if (right.type.kind === "scalar") {
    const factor = splat(builder, right.value as Operand);
    return (left.value as readonly Value[]).map((column) => float(column, 4, factor));
  }
  if (left.type.kind === "vector") {
    const { width } = left.type;
    const columns = right.value as readonly Operand[];
    return vectorOf(
      builder,
      columns.map((column) =>
        dot(lowering, { scalar: "f32", width, operands: [left.value as Operand, column] })
      ),
    );
  }
  const columns = left.value as readonly Operand[];
  if (right.type.kind === "vector") return combined(lowering, columns, right.value as Operand);
  return (right.value as readonly Operand[]).map((vector) => combined(lowering, columns, vector));
}

/** The sum of columns, each times a component of a vector. */
function combined({ builder }: Lowering, columns: readonly Operand[], vector: Operand): Operand {
  const products = columns.map((column, lane) =>
    builder.op("f32x4.mul", column, splat(builder, component(builder, vector, { lane, scalar: "f32" })))
  );
  return products.reduce((sum, product) => builder.op("f32x4.add", sum, product));
}

/** The sum of the products of components, from the first on. */
export function dot({ builder }: Lowering, { scalar, width, operands: [a, b] }: VectorOperands): Operand {
  const type = scalar === "f32" ? "f32" : "i32";
  const products = builder.op(`${type}x4.mul`, a, b);
  let sum = component(builder, products, { lane: 0, scalar });
  for (let lane = 1; lane < width; lane++) {
    sum = builder.op(`${type}.add`, sum, component(builder, products, { lane, scalar }));
  }
  return sum;
}
