import { assertEquals } from "@std/assert";
import { checkModule } from "../../../src/wasm/wgsl/check.ts";
import { alignOf, sizeOf, strideOf } from "../../../src/wasm/wgsl/layout.ts";
import type { Type } from "../../../src/wasm/wgsl/tree.ts";

/** The type of a variable in storage after these declarations. */
function typeOf(type: string, declarations = ""): Type {
  return checkModule(`${declarations} @group(0) @binding(0) var<storage> x: ${type};`).variables[0]!.type;
}

function layoutOf(name: string, declarations: string): object {
  const type = typeOf(name, declarations);
  if (type.kind !== "struct") throw new TypeError(`${name} is no structure`);
  const { align, size, members } = type;
  return { align, size, offsets: members.map(({ offset }) => offset) };
}

Deno.test("alignOf and sizeOf are those of the specification's table", () => {
  const table: Record<string, [align: number, size: number]> = {
    i32: [4, 4],
    f32: [4, 4],
    vec2f: [8, 8],
    vec3u: [16, 12],
    vec4i: [16, 16],
    mat2x2f: [8, 16],
    mat3x2f: [8, 24],
    mat4x2f: [8, 32],
    mat2x3f: [16, 32],
    mat3x3f: [16, 48],
    mat4x3f: [16, 64],
    mat2x4f: [16, 32],
    mat4x4f: [16, 64],
    "array<f32, 3>": [4, 12],
    "array<vec3f, 2>": [16, 32],
    "array<array<vec2f, 3>, 2>": [8, 48],
  };
  for (const [name, expected] of Object.entries(table)) {
    const type = typeOf(name);
    assertEquals([alignOf(type), sizeOf(type)], expected, name);
  }
});

Deno.test("members of structures lie where the specification's examples say", () => {
  const plain = `
    struct A { u: f32, v: f32, w: vec2f, x: f32 }
    struct B { a: vec2f, b: vec3f, c: f32, d: f32, e: A, f: vec3f, g: array<A, 3>, h: i32 }`;
  assertEquals(layoutOf("A", plain), { align: 8, size: 24, offsets: [0, 4, 8, 16] });
  assertEquals(layoutOf("B", plain), { align: 16, size: 160, offsets: [0, 16, 28, 32, 40, 64, 80, 152] });
  const placed = `
    struct A { u: f32, v: f32, w: vec2f, @size(16) x: f32 }
    struct B { a: vec2f, b: vec3f, c: f32, d: f32, @align(16) e: A, f: vec3f, g: array<A, 3>, h: i32 }`;
  assertEquals(layoutOf("A", placed), { align: 8, size: 32, offsets: [0, 4, 8, 16] });
  assertEquals(layoutOf("B", placed), { align: 16, size: 208, offsets: [0, 16, 28, 32, 48, 80, 96, 192] });
});

Deno.test("a structure that ends in an array of no fixed length has the size of what is before it", () => {
  const struct = "struct S { n: u32, x: array<vec3f> }";
  assertEquals(layoutOf("S", struct), { align: 16, size: 16, offsets: [0, 16] });
  assertEquals(strideOf(typeOf("vec3f")), 16);
});
