/** Statements of a function. Source: the WGSL specification, "Statements". @module */
import { noteAccess, rootOf, writes } from "./alias.ts";
import { hasValue } from "./check_call.ts";
import { binary } from "./operators.ts";
import { Expressions } from "./check_expression.ts";
import { assertSmall, isConstructible } from "./composites.ts";
import { checkConstant, initialValue } from "./check_variable.ts";
import { concrete, constantNode, convertTo } from "./convert.ts";
import { WgslError } from "./error.ts";
import type { FunctionFacts } from "./facts.ts";
import { assertWritable } from "./places.ts";
import { checkSelectors } from "./switch.ts";
import { type Names, Scope } from "./scope.ts";
import type {
  AssertSyntax,
  AssignSyntax,
  ExpressionSyntax,
  LoopSyntax,
  StatementSyntax,
  SwitchSyntax,
  ValueSyntax,
} from "./syntax.ts";
import type { Expression, Statement, SwitchCase, Variable } from "./tree.ts";
import { bool, type Node, scalarType, typeName } from "./types.ts";

/** A loop whose body is being checked. */
interface Loop {
  /** Of its body. */
  readonly scope: Scope;
  /** How many names the body had at the first `continue`. */
  continuesAt: number | undefined;
}

/** What is around a statement. */
interface Around {
  /** A `break` has something to leave. */
  readonly breaks: boolean;
  /** What a `continue` goes on with. */
  readonly loop: Loop | undefined;
  /** In `continuing`, from which nothing returns. */
  readonly isContinuing: boolean;
}

/** Checks the statements of one scope. */
export class Statements {
  readonly #scope: Scope;
  readonly #facts: FunctionFacts;
  readonly #around: Around;
  readonly #expressions: Expressions;

  /** In a scope of its own within `names`, or in `names` if that is a scope. */
  constructor(
    scope: Scope,
    facts: FunctionFacts,
    around: Around = { breaks: false, loop: undefined, isContinuing: false },
  ) {
    this.#scope = scope;
    this.#facts = facts;
    this.#around = around;
    this.#expressions = new Expressions(scope, facts);
  }

  /** The statements of this scope. @throws {WgslError} If one is at fault. */
  check(body: readonly StatementSyntax[]): Statement[] {
    return body.flatMap((statement) => this.#statement(statement) ?? []);
  }

  /** Those of a block within this scope. */
  #block(body: readonly StatementSyntax[], around: Partial<Around> = {}): Statement[] {
    return this.#within(around).check(body);
  }

