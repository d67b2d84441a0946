/** A WGSL text as a checked tree. @module */
import { assertNoAliases } from "./alias.ts";
import { Expressions } from "./check_expression.ts";
import { checkHeader } from "./check_function.ts";
import { checkAssert, checkBody } from "./check_statement.ts";
import { checkStruct } from "./check_struct.ts";
import { resolveType } from "./check_type.ts";
import { checkConstant, checkModuleVariable, checkOverride } from "./check_variable.ts";
import { assertEnds } from "./behaviour.ts";
import { mostNested } from "./cursor.ts";
import { WgslError } from "./error.ts";
import { assertBindings, assertDistinctIds, assertNoRecursion } from "./graph.ts";
import { parseModule } from "./parse.ts";
import type { FunctionFacts } from "./facts.ts";
import type { Entity, Names } from "./scope.ts";
import type { DeclarationSyntax, FunctionSyntax } from "./syntax.ts";
import type { Module, Variable } from "./tree.ts";

/**
 * Reads and checks a WGSL text.
 *
 * @throws {WgslError} The first fault: the text is no valid WGSL, or uses what this compiler does not have.
 */
export function checkModule(text: string): Module {
  const { declarations, asserts } = parseModule(text);
  const names = new ModuleNames(declarations);
  for (const { name } of declarations) names.find(name);
  for (const assert of asserts) checkAssert(new Expressions(names, undefined), assert);
  const functions: FunctionFacts[] = [];
  for (const syntax of declarations) {
    if (syntax.kind === "function") functions.push(names.checkFunction(syntax));
  }
  assertNoRecursion(functions);
  assertDistinctIds(names.variables);
  assertNoAliases(functions);
  assertBindings(functions);
  return {
    variables: names.variables.filter((variable) => variable.kind === "var"),
    overrides: names.variables.filter((variable) => variable.kind === "override"),
    functions: functions.map(({ declaration }) => declaration),
  };
}

/** Names of declarations outside functions: they may stand in any order, so each is checked when it is first asked for. */
class ModuleNames implements Names {
  readonly #declarations = new Map<string, DeclarationSyntax>();
  readonly #entities = new Map<string, Entity>();
  readonly #open = new Set<string>();

  constructor(declarations: readonly DeclarationSyntax[]) {
    for (const declaration of declarations) {
      const { name, line } = declaration;
      const other = this.#declarations.get(name);
      if (other) throw new WgslError(`\`${name}\` is declared twice, first in line ${other.line}`, line);
      this.#declarations.set(name, declaration);
    }
  }

  /** Variables and overrides in the order of their declaration. */
  get variables(): Variable[] {
    return [...this.#declarations.keys()].flatMap((name) => {
      const entity = this.#entities.get(name);
      return entity?.kind === "variable" ? [entity.variable] : [];
    });
  }

  find(name: string): Entity | undefined {
    const known = this.#entities.get(name);
    if (known) return known;
    const declaration = this.#declarations.get(name);
    if (!declaration) return undefined;
    if (this.#open.has(name)) throw new WgslError(`\`${name}\` is declared by itself`, declaration.line);
    if (this.#open.size >= mostNested) {
      throw new WgslError(
        `\`${name}\` is over ${mostNested} declarations away, wanted fewer`,
        declaration.line,
      );
    }
    this.#open.add(name);
    const entity = this.#check(declaration);
    this.#open.delete(name);
    this.#entities.set(name, entity);
    return entity;
  }

  known(): string[] {
    return [...this.#declarations.keys()];
  }

  /** A function with its body. */
  checkFunction(syntax: FunctionSyntax): FunctionFacts {
    const facts = (this.find(syntax.name) as Entity & { kind: "function" }).function;
    const { declaration } = facts;
    // Callers hold the declaration already, so it is filled in place.
    Object.assign(declaration, { body: checkBody(this, facts, syntax.body.body) });
    assertEnds(declaration);
    return facts;
  }

  #check(declaration: DeclarationSyntax): Entity {
    const expressions = new Expressions(this, undefined);
    switch (declaration.kind) {
      case "const":
        return { kind: "constant", constant: checkConstant(expressions, declaration) };
      case "override":
        return { kind: "variable", variable: checkOverride(expressions, declaration) };
      case "var":
      case "let":
        return { kind: "variable", variable: checkModuleVariable(expressions, declaration) };
      case "struct":
        return { kind: "type", type: checkStruct(expressions, declaration) };
      case "alias":
        return { kind: "type", type: resolveType(expressions, declaration.type) };
      case "function":
        return { kind: "function", function: checkHeader(expressions, declaration) };
    }
  }
}
