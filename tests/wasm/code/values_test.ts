import { assert, assertEquals } from "@std/assert";
import { integers, runWgsl } from "../run_wgsl.ts";

/** The same with floats. */
function floats(
  body: string,
  { count = 4, more = "", input = [0] as number[], relaxed = false } = {},
): number[] {
  const out = new Float32Array(count);
  runWgsl(
    `${more}
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> out: array<f32>;
    @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { ${body} }`,
    { arrays: { 0: new Float32Array(input), 1: out }, relaxed },
  );
  return [...out];
}

Deno.test("components of vectors of bools are true or false in memory too", () => {
  assertEquals(
    integers(`
      var a = array<vec2<bool>, 2>(vec2<bool>(true, false), vec2<bool>(false));
      out[0] = u32(a[out[3] & 1u].x);
      a[out[3] & 1u].y = true;
      out[1] = u32(all(a[0])) + 2u * u32(any(a[1]));
      out[2] = u32(a[0].y == a[0].x);
    `),
    [1, 1, 1, 0],
  );
});

Deno.test("components of a vector in another type are its bits", () => {
  const input = [1, -2, 0.5, 3];
  assertEquals(
    floats(
      `let v = vec4f(x[0], x[1], x[2], x[3]); let bits = bitcast<vec4u>(v);
      out[0] = f32(bits.y >> 24u); out[1] = f32(bits.z >> 24u); out[2] = bitcast<vec4f>(bits).w;`,
      { input, count: 3 },
    ),
    [0xc0, 0x3f, 3],
  );
});

Deno.test("a product is not fused once one of its factors has changed", () => {
  const body =
    `var v = vec4f(x[0]); let p = v * vec4f(x[1]); v = vec4f(x[2]); let sum = p + v; out[0] = sum.x;`;
  assertEquals(floats(body, { input: [2, 3, 100], count: 1, relaxed: true }), [106]);
});

Deno.test("integers wrap, shift modulo 32 and divide by anything", () => {
  assertEquals(
    integers(
      `let zero = out[7]; let one = zero + 1u;
      out[0] = one - 2u; out[1] = 7u / zero; out[2] = 7u % zero; out[3] = one << (33u + zero);
      out[4] = u32((-2147483647 - i32(one)) / (i32(zero) - 1)); out[5] = u32((-2147483647 - i32(one)) % (i32(zero) - 1));
      out[6] = u32(i32(zero) - 7) >> 28u; out[7] = u32((i32(zero) - 7) / 2);`,
      { count: 8 },
    ),
    [4294967295, 7, 0, 2, 2147483648, 0, 15, 4294967293],
  );
});

Deno.test("floats become integers by rounding toward zero, up to the ends of the range", () => {
  const input = [2.9, -2.9, 1e20, -1e20, NaN];
  assertEquals(
    floats(
      `for (var i = 0u; i < 5u; i++) { out[i] = f32(i32(x[i]) >> 1u); out[5u + i] = f32(u32(x[i]) >> 1u); }`,
      { count: 10, input },
    ),
    [1, -1, 2 ** 30, -(2 ** 30), 0, 1, 0, 2 ** 31, 0, 0],
  );
});

Deno.test("NaN and infinities pass through products, sums and choices", () => {
  assertEquals(
    floats(
      `let v = vec4f(x[0], x[1], x[2], x[3]);
      let sum = v + vec4f(1.0); out[0] = sum.x; out[1] = sum.y; out[2] = f32(v.x != v.x); out[3] = select(1.0, 2.0, v.y > 3.0e38);
      let w = select(v, vec4f(), v <= vec4f()); out[4] = w.x; out[5] = w.z;`,
      { count: 6, input: [NaN, Infinity, -5, 4] },
    ),
    [NaN, Infinity, 1, 2, NaN, 0],
  );
});

Deno.test("matrices multiply, transpose and are indexed by columns", () => {
  const values = Array.from({ length: 16 }, (_, i) => i + 1);
  const at = (row: number, column: number) => values[4 * column + row]!;
  const products = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].reduce((sum, k) => sum + at(row, k) * at(k, 2), 0));
  assertEquals(
    floats(
      `let m = mat4x4f(vec4f(x[0], x[1], x[2], x[3]), vec4f(x[4], x[5], x[6], x[7]), vec4f(x[8], x[9], x[10], x[11]), vec4f(x[12], x[13], x[14], x[15]));
      let c = (m * m)[2]; out[0] = c.x; out[1] = c.y; out[2] = c.z; out[3] = c.w;
      let t = transpose(m); out[4] = t[0].y; out[5] = t[3].x; let v = m * vec4f(1.0, 0.0, 0.0, 2.0); out[6] = v.y; out[7] = (vec4f(1.0, 1.0, 0.0, 0.0) * m).z;
      var n = mat2x3f(1.0, 2.0, 3.0, 4.0, 5.0, 6.0); n[1].y = 50.0; let u = transpose(n); out[8] = u[1].y; out[9] = (2.0 * n)[0].z; out[10] = dot(vec3f(1.0, 2.0, 3.0), n[0]);`,
      { count: 11, input: values },
    ),
    [...products, 5, 4, 30, 19, 50, 6, 14],
  );
});

Deno.test("structures and vectors of every width lie in memory by WGSL's layout", () => {
  const out = new Float32Array(24);
  runWgsl(
    `struct Inner { a: f32, @align(16) b: vec2f }
    struct Outer { first: f32, three: vec3f, tail: f32, inner: Inner, list: array<vec3f, 2> }
    @group(0) @binding(0) var<storage, read_write> out: Outer;
    @compute @workgroup_size(1) fn main() {
      out.three = vec3f(1.0, 2.0, 3.0); out.tail = 4.0; out.inner = Inner(5.0, vec2f(6.0, 7.0)); out.first = 8.0;
      out.list[1] = vec3f(9.0, 10.0, 11.0); out.list[0].y = out.three.z + out.inner.b.y;
      let all = out; out.first = all.list[1].z + all.three.x;
    }`,
    { arrays: { 0: out } },
  );
  assertEquals([...out], [12, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 0, 0, 0, 10, 0, 0, 9, 10, 11, 0]);
});

Deno.test("all(), any() and comparisons look at no more components than there are", () => {
  assertEquals(
    integers(
      `let n = out[3]; let v = vec3u(n, n, n + 1u);
      out[0] = u32(any(v.xy == vec2u(1u))); out[1] = u32(all(v == vec3u(0u, 0u, 1u))); out[2] = u32(all(v.xy == v.yx) && !any(v.xz < vec2u(0u, 1u)));`,
    ),
    [0, 1, 1, 0],
  );
});

Deno.test("a product and a sum are fused only where that is allowed", () => {
  const body =
    `let v = vec4f(x[0]); let w = v * v - vec4f(x[1]); let u = v * v + vec4f(-x[1]); out[0] = w.x; out[1] = u.x;`;
  const a = Math.fround(1 + 2 ** -12);
  const rounded = Math.fround(a * a);
  assertEquals(floats(body, { input: [a, rounded], count: 2 }), [0, 0]);
  const fused = floats(body, { input: [a, rounded], count: 2, relaxed: true })[1]!;
  assert(fused === 0 || fused === 2 ** -24, `got ${fused}`);
});
