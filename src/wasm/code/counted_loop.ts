/** Loops of the text that count: their ends can be seen before they begin. @module */
import type {
  BinaryOperator,
  Expression,
  FunctionDeclaration,
  LoopStatement,
  Statement,
  Variable,
} from "../wgsl/tree.ts";
import { expressionsOf, hasCall, partsOfExpression, statementsIn } from "./tree_walk.ts";

/** `for (var i = start; i < limit; i += step)` where nothing else assigns `i` or changes `limit`. */
export interface CountedLoop {
  readonly counter: Variable;
  readonly start: Expression;
  /** The same where `i` has been declared, with no call a second time. */
  readonly declared: Expression;
  readonly limit: Expression;
  readonly operator: BinaryOperator;
  /** Of each turn, signed. */
  readonly step: number;
}

/** What a loop counts, if that can be seen. */
export function countedLoop(loop: LoopStatement): CountedLoop | undefined {
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
  const start = first.initializer;
  return { counter, start, declared: hasCall(start) ? left : start, limit: right, operator, step };
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
