/** Loops: written out where they are short and their turns are known. @module */
import type { LoopStatement, Statement } from "../wgsl/tree.ts";
import { i32 } from "./builder.ts";
import { type CountedLoop, countedLoop } from "./counted_loop.ts";
import type { Label, Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import { sizeOfStatements } from "./statement_size.ts";
import { statementsIn } from "./tree_walk.ts";
import { addTurns, turnsAhead } from "./turns.ts";

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
