/** Numbers as WGSL writes them. Source: the WGSL specification, "Numeric Literals". @module */
import { WgslError } from "./error.ts";

/** A number as it is written. */
export interface NumberLiteral {
  /** A bigint for integers of abstract type. */
  readonly value: number | bigint;
  /** By its suffix and form. */
  readonly scalar: "abstract-int" | "abstract-float" | "i32" | "u32" | "f32";
}

const longest = 400;
const integer = /^(0[xX][\da-fA-F]+|0|[1-9]\d*)([iu]?)$/;
const decimal = /^(?:\d*\.\d+|\d+\.\d*|\d+(?=[eE])|(?:0|[1-9]\d*)(?=[fh]$))(?:[eE][+-]?\d+)?([fh]?)$/;
const hexadecimal = /^0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)(?:[pP]([+-]?\d+)([fh]?))?$/;

/** The value and type of a literal. @throws {WgslError} If it is none, or out of its type's range. */
export function readNumber(text: string, line: number): NumberLiteral {
  if (text.length > longest) throw new WgslError(`this number has over ${longest} characters`, line);
  const whole = integer.exec(text);
  if (whole) return integerLiteral(text, whole, line);
  const found = decimal.exec(text) ?? hexadecimal.exec(text);
  if (!found) throw new WgslError(`\`${text}\` is not a number`, line);
  const suffix = found.at(-1) ?? "";
  if (suffix === "h") throw new WgslError(`\`${text}\`: f16 is not supported here`, line);
  const value = found.length === 2 ? Number(text.replace(/f$/, "")) : hexadecimalValue(text, found, line);
  const rounded = suffix === "f" ? Math.fround(value) : value;
  if (!Number.isFinite(rounded)) throw new WgslError(`\`${text}\` is out of range`, line);
  if (found.length > 2 && rounded !== value) throw new WgslError(`\`${text}\` is not exact in f32`, line);
  return { value: rounded, scalar: suffix === "f" ? "f32" : "abstract-float" };
}

function integerLiteral(text: string, [, digits, suffix]: RegExpExecArray, line: number): NumberLiteral {
  const value = BigInt(digits!);
  const bits = suffix === "u" ? 32n : suffix === "i" ? 31n : 63n;
  if (value >= 1n << bits) throw new WgslError(`\`${text}\` is out of range`, line);
  if (suffix === "u") return { value: Number(value), scalar: "u32" };
  if (suffix === "i") return { value: Number(value), scalar: "i32" };
  return { value, scalar: "abstract-int" };
}

function hexadecimalValue(
  text: string,
  [, whole, fraction, power = "0"]: RegExpExecArray,
  line: number,
): number {
  let digits = BigInt(`0x${whole}${fraction}`);
  if (digits === 0n) return 0;
  let exponent = Number(power) - 4 * fraction!.length;
  while ((digits & 1n) === 0n) {
    digits >>= 1n;
    exponent++;
  }
  const value = Number(digits) * 2 ** Math.trunc(exponent / 2) * 2 ** (exponent - Math.trunc(exponent / 2));
  const top = Math.floor(Math.log2(Number(digits))) + exponent;
  // A float64 has 53 bits, and fewer below 2^-1022.
  if (digits >= 1n << 53n || exponent < -1074 || top > 1023) {
    throw new WgslError(`\`${text}\` is not exact in abstract-float`, line);
  }
  return value;
}
