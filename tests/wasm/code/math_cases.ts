/** Builtin functions, where they are tested, and what they should give. @module */

/** A builtin of floats and its oracle. */
export interface FloatCase {
  /** As in WGSL. */
  readonly name: string;
  /** Result in float64. */
  readonly oracle: (...args: number[]) => number;
  /** Units in the last place of binary32 that a result may be off. */
  readonly ulps: number;
  /** The size in whose last place units are counted, in place of the result's: what cancels in it. */
  readonly size?: (...args: number[]) => number;
  /** Ranges from which the first argument is taken evenly. */
  readonly dense: readonly (readonly [low: number, high: number])[];
  /** Whether there are no others: neither special values nor any of the other floats. */
  readonly tame?: boolean;
  /** Size of the argument up to which the error is bounded; beyond, the result is at most 1. */
  readonly upTo?: number;
}

const { abs } = Math;

/** As in the C library: JavaScript's gives NaN where the base is 1. */
function pow(x?: number, y?: number): number {
  return x === 1 || (x === -1 && abs(y!) === Infinity) ? 1 : Math.pow(x!, y!);
}

/** The rest of an angle is rounded twice as pi is taken off by parts, and is off by 2^-36 beside a zero or a pole. */
function ofAngle(name: string, oracle: (x: number) => number, ulps: number): FloatCase {
  const size = (x?: number) => {
    const value = abs(oracle(x!));
    return Math.max(value * (1 + value * 2 ** -12), 2 ** -12);
  };
  return { name, oracle, size, ulps, dense: [[-10, 10], [-1e3, 1e3], [-1e5, 1e5]], upTo: 1e5 };
}

/** About 2 units where a polynomial is all, 3 where two functions stand behind each other. */
export const floatCases: readonly FloatCase[] = [
  { name: "exp", oracle: Math.exp, ulps: 2, dense: [[-110, 95], [-1, 1]] },
  { name: "exp2", oracle: (x) => Math.pow(2, x!), ulps: 2, dense: [[-152, 130], [-1, 1]] },
  { name: "log", oracle: Math.log, ulps: 2, dense: [[0, 4], [0.9, 1.1]] },
  { name: "log2", oracle: Math.log2, ulps: 2, dense: [[0, 4], [0.9, 1.1]] },
  { name: "pow", oracle: pow, ulps: 2, dense: [[0, 4], [0.9, 1.1], [-20, 20]] },
  ofAngle("sin", Math.sin, 3),
  ofAngle("cos", Math.cos, 3),
  ofAngle("tan", Math.tan, 5),
  { name: "asin", oracle: Math.asin, ulps: 3, dense: [[-1.01, 1.01]] },
  { name: "acos", oracle: Math.acos, ulps: 3, dense: [[-1.01, 1.01]] },
  { name: "atan", oracle: Math.atan, ulps: 2.5, dense: [[-10, 10]] },
  { name: "atan2", oracle: Math.atan2, ulps: 2.5, dense: [[-10, 10]] },
  { name: "sinh", oracle: Math.sinh, ulps: 2, dense: [[-95, 95], [-2, 2]] },
  { name: "cosh", oracle: Math.cosh, ulps: 2, dense: [[-95, 95], [-2, 2]] },
  { name: "tanh", oracle: Math.tanh, ulps: 2, dense: [[-10, 10], [-1, 1]] },
  { name: "asinh", oracle: Math.asinh, ulps: 3, dense: [[-10, 10]] },
  { name: "acosh", oracle: Math.acosh, ulps: 3, dense: [[0.9, 10]] },
  { name: "atanh", oracle: Math.atanh, ulps: 3, dense: [[-1.01, 1.01]] },
  { name: "fract", oracle: (x) => x! - Math.floor(x!), ulps: 0.5, dense: [[-10, 10]] },
  { name: "sign", oracle: (x) => x! > 0 ? 1 : x! < 0 ? -1 : 0, ulps: 0, dense: [] },
  { name: "step", oracle: (edge, x) => edge! <= x! ? 1 : 0, ulps: 0, dense: [[-10, 10]] },
  { name: "saturate", oracle: (x) => Math.min(1, Math.max(0, x!)), ulps: 0, dense: [[-1, 2]] },
  { name: "degrees", oracle: (x) => x! * (180 / Math.PI), ulps: 1.5, dense: [[-10, 10]] },
  { name: "radians", oracle: (x) => x! * (Math.PI / 180), ulps: 1.5, dense: [[-400, 400]] },
  { name: "inverseSqrt", oracle: (x) => 1 / Math.sqrt(x!), ulps: 1.5, dense: [[0, 10]] },
  {
    name: "fma",
    oracle: (a, b, c) => a! * b! + c!,
    size: (a, b, c) => abs(a! * b!) + abs(c!),
    ulps: 1.5,
    dense: [[-10, 10]],
    tame: true,
  },
  {
    name: "mix",
    oracle: (a, b, t) => a! * (1 - t!) + b! * t!,
    size: (a, b, t) => abs(a!) * (1 + abs(t!)) + abs(b! * t!),
    ulps: 3,
    dense: [[-10, 10]],
    tame: true,
  },
  { name: "smoothstep", oracle: smoothstep, ulps: 6, dense: [[-10, 10]], tame: true },
];

