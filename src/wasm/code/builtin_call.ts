/** A call of a function of the language. @module */
import type { ScalarName, Type } from "../wgsl/tree.ts";
import type { Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import type { Value } from "./value.ts";

/** A call whose arguments are evaluated. */
export interface Call {
  /** What is written to. */
  readonly lowering: Lowering;
  /** Type of the result. */
  readonly type: Type;
  /** Of the arguments. */
  readonly types: readonly Type[];
  /** Of the first argument, or of its components. */
  readonly scalar: ScalarName;
  /** Components of the first argument; 1 for a scalar. */
  readonly width: number;
  /** Values of the arguments that are scalars and vectors. */
  readonly args: readonly Operand[];
}

/** Writes a call, and gives its value. */
export type Writer = (call: Call) => Value;
