/** Arithmetic of constants, number by number. Source: the WGSL specification, "Expressions". @module */
import type { AnyScalarName, AnyType, AnyValue } from "./types.ts";
import { elementOf, scalarOf } from "./types.ts";
import type { BinaryOperator } from "./tree.ts";

/** A constant expression without a value: it overflows, or divides by zero. The message has no position. */
export class ConstantError extends Error {
  /** Its class. */
  override readonly name = "ConstantError";
}

/** A single number or bool. */
export type ScalarValue = number | bigint | boolean;

/** A number as one of type `scalar`: rounded, wrapped if it is of 32 bits. @throws {ConstantError} Out of an abstract type's or `f32`'s range. */
export function fit(scalar: AnyScalarName, value: ScalarValue): ScalarValue {
  switch (scalar) {
    case "bool":
      return value;
    case "abstract-int":
      if (BigInt.asIntN(64, value as bigint) === value) return value;
      throw new ConstantError(`${value} is out of range of abstract-int`);
    case "i32":
      return (value as number) | 0;
    case "u32":
      return (value as number) >>> 0;
    case "f32":
    case "abstract-float": {
      const rounded = scalar === "f32" ? Math.fround(value as number) : value as number;
      if (Number.isFinite(rounded)) return rounded;
      throw new ConstantError(
        Number.isNaN(value) ? "the result is no number" : `the result is out of range of ${scalar}`,
      );
    }
  }
}

/** A number of type `from` as WGSL turns it by itself into type `to`. @throws {ConstantError} If it is out of range. */
export function convertImplicitly(value: ScalarValue, to: AnyScalarName): ScalarValue {
  if (typeof value === "bigint") {
    if (to === "abstract-int") return value;
    if (to === "abstract-float" || to === "f32") return fit(to, Number(value));
    const number = Number(value);
    if ((to === "i32" ? number | 0 : number >>> 0) !== number) {
      throw new ConstantError(`${value} cannot be represented as ${to}`);
    }
    return number;
  }
  if (to !== "f32" || typeof value !== "number") return value;
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) throw new ConstantError(`${value} cannot be represented as f32`);
  return rounded;
}

/** A number as `i32(x)` and its like convert it: it saturates, or is taken modulo 2^32. */
export function convertExplicitly(value: ScalarValue, from: AnyScalarName, to: AnyScalarName): ScalarValue {
  if (to === "bool") return Boolean(value);
  if (typeof value === "bigint") return convertImplicitly(value, to);
  const number = from === "abstract-float" ? Number(convertImplicitly(value, "f32")) : Number(value);
  if (to === "f32") return convertImplicitly(number, to);
  if (to === "i32" && (from === "f32" || from === "abstract-float")) {
    return Math.trunc(Math.min(Math.max(number, -(2 ** 31)), 2 ** 31 - 1)) | 0;
  }
  if (to === "u32" && (from === "f32" || from === "abstract-float")) {
    return Math.trunc(Math.min(Math.max(number, 0), 2 ** 32 - 1));
  }
  return fit(to, number);
}

/** One operator, number by number, both of type `scalar`; of a shift, that of the left one. @throws {ConstantError} If there is no result. */
export function operate(
  operator: BinaryOperator,
  scalar: AnyScalarName,
  [a, b]: readonly [ScalarValue, ScalarValue],
): ScalarValue {
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "&&":
      return a && b;
    case "||":
      return a || b;
    case "<<":
    case ">>":
      return shift(operator, scalar, [a as number | bigint, Number(b)]);
    case "&":
    case "|":
    case "^":
      return bitwise(operator, scalar, [a, b]);
    default:
      if (scalar === "abstract-int") return fit(scalar, integer(operator, a as bigint, b as bigint));
      if (scalar === "i32" || scalar === "u32") {
        checkDivision(operator, scalar, [a as number, b as number]);
        return fit(scalar, Number(BigInt.asIntN(32, integer(operator, BigInt(a), BigInt(b)))));
      }
      return fit(scalar, real(operator, a as number, b as number));
  }
}