function smoothstep(low?: number, high?: number, x?: number): number {
  const t = Math.min(1, Math.max(0, (x! - low!) / (high! - low!)));
  return t * t * (3 - 2 * t);
}

/** A builtin of bits and its oracle, on unsigned numbers. */
export interface BitCase {
  /** As in WGSL. */
  readonly name: string;
  /** As those of {@linkcode Call}. */
  readonly types: string;
  /** What comes of unsigned numbers, as one or as its bits. */
  readonly oracle: (x: number, ...args: number[]) => number;
}

function reverseBits(x: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) reversed = reversed << 1 | x >>> bit & 1;
  return reversed;
}

function field(offset: number, count: number): { first: number; most: number } {
  const first = Math.min(offset, 32);
  return { first, most: Math.min(count, 32 - first) };
}

function extractBits(x: number, offset: number, count: number): number {
  const { first, most } = field(offset, count);
  return Number(BigInt.asUintN(most, BigInt(x >>> 0) >> BigInt(first)));
}

function extractSignedBits(x: number, offset: number, count: number): number {
  const { first, most } = field(offset, count);
  return Number(BigInt.asIntN(most, BigInt(x >>> 0) >> BigInt(first)));
}

function insertBits(x: number, bits: number, offset: number, count: number): number {
  const { first, most } = field(offset, count);
  const mask = (2n ** BigInt(most) - 1n) << BigInt(first);
  return Number((BigInt(x) & ~mask) | ((BigInt(bits) << BigInt(first)) & mask));
}

const countTrailingZeros = (x: number) => x === 0 ? 32 : 31 - Math.clz32(x & -x);

interface BitFunction {
  readonly name: string;
  readonly oracle: BitCase["oracle"];
  /** For `i32`, where it differs. */
  readonly signed?: BitCase["oracle"];
  /** Letters of the arguments after the first; `_` is as the first. */
  readonly rest?: string;
}

const bitFunctions: readonly BitFunction[] = [
  { name: "countOneBits", oracle: (x) => x.toString(2).replaceAll("0", "").length },
  { name: "countLeadingZeros", oracle: Math.clz32 },
  { name: "countTrailingZeros", oracle: countTrailingZeros },
  {
    name: "firstLeadingBit",
    oracle: (x) => 31 - Math.clz32(x),
    signed: (x: number) => 31 - Math.clz32(x ^ x >> 31),
  },
  { name: "firstTrailingBit", oracle: (x) => x === 0 ? -1 : countTrailingZeros(x) },
  { name: "reverseBits", oracle: reverseBits },
  { name: "extractBits", rest: "ss", oracle: extractBits, signed: extractSignedBits },
  { name: "insertBits", rest: "_ss", oracle: insertBits },
];

/** Every builtin of bits, for `u32` and for `i32`. */
export const bitCases: readonly BitCase[] = bitFunctions.flatMap(({ name, oracle, signed, rest = "" }) => [
  { name, types: `u${rest.replace("_", "u")}`, oracle },
  { name, types: `i${rest.replace("_", "i")}`, oracle: signed ?? oracle },
]).concat({ name: "sign", types: "i", oracle: (x) => Math.sign(x | 0) });
