/** Functions and entry points. Source: the WGSL specification, "Functions" and "Entry Points". @module */
import { type Attributes, builtinName, readAttributes, workgroupSize } from "./attributes.ts";
import { builtinsOf } from "./check_struct.ts";
import { resolveType } from "./check_type.ts";
import { isConstructible } from "./composites.ts";
import { WgslError } from "./error.ts";
import type { FunctionFacts } from "./facts.ts";
import type { Context } from "./scope.ts";
import type { FieldSyntax, FunctionSyntax } from "./syntax.ts";
import type { FunctionDeclaration, Type, Variable } from "./tree.ts";
import { parameterSpaces, typeName } from "./types.ts";

/** A function without its body. @throws {WgslError} If what stands before the body is at fault. */
export function checkHeader(context: Context, syntax: FunctionSyntax): FunctionFacts {
  const { name, line } = syntax;
  const attributes = readAttributes(
    syntax.attributes,
    ["compute", "workgroup_size", "must_use", "diagnostic"],
    "a function",
  );
  const isEntry = attributes.has("compute");
  if (isEntry !== attributes.has("workgroup_size")) {
    throw new WgslError(`\`${name}\`: @compute and @workgroup_size only stand together`, line);
  }
  readAttributes(syntax.returnAttributes, [], "a result");
  const parameters = syntax.parameters.map((field) => checkParameter(context, field, isEntry));
  for (const [i, parameter] of parameters.entries()) {
    if (parameters.findIndex((other) => other.name === parameter.name) < i) {
      throw new WgslError(`\`${parameter.name}\` is declared twice`, parameter.line);
    }
  }
  const returns = syntax.returns && resolveType(context, syntax.returns);
  checkResult(attributes, { name, returns, line });
  if (isEntry) assertDistinct(parameters);
  return {
    declaration: {
      name,
      parameters,
      returns,
      body: [],
      ...isEntry ? { workgroupSize: workgroupSize(context, attributes) } : {},
      line,
    },
    mustUse: attributes.has("must_use"),
    calls: new Map(),
    pointerCalls: [],
    variables: new Set(),
    accesses: new Map(),
    pointers: new Map(),
  };
}

function checkResult(
  attributes: Attributes,
  { name, returns, line }: Pick<FunctionDeclaration, "name" | "returns" | "line">,
): void {
  if (returns && !isConstructible(returns)) {
    throw new WgslError(`\`${name}\` cannot return ${typeName(returns)}`, line);
  }
  if (returns && attributes.has("compute")) {
    throw new WgslError(`\`${name}\` is an entry point, which returns nothing`, line);
  }
  if (!returns && attributes.has("must_use")) {
    throw new WgslError(`\`${name}\` returns nothing that @must_use could be of`, line);
  }
}

function checkParameter(context: Context, field: FieldSyntax, isEntry: boolean): Variable {
  const { name, line } = field;
  const type = resolveType(context, field.type);
  const attributes = readAttributes(field.attributes, ["builtin"], "a parameter");
  if (type.kind === "pointer" && !isEntry) {
    if (!parameterSpaces.includes(type.space)) {
      throw new WgslError(
        `\`${name}\`: a parameter that points into ${type.space} is not supported here`,
        line,
      );
    }
    if (!isConstructible(type.target)) {
      throw new WgslError(`\`${name}\` cannot be of ${typeName(type)}`, line);
    }
  } else if (!isConstructible(type)) {
    throw new WgslError(`\`${name}\` cannot be of ${typeName(type)}`, line);
  }
  const builtins = isEntry ? builtinsOfParameter(type, attributes, field) : undefined;
  if (!isEntry && attributes.has("builtin")) {
    throw new WgslError("`@builtin` can only stand at parameters of entry points", line);
  }
  return { name, kind: "parameter", type, ...builtins ? { builtins } : {}, line };
}

function builtinsOfParameter(
  type: Type,
  attributes: Attributes,
  { name, line }: FieldSyntax,
): readonly string[] {
  const own = builtinName(attributes, type);
  if (own) return [own];
  const builtins = type.kind === "struct" ? builtinsOf(type) : [undefined];
  if (builtins.includes(undefined)) {
    throw new WgslError(`\`${name}\`: a parameter of an entry point needs @builtin`, line);
  }
  return builtins as readonly string[];
}

function assertDistinct(parameters: readonly Variable[]): void {
  const seen = new Set<string>();
  for (const { builtins = [], line } of parameters) {
    for (const builtin of builtins) {
      if (seen.has(builtin)) throw new WgslError(`\`@builtin(${builtin})\` stands at two parameters`, line);
      seen.add(builtin);
    }
  }
}