  #within(around: Partial<Around> = {}): Statements {
    return new Statements(new Scope(this.#scope), this.#facts, { ...this.#around, ...around });
  }

  #statement(syntax: StatementSyntax): Statement | undefined {
    const { line } = syntax;
    switch (syntax.kind) {
      case "const":
      case "let":
      case "var":
      case "override":
        return this.#declare(syntax);
      case "assert":
        checkAssert(this.#expressions, syntax);
        return undefined;
      case "assign":
        return this.#assign(syntax);
      case "call":
        return { kind: "evaluate", value: this.#evaluated(syntax.call), line };
      case "if":
        return {
          kind: "if",
          condition: this.#condition(syntax.condition),
          then: this.#block(syntax.then.body),
          otherwise: this.#block(syntax.otherwise),
          line,
        };
      case "switch":
        return this.#switch(syntax);
      case "loop":
        return this.#loop(syntax);
      case "break":
        if (!this.#around.breaks) throw new WgslError("`break` has no loop or switch to leave", line);
        return { kind: "break", line };
      case "continue":
        if (!this.#around.loop) throw new WgslError("`continue` has no loop to go on with", line);
        this.#around.loop.continuesAt ??= this.#around.loop.scope.own().length;
        return { kind: "continue", line };
      case "return":
        return this.#return(syntax.value, line);
      case "block":
        return { kind: "block", body: this.#block(syntax.body), line };
    }
  }

  #condition(syntax: ExpressionSyntax): Expression {
    return this.#expressions.typed(syntax, bool);
  }

  #declare(syntax: ValueSyntax): Statement | undefined {
    const { kind, name, line } = syntax;
    if (kind === "const") {
      this.#scope.declare(
        name,
        { kind: "constant", constant: checkConstant(this.#expressions, syntax) },
        line,
      );
      return undefined;
    }
    if (kind === "let" && !syntax.initializer) throw new WgslError(`\`${name}\` has no value`, line);
    const [space, access] = syntax.template;
    if (access || (space && (space.kind !== "name" || space.name !== "function"))) {
      throw new WgslError(`\`${name}\`: a variable in a function can only be var<function>`, line);
    }
    const { type, initializer } = initialValue(this.#expressions, syntax);
    if (!isConstructible(type) && !(kind === "let" && type.kind === "pointer")) {
      throw new WgslError(`\`${name}\` cannot be of ${typeName(type)}`, line);
    }
    if (kind === "var") assertSmall(type, line);
    const variable: Variable = {
      name,
      kind: kind === "let" ? "let" : "var",
      type,
      ...kind === "var" ? { space: "function" } : {},
      line,
    };
    if (type.kind === "pointer") {
      this.#facts.pointers.set(variable, rootOf(initializer!, this.#facts.pointers)!);
    }
    this.#scope.declare(name, { kind: "variable", variable }, line);
    return { kind: "declare", variable, ...initializer ? { initializer } : {}, line };
  }

  #assign({ target: syntax, operator, value, line }: AssignSyntax): Statement {
    if (!syntax) return { kind: "assign", value: this.#expressions.concrete(value!), line };
    const target = this.#expressions.place(syntax);
    assertWritable(target, line);
    noteAccess(this.#facts, target, writes);
    if (!operator) {
      return { kind: "assign", target, value: this.#expressions.typed(value!, target.type), line };
    }
    const right = value ? this.#expressions.check(value) : this.#one(target);
    const result = binary(this.#expressions, operator, {
      args: [this.#expressions.load(target), right],
      line,
    });
    if (result.kind !== "binary") throw new TypeError("Cannot fold an assignment: its target is no constant");
    convertTo(result, target.type);
    return { kind: "assign", target, operator, value: result.right, line };
  }

  /** What `++` and `--` add to a place. */
  #one({ type, line }: Node): Expression {
    if (type.kind === "scalar" && (type.scalar === "i32" || type.scalar === "u32")) {
      return constantNode(scalarType(type.scalar), 1, line);
    }
    throw new WgslError(`\`++\` and \`--\` take i32 or u32, got ${typeName(type)}`, line);
  }

  #evaluated(syntax: ExpressionSyntax): Expression {
    const node = this.#expressions.place(syntax);
    const name = syntax.kind === "call" ? syntax.callee.name : "";
    if (node.kind !== "call" && (node.kind !== "builtin" || hasValue(node))) {
      throw new WgslError(`the result of \`${name}\` has to be used`, syntax.line);
    }
    const entity = this.#scope.find(name);
    if (entity?.kind === "function" && entity.function.mustUse) {
      throw new WgslError(`the result of \`${name}\` has to be used`, syntax.line);
    }
    return node as Expression;
  }

  #return(syntax: ExpressionSyntax | undefined, line: number): Statement {
    if (this.#around.isContinuing) throw new WgslError("`continuing` cannot have a `return`", line);
    const { returns, name } = this.#facts.declaration;
    if (!syntax) {
      if (returns) throw new WgslError(`\`${name}\` returns ${typeName(returns)}, got nothing`, line);
      return { kind: "return", line };
    }
    if (!returns) throw new WgslError(`\`${name}\` returns nothing, got a value`, line);
    return { kind: "return", value: this.#expressions.typed(syntax, returns), line };
  }

  #switch({ selector, cases, line }: SwitchSyntax): Statement {
    const checked = checkSelectors(
      this.#expressions.check(selector),
      cases.map(({ selectors }) => selectors.map((one) => one && this.#expressions.check(one))),
      line,
    );
    const bodies = cases.map(({ selectors, body }, i): SwitchCase => ({
      values: checked.values[i]!,
      isDefault: selectors.includes(undefined),
      body: this.#block(body.body, { breaks: true }),
    }));
    return { kind: "switch", selector: checked.selector, cases: bodies, line };
  }

  #loop({ initializer, condition, body, continuing, update, breakIf, line }: LoopSyntax): Statement {
    const outer = this.#within();
    const first = initializer ? outer.check([initializer]) : [];
    const test = condition && outer.#condition(condition);
    const loop: Loop = { scope: new Scope(outer.#scope), continuesAt: undefined };
    const statements = new Statements(loop.scope, this.#facts, { ...this.#around, breaks: true, loop }).check(
      body.body,
    );
    const last = new Statements(new Scope(update ? outer.#scope : afterContinue(loop)), this.#facts, {
      breaks: false,
      loop: undefined,
      isContinuing: true,
    });
    return {
      kind: "loop",
      initializer: first,
      ...test ? { condition: test } : {},
      body: statements,
      continuing: last.check(update ? [update] : continuing),
      ...breakIf ? { breakIf: last.#condition(breakIf) } : {},
      line,
    };
  }
}

/** The names of a loop's body, without those that a `continue` may skip. */
function afterContinue({ scope, continuesAt }: Loop): Scope {
  const names = new Scope(scope);
  for (const name of continuesAt === undefined ? [] : scope.own().slice(continuesAt)) {
    names.declare(name, { kind: "skipped" }, 0);
  }
  return names;
}

/** Holds a `const_assert` to what it says. @throws {WgslError} If it is false, or no constant. */
export function checkAssert(expressions: Expressions, { condition, line }: AssertSyntax): void {
  const node = concrete(expressions.check(condition));
  convertTo(node, bool);
  if (node.kind !== "constant") {
    throw new WgslError("`const_assert` takes an expression of constants alone", line);
  }
  if (!node.value) throw new WgslError("`const_assert` is false", line);
}

/** The statements of a function's body, in the scope of its parameters. @throws {WgslError} If one is at fault. */
export function checkBody(names: Names, facts: FunctionFacts, body: readonly StatementSyntax[]): Statement[] {
  const scope = new Scope(names);
  for (const variable of facts.declaration.parameters) {
    scope.declare(variable.name, { kind: "variable", variable }, variable.line);
  }
  return new Statements(scope, facts).check(body);
}
