/** Loops: written out where they are short and their turns are known, else with a count of their turns. @module */
import type { Expression, FunctionDeclaration, LoopStatement, Statement } from "../wgsl/tree.ts";
import { arithmetic } from "./arithmetic.ts";
import { i32 } from "./builder.ts";
import { type CountedLoop, countedLoop } from "./counted_loop.ts";
import type { Label, Operand } from "./ir.ts";
import { mostTurns } from "./kernel_code.ts";
import type { Lowering } from "./lowering.ts";
import { expressionsOf, partsOfExpression, statementsIn } from "./tree_walk.ts";

/** Turns of a loop that is written out at most. */
const mostUnrolled = 8;

/** Expressions in all turns of a loop that is written out at most. */
const mostUnrolledSize = 1500;

/** The same of a loop inside others that are written out, in all their turns. */
const mostNestedSize = 20_000;

/** Writes a loop. */
export function lowerLoop(lowering: Lowering, loop: LoopStatement): void {
  const counted = countedLoop(loop);
  if (counted && unroll(lowering, loop, counted)) return;
  const { builder } = lowering;
  lowering.run(loop.initializer);
  const end: Label = { name: "break" };
  const top: Label = { name: "loop" };
  const next: Label = { name: "continue" };
  const turns = counted && !mayEndEarly(loop.body) ? turnsAhead(lowering, counted) : undefined;
  const written = builder.written;
  const ofTurns = () => ({ instructions: builder.written - written, line: loop.line });
  const outer = lowering.targets;
  lowering.targets = { break: end, continue: next };
  const turn = builder.collect(() => {
    if (loop.condition) {
      const goesOn = lowering.evaluate(loop.condition) as Operand;
      builder.branch(end, builder.op("i32.eqz", goesOn));
    }
    let isOver = false;
    const body = builder.collect(() => isOver = lowering.run(loop.body));
    const continues = hasJump(loop.body, "continue");
    if (continues) builder.add({ kind: "block", label: next, body });
    else builder.append(body);
    if (isOver && !continues) return;
    lowering.run(loop.continuing);
    if (loop.breakIf) builder.branch(end, lowering.evaluate(loop.breakIf) as Operand);
    if (!turns) addTurns(lowering, i32(1), ofTurns()); // One that may end early takes fewer than it could.
    builder.branch(top);
  });
  lowering.targets = outer;
  if (turns) addTurns(lowering, turns, ofTurns());
  builder.add({ kind: "block", label: end, body: [{ kind: "loop", label: top, body: turn }] });
}

/** Whether statements have a `break` or `continue` that leaves them. */
function hasJump(statements: readonly Statement[], kind: "break" | "continue"): boolean {
  return statements.some((statement) => {
    if (statement.kind === kind) return true;
    if (statement.kind === "loop" || (statement.kind === "switch" && kind === "break")) return false;
    return hasJump(statementsIn(statement), kind);
  });
}

/** Whether statements may end the loop that they are the body of. */
function mayEndEarly(body: readonly Statement[]): boolean {
  const returns = (statement: Statement): boolean =>
    statement.kind === "return" || statementsIn(statement).some(returns);
  return hasJump(body, "break") || body.some(returns);
}

/** Writes a loop out if it has few turns and is short. */
function unroll(
  lowering: Lowering,
  loop: LoopStatement,
  { counter, start, limit, operator, step }: CountedLoop,
): boolean {
  let values: readonly number[] | undefined;
  let isKnown = true;
  const { builder } = lowering;
  builder.collect(() => { // What it takes to know them is thrown away.
    const [from, to] = [start, limit].map((bound) => lowering.evaluate(bound) as Operand) as [
      Operand,
      Operand,
    ];
    isKnown = to.kind === "constant";
    const most = isKnown || operator === "<" ? builder.largest(to) : undefined;
    if (from.kind !== "constant" || most === undefined) return;
    values = turnsOf([from.value as number, most], { operator, step });
  });
  if (!values) return false;
  const size = values.length * sizeOfStatements(loop.body);
  const { copies } = lowering;
  if (size > mostUnrolledSize || size * copies > mostNestedSize) return false;
  lowering.copies *= Math.max(1, values.length);
  const end: Label = { name: "break" };
  const outer = lowering.targets;
  const written = builder.collect(() => {
    for (const value of values!) {
      const next: Label = { name: "continue" };
      lowering.targets = { break: end, continue: next };
      lowering.values.set(counter, {
        kind: "cells",
        type: counter.type,
        cells: i32(value),
        root: counter,
      });
      if (!isKnown) builder.branch(end, builder.op("i32.eqz", lowering.evaluate(loop.condition!) as Operand));
      let isOver = false;
      const body = builder.collect(() => isOver = lowering.run(loop.body));
      const continues = hasJump(loop.body, "continue");
      if (continues) builder.add({ kind: "block", label: next, body });
      else builder.append(body);
      if (isOver && !continues) break;
    }
  });
  lowering.targets = outer;
  lowering.copies = copies;
  if (!isKnown || hasJump(loop.body, "break")) builder.add({ kind: "block", label: end, body: written });
  else builder.append(written);
  return true;
}

/** Values of the counter in all turns, if they are few. Numbers are far from where signs matter. */
function turnsOf(
  [from, to]: readonly [number, number],
  { operator, step }: Pick<CountedLoop, "operator" | "step">,
): readonly number[] | undefined {
  const values: number[] = [];
  if (from < 0 || to < 0 || to > 2 ** 31 - 1) return undefined;
  for (
    let value = from;
    operator === "<" ? value < to : operator === ">" ? value > to : value <= to;
    value += step
  ) {
    if (values.length === mostUnrolled) return undefined;
    values.push(value);
  }
  return values;
}

/** Sizes that were found before. */
const functionSizes = new WeakMap<FunctionDeclaration, number>();

/** Expressions in statements once the functions they call are written out. */
function sizeOfStatements(statements: readonly Statement[]): number {
  return statements.reduce(
    (sum, statement) =>
      sum + expressionsOf(statement).reduce((size, expression) => size + sizeOfExpression(expression), 1) +
      sizeOfStatements(statementsIn(statement)),
    0,
  );
}

function sizeOfExpression(expression: Expression): number {
  const parts = partsOfExpression(expression).reduce((size, part) => size + sizeOfExpression(part), 1);
  return expression.kind === "call" ? parts + sizeOfFunction(expression.function) : parts;
}

function sizeOfFunction(declared: FunctionDeclaration): number {
  let size = functionSizes.get(declared);
  if (size === undefined) functionSizes.set(declared, size = sizeOfStatements(declared.body));
  return size;
}

/** Instructions of a turn that takes as long as a short one; those that are written out in it are among them. */
const shortTurn = 128;

/** Of which loop turns are. */
interface TurnOptions {
  /** Instructions of one. */
  readonly instructions: number;
  /** The loop's line. */
  readonly line: number;
}

/**
 * Adds turns to those of the invocation, a long one as several: all of its loops add to one number, so that none of them in
 * others takes for ever. The dispatch ends where there are too many.
 */
function addTurns(
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
function turnsAhead(
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
