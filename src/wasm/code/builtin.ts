/** Functions of the language. @module */
import type { Expression, FunctionDeclaration, ScalarName, VectorType } from "../wgsl/tree.ts";
import { dot } from "./arithmetic.ts";
import type { Call, Writer } from "./builtin_call.ts";
import { determinant, geometry, transpose } from "./geometry.ts";
import { packing } from "./packing.ts";
import { i32, v128 } from "./builder.ts";
import type { Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import { lengthOfPlace } from "./place.ts";
import { libraryFunction } from "./prelude.ts";
import { selectValue } from "./select.ts";
import type { Place, Value } from "./value.ts";
import { component, splat, vectorOf } from "./vector.ts";

type BuiltinCall = Expression & { readonly kind: "builtin" };

/** The same instruction on all arguments, for floats. */
function float(name: string): Writer {
  return ({ lowering: { builder }, width, args }) =>
    builder.op(`${width === 1 ? "f32" : "f32x4"}.${name}`, ...args);
}

/** The same instruction on one integer after another. */
function eachInteger(op: string): Writer {
  return ({ lowering: { builder }, width, args: [value], scalar }) =>
    width === 1 ? builder.op(op, value!) : vectorOf(
      builder,
      Array.from(
        { length: width },
        (_, lane) => builder.op(op, component(builder, value!, { lane, scalar })),
      ),
    );
}

function lesser(call: Call, name: "min" | "max"): Operand {
  const { lowering: { builder }, scalar, width, args: [a, b] } = call;
  if (scalar === "f32") return float(name)(call) as Operand;
  const sign = scalar === "i32" ? "s" : "u";
  if (width > 1) return builder.op(`i32x4.${name}_${sign}`, a!, b!);
  if (name === "min" && sign === "u") return builder.op("bound", a!, b!);
  return builder.op("select", a!, b!, builder.op(`i32.${name === "min" ? "lt" : "gt"}_${sign}`, a!, b!));
}

function absolute({ lowering: { builder }, scalar, width, args: [value] }: Call): Operand {
  if (scalar === "u32") return value!;
  if (scalar === "f32") return builder.op(width === 1 ? "f32.abs" : "f32x4.abs", value!);
  if (width > 1) return builder.op("i32x4.abs", value!);
  const isNegative = builder.op("i32.lt_s", value!, i32(0));
  return builder.op("select", builder.op("i32.sub", i32(0), value!), value!, isNegative);
}

function select({ lowering, types, args: [no, yes, condition] }: Call): Value {
  if (types[2]!.kind === "scalar") return selectValue(lowering, [yes!, no!], condition!);
  return lowering.builder.op("v128.bitselect", yes!, no!, condition!);
}

/** Lanes past a vector's width that are true, or false. */
function padded({ lowering: { builder }, width, args: [mask] }: Call, filling: boolean): Operand {
  if (width === 4) return mask!;
  const used = [0, 1, 2, 3].map((lane) => -(lane < width));
  return filling
    ? builder.op("v128.or", mask!, v128(used.map((lane) => ~lane)))
    : builder.op("v128.and", mask!, v128(used));
}

function bitcast({ lowering: { builder }, type, types, args: [value] }: Call): Operand {
  if (type.kind !== "scalar") return value!;
  const [from, to] = [(types[0] as { scalar: ScalarName }).scalar === "f32", type.scalar === "f32"];
  if (from === to) return value!;
  return builder.op(from ? "i32.reinterpret_f32" : "f32.reinterpret_i32", value!);
}

function barrier({ lowering }: Call): Value {
  const [x, y, z] = lowering.workgroupSize;
  if (x * y * z > 1) {
    lowering.refuse(
      `a barrier in a workgroup of ${x * y * z} invocations is not supported here: wanted a workgroup of 1`,
    );
  }
  return i32(0);
}

const writers: Readonly<Record<string, Writer>> = {
  ...geometry,
  ...packing,
  abs: absolute,
  all: (call) =>
    call.width === 1 ? call.args[0]! : call.lowering.builder.op("i32x4.all_true", padded(call, true)),
  any: (call) =>
    call.width === 1 ? call.args[0]! : call.lowering.builder.op("v128.any_true", padded(call, false)),
  bitcast,
  ceil: float("ceil"),
  clamp: (call) => {
    const [value, low, high] = call.args;
    return lesser({ ...call, args: [lesser({ ...call, args: [value!, low!] }, "max"), high!] }, "min");
  },
  countLeadingZeros: eachInteger("i32.clz"),
  countOneBits: eachInteger("i32.popcnt"),
  countTrailingZeros: eachInteger("i32.ctz"),
  dot: ({ lowering, scalar, width, args }) =>
    dot(lowering, { scalar, width, operands: args as [Operand, Operand] }),
  floor: float("floor"),
  max: (call) => lesser(call, "max"),
  min: (call) => lesser(call, "min"),
  round: float("nearest"),
  select,
  sqrt: float("sqrt"),
  storageBarrier: barrier,
  trunc: float("trunc"),
  workgroupBarrier: barrier,
};

/** The value of a call. `evaluate` gives the values of its arguments. */
export function builtin(
  lowering: Lowering,
  { name, args, type, line }: BuiltinCall,
  evaluate: (args: readonly Expression[]) => readonly Value[],
): Value {
  const values = evaluate(args);
  lowering.line = line;
  if (name === "arrayLength") return lengthOfPlace(lowering, values[0] as Place);
  if (name === "transpose") return transpose(lowering, args[0]!.type, values[0] as readonly Operand[]);
  if (name === "determinant") return determinant(lowering, values[0] as readonly Operand[]);
  const types = args.map((arg) => arg.type);
  const [first] = types;
  const width = first?.kind === "vector" ? first.width : 1;
  const scalar = (first as VectorType | undefined)?.scalar ?? "f32";
  const call: Call = { lowering, type, types, scalar, width, args: values as readonly Operand[] };
  const writer = writers[name];
  return writer ? writer(call) : fromPrelude(call, name);
}

/** A function that the prelude has in WGSL, for scalars and for four components. */
function fromPrelude(call: Call, name: string): Value {
  const { lowering, types, width, args } = call;
  const declared: FunctionDeclaration | undefined = libraryFunction(name, width === 1 ? 1 : 4, call.scalar);
  if (!declared) return lowering.refuse(`${name}() is not supported here`);
  const wide = args.map((arg, i) =>
    width > 1 && types[i]!.kind === "scalar" && declared.parameters[i]!.type.kind === "vector"
      ? splat(lowering.builder, arg)
      : arg
  );
  return lowering.call(declared, wide)!;
}
