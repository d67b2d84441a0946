/** Structures, arrays and matrices of random programs. @module */
import type { Accessor, Expressions } from "./expressions.ts";
import { repeat } from "./expressions.ts";
import type { Type } from "./types.ts";

/** A type of parts. */
export interface Composite {
  /** As WGSL writes it. */
  readonly name: string;
  /** An expression that makes one. */
  readonly construct: (expressions: Expressions) => string;
  /** The parts of the variable `name`. */
  readonly accessors: (name: string, writable: boolean) => Accessor[];
}

/** Declarations of the structures. */
export const structures = `
struct Pairs { a: u32, b: u32, v: vec2i, w: vec2i }
struct Inner { a: u32, v: vec3f, w: f32 }
struct Outer { i: i32, inner: Inner, list: array<vec2u, 3>, m: mat3x3f, tail: array<i32, 5> }
`;

const f = (width: number): Type => ({ scalar: "f", width });
const u = (width: number): Type => ({ scalar: "u", width });
const i = (width: number): Type => ({ scalar: "i", width });

function part(type: Type, text: string, writable: boolean): Accessor {
  return { type, text: () => text, writable };
}

function element(
  { type, text, writable }: { type: Type; text: string; writable: boolean },
  count: number,
): Accessor {
  return { type, text: (expressions, depth) => `${text}[${expressions.index(count, depth)}]`, writable };
}

function parts(expressions: Expressions, count: number, type: Type): string {
  return repeat(count, () => expressions.any(type, 1)).join(", ");
}

function arrayOf(typeName: string, type: Type, count: number): Composite {
  const name = `array<${typeName}, ${count}>`;
  return {
    name,
    construct: (expressions) => `${name}(${parts(expressions, count, type)})`,
    accessors: (text, writable) => [element({ type, text, writable }, count)],
  };
}

const pairs: Composite = {
  name: "Pairs",
  construct: (expressions) => `Pairs(${parts(expressions, 2, u(1))}, ${parts(expressions, 2, i(2))})`,
  accessors: (name, writable) => [
    part(u(1), `${name}.a`, writable),
    part(u(1), `${name}.b`, writable),
    part(i(2), `${name}.v`, writable),
    part(i(2), `${name}.w`, writable),
  ],
};

const inner: Composite = {
  name: "Inner",
  construct: (expressions) =>
    `Inner(${expressions.any(u(1), 1)}, ${expressions.any(f(3), 1)}, ${expressions.any(f(1), 1)})`,
  accessors: (name, writable) => [
    part(u(1), `${name}.a`, writable),
    part(f(3), `${name}.v`, writable),
    part(f(1), `${name}.w`, writable),
  ],
};

/** With everything in it. */
export const outer: Composite = {
  name: "Outer",
  construct: (expressions) =>
    `Outer(${expressions.any(i(1), 1)}, ${inner.construct(expressions)}, array<vec2u, 3>(${
      parts(expressions, 3, u(2))
    }), mat3x3f(${parts(expressions, 3, f(3))}), array<i32, 5>(${parts(expressions, 5, i(1))}))`,
  accessors: (name, writable) => [
    part(i(1), `${name}.i`, writable),
    ...inner.accessors(`${name}.inner`, writable),
    element({ type: u(2), text: `${name}.list`, writable }, 3),
    element({ type: f(3), text: `${name}.m`, writable }, 3),
    element({ type: i(1), text: `${name}.tail`, writable }, 5),
  ],
};

const matrix: Composite = {
  name: "mat2x4f",
  construct: (expressions) => `mat2x4f(${parts(expressions, 2, f(4))})`,
  accessors: (text, writable) => [element({ type: f(4), text, writable }, 2)],
};

/** Of two rows. */
export const grid: Composite = {
  name: "array<array<u32, 3>, 2>",
  construct: (expressions) =>
    `array<array<u32, 3>, 2>(${repeat(2, () => `array<u32, 3>(${parts(expressions, 3, u(1))})`).join(", ")})`,
  accessors: (text, writable) => [{
    type: u(1),
    text: (expressions, depth) => `${text}[${expressions.index(2, depth)}][${expressions.index(3, depth)}]`,
    writable,
  }],
};

/** All of them. */
export const composites: readonly Composite[] = [
  pairs,
  pairs, // Twice as often: what has no arrays stays in registers.
  inner,
  inner,
  outer,
  matrix,
  grid,
  arrayOf("f32", f(1), 4),
  arrayOf("vec3f", f(3), 2),
  arrayOf("vec4f", f(4), 4),
  arrayOf("i32", i(1), 7),
  arrayOf("vec2<bool>", { scalar: "b", width: 2 }, 3),
];
