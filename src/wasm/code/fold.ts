/** Instructions whose operands are known, and those that change nothing. @module */
import type { Constant, Operand } from "./ir.ts";

type Scalar = (...args: number[]) => number | undefined;

const bits = new DataView(new ArrayBuffer(4));

/** The bits of a float. */
export function bitsOf(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}

/** The float of these bits, or undefined for a NaN, whose bits a number does not keep. */
function floatOf(value: number): number | undefined {
  bits.setInt32(0, value);
  const float = bits.getFloat32(0);
  return Number.isNaN(float) ? undefined : float;
}

/** Of numbers to numbers; undefined where the instruction has to run. */
const scalars: Readonly<Record<string, Scalar>> = {
  "i32.eqz": (a) => +(a === 0),
  "i32.eq": (a, b) => +(a === b),
  "i32.ne": (a, b) => +(a !== b),
  "i32.lt_s": (a, b) => +(a! < b!),
  "i32.gt_s": (a, b) => +(a! > b!),
  "i32.le_s": (a, b) => +(a! <= b!),
  "i32.ge_s": (a, b) => +(a! >= b!),
  "i32.lt_u": (a, b) => +(a! >>> 0 < b! >>> 0),
  "i32.gt_u": (a, b) => +(a! >>> 0 > b! >>> 0),
  "i32.le_u": (a, b) => +(a! >>> 0 <= b! >>> 0),
  "i32.ge_u": (a, b) => +(a! >>> 0 >= b! >>> 0),
  "i32.add": (a, b) => a! + b!,
  "i32.sub": (a, b) => a! - b!,
  "i32.mul": (a, b) => Math.imul(a!, b!),
  "i32.and": (a, b) => a! & b!,
  "i32.or": (a, b) => a! | b!,
  "i32.xor": (a, b) => a! ^ b!,
  "i32.shl": (a, b) => a! << b!,
  "i32.shr_s": (a, b) => a! >> b!,
  "i32.shr_u": (a, b) => a! >>> b!,
  "i32.div_u": (a, b) => b === 0 ? undefined : (a! >>> 0) / (b! >>> 0),
  "i32.rem_u": (a, b) => b === 0 ? undefined : (a! >>> 0) % (b! >>> 0),
  "i32.div_s": (a, b) => b === 0 || b === -1 ? undefined : a! / b!,
  "i32.rem_s": (a, b) => b === 0 || b === -1 ? undefined : a! % b!,
  "i32.clz": (a) => Math.clz32(a!),
  "i32.reinterpret_f32": (a) => Number.isNaN(a) ? undefined : bitsOf(a!),
  "i32.trunc_sat_f32_s": (a) => Math.min(Math.max(Math.trunc(a!), -(2 ** 31)), 2 ** 31 - 1) || 0,
  "i32.trunc_sat_f32_u": (a) => Math.min(Math.max(Math.trunc(a!), 0), 2 ** 32 - 1) || 0,
  "bound": (a, b) => a! >>> 0 < b! >>> 0 ? a : b,
  "f32.eq": (a, b) => +(a === b),
  "f32.ne": (a, b) => +(a !== b),
  "f32.lt": (a, b) => +(a! < b!),
  "f32.gt": (a, b) => +(a! > b!),
  "f32.le": (a, b) => +(a! <= b!),
  "f32.ge": (a, b) => +(a! >= b!),
  "f32.add": (a, b) => a! + b!,
  "f32.sub": (a, b) => a! - b!,
  "f32.mul": (a, b) => a! * b!,
  "f32.div": (a, b) => a! / b!,
  "f32.neg": (a) => -a!,
  "f32.abs": (a) => Math.abs(a!),
  "f32.sqrt": (a) => Math.sqrt(a!),
  "f32.floor": (a) => Math.floor(a!),
  "f32.ceil": (a) => Math.ceil(a!),
  "f32.trunc": (a) => Math.trunc(a!),
  "f32.convert_i32_s": (a) => a,
  "f32.convert_i32_u": (a) => a! >>> 0,
  "f32.reinterpret_i32": (a) => floatOf(a!),
};

/** Instructions by the operand that changes nothing when it stands second. */
const neutralRight: Readonly<Record<string, number>> = {
  "i32.add": 0,
  "i32.sub": 0,
  "i32.mul": 1,
  "i32.div_u": 1,
  "i32.or": 0,
  "i32.xor": 0,
  "i32.and": -1,
  "i32.shl": 0,
  "i32.shr_s": 0,
  "i32.shr_u": 0,
  "f32.mul": 1,
  "f32.div": 1,
};

const commutative = new Set(["i32.add", "i32.mul", "i32.or", "i32.xor", "i32.and", "f32.mul"]);

/** The value of an instruction, if it can be told without running it. */
export function fold(
  op: string,
  args: readonly Operand[],
  immediate: readonly number[] | undefined,
): Operand | undefined {
  if (args.every((arg): arg is Constant => arg.kind === "constant")) {
    const known = foldConstants(op, args, immediate);
    if (known) return known;
  }
  if (op === "select") {
    if (args[2]!.kind === "constant") return args[2]!.value === 0 ? args[1] : args[0];
    return args[0] === args[1] ? args[0] : undefined;
  }
  if (args.length !== 2) return undefined;
  const [left, right] = args as [Operand, Operand];
  const neutral = neutralRight[op];
  if (neutral !== undefined) {
    if (right.kind === "constant" && right.value === neutral) return left;
    if (commutative.has(op) && left.kind === "constant" && left.value === neutral) return right;
  }
  const zeroes = (op === "i32.mul" || op === "i32.and") &&
    [left, right].some((arg) => arg.kind === "constant" && arg.value === 0);
  return zeroes ? { kind: "constant", type: "i32", value: 0 } : undefined;
}

function foldConstants(
  op: string,
  args: readonly Constant[],
  immediate: readonly number[] | undefined,
): Constant | undefined {
  const numbers = args.map(({ value }) => value as number);
  const scalar = scalars[op];
  if (scalar) {
    const value = scalar(...numbers);
    if (value === undefined || Number.isNaN(value)) return undefined;
    const type = op.startsWith("f32.") && !/\.(eq|ne|lt|gt|le|ge)$/.test(op) ? "f32" : "i32";
    return { kind: "constant", type, value: type === "f32" ? Math.fround(value) : value | 0 };
  }
  const [first] = args;
  if (op === "i32x4.splat") return { kind: "constant", type: "v128", value: Array(4).fill(numbers[0]) };
  if (op === "f32x4.splat") {
    if (Number.isNaN(numbers[0])) return undefined;
    return { kind: "constant", type: "v128", value: Array(4).fill(bitsOf(numbers[0]!)) };
  }
  if (op === "i32x4.extract_lane") {
    return { kind: "constant", type: "i32", value: (first!.value as number[])[immediate![0]!]! };
  }
  if (op === "f32x4.extract_lane") {
    const value = floatOf((first!.value as number[])[immediate![0]!]!);
    return value === undefined ? undefined : { kind: "constant", type: "f32", value };
  }
  if (op === "i32x4.replace_lane" || op === "f32x4.replace_lane") {
    const number = numbers[1]!;
    if (Number.isNaN(number)) return undefined;
    const lane = op === "i32x4.replace_lane" ? number : bitsOf(number);
    return { kind: "constant", type: "v128", value: (first!.value as number[]).with(immediate![0]!, lane) };
  }
  return undefined;
}
