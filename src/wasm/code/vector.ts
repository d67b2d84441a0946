/** Vectors in registers of four lanes; the lanes past a vector's width hold anything. @module */
import type { ScalarName } from "../wgsl/tree.ts";
import { type Builder, i32, v128 } from "./builder.ts";
import type { Operand, Register } from "./ir.ts";
import type { ComponentPlace } from "./value.ts";

/** Vectors by the scalars that they were made of. */
const made = new WeakMap<Register, readonly (Operand | undefined)[]>();

/** Scalars by the vectors that they were taken of. */
const taken = new WeakMap<Register, { readonly vector: Register; readonly lane: number }>();

/** A scalar in all lanes: of a component, one shuffle. */
export function splat(builder: Builder, scalar: Operand): Operand {
  const from = scalar.kind === "register" ? taken.get(scalar) : undefined;
  if (from) return shuffle(builder, [from.vector, from.vector], [from.lane, from.lane, from.lane, from.lane]);
  const wide = builder.op(scalar.type === "f32" ? "f32x4.splat" : "i32x4.splat", scalar);
  remember(wide, [scalar, scalar, scalar, scalar]);
  return wide;
}

function remember(vector: Operand, lanes: readonly Operand[]): void {
  if (vector.kind !== "register") return;
  made.set(vector, lanes.map((lane) => lane.kind === "register" && lane.isVariable ? undefined : lane));
}

/** A vector of scalars, which are bits for bools. */
export function vectorOf(builder: Builder, lanes: readonly Operand[]): Operand {
  const [first] = lanes as [Operand];
  if (lanes.every((lane) => lane === first)) return splat(builder, first);
  const op = first.type === "f32" ? "f32x4.replace_lane" : "i32x4.replace_lane";
  let vector: Operand = v128([0, 0, 0, 0]);
  const order = lanes.map((lane, i) => ({ lane, i }));
  // What is known goes first, so that it makes one constant.
  for (const { lane, i } of order.filter(({ lane }) => lane.kind === "constant")) {
    vector = builder.lanes(op, [i], [vector, lane]);
  }
  for (const { lane, i } of order.filter(({ lane }) => lane.kind === "register")) {
    vector = builder.lanes(op, [i], [vector, lane]);
  }
  remember(vector, lanes);
  return vector;
}

/** Instructions on vectors by those on each of their components. */
const byComponents: Readonly<Record<string, string>> = {
  "i32x4.add": "i32.add",
  "i32x4.sub": "i32.sub",
  "i32x4.mul": "i32.mul",
  "i32x4.min_u": "bound",
};

/** A component that is at hand without taking it out of a vector. */
function atHand(builder: Builder, vector: Operand, lane: number): Operand | undefined {
  if (vector.kind === "constant") return i32((vector.value as readonly number[])[lane]!);
  const known = made.get(vector)?.[lane];
  if (known) return known;
  const maker = builder.maker(vector);
  const op = maker && byComponents[maker.op];
  const [left, right] = op ? maker.args.map((arg) => atHand(builder, arg, lane)) : [];
  return op && left && right ? builder.op(op, left, right) : undefined;
}

/** Component `lane` of a vector, which is 0 or 1 for bools. */
export function component(
  builder: Builder,
  vector: Operand,
  { lane, scalar }: { readonly lane: number; readonly scalar: ScalarName },
): Operand {
  const known = vector.kind === "register" && scalar !== "bool" ? atHand(builder, vector, lane) : undefined;
  if (known && (known.type === "f32") === (scalar === "f32")) return known;
  const op = scalar === "f32" ? "f32x4.extract_lane" : "i32x4.extract_lane";
  const value = builder.lanes(op, [lane], [vector]);
  if (value.kind === "register" && vector.kind === "register" && !vector.isVariable) {
    taken.set(value, { vector, lane });
  }
  return scalar === "bool" ? builder.op("i32.and", value, i32(1)) : value;
}

/** A component by a number that may be known when the kernel runs only, and is inside. */
export function extractLane(
  builder: Builder,
  vector: Operand,
  { lane, type }: Pick<ComponentPlace, "lane" | "type">,
): Operand {
  const scalar = (type as { scalar: ScalarName }).scalar;
  if (lane.kind === "constant") return component(builder, vector, { lane: lane.value as number, scalar });
  const bytes = builder.op("i32.add", builder.op("i32.mul", lane, i32(0x04040404)), i32(0x03020100));
  const moved = builder.op("i8x16.swizzle", vector, builder.op("i32x4.splat", bytes));
  return component(builder, moved, { lane: 0, scalar });
}

/** Lanes of two vectors in a new order: 0 to 3 of the first, 4 to 7 of the second. */
export function shuffle(
  builder: Builder,
  vectors: readonly [Operand, Operand],
  lanes: readonly number[],
): Operand {
  const filled = [...lanes, ...lanes, ...lanes, ...lanes].slice(0, 4);
  const bytes = filled.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);
  return builder.lanes("i8x16.shuffle", bytes, vectors);
}