function integer(operator: "+" | "-" | "*" | "/" | "%", a: bigint, b: bigint): bigint {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
  }
  if (b === 0n) throw new ConstantError("integer division by zero");
  return operator === "/" ? a / b : a % b;
}

function checkDivision(operator: string, scalar: AnyScalarName, [a, b]: readonly [number, number]): void {
  const overflows = scalar === "i32" && a === -(2 ** 31) && b === -1;
  if (overflows && (operator === "/" || operator === "%")) {
    throw new ConstantError(`${a} ${operator} ${b} is out of range of i32`);
  }
}

function real(operator: "+" | "-" | "*" | "/" | "%", a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
  }
}

function bitwise(
  operator: "&" | "|" | "^",
  scalar: AnyScalarName,
  [a, b]: readonly [ScalarValue, ScalarValue],
): ScalarValue {
  if (typeof a === "bigint") {
    const right = b as bigint;
    return operator === "&" ? a & right : operator === "|" ? a | right : a ^ right;
  }
  const [left, right] = [Number(a), Number(b)];
  const result = operator === "&" ? left & right : operator === "|" ? left | right : left ^ right;
  return scalar === "bool" ? result !== 0 : fit(scalar, result);
}

/** Bits that a shift to the left would lose make it an error, as does a distance of 32 or more. */
function shift(
  operator: "<<" | ">>",
  scalar: AnyScalarName,
  [value, distance]: readonly [number | bigint, number],
): ScalarValue {
  if (scalar !== "abstract-int" && distance >= 32) {
    throw new ConstantError(`expected a shift of less than 32 bits, got ${distance}`);
  }
  if (operator === ">>") {
    if (typeof value === "bigint") return value >> BigInt(distance);
    return scalar === "u32" ? value >>> distance : value >> distance;
  }
  if (typeof value === "bigint") {
    if (value === 0n) return value;
    if (distance > 63) throw new ConstantError(`${value} << ${distance} is out of range of abstract-int`);
    return fit(scalar, value << BigInt(distance));
  }
  const shifted = value * 2 ** distance;
  if (fit(scalar, shifted) !== shifted) {
    throw new ConstantError(`${value} << ${distance} loses bits of ${scalar}`);
  }
  return shifted;
}

/** `-x`, `~x` or `!x`. @throws {ConstantError} If there is no result. */
export function negate(operator: "-" | "!" | "~", scalar: AnyScalarName, value: ScalarValue): ScalarValue {
  if (operator === "!") return !value;
  if (operator === "~") return typeof value === "bigint" ? ~value : fit(scalar, ~(value as number));
  return fit(scalar, typeof value === "bigint" ? -value : -(value as number));
}

/** The value of which all numbers are 0. */
export function zero(type: AnyType): AnyValue {
  switch (type.kind) {
    case "scalar":
      return type.scalar === "bool" ? false : type.scalar === "abstract-int" ? 0n : 0;
    case "vector":
    case "matrix":
    case "array": {
      const length = type.kind === "vector"
        ? type.width
        : type.kind === "matrix"
        ? type.columns
        : type.length;
      return Array<AnyValue>(length as number).fill(zero(elementOf(type)!));
    }
    case "struct":
      return type.members.map((member) => zero(member.type));
    case "pointer":
      throw new TypeError("Cannot make a pointer of zero: it has a place");
  }
}

/** A value with each of its numbers replaced. Arguments that are single numbers count for all of the others' numbers. */
export function mapValues(
  values: readonly AnyValue[],
  each: (...numbers: ScalarValue[]) => ScalarValue,
): AnyValue {
  const composed = values.find((value) => typeof value === "object");
  if (composed === undefined) return each(...values as ScalarValue[]);
  return composed.map((_, i) =>
    mapValues(values.map((value) => typeof value === "object" ? value[i]! : value), each)
  );
}

/** A value of abstract type as one of type `to`, which it converts to. @throws {ConstantError} Out of its range. */
export function convertValue(value: AnyValue, to: AnyType): AnyValue {
  const scalar = scalarOf(to);
  return scalar ? mapValues([value], (number) => convertImplicitly(number, scalar)) : value;
}
