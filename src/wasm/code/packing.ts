/** Numbers from 0 or -1 to 1 in the bits of a u32. Source: the WGSL specification, "Data Packing Built-in Functions". @module */
import { i32, v128 } from "./builder.ts";
import type { Call, Writer } from "./builtin_call.ts";
import { bitsOf } from "./fold.ts";
import type { Constant, Operand } from "./ir.ts";
import { component, vectorOf } from "./vector.ts";

interface Format {
  /** Bits of a number. */
  readonly bits: 8 | 16;
  /** Whether numbers have a sign. */
  readonly isSigned: boolean;
}

function floats(value: number): Constant {
  return v128(Array(4).fill(bitsOf(value)));
}

/** The whole number that stands for 1. */
function scaleOf({ bits, isSigned }: Format): number {
  return 2 ** (isSigned ? bits - 1 : bits) - 1;
}

function pack(format: Format): Writer {
  return ({ lowering: { builder }, args: [value], width }: Call): Operand => {
    const least = floats(format.isSigned ? -1 : 0);
    const kept = builder.op("f32x4.min", builder.op("f32x4.max", value!, least), floats(1));
    const scaled = builder.op("f32x4.mul", kept, floats(scaleOf(format)));
    const rounded = builder.op("f32x4.floor", builder.op("f32x4.add", scaled, floats(0.5)));
    const numbers = builder.op("i32x4.trunc_sat_f32x4_s", rounded);
    const parts = Array.from({ length: width }, (_, lane) => {
      const number = component(builder, numbers, { lane, scalar: "i32" });
      const bits = builder.op("i32.and", number, i32(2 ** format.bits - 1));
      return builder.op("i32.shl", bits, i32(format.bits * lane));
    });
    return parts.reduce((all, part) => builder.op("i32.or", all, part));
  };
}

function unpack(format: Format): Writer {
  return ({ lowering: { builder }, args: [word] }: Call): Operand => {
    const count = 32 / format.bits;
    const lanes = Array.from({ length: count }, (_, lane) => {
      const above = builder.op("i32.shl", word!, i32(32 - format.bits * (lane + 1)));
      return builder.op(format.isSigned ? "i32.shr_s" : "i32.shr_u", above, i32(32 - format.bits));
    });
    const numbers = vectorOf(builder, count === 4 ? lanes : [...lanes, i32(0), i32(0)]);
    const scaled = builder.op(
      "f32x4.div",
      builder.op("f32x4.convert_i32x4_s", numbers),
      floats(scaleOf(format)),
    );
    return format.isSigned ? builder.op("f32x4.max", scaled, floats(-1)) : scaled;
  };
}

/** By their names. */
export const packing: Readonly<Record<string, Writer>> = {
  pack2x16snorm: pack({ bits: 16, isSigned: true }),
  pack2x16unorm: pack({ bits: 16, isSigned: false }),
  pack4x8snorm: pack({ bits: 8, isSigned: true }),
  pack4x8unorm: pack({ bits: 8, isSigned: false }),
  unpack2x16snorm: unpack({ bits: 16, isSigned: true }),
  unpack2x16unorm: unpack({ bits: 16, isSigned: false }),
  unpack4x8snorm: unpack({ bits: 8, isSigned: true }),
  unpack4x8unorm: unpack({ bits: 8, isSigned: false }),
};
