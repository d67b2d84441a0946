/** Structures, and the rules of where their members lie. Source: the WGSL specification, "Memory Layout". @module */
import { attributeNumber, builtinName, readAttributes } from "./attributes.ts";
import { resolveType } from "./check_type.ts";
import { assertShallow, isRuntimeSized } from "./composites.ts";
import { WgslError } from "./error.ts";
import { alignOf, sizeOf, strideOf } from "./layout.ts";
import type { Context } from "./scope.ts";
import type { FieldSyntax, StructSyntax } from "./syntax.ts";
import type { Member, StructType, Type } from "./tree.ts";
import { typeName } from "./types.ts";

/** Most bytes of a structure. */
const mostBytes = 2 ** 31 - 1;

/** What `@builtin` says of the members of each structure. */
const builtinsOfStructs = new WeakMap<StructType, readonly (string | undefined)[]>();

/** What `@builtin` says of the members of a structure. */
export function builtinsOf(struct: StructType): readonly (string | undefined)[] {
  return builtinsOfStructs.get(struct)!;
}

/** The type that a declaration makes. @throws {WgslError} If it is at fault. */
export function checkStruct(context: Context, { name, members: fields, line }: StructSyntax): StructType {
  if (fields.length === 0) throw new WgslError(`\`${name}\` has no members`, line);
  const members: Member[] = [];
  const builtins: (string | undefined)[] = [];
  let [align, end] = [1, 0];
  for (const [i, field] of fields.entries()) {
    if (members.some((member) => member.name === field.name)) {
      throw new WgslError(`\`${field.name}\` is declared twice in \`${name}\``, field.line);
    }
    const type = memberType(context, field, i === fields.length - 1);
    const attributes = readAttributes(field.attributes, ["align", "size", "builtin"], "a member");
    const own = placeOfMember(type, {
      align: attributeNumber(context, attributes, "align"),
      size: attributeNumber(context, attributes, "size"),
      line: field.line,
    });
    const offset = roundUp(end, own.align);
    members.push({ name: field.name, type, offset });
    builtins.push(builtinName(attributes, type));
    align = Math.max(align, own.align);
    end = offset + own.size;
    if (end > mostBytes) {
      throw new WgslError(`\`${name}\` has over ${mostBytes} bytes, wanted fewer`, field.line);
    }
  }
  const struct: StructType = { kind: "struct", name, members, align, size: roundUp(end, align) };
  assertShallow(struct, line);
  builtinsOfStructs.set(struct, builtins);
  return struct;
}

function memberType(context: Context, { name, type: syntax, line }: FieldSyntax, isLast: boolean): Type {
  const type = resolveType(context, syntax);
  const isArray = type.kind === "array";
  if (type.kind === "pointer" || (isArray && typeof type.length === "object")) {
    throw new WgslError(`a member cannot be of ${typeName(type)}`, line);
  }
  if (isRuntimeSized(type) && !(isArray && isLast)) {
    throw new WgslError(
      `\`${name}\`: an array without a length can only be the last member of a structure`,
      line,
    );
  }
  return type;
}

interface MemberAttributes {
  readonly align: number | undefined;
  readonly size: number | undefined;
  readonly line: number;
}

/** Alignment and size of a member in bytes. */
function placeOfMember(type: Type, { align, size, line }: MemberAttributes): { align: number; size: number } {
  const least = alignOf(type);
  if (align !== undefined && (align === 0 || (align & (align - 1)) !== 0 || align < least)) {
    throw new WgslError(
      `\`@align\` of ${typeName(type)} is a power of two of ${least} or more, got ${align}`,
      line,
    );
  }
  const bytes = isRuntimeSized(type) ? 0 : sizeOf(type);
  if (size !== undefined && (isRuntimeSized(type) || size < bytes)) {
    throw new WgslError(`\`@size\` of ${typeName(type)} is ${bytes} or more, got ${size}`, line);
  }
  return { align: align ?? least, size: size ?? bytes };
}

/** Refuses types whose parts do not lie in a uniform as WebGPU wants it. @throws {WgslError} */
export function assertUniformLayout(type: Type, line: number, seen: Set<Type> = new Set()): void {
  if (seen.has(type)) return;
  seen.add(type);
  if (type.kind === "array") {
    if (strideOf(type.element) % 16 !== 0) {
      throw new WgslError(
        `elements of ${typeName(type)} lie ${
          strideOf(type.element)
        } bytes apart, wanted a multiple of 16 in a uniform`,
        line,
      );
    }
    assertUniformLayout(type.element, line, seen);
  }
  if (type.kind !== "struct") return;
  for (const [i, { name, type: own, offset }] of type.members.entries()) {
    const isComposed = own.kind === "struct" || own.kind === "array";
    if (isComposed && offset % 16 !== 0) {
      throw new WgslError(
        `\`${type.name}.${name}\` lies at byte ${offset}, wanted a multiple of 16 in a uniform`,
        line,
      );
    }
    const next = type.members[i + 1];
    if (own.kind === "struct" && next && next.offset < offset + roundUp(own.size, 16)) {
      throw new WgslError(
        `\`${type.name}.${next.name}\` lies at byte ${next.offset}, wanted ${
          offset + roundUp(own.size, 16)
        } or more in a uniform`,
        line,
      );
    }
    assertUniformLayout(own, line, seen);
  }
}

function roundUp(bytes: number, multiple: number): number {
  return Math.ceil(bytes / multiple) * multiple;
}
