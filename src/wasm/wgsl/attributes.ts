/** Attributes: which may stand where, and what their arguments are. Source: the WGSL specification, "Attributes". @module */
import { didYouMean } from "../../core/errors.ts";
import { isOverrideExpression } from "./check_type.ts";
import { concrete } from "./convert.ts";
import { WgslError } from "./error.ts";
import { checkDiagnostic } from "./parse.ts";
import type { Context } from "./scope.ts";
import type { AttributeSyntax } from "./syntax.ts";
import type { Expression } from "./tree.ts";
import { type AnyType, concreteType, typeName } from "./types.ts";

/** Numbers of arguments at least and at most. */
const counts: Readonly<Record<string, readonly [number, number]>> = {
  align: [1, 1],
  binding: [1, 1],
  builtin: [1, 1],
  compute: [0, 0],
  diagnostic: [2, 2],
  group: [1, 1],
  id: [1, 1],
  must_use: [0, 0],
  size: [1, 1],
  workgroup_size: [1, 3],
};

/** Attributes of WGSL that are not here: of other stages than compute. */
const missing = ["blend_src", "fragment", "interpolate", "invariant", "location", "vertex"];

/** The attributes of a declaration by their names. */
export type Attributes = ReadonlyMap<string, AttributeSyntax>;

/**
 * Attributes of one declaration, held to those that may stand there. `where` says where.
 *
 * @throws {WgslError} For others, for one that stands there twice, and for wrong numbers of arguments.
 */
export function readAttributes(
  attributes: readonly AttributeSyntax[],
  allowed: readonly string[],
  where: string,
): Attributes {
  const found = new Map<string, AttributeSyntax>();
  for (const attribute of attributes) {
    const { name, args, line } = attribute;
    if (missing.includes(name)) throw new WgslError(`\`@${name}\` is not supported here`, line);
    const [least, most] = counts[name] ?? [];
    if (least === undefined || most === undefined) {
      throw new WgslError(`no attribute \`@${name}\`${didYouMean(name, Object.keys(counts))}`, line);
    }
    if (!allowed.includes(name)) throw new WgslError(`\`@${name}\` cannot stand at ${where}`, line);
    if (found.has(name) && name !== "diagnostic") throw new WgslError(`\`@${name}\` stands here twice`, line);
    if (args.length < least || args.length > most) {
      const wanted = least === most ? least : `${least} to ${most}`;
      throw new WgslError(`\`@${name}\` takes ${wanted} arguments, got ${args.length}`, line);
    }
    if (name === "diagnostic") checkDiagnostic(args, line);
    found.set(name, attribute);
  }
  return found;
}

/** The constant whole number of an attribute of one argument; undefined without the attribute. @throws {WgslError} If it is none, or negative. */
export function attributeNumber(context: Context, attributes: Attributes, name: string): number | undefined {
  const attribute = attributes.get(name);
  if (!attribute) return undefined;
  const node = context.check(attribute.args[0]!);
  if (node.kind !== "constant" || !isInteger(node.type)) {
    throw new WgslError(
      `\`@${name}\` takes a constant of i32 or u32, got ${typeName(node.type)}`,
      attribute.line,
    );
  }
  const value = Number((concrete(node) as Expression & { kind: "constant" }).value);
  if (value < 0) throw new WgslError(`\`@${name}\` takes 0 or more, got ${value}`, attribute.line);
  return value;
}

/** Types of the values that an invocation is given. */
const builtins: Readonly<Record<string, string>> = {
  local_invocation_id: "vec3u",
  local_invocation_index: "u32",
  global_invocation_id: "vec3u",
  workgroup_id: "vec3u",
  num_workgroups: "vec3u",
};

const otherBuiltins =
  /^(vertex_index|instance_index|position|front_facing|frag_depth|sample_index|sample_mask|clip_distances|primitive_index|subgroup_\w+|num_subgroups|workgroup_index|global_invocation_index)$/;

/** What `@builtin` names; undefined without it. @throws {WgslError} If it is nothing, or of another type. */
export function builtinName(attributes: Attributes, type: AnyType): string | undefined {
  const attribute = attributes.get("builtin");
  if (!attribute) return undefined;
  const [arg] = attribute.args;
  const name = arg?.kind === "name" ? arg.name : "";
  const wanted = builtins[name];
  if (!wanted) {
    if (otherBuiltins.test(name)) {
      throw new WgslError(`\`@builtin(${name})\` is not supported here`, attribute.line);
    }
    throw new WgslError(`no \`@builtin(${name})\`${didYouMean(name, Object.keys(builtins))}`, attribute.line);
  }
  if (typeName(type) !== wanted) {
    throw new WgslError(`\`@builtin(${name})\` is ${wanted}, got ${typeName(type)}`, attribute.line);
  }
  return name;
}

/** Invocations of a workgroup in x, y and z. @throws {WgslError} If they are not whole numbers of 1 or more, known with the overrides. */
export function workgroupSize(
  context: Context,
  attributes: Attributes,
): [Expression, Expression, Expression] {
  const { args, line } = attributes.get("workgroup_size")!;
  const nodes = args.map((arg) => context.check(arg));
  const types = new Set(nodes.filter((node) => isInteger(node.type)).map((node) => typeName(node.type)));
  types.delete("abstract-int");
  if (nodes.some((node) => !isInteger(node.type)) || types.size > 1) {
    const given = nodes.map((node) => typeName(node.type)).join(", ");
    throw new WgslError(`\`@workgroup_size\` takes i32 or u32, all the same, got ${given}`, line);
  }
  if (!nodes.every(isOverrideExpression)) {
    throw new WgslError("`@workgroup_size` takes expressions of constants and overrides alone", line);
  }
  const sizes = nodes.map((node) => concrete(node));
  for (const size of sizes) {
    if (size.kind === "constant" && (size.value as number) < 1) {
      throw new WgslError(`\`@workgroup_size\` takes 1 or more, got ${size.value}`, line);
    }
  }
  const one: Expression = { kind: "constant", type: sizes[0]!.type, value: 1, line };
  return [sizes[0]!, sizes[1] ?? one, sizes[2] ?? one];
}

function isInteger(type: AnyType): boolean {
  const concrete = concreteType(type);
  return concrete.kind === "scalar" && (concrete.scalar === "i32" || concrete.scalar === "u32");
}
