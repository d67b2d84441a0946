/** Expressions: names resolved, types worked out, constants computed. Source: the WGSL specification, "Expressions". @module */
import { noteAccess, reads } from "./alias.ts";
import { builtinNames, isMissingBuiltin } from "./builtins.ts";
import { callBitcast, callBuiltin, callFunction, hasValue } from "./check_call.ts";
import { construct, constructInferred } from "./check_construct.ts";
import { isPredeclaredType, predeclaredType, resolveType } from "./check_type.ts";
import { ConstantError, zero } from "./constants.ts";
import { concrete, constantNode, convertTo } from "./convert.ts";
import { WgslError } from "./error.ts";
import type { FunctionFacts } from "./facts.ts";
import { binary, swizzle, unary } from "./operators.ts";
import { address, dereference, isPlace, load, throughPointer } from "./places.ts";
import { type Call, type Context, type Names, unknownName } from "./scope.ts";
import type { ExpressionSyntax, NameSyntax } from "./syntax.ts";
import type { Expression, Type } from "./tree.ts";
import {
  type AbstractConstant,
  type AnyType,
  type AnyValue,
  bool,
  concreteType,
  countOf,
  elementOf,
  type Node,
  scalarType,
  typeName,
  u32,
} from "./types.ts";

/** Operators and brackets within each other, those in a row included. */
const mostDeep = 512;

/** Checks the expressions of one scope. */
export class Expressions implements Context {
  /** What they see. */
  readonly names: Names;
  /** The function around them. */
  readonly facts: FunctionFacts | undefined;
  /** Operands around that are skipped, see {@linkcode constant}. */
  #skipped = 0;
  #depth = 0;

  /** In a scope. */
  constructor(names: Names, facts: FunctionFacts | undefined) {
    this.names = names;
    this.facts = facts;
  }

  /** The value of an expression. @throws {WgslError} If it is at fault. */
  check(syntax: ExpressionSyntax): Node {
    const node = this.place(syntax);
    if (!hasValue(node)) throw new WgslError("this function has no result", node.line);
    return this.load(node);
  }

  /** What is in a place; a value as it is. @throws {WgslError} If it cannot be held. */
  load(node: Node): Node {
    if (this.facts && isPlace(node)) noteAccess(this.facts, node, reads);
    return load(node);
  }

  /** The value of an expression, of a concrete type. @throws {WgslError} If it is at fault. */
  concrete(syntax: ExpressionSyntax): Expression {
    return concrete(this.check(syntax));
  }

  /** The value of an expression as one of type `type`. @throws {WgslError} If it is at fault, or does not convert by itself. */
  typed(syntax: ExpressionSyntax, type: Type): Expression {
    return convertTo(this.check(syntax), type);
  }

  /** A constant whose value is computed unless a `&&` or `||` skips it. @throws {WgslError} If it has none. */
  constant(type: AnyType, line: number, compute: () => AnyValue): AbstractConstant {
    try {
      return { kind: "constant", type, value: compute(), line };
    } catch (error) {
      if (!(error instanceof ConstantError)) throw error;
      if (this.#skipped === 0) throw new WgslError(error.message, line);
      return { kind: "constant", type, value: zero(type), line };
    }
  }

  /** An expression, a place where it denotes one. @throws {WgslError} If it is at fault. */
  place(syntax: ExpressionSyntax): Node {
    if (this.#depth >= mostDeep) {
      throw new WgslError(`this expression nests over ${mostDeep} levels deep, wanted fewer`, syntax.line);
    }
    this.#depth++;
    const node = this.#place(syntax);
    this.#depth--;
    return node;
  }

  #place(syntax: ExpressionSyntax): Node {
    const { line } = syntax;
    switch (syntax.kind) {
      case "number":
        return { kind: "constant", type: scalarType(syntax.number.scalar), value: syntax.number.value, line };
      case "bool":
        return constantNode(bool, syntax.value, line);
      case "name":
        return this.#name(syntax);
      case "call":
        return this.#call(syntax.callee, syntax.args);
      case "index":
        return this.#index(syntax.of, syntax.index, line);
      case "member":
        return this.#member(syntax.of, syntax);
      case "unary":
        if (syntax.operator === "&") return address(this.place(syntax.of), line);
        if (syntax.operator === "*") return dereference(this.check(syntax.of), line);
        return unary(this, syntax.operator, { args: [this.check(syntax.of)], line });
      case "binary": {
        const { operator } = syntax;
        const left = this.check(syntax.left);
        if (operator === "&&" || operator === "||") return this.#logical(operator, left, syntax.right);
        return binary(this, operator, { args: [left, this.check(syntax.right)], line });
      }
    }
  }

