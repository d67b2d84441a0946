/** Values of the language's functions for constants. Source: the WGSL specification, "Built-in Functions". @module */
import { ConstantError, fit, mapValues, operate, type ScalarValue } from "./constants.ts";
import { type AnyScalarName, type AnyType, type AnyValue, scalarOf } from "./types.ts";

type Numbers = readonly number[];

/** Of floating-point numbers, component by component; the result is rounded afterwards. */
const real: Readonly<Record<string, (...numbers: number[]) => number>> = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atan2: Math.atan2,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  degrees: (x) => x! * (180 / Math.PI),
  exp: Math.exp,
  exp2: (x) => 2 ** x!,
  floor: Math.floor,
  fma: (a, b, c) => a! * b! + c!,
  fract: (x) => x! - Math.floor(x!),
  inverseSqrt: (x) => 1 / Math.sqrt(x!),
  ldexp,
  log: Math.log,
  log2: Math.log2,
  mix: (a, b, part) => a! * (1 - part!) + b! * part!,
  pow: (a, b) => a! ** b!,
  radians: (x) => x! * (Math.PI / 180),
  round: roundToEven,
  saturate: (x) => Math.min(Math.max(x!, 0), 1),
  sin: Math.sin,
  sinh: Math.sinh,
  smoothstep,
  sqrt: Math.sqrt,
  step: (edge, x) => edge! <= x! ? 1 : 0,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
};

/** Of integers of 32 bits. */
const bits: Readonly<Record<string, (...numbers: number[]) => number>> = {
  countLeadingZeros: (x) => Math.clz32(x!),
  countOneBits: (x) => binary(x!).replaceAll("0", "").length,
  countTrailingZeros: (x) => x === 0 ? 32 : 31 - Math.clz32(x! & -x!),
  firstLeadingBit: (x) => 31 - Math.clz32(x!),
  firstTrailingBit: (x) => 31 - Math.clz32(x! & -x!),
  reverseBits: (x) => Number.parseInt([...binary(x!).padStart(32, "0")].reverse().join(""), 2),
};

function binary(x: number): string {
  return (x >>> 0).toString(2);
}

/** The value of a call of a function of the table in `builtins.ts`, its arguments converted. @throws {ConstantError} If there is none. */
export function builtinValue(
  name: string,
  args: readonly { readonly type: AnyType; readonly value: AnyValue }[],
  result: AnyType,
): AnyValue {
  const values = args.map((arg) => arg.value);
  const scalar = scalarOf(args[0]!.type)!;
  const to = scalarOf(result)!;
  const whole = composed(name, scalar, values);
  if (whole !== undefined) return mapValues([whole], (number) => fit(to, number));
  return mapValues(values, (...numbers) => fit(to, component(name, scalar, numbers)));
}

/** Which two arguments of a function have to fit together. */
const related: Readonly<Record<string, readonly [number, number]>> = {
  clamp: [1, 2],
  smoothstep: [0, 1],
  extractBits: [1, 2],
  insertBits: [2, 3],
  ldexp: [1, 1],
};

/**
 * Refuses arguments that make a call an error whatever the others are. `values` has undefined for those that are no
 * constants; `scalar` is the type of the result.
 *
 * @throws {ConstantError}
 */
export function assertArguments(
  name: string,
  scalar: AnyScalarName,
  values: readonly (AnyValue | undefined)[],
): void {
  const [a, b] = related[name]?.map((i) => values[i]) ?? [];
  if (a === undefined || b === undefined) return;
  mapValues([a, b], (first, second) => {
    const fault = faultOf(name, scalar, [first, second]);
    if (fault) throw new ConstantError(`\`${name}\` ${fault}`);
    return true;
  });
}

function faultOf(
  name: string,
  scalar: AnyScalarName,
  [a, b]: readonly [ScalarValue, ScalarValue],
): string | undefined {
  switch (name) {
    case "ldexp": {
      const most = scalar === "f32" ? 128 : 1024;
      return Number(a) > most ? `by 2^${a}, wanted at most 2^${most}` : undefined;
    }
    case "extractBits":
    case "insertBits":
      return Number(a) + Number(b) > 32
        ? `of ${b} bits from bit ${a} on, wanted no more than 32 together`
        : undefined;
  }
  const areOrdered = name === "smoothstep" ? a < b : a <= b;
  return areOrdered ? undefined : `from ${a} to ${b}, wanted the lower one first`;
}

function component(name: string, scalar: AnyScalarName, numbers: ScalarValue[]): ScalarValue {
  const [a, b, c, d] = numbers as [number, number, number, number];
  switch (name) {
    case "abs":
      return a < 0 ? fit(scalar, -a) : typeof a === "bigint" ? a : Math.abs(a);
    case "min":
      return b < a ? b : a;
    case "max":
      return a < b ? b : a;
    case "clamp":
      return a < b ? b : c < a ? c : a;
    case "select":
      return c ? b : a;
    case "sign":
      return typeof a === "bigint" ? BigInt(Math.sign(Number(a))) : Math.sign(a);
    case "extractBits":
      return extractBits(scalar, a, [b, c]);
    case "insertBits":
      return insertBits(a, b, [c, d]);
    case "firstLeadingBit":
      return bits.firstLeadingBit!(scalar === "i32" && a < 0 ? ~a : a);
  }
  return (bits[name] ?? real[name]!)(...numbers as number[]);
}

function roundToEven(x: number): number {
  const near = Math.round(x);
  const even = near - x === 0.5 && near % 2 !== 0 ? near - 1 : near;
  return even === 0 && x < 0 ? -0 : even;
}

function ldexp(x: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return x * 2 ** half * 2 ** (exponent - half);
}

