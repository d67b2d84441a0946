/** Run-time sizes of a kernel by their names, as its `Params` lays them out. @module */
import { didYouMean } from "../core/errors.ts";
import type { Fields, KernelInterface } from "./kernel_interface.ts";

/** The value of a field: a number, the entries of a vector or an array, the fields of a structure. */
export type Size = number | readonly Size[] | Sizes;

/** Run-time sizes by the names of the WGSL file's `Params`. */
export interface Sizes {
  /** Of the field of this name. */
  readonly [name: string]: Size;
}

/** Where a type's values lie. */
interface TypeLayout {
  /** Bytes that it starts at a multiple of. */
  readonly align: number;
  /** Bytes. */
  readonly size: number;
  /** Writes a value. */
  write(place: Place, value: Size): void;
}

/** Where a value is written. */
interface Place {
  readonly view: DataView;
  /** Its first byte. */
  readonly at: number;
  /** As in `places[1].first`. */
  readonly name: string;
}

/**
 * The bytes of `params` for an entry point. Fields that it does not read may be left out, and are 0.
 *
 * @throws {RangeError} When one that it reads is missing, there is none of a name, or a value is not of the field's type.
 */
export function encodeSizes({ params, sizes, structs }: KernelInterface, given: Sizes): ArrayBuffer {
  const layout = structLayout(structs.get(params ?? "") ?? [], structs, (name) => sizes.has(name));
  const view = new DataView(new ArrayBuffer(roundUp(Math.max(1, layout.size), 16)));
  layout.write({ view, at: 0, name: "" }, given);
  return view.buffer;
}

/** By WGSL's rules ("Alignment and Size"). */
function layoutOf(type: string, structs: KernelInterface["structs"]): TypeLayout | undefined {
  const vector = /^vec([234])(?:([uif])|<([uif])32>)$/.exec(type);
  if (vector) {
    const element = scalarLayout(`${vector[2] ?? vector[3]}32` as keyof typeof scalars);
    const width = Number(vector[1]);
    return { ...listLayout(element, { count: width, stride: 4 }), align: width === 2 ? 8 : 16 };
  }
  const array = /^array<(.+),(\d+)u?>$/.exec(type);
  if (array) {
    const element = layoutOf(array[1]!, structs);
    return element &&
      listLayout(element, { count: Number(array[2]), stride: roundUp(element.size, element.align) });
  }
  const fields = structs.get(type);
  if (fields) return structLayout(fields, structs);
  return Object.hasOwn(scalars, type) ? scalarLayout(type as keyof typeof scalars) : undefined;
}

/** How a number of each type is written, and which numbers it takes. */
const scalars = {
  f32: { set: "setFloat32", takes: () => true },
  u32: { set: "setUint32", takes: (value: number) => value === value >>> 0 },
  i32: { set: "setInt32", takes: (value: number) => value === (value | 0) },
} as const;

function scalarLayout(type: keyof typeof scalars): TypeLayout {
  return {
    align: 4,
    size: 4,
    write({ view, at, name }, value) {
      const { set, takes } = scalars[type];
      if (typeof value !== "number" || !takes(value)) {
        throw new RangeError(`size ${name} is ${JSON.stringify(value)}, wanted ${type}`);
      }
      view[set](at, value, true);
    },
  };
}

function listLayout(
  element: TypeLayout,
  { count, stride }: { readonly count: number; readonly stride: number },
): TypeLayout {
  return {
    align: element.align,
    size: count * stride,
    write({ view, at, name }, value) {
      if (!Array.isArray(value) || value.length !== count) {
        throw new RangeError(`size ${name} is ${JSON.stringify(value)}, wanted ${count} entries`);
      }
      for (const [i, entry] of value.entries()) {
        element.write({ view, at: at + i * stride, name: `${name}[${i}]` }, entry);
      }
    },
  };
}

/** Fields that are not `needed` may be left out; by default all are. */
function structLayout(
  fields: Fields,
  structs: KernelInterface["structs"],
  needed: (field: string) => boolean = () => true,
): TypeLayout {
  const { places, size, align } = placesOf(fields, structs);
  const names = places.map(({ name }) => name);
  return {
    align,
    size,
    write({ view, at, name: of }, value) {
      const full = (name: string) => of === "" ? name : `${of}.${name}`;
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new RangeError(`size ${of} is ${JSON.stringify(value)}, wanted ${names.join(", ")}`);
      }
      const given: Sizes = Object.assign(Object.create(null), value);
      const strange = Object.keys(given).find((name) => !names.includes(name));
      if (strange !== undefined) {
        throw new RangeError(
          `there is no size ${full(strange)}, wanted ${names.join(", ") || "none"}${
            didYouMean(strange, names)
          }`,
        );
      }
      const missing = names.filter((name) => given[name] === undefined && needed(name));
      if (missing.length > 0) throw new RangeError(`size ${missing.map(full).join(", ")} is missing`);
      for (const { name, layout, offset } of places) {
        const own = given[name];
        if (own !== undefined) layout.write({ view, at: at + offset, name: full(name) }, own);
      }
    },
  };
}

/** Where the fields of a structure lie in it. */
function placesOf(fields: Fields, structs: KernelInterface["structs"]) {
  let end = 0;
  const places = fields.map(({ name, type, align: wanted, size }) => {
    const layout = layoutOf(type, structs);
    if (!layout) {
      throw new RangeError(
        `size ${name} is of type ${type}, wanted numbers, vectors, arrays and structures of them`,
      );
    }
    const align = Math.max(layout.align, wanted);
    const offset = roundUp(end, align);
    end = offset + Math.max(layout.size, size);
    return { name, layout, offset, align };
  });
  const align = Math.max(4, ...places.map((place) => place.align));
  return { places, align, size: roundUp(end, align) };
}

function roundUp(bytes: number, step: number): number {
  return Math.ceil(bytes / step) * step;
}
