/** Statements from tokens. Source: the WGSL specification, "Statements". @module */
import type { Cursor } from "./cursor.ts";
import { WgslError } from "./error.ts";
import { parseExpression, parseType, parseUnary } from "./parse_expression.ts";
import type {
  AttributeSyntax,
  BlockSyntax,
  ExpressionSyntax,
  LoopSyntax,
  StatementSyntax,
  SwitchSyntax,
  ValueSyntax,
} from "./syntax.ts";
import type { BinaryOperator } from "./tree.ts";

const assignments = ["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];

/** `@name` and `@name(...)`, as many as there are. */
export function parseAttributes(cursor: Cursor): AttributeSyntax[] {
  const attributes: AttributeSyntax[] = [];
  while (cursor.accept("@")) {
    const { token, line } = cursor;
    if (token.kind !== "name" && token.kind !== "keyword") {
      throw cursor.unexpected("the name of an attribute");
    }
    const name = cursor.take().text;
    const args = cursor.accept("(") ? cursor.list(")", () => parseExpression(cursor)) : [];
    attributes.push({ name, args, line });
  }
  return attributes;
}

/** `{ ... }`, attributes before it included. */
export function parseBlock(cursor: Cursor): BlockSyntax {
  refuseAttributes(parseAttributes(cursor));
  const { line } = cursor;
  cursor.expect("{");
  const body = cursor.nested(() => statementsUntil(cursor, () => cursor.is("}")));
  cursor.expect("}");
  return { kind: "block", body, line };
}

/** `const`, `let`, `var` or `override` and what follows, the semicolon left out. */
export function parseValue(cursor: Cursor, attributes: readonly AttributeSyntax[]): ValueSyntax {
  const kind = cursor.take().text as ValueSyntax["kind"];
  const template: ExpressionSyntax[] = [];
  if (kind === "var" && cursor.acceptTemplate("<")) {
    do {
      if (cursor.token.kind === "template") break;
      template.push(parseExpression(cursor));
    } while (cursor.accept(","));
    if (!cursor.acceptTemplate(">")) throw cursor.unexpected("`>`");
  }
  const { line } = cursor;
  const name = cursor.name("a name");
  const type = cursor.accept(":") ? parseType(cursor) : undefined;
  const initializer = cursor.accept("=") ? parseExpression(cursor) : undefined;
  return { kind, attributes, name, template, type, initializer, line };
}

function statementsUntil(cursor: Cursor, ends: () => boolean): StatementSyntax[] {
  const body: StatementSyntax[] = [];
  while (!ends()) {
    if (cursor.token.kind === "end") throw cursor.unexpected("`}`");
    const statement = parseStatement(cursor);
    if (statement) body.push(statement);
  }
  return body;
}

/** Undefined for a lone semicolon. */
function parseStatement(cursor: Cursor): StatementSyntax | undefined {
  const attributes = parseAttributes(cursor);
  refuseAttributes(attributes);
  const { line, token } = cursor;
  if (attributes.length > 0 && !["{", "if", "switch", "loop", "for", "while"].includes(token.text)) {
    throw new WgslError(`\`@diagnostic\` cannot stand before \`${token.text}\``, line);
  }
  if (cursor.accept(";")) return undefined;
  if (token.kind === "keyword" || cursor.is("{")) {
    switch (token.text) {
      case "{":
        return parseBlock(cursor);
      case "if":
        return parseIf(cursor);
      case "switch":
        return parseSwitch(cursor);
      case "loop":
        return parseLoop(cursor);
      case "for":
        return parseFor(cursor);
      case "while": {
        cursor.take();
        const condition = parseExpression(cursor);
        const body = parseBlock(cursor);
        return { ...loopDefaults, condition, body, line };
      }
    }
  }
  const statement = parseSimple(cursor);
  cursor.expect(";");
  return statement;
}

/** A statement that a semicolon ends. */
function parseSimple(cursor: Cursor): StatementSyntax {
  const { line, token } = cursor;
  if (token.kind === "keyword") {
    switch (token.text) {
      case "break":
        cursor.take();
        if (cursor.is("if")) {
          throw new WgslError("`break if` can only be the last statement of `continuing`", line);
        }
        return { kind: "break", line };
      case "continue":
        cursor.take();
        return { kind: "continue", line };
      case "return":
        cursor.take();
        return { kind: "return", value: cursor.is(";") ? undefined : parseExpression(cursor), line };
      case "const_assert":
        cursor.take();
        return { kind: "assert", condition: parseExpression(cursor), line };
      case "const":
      case "let":
      case "var":
        return parseValue(cursor, []);
      case "discard":
        throw new WgslError("`discard` is of fragment shaders, which are not supported here", line);
      case "continuing":
        throw new WgslError("`continuing` can only be the last statement of a `loop`", line);
    }
  }
  return parseUpdate(cursor);
}

/** A call or an assignment. */
function parseUpdate(cursor: Cursor): StatementSyntax {
  const { line, token } = cursor;
  if (cursor.accept("_")) {
    cursor.expect("=");
    return { kind: "assign", target: undefined, operator: undefined, value: parseExpression(cursor), line };
  }
  if (token.kind !== "name" && !["(", "*", "&"].includes(token.text)) throw cursor.unexpected("a statement");
  const target = parseUnary(cursor);
  const assignment = cursor.token.text;
  if (cursor.accept("=")) {
    return { kind: "assign", target, operator: undefined, value: parseExpression(cursor), line };
  }
  if (cursor.accept("++") || cursor.accept("--")) {
    return { kind: "assign", target, operator: assignment === "++" ? "+" : "-", value: undefined, line };
  }
  if (assignments.includes(assignment) && cursor.accept(assignment)) {
    const operator = assignment.slice(0, -1) as BinaryOperator;
    return { kind: "assign", target, operator, value: parseExpression(cursor), line };
  }
  if (target.kind === "call") return { kind: "call", call: target, line };
  throw cursor.unexpected("an assignment");
}

function parseIf(cursor: Cursor): StatementSyntax {
  const { line } = cursor;
  cursor.expect("if");
  const condition = parseExpression(cursor);
  const then = parseBlock(cursor);
  let otherwise: StatementSyntax[] = [];
  if (cursor.accept("else")) {
    otherwise = cursor.is("if") ? [cursor.nested(() => parseIf(cursor))] : [...parseBlock(cursor).body];
  }
  return { kind: "if", condition, then, otherwise, line };
}

function parseSwitch(cursor: Cursor): SwitchSyntax {
  const { line } = cursor;
  cursor.expect("switch");
  const selector = parseExpression(cursor);
  refuseAttributes(parseAttributes(cursor));
  cursor.expect("{");
  const cases: SwitchSyntax["cases"][number][] = [];
  while (!cursor.accept("}")) {
    const { line } = cursor;
    const selectors: (ExpressionSyntax | undefined)[] = [];
    if (cursor.accept("default")) selectors.push(undefined);
    else {
      cursor.expect("case");
      do {
        if (cursor.is(":") || cursor.is("{") || cursor.is("@")) break;
        selectors.push(cursor.accept("default") ? undefined : parseExpression(cursor));
      } while (cursor.accept(","));
      if (selectors.length === 0) throw cursor.unexpected("a selector");
    }
    cursor.accept(":");
    cases.push({ selectors, body: parseBlock(cursor), line });
  }
  return { kind: "switch", selector, cases, line };
}

const loopDefaults = {
  kind: "loop",
  initializer: undefined,
  condition: undefined,
  continuing: [],
  update: undefined,
  breakIf: undefined,
} as const;

function parseLoop(cursor: Cursor): LoopSyntax {
  const { line } = cursor;
  cursor.expect("loop");
  refuseAttributes(parseAttributes(cursor));
  cursor.expect("{");
  const start = cursor.line;
  const statements = cursor.nested(() =>
    statementsUntil(cursor, () => cursor.is("continuing") || cursor.is("}"))
  );
  const body: BlockSyntax = { kind: "block", body: statements, line: start };
  let continuing: Pick<LoopSyntax, "continuing" | "breakIf"> = { continuing: [], breakIf: undefined };
  if (cursor.accept("continuing")) continuing = parseContinuing(cursor);
  if (!cursor.is("}")) throw cursor.unexpected("`}` after `continuing`");
  cursor.take();
  return { ...loopDefaults, body, ...continuing, line };
}

function parseContinuing(cursor: Cursor): Pick<LoopSyntax, "continuing" | "breakIf"> {
  refuseAttributes(parseAttributes(cursor));
  cursor.expect("{");
  let breakIf: ExpressionSyntax | undefined;
  const continuing: StatementSyntax[] = [];
  cursor.nested(() => {
    while (!cursor.is("}") && !breakIf) {
      const { line } = cursor;
      if (cursor.accept("break")) {
        if (!cursor.accept("if")) throw new WgslError("`continuing` cannot have a `break`", line);
        breakIf = parseExpression(cursor);
        cursor.expect(";");
        continue;
      }
      if (cursor.token.kind === "end") throw cursor.unexpected("`}`");
      const statement = parseStatement(cursor);
      if (statement) continuing.push(statement);
    }
  });
  if (!cursor.is("}")) throw cursor.unexpected("`}` after `break if`");
  cursor.take();
  return { continuing, breakIf };
}

function parseFor(cursor: Cursor): LoopSyntax {
  const { line } = cursor;
  cursor.expect("for");
  cursor.expect("(");
  let initializer: StatementSyntax | undefined;
  if (!cursor.is(";")) {
    initializer = ["var", "let", "const"].some((kind) => cursor.is(kind))
      ? parseValue(cursor, [])
      : parseUpdate(cursor);
  }
  cursor.expect(";");
  const condition = cursor.is(";") ? undefined : parseExpression(cursor);
  cursor.expect(";");
  const update = cursor.is(")") ? undefined : parseUpdate(cursor);
  cursor.expect(")");
  return { ...loopDefaults, initializer, condition, body: parseBlock(cursor), update, line };
}

/** Before statements and blocks only `@diagnostic` can stand. */
function refuseAttributes(attributes: readonly AttributeSyntax[]): void {
  for (const { name, line } of attributes) {
    if (name !== "diagnostic") throw new WgslError(`\`@${name}\` cannot stand before a statement`, line);
  }
}
