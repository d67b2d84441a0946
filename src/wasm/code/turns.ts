/** The turns that an invocation takes: all of its loops add to one number, so none of them in others takes for ever. @module */
import { arithmetic } from "./arithmetic.ts";
import { i32 } from "./builder.ts";
import type { CountedLoop } from "./counted_loop.ts";
import type { Operand } from "./ir.ts";
import { mostTurns } from "./kernel_code.ts";
import type { Lowering } from "./lowering.ts";

/** Instructions of a turn that takes as long as a short one; those that are written out in it are among them. */
const shortTurn = 128;

/** Of which loop turns are. */
export interface TurnOptions {
  /** Instructions of one. */
  readonly instructions: number;
  /** The loop's line. */
  readonly line: number;
}

/** Adds turns to those of the invocation, a long one as several. The dispatch ends where there are too many. */
export function addTurns(
  { builder, turns }: Lowering,
  more: Operand,
  { instructions, line }: TurnOptions,
): void {
  const weight = 1 + Math.floor(instructions / shortTurn);
  // No more than it takes, so that the sum stays far from the largest number.
  const few = builder.op("bound", more, i32(Math.ceil(mostTurns / weight)));
  builder.copy(turns, builder.op("i32.add", turns, builder.op("i32.mul", few, i32(weight))));
  const isTooLong = builder.op("i32.ge_u", turns, i32(mostTurns));
  const stop = builder.collect(() => builder.add({ kind: "return", value: i32(line) }));
  builder.add({ kind: "if", condition: isTooLong, then: stop, otherwise: [] });
}

/** How many turns a loop will take, where its counter has just been declared. */
export function turnsAhead(
  lowering: Lowering,
  { counter: { type }, declared, limit, operator, step }: CountedLoop,
): Operand {
  const { builder } = lowering;
  const [from, to] = [declared, limit].map((end) => lowering.evaluate(end) as Operand) as [Operand, Operand];
  const begins = arithmetic(lowering, operator, { left: { value: from, type }, right: { value: to, type } });
  const way = operator === ">" ? builder.op("i32.sub", from, to) : builder.op("i32.sub", to, from);
  const size = Math.abs(step);
  const more = builder.op("i32.add", way, i32(operator === "<=" ? 1 : size - 1));
  return builder.op("select", builder.op("i32.div_u", more, i32(size)), i32(0), begins as Operand);
}
