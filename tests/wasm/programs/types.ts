/** Types of random programs. @module */
import type { Choice } from "./choice.ts";

/** `u32`, `i32`, `f32` and `bool`. */
export type Scalar = "u" | "i" | "f" | "b";

/** A scalar, or a vector where `width` is above 1. */
export interface Type {
  /** Of it or of its components. */
  readonly scalar: Scalar;
  /** Components. */
  readonly width: number;
}

const names = { u: "u32", i: "i32", f: "f32", b: "bool" } as const;

/** As WGSL writes it. */
export function typeName({ scalar, width }: Type): string {
  if (width === 1) return names[scalar];
  return scalar === "b" ? `vec${width}<bool>` : `vec${width}${scalar}`;
}

/** One of all types. */
export function anyType(choice: Choice): Type {
  return {
    scalar: choice.of(["u", "i", "f", "b"]),
    width: choice.weighted([[4, 1], [1, 2], [1, 3], [2, 4]]),
  };
}

const wholes = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 33, 100, 255, 256, 65535, 65536, 2 ** 31 - 1];

/** A literal of a scalar type. Floats are multiples of 1/8 below 128; `nonzero` are integers other than 0. */
export function literal(choice: Choice, scalar: Scalar, { nonzero = false } = {}): string {
  const whole = nonzero ? choice.of(wholes.slice(1)) : choice.of(wholes);
  switch (scalar) {
    case "u":
      return choice.weighted([[6, `${whole}u`], [1, "2147483648u"], [1, "4294967295u"]]);
    case "i":
      return choice.weighted([[4, `${whole}i`], [2, `(-${whole || 1}i)`], [0.5, "(-2147483647i - 1i)"]]);
    case "f": {
      const value = choice.between(-1024, 1023) / 8;
      return value < 0 ? `(${value.toFixed(3)})` : value.toFixed(choice.of([3, 4]));
    }
    case "b":
      return choice.of(["true", "false"]);
  }
}
