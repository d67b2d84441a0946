/** What an entry point uses. @module */
import type { Expression, FunctionDeclaration, Statement, Variable } from "../wgsl/tree.ts";
import { expressionsOf, partsOfExpression, statementsIn } from "./tree_walk.ts";

/** The variables outside functions that a function and those it calls use. */
export function reachable(entry: FunctionDeclaration): ReadonlySet<Variable> {
  const variables = new Set<Variable>();
  const functions = new Set<FunctionDeclaration>();
  const look = (expression: Expression): void => {
    if (expression.kind === "variable") variables.add(expression.variable);
    if (expression.kind === "call") enter(expression.function);
    partsOfExpression(expression).forEach(look);
  };
  const visit = (statement: Statement): void => {
    expressionsOf(statement).forEach(look);
    statementsIn(statement).forEach(visit);
  };
  const enter = (declared: FunctionDeclaration): void => {
    if (functions.has(declared)) return;
    functions.add(declared);
    declared.body.forEach(visit);
  };
  enter(entry);
  return new Set([...variables].filter(({ space }) => space !== undefined && space !== "function"));
}
