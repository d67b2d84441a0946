/** Instructions for expressions. @module */
import type { Expression, ScalarType, Type, VectorType } from "../wgsl/tree.ts";
import { arithmetic } from "./arithmetic.ts";
import { i32, isNumber, v128 } from "./builder.ts";
import { builtin } from "./builtin.ts";
import { construct } from "./construct.ts";
import { bitsOf } from "./fold.ts";
import type { Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import { elementPlace, loadPlace, partPlace, storePlace } from "./place.ts";
import { selectValue } from "./select.ts";
import { hasCall } from "./tree_walk.ts";
import { constantOf, leafCount, type Place, type Value, wasmTypeOf, zeroOf } from "./value.ts";
import { component, extractLane, shuffle } from "./vector.ts";

/** The value of an expression; of a pointer, its place. */
export function evaluate(lowering: Lowering, expression: Expression): Value {
  lowering.enter(expression.line);
  switch (expression.kind) {
    case "constant":
      return constantOf(expression.type, expression.value);
    case "variable":
      return lowering.valueOf(expression.variable, expression.line);
    case "load":
      return loadPlace(lowering, placeOf(lowering, expression.of));
    case "address":
      return placeOf(lowering, expression.of);
    case "dereference":
      return evaluate(lowering, expression.of);
    case "member":
      return (evaluate(lowering, expression.of) as readonly Value[])[expression.index]!;
    case "index":
      return indexValue(lowering, expression);
    case "swizzle":
      return swizzle(lowering, expression);
    case "unary":
      return unary(lowering, expression);
    case "binary":
      return binary(lowering, expression);
    case "call":
      return lowering.call(expression.function, evaluateAll(lowering, expression.args)) ?? i32(0);
    case "builtin":
      return builtin(lowering, expression, (args) => evaluateAll(lowering, args));
    case "construct":
      return construct(lowering, expression, evaluateAll(lowering, expression.args));
    case "convert":
      return convert(lowering, evaluate(lowering, expression.of) as Operand, {
        from: expression.of.type,
        to: expression.type,
      });
  }
}

/** The values of several expressions, in their order: what one changes does not reach those before it. */
export function evaluateAll(lowering: Lowering, expressions: readonly Expression[]): Value[] {
  return expressions.map((expression, i) => {
    const value = evaluate(lowering, expression);
    return expressions.slice(i + 1).some(hasCall) ? lowering.snapshot(value) : value;
  });
}

/** The place that an expression denotes. */
export function placeOf(lowering: Lowering, expression: Expression): Place {
  switch (expression.kind) {
    case "variable":
      return lowering.valueOf(expression.variable, expression.line) as Place;
    case "dereference":
      return evaluate(lowering, expression.of) as Place;
    case "member":
      return partPlace(placeOf(lowering, expression.of), expression.index);
    case "index": {
      const place = placeOf(lowering, expression.of);
      return elementPlace(lowering, place, lowering.hold(evaluate(lowering, expression.index) as Operand));
    }
    default:
      return lowering.refuse("this place is not supported here", expression.line);
  }
}

function indexValue(lowering: Lowering, expression: Expression & { readonly kind: "index" }): Value {
  const [value, at] = evaluateAll(lowering, [expression.of, expression.index]) as [Value, Operand];
  const { type } = expression.of;
  const { builder } = lowering;
  if (type.kind === "vector") {
    const lane = builder.op("bound", at, i32(type.width - 1));
    return extractLane(builder, value as Operand, { lane, type: expression.type });
  }
  const parts = value as readonly Value[];
  if (at.kind === "constant") return parts[Math.min((at.value as number) >>> 0, parts.length - 1)]!;
  if (parts.length <= 4) return chosen(lowering, parts, at);
  return inMemory(lowering, { value, type, at });
}

/** The part that a number chooses, by comparing. */
function chosen(lowering: Lowering, parts: readonly Value[], at: Operand): Value {
  return parts.slice(0, -1).reduceRight<Value>(
    (rest, part, i) => selectValue(lowering, [part, rest], lowering.builder.op("i32.eq", at, i32(i))),
    parts.at(-1)!,
  );
}

/** An element of a value that is written to memory for that. */
function inMemory(
  lowering: Lowering,
  { value, type, at }: { readonly value: Value; readonly type: Type; readonly at: Operand },
): Value {
  lowering.assertSmall(leafCount(type));
  const place = lowering.temporary(type);
  storePlace(lowering, place, value);
  return loadPlace(lowering, elementPlace(lowering, place, at));
}

function swizzle(lowering: Lowering, expression: Expression & { readonly kind: "swizzle" }): Value {
  const vector = evaluate(lowering, expression.of) as Operand;
  const { scalar } = expression.of.type as VectorType;
  const { lanes } = expression;
  if (lanes.length === 1) return component(lowering.builder, vector, { lane: lanes[0]!, scalar });
  if (lanes.every((lane, i) => lane === i)) return vector;
  return shuffle(lowering.builder, [vector, vector], lanes);
}

function unary(lowering: Lowering, expression: Expression & { readonly kind: "unary" }): Value {
  const operand = evaluate(lowering, expression.of) as Operand;
  const { builder } = lowering;
  const isVector = expression.type.kind === "vector";
  const isFloat = (expression.type as ScalarType).scalar === "f32";
  switch (expression.operator) {
    case "-":
      if (isFloat) return builder.op(isVector ? "f32x4.neg" : "f32.neg", operand);
      return isVector ? builder.op("i32x4.neg", operand) : builder.op("i32.sub", i32(0), operand);
    case "!":
      return builder.op(isVector ? "v128.not" : "i32.eqz", operand);
    case "~":
      return isVector ? builder.op("v128.not", operand) : builder.op("i32.xor", operand, i32(-1));
  }
}

function binary(lowering: Lowering, expression: Expression & { readonly kind: "binary" }): Value {
  const { operator, left, right } = expression;
  if (operator === "&&" || operator === "||") return shortCircuit(lowering, expression);
  const [a, b] = evaluateAll(lowering, [left, right]) as [Value, Value];
  return arithmetic(lowering, operator, {
    left: { value: a, type: left.type },
    right: { value: b, type: right.type },
  });
}

/** The second operand is evaluated only where it decides, unless nothing can tell. */
function shortCircuit(lowering: Lowering, expression: Expression & { readonly kind: "binary" }): Value {
  const { builder } = lowering;
  const isAnd = expression.operator === "&&";
  const left = evaluate(lowering, expression.left) as Operand;
  if (left.kind === "constant") {
    return isNumber(left, 0) === isAnd ? left : evaluate(lowering, expression.right);
  }
  if (!hasCall(expression.right)) {
    return builder.op(isAnd ? "i32.and" : "i32.or", left, evaluate(lowering, expression.right) as Operand);
  }
  const result = builder.variable("i32");
  builder.copy(result, left);
  const more = builder.collect(() => builder.copy(result, evaluate(lowering, expression.right) as Operand));
  const [then, otherwise] = isAnd ? [more, []] : [[], more];
  builder.add({ kind: "if", condition: left, then, otherwise });
  return result;
}

/** A scalar, or each component of a vector, in another scalar type. */
function convert(
  { builder }: Lowering,
  operand: Operand,
  { from, to }: { readonly from: Type; readonly to: Type },
): Operand {
  const source = (from as ScalarType).scalar;
  const target = (to as ScalarType).scalar;
  const isVector = to.kind === "vector";
  if (source === target) return operand;
  if (source === "bool") {
    if (!isVector) return target === "f32" ? builder.op("f32.convert_i32_u", operand) : operand;
    const one = target === "f32" ? bitsOf(1) : 1;
    return builder.op("v128.and", operand, v128([one, one, one, one]));
  }
  if (target === "bool") {
    const type = wasmTypeOf({ kind: "scalar", scalar: source })!;
    return builder.op(isVector ? `${type}x4.ne` : `${type}.ne`, operand, zeroOf(from) as Operand);
  }
  const sign = source === "u32" || target === "u32" ? "u" : "s";
  if (target === "f32") {
    return builder.op(isVector ? `f32x4.convert_i32x4_${sign}` : `f32.convert_i32_${sign}`, operand);
  }
  if (source === "f32") {
    return builder.op(isVector ? `i32x4.trunc_sat_f32x4_${sign}` : `i32.trunc_sat_f32_${sign}`, operand);
  }
  return operand;
}
