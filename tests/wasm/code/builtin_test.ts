import { assertAlmostEquals, assertEquals } from "@std/assert";
import { builtinNames } from "../../../src/wasm/wgsl/builtins.ts";
import { runWgsl } from "../run_wgsl.ts";

/** Four floats or bits that an expression of `x` and `y`, `vec4f`, and `m`, a matrix of four, comes to. */
function evaluate(expression: string, type: "f32" | "u32" = "f32"): number[] {
  const out = type === "f32" ? new Float32Array(4) : new Uint32Array(4);
  runWgsl(
    `@group(0) @binding(0) var<storage, read> input: array<vec4f>;
    @group(0) @binding(1) var<storage, read_write> out: array<vec4<${type}>>;
    @compute @workgroup_size(1) fn main() {
      let x = input[0]; let y = input[1]; let m = mat4x4f(input[2], input[3], input[4], input[5]);
      out[0] = vec4<${type}>(${expression});
    }`,
    { arrays: { 0: new Float32Array([...x, ...y, ...m.flat()]), 1: out } },
  );
  return [...out];
}

const x = [0.5, -1.25, 2, 0.75];
const y = [1.5, 0.25, -0.5, 3];
const m = [[2, 0, 1, 3], [-1, 4, 2, 0], [0.5, 1, 3, -2], [1, -3, 0, 2]];

const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function determinant(rows: number[][]): number {
  const [first, ...rest] = rows as [number[], ...number[][]];
  if (rest.length === 0) return first[0]!;
  return first.reduce((sum, value, i) => {
    const minor = determinant(rest.map((row) => row.filter((_, column) => column !== i)));
    return sum + (i % 2 === 0 ? value : -value) * minor;
  }, 0);
}

function assertClose(found: number[], wanted: number[]): void {
  wanted.forEach((value, i) => assertAlmostEquals(found[i]!, value, 4e-6 * Math.max(1, Math.abs(value))));
}

Deno.test("functions of vectors as wholes are their formulae", () => {
  const normal = y.map((value) => value / Math.sqrt(dot(y, y)));
  const cosine = dot(normal, x);
  assertClose(evaluate("reflect(x, normalize(y))"), x.map((value, i) => value - 2 * cosine * normal[i]!));
  const k = 1 - 0.25 * (1 - cosine ** 2);
  assertClose(
    evaluate("refract(x, normalize(y), 0.5)"),
    x.map((value, i) => 0.5 * value - (0.5 * cosine + Math.sqrt(k)) * normal[i]!),
  );
  assertEquals(evaluate("refract(x * 0.1, normalize(vec4f(-x.y, x.x, 0.0, 0.0)), 3.0)"), [0, 0, 0, 0]);
  assertEquals(evaluate("faceForward(x, y, y)"), x.map((value) => -value));
  assertEquals(evaluate("faceForward(x, y, -y)"), x);
  assertClose(evaluate("vec4f(distance(x, y), length(x.xy), length(-2.0), distance(x.x, y.x))"), [
    Math.sqrt(x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0)),
    Math.hypot(0.5, 1.25),
    2,
    1,
  ]);
  assertClose(evaluate("vec4f(cross(x.xyz, y.xyz), dot(x.xyz, y.xyz))"), [
    x[1]! * y[2]! - x[2]! * y[1]!,
    x[2]! * y[0]! - x[0]! * y[2]!,
    x[0]! * y[1]! - x[1]! * y[0]!,
    dot(x.slice(0, 3), y.slice(0, 3)),
  ]);
});

Deno.test("determinant() is Leibniz's for matrices of two to four columns", () => {
  const part = (size: number) => m.slice(0, size).map((column) => column.slice(0, size));
  assertClose(
    evaluate(
      "determinant(m), determinant(mat3x3f(m[0].xyz, m[1].xyz, m[2].xyz)), determinant(mat2x2f(m[0].xy, m[1].xy)), 0.0",
    ),
    [determinant(part(4)), determinant(part(3)), determinant(part(2)), 0],
  );
});

Deno.test("packed numbers are rounded, kept in range, and come back", () => {
  assertEquals(
    evaluate("pack4x8unorm(x), pack4x8snorm(x), pack2x16unorm(x.xy), pack2x16snorm(x.xy)", "u32"),
    [0xbfff0080, 0x5f7f8140, 0x00008000, 0x80014000],
  );
  assertClose(evaluate("unpack4x8unorm(0xff008040u)"), [64 / 255, 128 / 255, 0, 1]);
  assertClose(evaluate("unpack4x8snorm(0x7f81c080u)"), [-1, -64 / 127, -1, 1]);
  assertClose(evaluate("unpack2x16unorm(0xffff4000u), unpack2x16snorm(0x80004000u)"), [
    0x4000 / 65535,
    1,
    0x4000 / 32767,
    -1,
  ]);
});

Deno.test("every function of the language has code", () => {
  const args: Record<string, string> = {
    all: "x < y",
    any: "x < y",
    arrayLength: "&input",
    bitcast: "x.x",
    clamp: "x, x, y",
    cross: "x.xyz, y.xyz",
    determinant: "m",
    extractBits: "7u, 1u, 2u",
    faceForward: "x, y, y",
    fma: "x, y, y",
    insertBits: "7u, 1u, 1u, 2u",
    ldexp: "x, vec4i(1)",
    mix: "x, y, 0.5",
    pack2x16snorm: "x.xy",
    pack2x16unorm: "x.xy",
    refract: "x, y, 0.5",
    select: "x, y, true",
    smoothstep: "x, y, y",
    transpose: "m",
  };
  const two = ["atan2", "distance", "dot", "max", "min", "pow", "reflect", "step"];
  const ofBits = /^(count|first|reverse|unpack)/;
  for (const name of builtinNames) {
    if (name.endsWith("Barrier")) continue;
    const given = args[name] ?? (two.includes(name) ? "x, y" : ofBits.test(name) ? "7u" : "x");
    const call = name === "bitcast" ? "bitcast<u32>(x.x)" : `${name}(${given})`;
    runWgsl(
      `@group(0) @binding(0) var<storage, read> input: array<vec4f>;
      @compute @workgroup_size(1) fn main() {
        let x = input[0]; let y = input[1]; let m = mat4x4f(input[2], input[3], input[4], input[5]);
        _ = ${call};
      }`,
      { arrays: { 0: new Float32Array(24) } },
    );
  }
});
