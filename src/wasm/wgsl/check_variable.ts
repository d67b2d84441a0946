/** Constants, overrides and variables outside functions. Source: the WGSL specification, "Variable and Value Declarations". @module */
import { attributeNumber, readAttributes } from "./attributes.ts";
import type { Expressions } from "./check_expression.ts";
import { assertUniformLayout } from "./check_struct.ts";
import { accessName, isOverrideExpression, resolveType, spaceName } from "./check_type.ts";
import { assertSmall, isConstructible, isHostShareable, isRuntimeSized } from "./composites.ts";
import { concrete, convertTo } from "./convert.ts";
import { WgslError } from "./error.ts";
import type { ValueSyntax } from "./syntax.ts";
import type { Expression, Type, Variable } from "./tree.ts";
import { type AbstractConstant, typeName } from "./types.ts";

/** The constant that `const` declares. @throws {WgslError} If it is none. */
export function checkConstant(expressions: Expressions, syntax: ValueSyntax): AbstractConstant {
  const { name, type, initializer, line } = syntax;
  readAttributes(syntax.attributes, [], "a constant");
  if (!initializer) throw new WgslError(`\`${name}\` has no value`, line);
  const node = type
    ? expressions.typed(initializer, resolveType(expressions, type))
    : expressions.check(initializer);
  if (node.kind === "constant") return node;
  throw new WgslError(
    `\`${name}\` is a constant, whose value is an expression of constants alone`,
    initializer.line,
  );
}

/** An `override`. @throws {WgslError} If it is at fault. */
export function checkOverride(expressions: Expressions, syntax: ValueSyntax): Variable {
  const { name, initializer, line } = syntax;
  const attributes = readAttributes(syntax.attributes, ["id"], "an override");
  const id = attributeNumber(expressions, attributes, "id");
  if (id !== undefined && id > 65535) throw new WgslError(`\`@id\` is at most 65535, got ${id}`, line);
  const value = initialValue(expressions, syntax);
  const { type } = value;
  if (type.kind !== "scalar") throw new WgslError(`an override is a scalar, got ${typeName(type)}`, line);
  assertKnownBefore(syntax, value.initializer);
  return {
    name,
    kind: "override",
    type,
    ...id === undefined ? {} : { id },
    ...initializer ? { initializer: value.initializer! } : {},
    line,
  };
}

/** A `var` outside functions. @throws {WgslError} If it is at fault. */
export function checkModuleVariable(expressions: Expressions, syntax: ValueSyntax): Variable {
  const { name, template, initializer, line } = syntax;
  const attributes = readAttributes(syntax.attributes, ["group", "binding"], "a variable");
  if (template.length === 0) {
    if (syntax.type) resolveType(expressions, syntax.type); // Textures and samplers, which need none, are refused by name.
    const hint = "`var<storage, ...>`, `var<uniform>`, `var<workgroup>` or `var<private>`";
    throw new WgslError(`\`${name}\` needs an address space: ${hint}`, line);
  }
  const space = spaceName(expressions, template[0]!);
  if (space === "function") {
    throw new WgslError(`\`${name}\`: var<function> can only stand in a function`, line);
  }
  if (template.length > (space === "storage" ? 2 : 1)) {
    throw new WgslError(`var<${space}> has no access mode`, template.at(-1)!.line);
  }
  const isBound = space === "storage" || space === "uniform";
  if (isBound !== attributes.has("group") || isBound !== attributes.has("binding")) {
    throw new WgslError(
      isBound
        ? `\`${name}\` needs @group and @binding`
        : `\`${name}\`: var<${space}> has no @group or @binding`,
      line,
    );
  }
  if (initializer && space !== "private") {
    throw new WgslError(`\`${name}\`: var<${space}> has no initial value`, line);
  }
  const value = initialValue(expressions, syntax);
  assertStorable({ name, type: value.type, space, line });
  assertKnownBefore(syntax, value.initializer);
  return {
    name,
    kind: "var",
    type: value.type,
    space,
    ...space === "storage" ? { access: template[1] ? accessName(expressions, template[1]) : "read" } : {},
    ...isBound
      ? {
        group: attributeNumber(expressions, attributes, "group")!,
        binding: attributeNumber(expressions, attributes, "binding")!,
      }
      : {},
    ...value.initializer ? { initializer: value.initializer } : {},
    line,
  };
}

/** The type and the initial value of a declaration: at least one of them is written. @throws {WgslError} If none is, or they differ. */
export function initialValue(
  expressions: Expressions,
  { name, type: syntax, initializer, line }: ValueSyntax,
): { readonly type: Type; readonly initializer?: Expression } {
  const type = syntax && resolveType(expressions, syntax);
  if (!initializer) {
    if (type) return { type };
    throw new WgslError(`\`${name}\` needs a type or a value`, line);
  }
  const node = expressions.check(initializer);
  const value = type ? convertTo(node, type) : concrete(node);
  return { type: value.type, initializer: value };
}

function assertKnownBefore({ name }: ValueSyntax, initializer: Expression | undefined): void {
  if (!initializer || isOverrideExpression(initializer)) return;
  throw new WgslError(
    `\`${name}\`: its value is an expression of constants and overrides alone`,
    initializer.line,
  );
}

/** Refuses types that an address space cannot hold. */
function assertStorable(
  { name, type, space, line }: Pick<Variable, "name" | "type" | "space" | "line">,
): void {
  const isAllowed = space === "storage"
    ? isHostShareable(type)
    : space === "uniform"
    ? isHostShareable(type) && isConstructible(type)
    : space === "workgroup"
    ? type.kind !== "pointer" && !isRuntimeSized(type)
    : isConstructible(type);
  if (!isAllowed) throw new WgslError(`\`${name}\`: var<${space}> cannot be of ${typeName(type)}`, line);
  if (space === "uniform") assertUniformLayout(type, line);
  if (space === "private") assertSmall(type, line);
}
