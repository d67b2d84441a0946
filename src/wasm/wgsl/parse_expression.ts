/** Expressions and types from tokens. Source: the WGSL specification, "Expression Grammar Summary". @module */
import type { Cursor } from "./cursor.ts";
import { mostNested } from "./cursor.ts";
import { WgslError } from "./error.ts";
import type { ExpressionSyntax, NameSyntax, UnaryOperator } from "./syntax.ts";
import type { BinaryOperator } from "./tree.ts";

const bitwise = ["&", "|", "^"];
const relations = ["==", "!=", "<", "<=", ">", ">="];
const shifts = ["<<", ">>"];
const sums = ["+", "-"];
const products = ["*", "/", "%"];
const logical = ["&&", "||"];
const all = [...bitwise, ...relations, ...shifts, ...sums, ...products, ...logical];

/** An expression. */
export function parseExpression(cursor: Cursor): ExpressionSyntax {
  return cursor.nested(() => {
    const result = parseOperators(cursor);
    const next = binaryAt(cursor, all);
    if (!next || result.kind !== "binary") return result;
    throw new WgslError(
      `\`${result.operator}\` and \`${next}\` in one expression need parentheses`,
      cursor.line,
    );
  });
}

function parseOperators(cursor: Cursor): ExpressionSyntax {
  const first = parseUnary(cursor);
  const operator = binaryAt(cursor, bitwise);
  if (operator) return chain(cursor, first, { operators: [operator], operand: parseUnary });
  const left = relation(cursor, first);
  const connective = binaryAt(cursor, logical);
  if (!connective) return left;
  return chain(cursor, left, { operators: [connective], operand: (at) => relation(at, parseUnary(at)) });
}

/** A name with its template list, as types and callees are. */
export function parseName(cursor: Cursor, what: string): NameSyntax {
  const { line } = cursor;
  const name = cursor.name(what);
  if (!cursor.acceptTemplate("<")) return { kind: "name", name, line };
  const template: ExpressionSyntax[] = [];
  do {
    if (cursor.token.kind === "template") break;
    template.push(parseExpression(cursor));
  } while (cursor.accept(","));
  if (!cursor.acceptTemplate(">")) throw cursor.unexpected("`>`");
  if (template.length === 0) throw new WgslError(`\`${name}<>\` has nothing between \`<\` and \`>\``, line);
  return { kind: "name", name, template, line };
}

/** A type. */
export function parseType(cursor: Cursor): ExpressionSyntax {
  return cursor.nested(() => parseName(cursor, "a type"));
}

/** An operand of an operator of two: what can be assigned to is one, too. */
export function parseUnary(cursor: Cursor): ExpressionSyntax {
  const { line } = cursor;
  for (const operator of ["-", "!", "~", "&", "*"] satisfies UnaryOperator[]) {
    if (!cursor.accept(operator)) continue;
    return { kind: "unary", operator, of: cursor.nested(() => parseUnary(cursor)), line };
  }
  let of = primary(cursor);
  for (let parts = 0;; parts++) {
    if (parts > mostNested) throw tooLong(cursor);
    if (cursor.accept("[")) {
      const index = parseExpression(cursor);
      cursor.expect("]");
      of = { kind: "index", of, index, line };
    } else if (cursor.accept(".")) {
      of = { kind: "member", of, name: cursor.name("the name of a member"), line };
    } else return of;
  }
}

function primary(cursor: Cursor): ExpressionSyntax {
  const { token, line } = cursor;
  if (token.kind === "number") return { kind: "number", number: cursor.take().number!, line };
  if (cursor.is("true") || cursor.is("false")) {
    return { kind: "bool", value: cursor.take().text === "true", line };
  }
  if (cursor.accept("(")) {
    const inner = parseExpression(cursor);
    cursor.expect(")");
    return inner;
  }
  const name = parseName(cursor, "an expression");
  if (!cursor.accept("(")) return name;
  return { kind: "call", callee: name, args: cursor.list(")", () => parseExpression(cursor)), line };
}

/** Comparisons and what binds closer, after their first operand. */
function relation(cursor: Cursor, first: ExpressionSyntax): ExpressionSyntax {
  const operand = (at: Cursor) => shifted(at, parseUnary(at));
  return once(cursor, shifted(cursor, first), { operators: relations, operand });
}

/** Shifts, whose operands are unary, or sums. */
function shifted(cursor: Cursor, first: ExpressionSyntax): ExpressionSyntax {
  if (binaryAt(cursor, shifts)) return once(cursor, first, { operators: shifts, operand: parseUnary });
  const product = (at: Cursor, factor: ExpressionSyntax) =>
    chain(at, factor, { operators: products, operand: parseUnary });
  return chain(cursor, product(cursor, first), {
    operators: sums,
    operand: (at) => product(at, parseUnary(at)),
  });
}

/** Operators that bind alike, and what stands between them. */
interface Level {
  readonly operators: readonly string[];
  readonly operand: (cursor: Cursor) => ExpressionSyntax;
}

/** `first` and what follows it at one level, from left to right. */
function chain(cursor: Cursor, first: ExpressionSyntax, level: Level): ExpressionSyntax {
  let left = first;
  for (let length = 0;; length++) {
    const longer = once(cursor, left, level);
    if (longer === left) return left;
    if (length > mostNested) throw tooLong(cursor);
    left = longer;
  }
}

/** As {@linkcode chain} for operators that stand at their level once at most. */
function once(cursor: Cursor, left: ExpressionSyntax, { operators, operand }: Level): ExpressionSyntax {
  const operator = binaryAt(cursor, operators);
  if (!operator) return left;
  cursor.take();
  return { kind: "binary", operator, left, right: operand(cursor), line: left.line };
}

function tooLong(cursor: Cursor): WgslError {
  return new WgslError(
    `this expression has over ${mostNested} operators in a row, wanted fewer`,
    cursor.line,
  );
}

function binaryAt(cursor: Cursor, operators: readonly string[]): BinaryOperator | undefined {
  return cursor.token.kind === "symbol" && operators.includes(cursor.token.text)
    ? cursor.token.text as BinaryOperator
    : undefined;
}
