/** Choosing between values. @module */
import { i32 } from "./builder.ts";
import type { Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import { isParts, type Value } from "./value.ts";

/** The first of two values where `condition` is not 0, else the second. */
export function selectValue(
  lowering: Lowering,
  [yes, no]: readonly [Value, Value],
  condition: Operand,
): Value {
  if (yes === no) return yes;
  if (isParts(yes)) {
    return yes.map((part, i) => selectValue(lowering, [part, (no as readonly Value[])[i]!], condition));
  }
  const { builder } = lowering;
  const [left, right] = [yes as Operand, no as Operand];
  if (left.type !== "v128") return builder.op("select", left, right, condition);
  if (condition.kind === "constant") return condition.value === 0 ? right : left;
  const mask = builder.op("i32x4.splat", builder.op("i32.sub", i32(0), condition));
  return builder.op("v128.bitselect", left, right, mask);
}
