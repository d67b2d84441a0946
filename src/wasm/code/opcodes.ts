/** The instructions of WebAssembly that the compiler uses. Source: the WebAssembly specification 3.0, with relaxed SIMD. @module */

/** Types of values. */
export type WasmType = "i32" | "i64" | "f32" | "v128";

/** Bytes of types in a module. */
export const typeBytes: Readonly<Record<WasmType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, v128: 0x7b };

/** How an instruction is written, and what it gives. */
export interface Opcode {
  /** Its prefix if it has one, and its number. */
  readonly bytes: readonly number[];
  /** Type of its result. */
  readonly result: WasmType;
}

/** `name=hex` in the order of results; a prefix stands before the number. */
const tables: readonly (readonly [result: WasmType, prefix: number, names: string])[] = [
  [
    "i32",
    0,
    "i32.eqz=45 i32.eq=46 i32.ne=47 i32.lt_s=48 i32.lt_u=49 i32.gt_s=4a i32.gt_u=4b i32.le_s=4c i32.le_u=4d " +
    "i32.ge_s=4e i32.ge_u=4f i64.le_u=58 f32.eq=5b f32.ne=5c f32.lt=5d f32.gt=5e f32.le=5f f32.ge=60 " +
    "i32.clz=67 i32.ctz=68 i32.popcnt=69 i32.add=6a i32.sub=6b i32.mul=6c i32.div_s=6d i32.div_u=6e " +
    "i32.rem_s=6f i32.rem_u=70 i32.and=71 i32.or=72 i32.xor=73 i32.shl=74 i32.shr_s=75 i32.shr_u=76 " +
    "i32.reinterpret_f32=bc i32.load=28",
  ],
  ["i32", 0xfc, "i32.trunc_sat_f32_s=0 i32.trunc_sat_f32_u=1"],
  ["i32", 0xfd, "i32x4.extract_lane=1b v128.any_true=53 i32x4.all_true=a3"],
  ["i64", 0, "i64.add=7c i64.mul=7e i64.div_u=80 i64.extend_i32_u=ad"],
  [
    "f32",
    0,
    "f32.abs=8b f32.neg=8c f32.ceil=8d f32.floor=8e f32.trunc=8f f32.nearest=90 f32.sqrt=91 f32.add=92 " +
    "f32.sub=93 f32.mul=94 f32.div=95 f32.min=96 f32.max=97 f32.convert_i32_s=b2 f32.convert_i32_u=b3 " +
    "f32.reinterpret_i32=be f32.load=2a",
  ],
  ["f32", 0xfd, "f32x4.extract_lane=1f"],
  [
    "v128",
    0xfd,
    "v128.load=0 i8x16.shuffle=d i8x16.swizzle=e i32x4.splat=11 f32x4.splat=13 " +
    "i32x4.replace_lane=1c f32x4.replace_lane=20 i32x4.eq=37 i32x4.ne=38 i32x4.lt_s=39 i32x4.lt_u=3a " +
    "i32x4.gt_s=3b i32x4.gt_u=3c i32x4.le_s=3d i32x4.le_u=3e i32x4.ge_s=3f i32x4.ge_u=40 f32x4.eq=41 f32x4.ne=42 " +
    "f32x4.lt=43 f32x4.gt=44 f32x4.le=45 f32x4.ge=46 v128.not=4d v128.and=4e v128.or=50 " +
    "v128.xor=51 v128.bitselect=52 v128.load64_zero=5d f32x4.ceil=67 " +
    "f32x4.floor=68 f32x4.trunc=69 f32x4.nearest=6a i32x4.abs=a0 i32x4.neg=a1 i32x4.shl=ab i32x4.shr_s=ac " +
    "i32x4.shr_u=ad i32x4.add=ae i32x4.sub=b1 i32x4.mul=b5 i32x4.min_s=b6 i32x4.min_u=b7 i32x4.max_s=b8 " +
    "i32x4.max_u=b9 f32x4.abs=e0 f32x4.neg=e1 f32x4.sqrt=e3 f32x4.add=e4 f32x4.sub=e5 f32x4.mul=e6 f32x4.div=e7 " +
    "f32x4.min=e8 f32x4.max=e9 i32x4.trunc_sat_f32x4_s=f8 i32x4.trunc_sat_f32x4_u=f9 f32x4.convert_i32x4_s=fa " +
    "f32x4.convert_i32x4_u=fb f32x4.relaxed_madd=105 f32x4.relaxed_nmadd=106",
  ],
];

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [value & 127 | 128, ...unsigned(value >>> 7)];
}

/** The instructions by name. */
export const opcodes: ReadonlyMap<string, Opcode> = new Map(
  tables.flatMap(([result, prefix, names]) =>
    names.split(" ").map((entry): [string, Opcode] => {
      const [name, code] = entry.split("=") as [string, string];
      const number = parseInt(code, 16);
      return [name, { result, bytes: prefix === 0 ? [number] : [prefix, ...unsigned(number)] }];
    })
  ),
);
