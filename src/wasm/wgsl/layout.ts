/** Sizes and alignments of types in memory. Source: the WGSL specification, "Memory Layout". @module */
import type { Type } from "./tree.ts";

/** Bytes that the place of a value of this type is a multiple of. @throws {RangeError} For a pointer. */
export function alignOf(type: Type): number {
  switch (type.kind) {
    case "scalar":
      return 4;
    case "vector":
      return type.width === 2 ? 8 : 16;
    case "matrix":
      return type.rows === 2 ? 8 : 16;
    case "array":
      return alignOf(type.element);
    case "struct":
      return type.align;
    case "pointer":
      throw new RangeError("Cannot lay out a pointer: it is in no memory");
  }
}

/**
 * Bytes of a value of this type; for an array of no fixed length, of one element.
 *
 * @throws {RangeError} For a pointer, or an array whose length waits for overrides.
 */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case "scalar":
      return 4;
    case "vector":
      return 4 * type.width;
    case "matrix":
      return type.columns * strideOfColumn(type.rows);
    case "array": {
      const { length = 1 } = type;
      if (typeof length !== "number") throw new RangeError("Cannot lay out an array of overridable length");
      return length * strideOf(type.element);
    }
    case "struct":
      return type.size;
    case "pointer":
      throw new RangeError("Cannot lay out a pointer: it is in no memory");
  }
}

/** Bytes from one element of an array to the next. */
export function strideOf(element: Type): number {
  const align = alignOf(element);
  return Math.ceil(sizeOf(element) / align) * align;
}

/** Bytes from one column of a matrix to the next. */
export function strideOfColumn(rows: 2 | 3 | 4): number {
  return rows === 2 ? 8 : 16;
}