function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(Math.max((x - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
}

function extractBits(scalar: AnyScalarName, value: number, [offset, count]: Numbers): number {
  if (count === 0) return 0;
  const top = value << (32 - offset! - count!);
  return scalar === "i32" ? top >> (32 - count!) : top >>> (32 - count!);
}

function insertBits(into: number, bits: number, [offset, count]: Numbers): number {
  const mask = count === 32 ? -1 : ((1 << count!) - 1) << offset!;
  return (into & ~mask) | ((bits << offset!) & mask);
}

/** Of functions of whole vectors; undefined for the others. */
function composed(name: string, scalar: AnyScalarName, values: readonly AnyValue[]): AnyValue | undefined {
  const [x, y, z] = values as [Numbers, Numbers, Numbers];
  switch (name) {
    case "all":
      return [values[0]!].flat().every(Boolean);
    case "any":
      return [values[0]!].flat().some(Boolean);
    case "dot":
      return dotProduct(scalar, x, y);
    case "cross":
      return [0, 1, 2].map((i) => x[(i + 1) % 3]! * y[(i + 2) % 3]! - x[(i + 2) % 3]! * y[(i + 1) % 3]!);
    case "length":
      return Math.hypot(...[x].flat());
    case "distance":
      return Math.hypot(...[mapValues([x, y], (a, b) => Number(a) - Number(b)) as number | Numbers].flat());
    case "normalize":
      return x.map((part) => part / Math.hypot(...x));
    case "reflect":
      return x.map((part, i) => part - 2 * real64Dot(x, y) * y[i]!);
    case "faceForward":
      return real64Dot(y, z) < 0 ? x : x.map((part) => -part);
    case "refract":
      return refract(x, y, values[2] as number);
  }
  const packing = /^(un)?pack(4x8|2x16)([su])norm$/.exec(name);
  if (!packing) return undefined;
  const width = packing[2] === "4x8" ? 8 : 16;
  const most = 2 ** (packing[3] === "s" ? width - 1 : width) - 1;
  return packing[1] ? unpack(Number(values[0]), { width, most }) : pack(x, { width, most });
}

function dotProduct(
  scalar: AnyScalarName,
  x: readonly ScalarValue[],
  y: readonly ScalarValue[],
): ScalarValue {
  return x.map((part, i) => operate("*", scalar, [part, y[i]!])).reduce((a, b) =>
    operate("+", scalar, [a, b])
  );
}

function real64Dot(x: Numbers, y: Numbers): number {
  return x.reduce((sum, part, i) => sum + part * y[i]!, 0);
}

function refract(x: Numbers, y: Numbers, ratio: number): Numbers {
  const cosine = real64Dot(y, x);
  const k = 1 - ratio * ratio * (1 - cosine * cosine);
  return k < 0 ? x.map(() => 0) : x.map((part, i) => ratio * part - (ratio * cosine + Math.sqrt(k)) * y[i]!);
}

interface Packing {
  /** Bits of a component. */
  readonly width: number;
  /** What stands for 1; a power of two less one. */
  readonly most: number;
}

function pack(parts: Numbers, { width, most }: Packing): number {
  const least = most === 2 ** width - 1 ? 0 : -1;
  return parts.reduce((word, part, i) => {
    const component = Math.floor(0.5 + most * Math.min(1, Math.max(least, part)));
    return (word | ((component & (2 ** width - 1)) << (i * width))) >>> 0;
  }, 0);
}

function unpack(word: number, { width, most }: Packing): Numbers {
  const signed = most !== 2 ** width - 1;
  return Array.from({ length: 32 / width }, (_, i) => {
    const top = word << (32 - width * (i + 1));
    return Math.max((signed ? top >> (32 - width) : top >>> (32 - width)) / most, -1);
  });
}

/** The product of two matrices, or of one and a vector. @throws {ConstantError} If it overflows. */
export function matrixProduct(left: AnyValue, right: AnyValue, scalar: AnyScalarName): AnyValue {
  const [a, b] = [left, right] as [Numbers | Numbers[], Numbers | Numbers[]];
  const product = (x: Numbers, y: Numbers) => dotProduct(scalar, x, y) as number;
  if (!isMatrix(a)) return (b as Numbers[]).map((column) => product(a, column));
  const rows = transposed(a);
  if (!isMatrix(b)) return rows.map((row) => product(row, b));
  return b.map((column) => rows.map((row) => product(row, column)));
}

function isMatrix(value: Numbers | readonly Numbers[]): value is readonly Numbers[] {
  return typeof value[0] === "object";
}

/** Columns as rows. */
export function transposed(columns: readonly Numbers[]): Numbers[] {
  return columns[0]!.map((_, row) => columns.map((column) => column[row]!));
}

/** Of a square matrix. */
export function determinant(columns: readonly Numbers[]): number {
  if (columns.length === 1) return columns[0]![0]!;
  return columns.reduce((sum, column, i) => {
    const minor = columns.filter((_, j) => j !== i).map((other) => other.slice(1));
    return sum + (i % 2 === 0 ? 1 : -1) * column[0]! * determinant(minor);
  }, 0);
}

const memory = new DataView(new ArrayBuffer(4));

/** The bits of a number as one of another type of 32 bits. @throws {ConstantError} If they are no finite `f32`. */
export function bitcastValue(value: ScalarValue, from: AnyScalarName, to: AnyScalarName): ScalarValue {
  if (from === "f32") memory.setFloat32(0, value as number);
  else memory.setUint32(0, value as number);
  if (to === "f32") return fit("f32", memory.getFloat32(0));
  return to === "i32" ? memory.getInt32(0) : memory.getUint32(0);
}
