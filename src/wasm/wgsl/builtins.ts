/** Which types the operators and functions of the language take. Source: the WGSL specification, "Built-in Functions". @module */
import {
  type AnyScalarName,
  type AnyType,
  matrixType,
  sameType,
  scalarConverts,
  scalarOf,
  scalarType,
  vectorType,
  withScalar,
} from "./types.ts";

/** Sets of number types; the abstract ones only where a constant of them has a result of them. */
const sets = {
  any: ["abstract-int", "i32", "u32", "abstract-float", "f32", "bool"],
  number: ["abstract-int", "i32", "u32", "abstract-float", "f32"],
  signed: ["abstract-int", "i32", "abstract-float", "f32"],
  float: ["abstract-float", "f32"],
  whole: ["abstract-int", "i32", "u32"],
  bits: ["i32", "u32"],
  bitsOrBool: ["abstract-int", "i32", "u32", "bool"],
  bool: ["bool"],
} as const satisfies Record<string, readonly AnyScalarName[]>;

/**
 * A line: a set for T, types of arguments, type of the result, names. Before the letter of a number type (T, u, i, f,
 * b) stands its shape: E a scalar or a vector, N a vector, M a matrix, a digit a vector of that width, nothing a scalar.
 * All E, N and M of a line are one shape.
 */
const table = `
number ET ET -> ET: + - * / % min max
number NT T -> NT: + - * / %
number T NT -> NT: + - * / %
float MT MT -> MT: + -
float MT T -> MT: *
float T MT -> MT: *
whole ET Eu -> ET: << >>
bitsOrBool ET ET -> ET: & |
whole ET ET -> ET: ^
bool T T -> b: && ||
any ET ET -> Eb: == !=
number ET ET -> Eb: < <= > >=
signed ET -> ET: negate sign
whole ET -> ET: ~
bool ET -> ET: !
number ET -> ET: abs
number ET ET ET -> ET: clamp
any ET ET b -> ET: select
any NT NT Nb -> NT: select
bool ET -> b: all any
number NT NT -> T: dot
float ET -> ET: acos acosh asin asinh atan atanh ceil cos cosh degrees exp exp2 floor fract inverseSqrt log log2
float ET -> ET: radians round saturate sin sinh sqrt tan tanh trunc
float ET ET -> ET: atan2 pow step
float ET ET ET -> ET: fma mix smoothstep
float NT NT T -> NT: mix refract
float 3T 3T -> 3T: cross
float ET -> T: length
float ET ET -> T: distance
float NT -> NT: normalize
float NT NT -> NT: reflect
float NT NT NT -> NT: faceForward
float ET Ei -> ET: ldexp
bits ET -> ET: countLeadingZeros countOneBits countTrailingZeros firstLeadingBit firstTrailingBit reverseBits
bits ET u u -> ET: extractBits
bits ET ET u u -> ET: insertBits
bool 4f -> u: pack4x8snorm pack4x8unorm
bool 2f -> u: pack2x16snorm pack2x16unorm
bool u -> 4f: unpack4x8snorm unpack4x8unorm
bool u -> 2f: unpack2x16snorm unpack2x16unorm
`;

interface Overload {
  readonly scalars: readonly AnyScalarName[];
  readonly params: readonly string[];
  readonly result: string;
}

const overloads = new Map<string, Overload[]>();
for (const line of table.trim().split("\n")) {
  const [types, names] = line.split(": ") as [string, string];
  const [set, ...rest] = types.split(" ");
  const overload = {
    scalars: sets[set as keyof typeof sets],
    params: rest.slice(0, -2),
    result: rest.at(-1)!,
  };
  for (const name of names.split(" ")) overloads.set(name, [...overloads.get(name) ?? [], overload]);
}

/** Functions that are taken apart elsewhere, since their types have no line in the table. */
const others = ["arrayLength", "bitcast", "determinant", "transpose", "workgroupBarrier", "storageBarrier"];

/** Names of the functions that there are. */
export const builtinNames: readonly string[] = [
  ...[...overloads.keys()].filter((name) => /^(?!negate)\w/.test(name)),
  ...others,
];

