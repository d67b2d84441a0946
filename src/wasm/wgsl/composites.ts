/** What can be done with values of a type, by what they are made of. @module */
import { WgslError } from "./error.ts";
import { sizeOf } from "./layout.ts";
import type { StructType, Type } from "./tree.ts";
import { type AnyType, scalarOf, typeName } from "./types.ts";

/** What is known of a type. */
interface Traits {
  readonly isConstructible: boolean;
  readonly isHostShareable: boolean;
  readonly isRuntimeSized: boolean;
  readonly depth: number;
}

/** Types within types: what WGSL allows everywhere. */
const mostDeep = 15;

/** Bytes of a value: far beyond what WGSL promises for a function's variables, 8192. */
const mostBytes = 2 ** 16;

/** Those of structures, which are many times within each other. */
const known = new WeakMap<StructType, Traits>();

/** Whether a value of this type can be made, handed over and returned. */
export function isConstructible(type: AnyType): boolean {
  return traitsOf(type).isConstructible;
}

/** Whether host and device can share values of this type: it has no bool, and no array sized by overrides. */
export function isHostShareable(type: AnyType): boolean {
  return traitsOf(type).isHostShareable;
}

/** Whether its size is that of its binding. */
export function isRuntimeSized(type: AnyType): boolean {
  return traitsOf(type).isRuntimeSized;
}

/** Refuses types that nest too deep. @throws {WgslError} */
export function assertShallow(type: Type, line: number): void {
  const { depth } = traitsOf(type);
  if (depth > mostDeep) {
    throw new WgslError(`${typeName(type)} nests over ${mostDeep} types deep, wanted fewer`, line);
  }
}

/** Refuses values that are too large to be made. @throws {WgslError} */
export function assertSmall(type: Type, line: number): void {
  const bytes = sizeOf(type);
  if (bytes > mostBytes) {
    throw new WgslError(`${typeName(type)} has ${bytes} bytes, wanted at most ${mostBytes} of a value`, line);
  }
}

function traitsOf(type: AnyType): Traits {
  switch (type.kind) {
    case "array": {
      const element = traitsOf(type.element);
      const { length } = type;
      return {
        isConstructible: typeof length === "number" && element.isConstructible,
        isHostShareable: typeof length !== "object" && element.isHostShareable,
        isRuntimeSized: length === undefined,
        depth: element.depth + 1,
      };
    }
    case "struct": {
      let traits = known.get(type);
      if (!traits) known.set(type, traits = traitsOfStruct(type));
      return traits;
    }
    case "pointer":
      return { isConstructible: false, isHostShareable: false, isRuntimeSized: false, depth: 0 };
    default:
      return {
        isConstructible: true,
        isHostShareable: scalarOf(type) !== "bool",
        isRuntimeSized: false,
        depth: type.kind === "scalar" ? 0 : type.kind === "vector" ? 1 : 2,
      };
  }
}

function traitsOfStruct({ members }: StructType): Traits {
  const traits = members.map((member) => traitsOf(member.type));
  return {
    isConstructible: traits.every((one) => one.isConstructible),
    isHostShareable: traits.every((one) => one.isHostShareable),
    isRuntimeSized: traits.some((one) => one.isRuntimeSized),
    depth: 1 + Math.max(...traits.map((one) => one.depth)),
  };
}
