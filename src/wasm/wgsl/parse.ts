/** A WGSL text as a tree of what is written. Source: the WGSL specification. @module */
import { Cursor } from "./cursor.ts";
import { WgslError } from "./error.ts";
import { parseExpression, parseType } from "./parse_expression.ts";
import { parseAttributes, parseBlock, parseValue } from "./parse_statement.ts";
import type {
  AssertSyntax,
  AttributeSyntax,
  DeclarationSyntax,
  FieldSyntax,
  FunctionSyntax,
  ModuleSyntax,
} from "./syntax.ts";
import { discoverTemplates } from "./templates.ts";
import { tokenize } from "./tokens.ts";

/** The tree of a text. @throws {WgslError} If it does not follow WGSL's grammar. */
export function parseModule(text: string): ModuleSyntax {
  const cursor = new Cursor(discoverTemplates(tokenize(text)));
  while (parseDirective(cursor));
  const declarations: DeclarationSyntax[] = [];
  const asserts: AssertSyntax[] = [];
  while (cursor.token.kind !== "end") {
    if (cursor.accept(";")) continue;
    const declaration = parseDeclaration(cursor);
    if (declaration.kind === "assert") asserts.push(declaration);
    else declarations.push(declaration);
  }
  return { declarations, asserts };
}

/** Directives stand before all declarations; a lone semicolon may follow them. */
function parseDirective(cursor: Cursor): boolean {
  const { line } = cursor;
  if (cursor.accept("enable") || cursor.accept("requires")) {
    throw new WgslError(`\`${cursor.name("the name of an extension")}\` is not supported here`, line);
  }
  if (!cursor.accept("diagnostic")) return false;
  cursor.expect("(");
  const args = cursor.list(")", () => parseExpression(cursor));
  checkDiagnostic(args, line);
  cursor.expect(";");
  return true;
}

/** Holds `diagnostic(severity, rule)` to its form. @throws {WgslError} If it has another. */
export function checkDiagnostic(args: AttributeSyntax["args"], line: number): void {
  const [severity, rule] = args;
  if (args.length !== 2 || severity!.kind !== "name" || (rule!.kind !== "name" && rule!.kind !== "member")) {
    throw new WgslError("expected `diagnostic(severity, rule)`", line);
  }
  if (!["off", "info", "warning", "error"].includes(severity!.name)) {
    throw new WgslError(`expected off, info, warning or error, got \`${severity!.name}\``, line);
  }
}

function parseDeclaration(cursor: Cursor): DeclarationSyntax | AssertSyntax {
  const attributes = parseAttributes(cursor);
  const { line, token } = cursor;
  if (token.kind === "keyword") {
    switch (token.text) {
      case "fn":
        return parseFunction(cursor, attributes);
      case "var":
      case "const":
      case "override": {
        const value = parseValue(cursor, attributes);
        cursor.expect(";");
        return value;
      }
      case "let":
        throw new WgslError("`let` cannot stand outside functions, wanted `const` or `override`", line);
      case "enable":
      case "requires":
      case "diagnostic":
        throw new WgslError(`\`${token.text}\` cannot stand after declarations`, line);
    }
    if (attributes.length > 0) {
      throw new WgslError(
        `\`@${attributes[0]!.name}\` cannot stand before \`${token.text}\``,
        attributes[0]!.line,
      );
    }
    switch (token.text) {
      case "struct": {
        cursor.take();
        const { line } = cursor;
        const name = cursor.name("the name of a structure");
        cursor.expect("{");
        return { kind: "struct", name, members: cursor.list("}", () => parseField(cursor)), line };
      }
      case "alias": {
        cursor.take();
        const { line } = cursor;
        const name = cursor.name("the name of a type");
        cursor.expect("=");
        const type = parseType(cursor);
        cursor.expect(";");
        return { kind: "alias", name, type, line };
      }
      case "const_assert": {
        cursor.take();
        const condition = parseExpression(cursor);
        cursor.expect(";");
        return { kind: "assert", condition, line };
      }
    }
  }
  throw cursor.unexpected("a declaration");
}

function parseFunction(cursor: Cursor, attributes: readonly AttributeSyntax[]): FunctionSyntax {
  cursor.take();
  const { line } = cursor;
  const name = cursor.name("the name of a function");
  cursor.expect("(");
  const parameters = cursor.list(")", () => parseField(cursor));
  const hasResult = cursor.accept("->");
  const returnAttributes = hasResult ? parseAttributes(cursor) : [];
  const returns = hasResult ? parseType(cursor) : undefined;
  const body = parseBlock(cursor);
  return { kind: "function", attributes, name, parameters, returnAttributes, returns, body, line };
}

function parseField(cursor: Cursor): FieldSyntax {
  const attributes = parseAttributes(cursor);
  const { line } = cursor;
  const name = cursor.name("a name");
  cursor.expect(":");
  return { attributes, name, type: parseType(cursor), line };
}