  #name({ name, template, line }: NameSyntax): Node {
    const entity = this.names.find(name);
    if (!entity) {
      if (isPredeclaredType(name)) throw new WgslError(`\`${name}\` is a type, expected a value`, line);
      if (builtinNames.includes(name)) {
        throw new WgslError(`\`${name}\` is a function, expected a value`, line);
      }
      throw unknownName(name, this.names.known(), { what: "value", line });
    }
    if (template) throw new WgslError(`\`${name}\` has no template`, line);
    switch (entity.kind) {
      case "constant":
        return { ...entity.constant, line };
      case "variable": {
        const { variable } = entity;
        if (variable.space && variable.space !== "function") {
          if (!this.facts) throw new WgslError(`\`${name}\` is a variable, which has no value here`, line);
          this.facts.variables.add(variable);
        }
        return { kind: "variable", variable, type: variable.type, line };
      }
      case "skipped":
        throw new WgslError(`a \`continue\` may skip the declaration of \`${name}\``, line);
      default:
        throw new WgslError(`\`${name}\` is a ${entity.kind}, expected a value`, line);
    }
  }

  #call(callee: NameSyntax, syntax: readonly ExpressionSyntax[]): Node {
    const { name, template, line } = callee;
    const entity = this.names.find(name);
    if (entity?.kind === "variable" || entity?.kind === "constant") {
      throw new WgslError(`\`${name}\` is a value, which cannot be called`, line);
    }
    const isKnown = entity || isPredeclaredType(name) || builtinNames.includes(name);
    if (!isKnown) {
      if (isMissingBuiltin(name)) throw new WgslError(`\`${name}\` is not supported here`, line);
      throw unknownName(name, [...this.names.known(), ...builtinNames], { what: "function", line });
    }
    const type = entity?.kind === "type" || (!entity && isPredeclaredType(name))
      ? this.#constructed(callee)
      : undefined;
    const call: Call = { args: syntax.map((arg) => this.check(arg)), line };
    if (type) return construct(this, type, call);
    if (!entity && isPredeclaredType(name)) return constructInferred(this, name, call);
    if (!entity && name === "bitcast") {
      if (template?.length !== 1) throw new WgslError("`bitcast` needs its type: `bitcast<type>(...)`", line);
      return callBitcast(this, resolveType(this, template[0]!), call);
    }
    if (template) throw new WgslError(`\`${name}\` has no template`, line);
    return entity?.kind === "function"
      ? callFunction(this, entity.function, call)
      : callBuiltin(this, name, call);
  }

  /** The type that is constructed; undefined if the arguments tell it. */
  #constructed(callee: NameSyntax): Type | undefined {
    return this.names.find(callee.name) ? resolveType(this, callee) : predeclaredType(this, callee);
  }

  #logical(operator: "&&" | "||", left: Node, syntax: ExpressionSyntax): Node {
    const decides = left.kind === "constant" && left.value === (operator === "||");
    if (decides) this.#skipped++;
    const right = this.check(syntax);
    if (decides) this.#skipped--;
    return binary(this, operator, { args: [left, right], line: left.line });
  }

  #member(syntax: ExpressionSyntax, { name, line }: { name: string; line: number }): Node {
    const of = throughPointer(this.place(syntax));
    const { type } = of;
    if (type.kind === "struct") {
      const index = type.members.findIndex((member) => member.name === name);
      const member = type.members[index];
      if (!member) {
        throw unknownName(name, type.members.map((one) => one.name), {
          what: `member of ${type.name}`,
          line,
        });
      }
      if (of.kind !== "constant") return { kind: "member", of, index, type: member.type, line };
      const parts = of.value as readonly AnyValue[];
      return { kind: "constant", type: member.type, value: parts[index]!, line };
    }
    if (type.kind !== "vector") throw new WgslError(`${typeName(type)} has no member \`${name}\``, line);
    const node = swizzle(this, of, { name, line });
    if (!isPlace(of) || node.kind !== "swizzle") return node;
    if (node.lanes.length > 1) return { ...node, of: this.load(of) as Expression };
    return {
      kind: "index",
      of: of as Expression,
      index: constantNode(u32, node.lanes[0]!, line),
      type: node.type,
      line,
    };
  }

  #index(syntax: ExpressionSyntax, position: ExpressionSyntax, line: number): Node {
    const of = throughPointer(this.place(syntax));
    const element = elementOf(of.type);
    if (!element) throw new WgslError(`${typeName(of.type)} cannot be indexed`, line);
    const index = this.concrete(position);
    if (index.type.kind !== "scalar" || (index.type.scalar !== "i32" && index.type.scalar !== "u32")) {
      throw new WgslError(`expected an index of i32 or u32, got ${typeName(index.type)}`, line);
    }
    if (index.kind === "constant") {
      const at = index.value as number;
      const count = countOf(of.type);
      if ((at < 0 || at >= (count ?? Infinity)) && this.#skipped === 0) {
        throw new WgslError(`index ${at} is outside ${typeName(of.type)}`, line);
      }
      if (of.kind === "constant") {
        const value = (of.value as readonly AnyValue[])[at] ?? zero(element);
        return { kind: "constant", type: element, value, line };
      }
    }
    return {
      kind: "index",
      of: of.kind === "constant" ? concrete(of) : of,
      index,
      type: concreteType(element),
      line,
    };
  }
}