const missing =
  /^(atomic|texture|subgroup|quad)[A-Z]|^(dpd[xy]|fwidth)(Coarse|Fine)?$|^dot4[IU]8Packed$|^(un)?pack4x[IU]8(Clamp)?$|^(un)?pack2x16float$|^(modf|frexp|quantizeToF16|workgroupUniformLoad)$/;

/** Whether WGSL has a function of that name which is not here. */
export function isMissingBuiltin(name: string): boolean {
  return missing.test(name);
}

/** Types that a call converts its arguments to, and that of its result. */
export interface Match {
  /** Of the arguments. */
  readonly params: readonly AnyType[];
  /** Of the result. */
  readonly result: AnyType;
}

/**
 * The first way to call an operator or a function with arguments of these types; undefined if there is none.
 * `areConstant` says whether all arguments are: else the result cannot be abstract.
 */
export function resolveBuiltin(
  name: string,
  types: readonly AnyType[],
  areConstant: boolean,
): Match | undefined {
  for (const overload of overloads.get(name) ?? []) {
    const found = match(overload, types, areConstant);
    if (found) return found;
  }
  return undefined;
}

function match(
  { scalars, params, result }: Overload,
  types: readonly AnyType[],
  areConstant: boolean,
): Match | undefined {
  if (types.length !== params.length) return undefined;
  let shape: AnyType = scalarType("bool");
  let isShaped = false;
  const own: AnyScalarName[] = [];
  for (const [i, type] of types.entries()) {
    const scalar = scalarOf(type);
    if (!scalar || !fits(params[i]!, type)) return undefined;
    if (/[ENM]/.test(params[i]!)) {
      if (isShaped && !sameType(withScalar(shape, "bool"), withScalar(type, "bool"))) return undefined;
      [shape, isShaped] = [type, true];
    }
    const wanted = letters[params[i]!.at(-1)!];
    if (!wanted) own.push(scalar);
    else if (!scalarConverts(scalar, wanted)) return undefined;
  }
  const chosen = scalars.find((to) =>
    own.every((from) => scalarConverts(from, to)) && (areConstant || !to.startsWith("abstract"))
  );
  if (own.length > 0 && !chosen) return undefined;
  const instance = (pattern: string) => typeOf(pattern, letters[pattern.at(-1)!] ?? chosen!, shape);
  return { params: params.map(instance), result: instance(result) };
}

const letters: Readonly<Record<string, AnyScalarName>> = { u: "u32", i: "i32", f: "f32", b: "bool" };

/** Whether a type has the shape of a pattern. */
function fits(pattern: string, type: AnyType): boolean {
  switch (pattern.slice(0, -1)) {
    case "":
      return type.kind === "scalar";
    case "E":
      return type.kind === "scalar" || type.kind === "vector";
    case "N":
      return type.kind === "vector";
    case "M":
      return type.kind === "matrix";
    default:
      return type.kind === "vector" && type.width === Number(pattern[0]);
  }
}

function typeOf(pattern: string, scalar: AnyScalarName, shape: AnyType): AnyType {
  const first = pattern.slice(0, -1);
  if (first === "") return scalarType(scalar);
  return /\d/.test(first) ? vectorType(scalar, Number(first)) : withScalar(shape, scalar);
}

/** How matrices and vectors are multiplied; undefined if these are not. */
export function resolveMatrixProduct(left: AnyType, right: AnyType, areConstant: boolean): Match | undefined {
  const scalars = [scalarOf(left), scalarOf(right)];
  const scalar = (["abstract-float", "f32"] as const).find((to) =>
    scalars.every((from) => from && scalarConverts(from, to)) && (areConstant || to === "f32")
  );
  if (!scalar) return undefined;
  const params = [withScalar(left, scalar), withScalar(right, scalar)];
  if (left.kind === "matrix" && right.kind === "matrix" && left.columns === right.rows) {
    return { params, result: matrixType(right.columns, left.rows, scalar) };
  }
  if (left.kind === "matrix" && right.kind === "vector" && left.columns === right.width) {
    return { params, result: vectorType(scalar, left.rows) };
  }
  if (left.kind === "vector" && right.kind === "matrix" && left.width === right.rows) {
    return { params, result: vectorType(scalar, right.columns) };
  }
  return undefined;
}
