/** How long statements are once the functions they call are written out. @module */
import type { Expression, FunctionDeclaration, Statement } from "../wgsl/tree.ts";
import { expressionsOf, partsOfExpression, statementsIn } from "./tree_walk.ts";

const known = new WeakMap<FunctionDeclaration, number>();

/** Expressions in statements, those of called functions among them. */
export function sizeOfStatements(statements: readonly Statement[]): number {
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
  let size = known.get(declared);
  if (size === undefined) known.set(declared, size = sizeOfStatements(declared.body));
  return size;
}
