/** Loops: written out where they are short and their turns are known, with a counter where their end cannot be seen. @module */
import type {
  BinaryOperator,
  Expression,
  FunctionDeclaration,
  LoopStatement,
  Statement,
  Variable,
} from "../wgsl/tree.ts";
import { i32 } from "./builder.ts";
import { mostTurns } from "./kernel_code.ts";
import type { Label, Operand } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import { sizeOfStatements } from "./statement_size.ts";
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
  const turns = counted ? undefined : builder.variable("i32");
  if (turns) builder.copy(turns, i32(0));
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
    if (turns) {
      builder.copy(turns, builder.op("i32.add", turns, i32(1)));
      const isTooLong = builder.op("i32.ge_u", turns, i32(mostTurns));
      const stop = builder.collect(() => builder.add({ kind: "return", value: i32(loop.line) }));
      builder.add({ kind: "if", condition: isTooLong, then: stop, otherwise: [] });
    }
    builder.branch(top);
  });
  lowering.targets = outer;
  builder.add({ kind: "block", label: end, body: [{ kind: "loop", label: top, body: turn }] });
}

/** `for (var i = start; i < limit; i += step)` where nothing else assigns `i` or changes `limit`. */
interface CountedLoop {
  readonly counter: Variable;
  readonly start: Expression;
  readonly limit: Expression;
  readonly operator: BinaryOperator;
  /** Of each turn, signed. */
  readonly step: number;
}

function countedLoop(loop: LoopStatement): CountedLoop | undefined {
  const [first, ...others] = loop.initializer;
  const [last, ...more] = loop.continuing;
  const { condition } = loop;
  if (first?.kind !== "declare" || others.length > 0 || more.length > 0 || loop.breakIf) return undefined;
  if (last?.kind !== "assign" || condition?.kind !== "binary" || !first.initializer) return undefined;
  const { variable: counter } = first;
  const { operator, left, right } = condition;
  if (counter.kind !== "var" || counter.type.kind !== "scalar" || counter.type.scalar === "f32") {
    return undefined;
  }
  if (!isLoadOf(left, counter) || !last.target || variableOf(last.target) !== counter) return undefined;
  if (last.target.kind !== "variable" || last.value.kind !== "constant") return undefined;
  if (last.operator !== "+" && last.operator !== "-") return undefined;
  const step = last.operator === "+" ? last.value.value as number : -(last.value.value as number);
  const ends = (operator === "<" && step > 0) || (operator === ">" && step < 0 && step >= -1) ||
    (operator === "<=" && step === 1 && right.kind === "constant" && (right.value as number) < 2 ** 31 - 1);
  if (!ends || (step !== 1 && step !== -1 && !isSmall(right, step))) return undefined;
  const assigned = assignedIn(loop.body);
  if (assigned.variables.has(counter) || !isFixed(right, assigned)) return undefined;
  return { counter, start: first.initializer, limit: right, operator, step };
}

/** Whether a limit is so far from the largest number that a step does not go past that. */
function isSmall(limit: Expression, step: number): boolean {
  return limit.kind === "constant" && (limit.value as number) < 2 ** 31 - Math.abs(step);
}

function isLoadOf(expression: Expression, variable: Variable): boolean {
  return expression.kind === "load" && expression.of.kind === "variable" &&
    expression.of.variable === variable;
}

/** The variable that a place belongs to; undefined for one behind a pointer. */
function variableOf(place: Expression): Variable | undefined {
  switch (place.kind) {
    case "variable":
      return place.variable.kind === "var" ? place.variable : undefined;
    case "member":
    case "index":
      return variableOf(place.of);
    default:
      return undefined;
  }
}

/** What statements may assign, by name or through pointers. */
interface Assigned {
  readonly variables: ReadonlySet<Variable>;
  readonly throughPointers: boolean;
}

/** What statements assign or take the address of. */
function assignedIn(statements: readonly Statement[]): Assigned {
  const variables = new Set<Variable>();
  let throughPointers = false;
  const note = (place: Expression) => {
    const variable = variableOf(place);
    if (variable) variables.add(variable);
  };
  const look = (expression: Expression) => {
    if (expression.kind === "address") note(expression.of);
    if (expression.kind === "variable" && expression.type.kind === "pointer") throughPointers = true;
    partsOfExpression(expression).forEach(look);
  };
  const visit = (statement: Statement) => {
    expressionsOf(statement).forEach(look);
    if (statement.kind === "assign" && statement.target) note(statement.target);
    statementsIn(statement).forEach(visit);
  };
  statements.forEach(visit);
  return { variables, throughPointers };
}

/** Whether an expression is the same in every turn. */
function isFixed(expression: Expression, assigned: Assigned): boolean {
  switch (expression.kind) {
    case "constant":
      return true;
    case "variable":
      return expression.variable.kind !== "var";
    case "load": {
      const variable = variableOf(expression.of);
      if (!variable || !indicesOf(expression.of).every((index) => isFixed(index, assigned))) return false;
      if (variable.space === "function") {
        return !assigned.throughPointers && !assigned.variables.has(variable);
      }
      return variable.space === "uniform" ||
        (variable.space === "storage" && variable.access !== "read_write");
    }
    case "call":
      return expression.args.every((arg) => isFixed(arg, assigned)) &&
        isFormula(expression.function, assigned);
    default:
      return partsOfExpression(expression).every((part) => isFixed(part, assigned));
  }
}

/** Whether a function does nothing but work out a result, which is the same in every turn where its arguments are. */
function isFormula(declared: FunctionDeclaration, assigned: Assigned): boolean {
  let known = formulas.get(declared);
  if (known === undefined) {
    known = declared.body.every((statement) =>
      (statement.kind === "return" || (statement.kind === "declare" && statement.variable.kind === "let")) &&
      expressionsOf(statement).every((expression) => isFixed(expression, assigned))
    );
    formulas.set(declared, known);
  }
  return known;
}

/** What loops assign is nothing that a formula can read, so it is one for all loops. */
const formulas = new WeakMap<FunctionDeclaration, boolean>();

function indicesOf(place: Expression): readonly Expression[] {
  if (place.kind === "index") return [place.index, ...indicesOf(place.of)];
  return place.kind === "member" ? indicesOf(place.of) : [];
}

/** Whether statements have a `break` or `continue` that leaves them. */
function hasJump(statements: readonly Statement[], kind: "break" | "continue"): boolean {
  return statements.some((statement) => {
    if (statement.kind === kind) return true;
    if (statement.kind === "loop" || (statement.kind === "switch" && kind === "break")) return false;
    return hasJump(statementsIn(statement), kind);
  });
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
