/** What is known when a pipeline is made. @module */
import type { ArrayType, Module, ScalarType, Type, Variable } from "../wgsl/tree.ts";
import { f32, i32 } from "./builder.ts";
import type { Constant, Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";

/** Gives each override its value: that of `constants`, by name or number, or that of its initializer. */
export function* overrideValues(
  lowering: Lowering,
  { overrides }: Module,
  constants: Readonly<Record<string, number>>,
): Generator<readonly [Variable, Operand]> {
  for (const override of overrides) {
    const given = constants[override.id === undefined ? override.name : String(override.id)];
    if (given !== undefined) yield [override, converted(lowering, override, given)];
    else if (override.initializer) {
      yield [override, known(lowering, lowering.evaluate(override.initializer) as Operand, override.line)];
    }
  }
}

function known(lowering: Lowering, operand: Operand, line: number): Constant {
  if (operand.kind === "constant") return operand;
  return lowering.refuse("this expression of overrides is not supported here", line);
}

function converted(lowering: Lowering, { name, type, line }: Variable, value: number): Constant {
  const { scalar } = type as ScalarType;
  if (scalar === "bool") return i32(+(value !== 0));
  const [least, most] = {
    f32: [-3.4028234663852886e38, 3.4028234663852886e38],
    i32: [-(2 ** 31), 2 ** 31 - 1],
    u32: [0, 2 ** 32 - 1],
  }[
    scalar
  ] as [number, number];
  const whole = scalar === "f32" ? value : Math.trunc(value);
  if (!(whole >= least && whole <= most)) {
    lowering.refuse(`${name} is ${value}, wanted a value of ${scalar}`, line);
  }
  return scalar === "f32" ? f32(whole) : i32(whole);
}

/** The type of a workgroup variable, its lengths worked out. */
export function withLengths(lowering: Lowering, type: Type): Type {
  if (type.kind !== "array") return type;
  const { length } = type;
  const count = typeof length === "object"
    ? known(lowering, lowering.evaluate(length) as Operand, length.line).value as number
    : length;
  if (typeof count === "number" && count < 1) {
    lowering.refuse(
      `an array has ${count} elements, wanted at least 1`,
      typeof length === "object" ? length.line : 0,
    );
  }
  return { kind: "array", element: withLengths(lowering, type.element), length: count } satisfies ArrayType;
}
