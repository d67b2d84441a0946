/** Going through expressions and statements. @module */
import type { Expression, Statement } from "../wgsl/tree.ts";

/** Whether evaluating an expression may change something. */
export function hasCall(expression: Expression): boolean {
  let known = calls.get(expression);
  if (known === undefined) {
    known = expression.kind === "call" || partsOfExpression(expression).some(hasCall);
    calls.set(expression, known);
  }
  return known;
}

const calls = new WeakMap<Expression, boolean>();

/** The expressions that an expression is made of. */
export function partsOfExpression(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "constant":
    case "variable":
      return [];
    case "index":
      return [expression.of, expression.index];
    case "binary":
      return [expression.left, expression.right];
    case "call":
    case "builtin":
    case "construct":
      return expression.args;
    default:
      return [expression.of];
  }
}

/** The expressions of a statement itself. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "declare":
      return statement.initializer ? [statement.initializer] : [];
    case "assign":
      return statement.target ? [statement.target, statement.value] : [statement.value];
    case "evaluate":
      return [statement.value];
    case "if":
      return [statement.condition];
    case "switch":
      return [statement.selector];
    case "loop":
      return [statement.condition, statement.breakIf].filter((one) => one !== undefined);
    case "return":
      return statement.value ? [statement.value] : [];
    default:
      return [];
  }
}

/** The statements inside a statement. */
export function statementsIn(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case "if":
      return [...statement.then, ...statement.otherwise];
    case "switch":
      return statement.cases.flatMap(({ body }) => body);
    case "loop":
      return [...statement.initializer, ...statement.body, ...statement.continuing];
    case "block":
      return statement.body;
    default:
      return [];
  }
}
