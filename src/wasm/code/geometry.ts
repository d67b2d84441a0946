/** Functions of vectors and matrices as wholes. @module */
import type { Type } from "../wgsl/tree.ts";
import { dot } from "./arithmetic.ts";
import { f32, v128 } from "./builder.ts";
import type { Call, Writer } from "./builtin_call.ts";
import type { Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import { selectValue } from "./select.ts";
import type { Value } from "./value.ts";
import { component, shuffle, splat } from "./vector.ts";

function floatDot({ lowering, width }: Call, a: Operand, b: Operand): Operand {
  return dot(lowering, { scalar: "f32", width, operands: [a, b] });
}

function cross({ lowering: { builder }, args: [a, b] }: Call): Operand {
  const turned = (vector: Operand, lanes: readonly number[]) => shuffle(builder, [vector, vector], lanes);
  const first = builder.op("f32x4.mul", turned(a!, [1, 2, 0]), turned(b!, [2, 0, 1]));
  return builder.op(
    "f32x4.sub",
    first,
    builder.op("f32x4.mul", turned(a!, [2, 0, 1]), turned(b!, [1, 2, 0])),
  );
}

function length(call: Call): Operand {
  const { lowering: { builder }, width, args: [value] } = call;
  return width === 1 ? builder.op("f32.abs", value!) : builder.op("f32.sqrt", floatDot(call, value!, value!));
}

function normalize(call: Call): Operand {
  const { builder } = call.lowering;
  return builder.op("f32x4.div", call.args[0]!, splat(builder, length(call)));
}

function distance(call: Call): Operand {
  const { lowering: { builder }, width, args: [a, b] } = call;
  return length({ ...call, args: [builder.op(width === 1 ? "f32.sub" : "f32x4.sub", a!, b!)] });
}

/** e1 - 2 dot(e2, e1) e2 */
function reflect(call: Call): Operand {
  const { lowering: { builder }, args: [incident, normal] } = call;
  const twice = builder.op("f32.mul", f32(2), floatDot(call, normal!, incident!));
  return builder.op("f32x4.sub", incident!, builder.op("f32x4.mul", splat(builder, twice), normal!));
}

/** e1 where dot(e2, e3) is negative, else -e1 */
function faceForward(call: Call): Value {
  const { lowering, args: [vector, incident, reference] } = call;
  const { builder } = lowering;
  const isFacing = builder.op("f32.lt", floatDot(call, incident!, reference!), f32(0));
  return selectValue(lowering, [vector!, builder.op("f32x4.neg", vector!)], isFacing);
}

/** e3 e1 - (e3 dot(e2, e1) + sqrt(k)) e2, with k = 1 - e3^2 (1 - dot(e2, e1)^2); 0 where k is negative */
function refract(call: Call): Value {
  const { lowering, args: [incident, normal, ratio] } = call;
  const { builder } = lowering;
  const cosine = floatDot(call, normal!, incident!);
  const sine = builder.op("f32.sub", f32(1), builder.op("f32.mul", cosine, cosine));
  const k = builder.op("f32.sub", f32(1), builder.op("f32.mul", builder.op("f32.mul", ratio!, ratio!), sine));
  const factor = builder.op("f32.add", builder.op("f32.mul", ratio!, cosine), builder.op("f32.sqrt", k));
  const bent = builder.op(
    "f32x4.sub",
    builder.op("f32x4.mul", splat(builder, ratio!), incident!),
    builder.op("f32x4.mul", splat(builder, factor), normal!),
  );
  return selectValue(lowering, [v128([0, 0, 0, 0]), bent], builder.op("f32.lt", k, f32(0)));
}

/** By their names. */
export const geometry: Readonly<Record<string, Writer>> = {
  cross,
  distance,
  faceForward,
  length,
  normalize,
  reflect,
  refract,
};

/** The determinant of a square matrix, by the first column's minors. */
export function determinant({ builder }: Lowering, columns: readonly Operand[]): Operand {
  const at = (column: number, row: number) =>
    component(builder, columns[column]!, { lane: row, scalar: "f32" });
  const minor = (column: number, rows: readonly number[]): Operand => {
    if (rows.length === 1) return at(column, rows[0]!);
    const terms = rows.map((row, i) => {
      const rest = minor(column + 1, rows.filter((other) => other !== row));
      const term = builder.op("f32.mul", at(column, row), rest);
      return i % 2 === 0 ? term : builder.op("f32.neg", term);
    });
    return terms.reduce((sum, term) => builder.op("f32.add", sum, term));
  };
  return minor(0, columns.map((_, row) => row));
}

/** A matrix with rows as columns. */
export function transpose({ builder }: Lowering, type: Type, columns: readonly Operand[]): Value {
  if (type.kind !== "matrix") throw new RangeError("Cannot transpose: this is no matrix");
  const { rows } = type;
  const zero = v128([0, 0, 0, 0]);
  const [a, b, c = zero, d = zero] = columns as [Operand, Operand, Operand?, Operand?];
  // Pairs of columns side by side: the first two rows, and the last two.
  const upper = [shuffle(builder, [a, b], [0, 4, 1, 5]), shuffle(builder, [c, d], [0, 4, 1, 5])] as const;
  const lower = [shuffle(builder, [a, b], [2, 6, 3, 7]), shuffle(builder, [c, d], [2, 6, 3, 7])] as const;
  return [
    shuffle(builder, upper, [0, 1, 4, 5]),
    shuffle(builder, upper, [2, 3, 6, 7]),
    shuffle(builder, lower, [0, 1, 4, 5]),
    shuffle(builder, lower, [2, 3, 6, 7]),
  ].slice(0, rows);
}
