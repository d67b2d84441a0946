import { assert, assertEquals, assertThrows } from "@std/assert";
import { i32 } from "../../../src/wasm/code/builder.ts";
import { compileKernel } from "../../../src/wasm/code/compile.ts";
import { encode } from "../../../src/wasm/code/encode.ts";
import type { Instruction, Register } from "../../../src/wasm/code/ir.ts";
import { checkModule } from "../../../src/wasm/wgsl/check.ts";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import { runWgsl } from "../run_wgsl.ts";

/** Runs a body that writes `out`, an array of u32, and returns what it wrote. */
function integers(body: string, { count = 4, more = "" } = {}): number[] {
  const out = new Uint32Array(count);
  runWgsl(
    `${more}
    @group(0) @binding(0) var<storage, read_write> out: array<u32>;
    @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { ${body} }`,
    { arrays: { 0: out } },
  );
  return [...out];
}

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

Deno.test("a kernel numbers workgroups and invocations with x the fastest", () => {
  const out = new Uint32Array(4 * 3 * 2 * 4);
  runWgsl(
    `@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
    @compute @workgroup_size(2, 1, 2)
    fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u,
      @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) counts: vec3u) {
      out[id.x + 4u * (id.y + counts.y * id.z)] = vec4u(group.x + 10u * group.y + 100u * group.z, lane, id.z, counts.x);
    }`,
    { arrays: { 0: out }, workgroups: [2, 3, 1] },
  );
  const expected: number[] = [];
  for (let z = 0; z < 2; z++) {
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 4; x++) expected.push((x >> 1) + 10 * y, x % 2 + 2 * z, z, 2);
    }
  }
  assertEquals([...out], expected);
});

Deno.test("loops break, continue and run their continuing part", () => {
  assertEquals(
    integers(`
      for (var i = 0u; i < 20u; i++) { if (i % 2u == 0u) { continue; } if (i > 9u) { break; } out[0] += i; }
      var n = 0u;
      loop { n += 1u; if (n == 3u) { continue; } out[1] += n; continuing { out[2] += 1u; break if n >= 5u; } }
      var m = 5u;
      while (m > 0u) { m--; out[3] = out[3] * 2u + m; }
    `),
    [25, 12, 5, ((((4 * 2) + 3) * 2 + 2) * 2 + 1) * 2],
  );
});

Deno.test("a short loop of known turns is written out with its jumps", () => {
  assertEquals(
    integers(`
      var a = array<u32, 4>(1u, 2u, 3u, 4u);
      for (var i = 0u; i < 4u; i++) { if (a[i] == 2u) { continue; } if (a[i] == 4u) { break; } out[0] += a[i]; }
      for (var i = 3; i > 0; i--) { out[1] = out[1] * 10u + u32(i); }
    `),
    [4, 321, 0, 0],
  );
});

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

Deno.test("switch takes the case of its number or the default", () => {
  const text =
    `switch out[0] { case 1u, 2u: { out[1] = 12u; } default: { out[1] = 99u; } case 3u: { out[1] = 3u; break; } }`;
  for (const [given, wanted] of [[1, 12], [2, 12], [3, 3], [7, 99]]) {
    assertEquals(integers(`out[0] = ${given}u; ${text}`).slice(0, 2), [given, wanted]);
  }
});

Deno.test("pointers reach variables of the caller", () => {
  assertEquals(
    integers(
      `var p = Pair(1u, 2u); swap(&p); out[0] = p.a; out[1] = p.b; var n = 3u; add(&n, 4u); out[2] = n;`,
      {
        more: `struct Pair { a: u32, b: u32 }
        fn swap(p: ptr<function, Pair>) { *p = Pair((*p).b, (*p).a); }
        fn add(n: ptr<function, u32>, m: u32) { *n += m; }`,
      },
    ),
    [2, 1, 7, 0],
  );
});

Deno.test("what a call changes does not reach operands before it", () => {
  assertEquals(
    integers(`var n = 3u; out[0] = n + bump(&n); out[1] = n; let before = n; n = 9u; out[2] = before;`, {
      more: `fn bump(n: ptr<function, u32>) -> u32 { *n = 10u; return 1u; }`,
    }),
    [4, 10, 10, 0],
  );
});

Deno.test("what a call changes through a pointer reaches neither its other arguments nor what += began with", () => {
  assertEquals(
    integers(`var n = 3u; out[0] = take(n, &n); out[1] = n; n = 3u; n += bump(&n); out[2] = n;`, {
      more: `fn take(n: u32, p: ptr<function, u32>) -> u32 { *p = 10u; return n; }
        fn bump(n: ptr<function, u32>) -> u32 { *n = 10u; return 1u; }`,
    }),
    [3, 10, 4, 0],
  );
});

Deno.test("a loop whose body assigns its counter is not written out", () => {
  assertEquals(integers(`for (var i = 0u; i < 6u; i++) { i += 1u; out[0] += i; out[1]++; }`), [9, 3, 0, 0]);
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

Deno.test("arrays that are indexed at run time keep what is written, and start as zeros in each turn", () => {
  assertEquals(
    integers(`
      for (var turn = 0u; turn < out[3] + 20u; turn++) {
        var a: array<u32, 5>;
        a[turn % 5u] += turn;
        out[0] += a[turn % 5u] + a[(turn + 1u) % 5u];
      }
      let values = array(10u, 11u, 12u, 13u, 14u, 15u);
      out[1] = values[out[0] % 6u];
      out[2] = array(7u, 8u)[out[0] & 1u];
    `),
    [190, 14, 7, 0],
  );
});

Deno.test("components are read and written by a number known at run time", () => {
  assertEquals(
    integers(`
      var v = vec4u(1u, 2u, 3u, 4u);
      for (var i = 0u; i < out[3] + 4u; i++) { v[i] += v[3u - i]; }
      out[0] = v[0]; out[1] = v[out[3] + 1u]; out[2] = v.z; out[3] = v.w;
    `),
    [5, 5, 8, 9],
  );
});

Deno.test("indices past the end stay inside their binding", () => {
  const out = new Uint32Array(8);
  runWgsl(
    `@group(0) @binding(0) var<storage, read_write> a: array<u32>;
    @group(0) @binding(1) var<storage, read_write> b: array<u32>;
    @group(0) @binding(2) var<storage, read> at: array<u32>;
    @compute @workgroup_size(1) fn main() {
      for (var i = 0u; i < 5u; i++) { a[at[i]] = 7u; b[0] += a[at[i]]; }
      for (var i = 0u; i < at[5]; i++) { a[i * 1000003u] = 8u; }
      b[1] = arrayLength(&a);
    }`,
    { arrays: { 0: new Uint32Array(3), 1: out, 2: Uint32Array.of(0, 3, 4294967295, 1073741824, 63, 400) } },
  );
  assertEquals([...out], [35, 3, 0, 0, 0, 0, 0, 0]);
});

Deno.test("a loop whose checks are made once still stays inside when they fail", () => {
  const a = new Float32Array(40).fill(1);
  const canary = new Float32Array(200).fill(5);
  const text = `@group(0) @binding(0) var<storage, read> a: array<f32>;
    @group(0) @binding(1) var<storage, read_write> out: array<f32>;
    @group(0) @binding(2) var<storage, read_write> canary: array<f32>;
    @group(0) @binding(3) var<uniform> n: vec4u;
    @compute @workgroup_size(1) fn main() {
      var at = n.y; var sum = 0.0;
      for (var i = 0u; i < n.x; i++) { sum += a[at + i]; out[n.w + i] = sum; at += n.z; }
      canary[0] = sum;
    }`;
  for (
    const [n, first, step, to, wanted] of [
      [20, 0, 1, 0, 20],
      [30, 5, 4294967295, 0, 30],
      [500, 0, 7, 3, 500],
      [0, 0, 0, 0, 0],
      [40, 0, 0, 4294967290, 40],
    ]
  ) {
    const out = new Float32Array(50);
    runWgsl(text, { arrays: { 0: a, 1: out, 2: canary, 3: Uint32Array.of(n!, first!, step!, to!) } });
    assertEquals(canary[0], wanted);
    assert(canary.subarray(1).every((value) => value === 5));
  }
});

Deno.test("a counter that starts again past the largest number leads no index out of its binding", () => {
  const out = new Float32Array(16);
  const canary = new Float32Array(64);
  runWgsl(
    `@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
    @group(0) @binding(1) var<storage, read_write> canary: array<f32>;
    @compute @workgroup_size(1) fn main() {
      var at = 0u;
      for (var i = 0u; i < 0xffffffffu; i += 0x7fffffffu) {
        out[at] = out[at] + vec4f(1.0);
        at += 1u;
        if (at == 100u) { break; }
      }
      canary[0] = 0.0;
    }`,
    { arrays: { 0: out, 1: canary } },
  );
  assertEquals([...out], [...Array(12).fill(1), ...Array(4).fill(97)]);
  assertEquals([...canary], Array(64).fill(0));
});

Deno.test("loops in loops are written out as long as that makes no more than a long kernel", () => {
  const loops = Array.from({ length: 8 }, (_, i) => `for (var i${i} = 0u; i${i} < 4u; i${i}++) {`);
  assertEquals(integers(`${loops.join(" ")} out[0] += i7; ${"}".repeat(8)}`), [1.5 * 4 ** 8, 0, 0, 0]);
});

Deno.test("a kernel that grows or nests too far once its functions are written out is refused at a line", () => {
  const tower = (height: number, body: (call: string) => string) =>
    "fn f0(x: u32) -> u32 { return x; }\n" +
    Array.from({ length: height }, (_, i) => `fn f${i + 1}(x: u32) -> u32 { ${body(`f${i}(x)`)} }\n`).join(
      "",
    );
  const refused = (height: number, words: string, body: (call: string) => string) =>
    assertThrows(
      () => integers(`out[0] = f${height}(id.x);`, { more: tower(height, body) }),
      WgslError,
      words,
    );
  refused(8, "a kernel this long", (call) => `return ${Array(8).fill(call).join(" + ")};`);
  refused(
    8,
    "a kernel this long",
    (call) => `if (x > 3u) { return ${call}; } return ${call} + ${call} + ${call};`,
  );
  const limit = tower(16, (call) => `return ${Array(8).fill(call).join(" + ")};`);
  const loop = "for (var i = 0u; i < f16(3u); i++) { out[0] += 1u; }";
  assertThrows(() => integers(loop, { more: limit }), WgslError, "a kernel this long");
  refused(250, "nested this deep", (call) => `return ${"(1u + ".repeat(99)}${call}${")".repeat(99)};`);
  refused(300, "over 255 deep", (call) => `return ${call};`);
});

Deno.test("a long chain of values is no deep one", () => {
  const lets = Array.from({ length: 5000 }, (_, i) => `let a${i + 1} = a${i} + out[${i}];`);
  assertEquals(
    integers(`out[4999] = 2u; let a0 = 1u; ${lets.join(" ")} out[0] = a5000;`, { count: 5000 })[0],
    3,
  );
});

Deno.test("more values at once than engines take are refused", () => {
  const registers = Array.from({ length: 50_001 }, (): Register => ({
    kind: "register",
    type: "i32",
    isVariable: true,
  }));
  const body = registers.map((to): Instruction => ({ kind: "copy", to, from: i32(1) }));
  const end: Instruction = { kind: "return", value: i32(0) };
  assert(WebAssembly.validate(encode([...body.slice(1), end], [], { shared: false, line: 7 })));
  assertThrows(
    () => encode([...body, end], [], { shared: false, line: 7 }),
    WgslError,
    "50001 values at once",
  );
});

/** Adds up the first components of `a`, eight vectors, in a loop that is checked once, as `body` says. */
function sumOfLoop(body: string, n: readonly number[]): number {
  const a = Float32Array.from({ length: 32 }, (_, i) => i % 4 === 0 ? 2 ** (i / 4) : 0);
  const out = new Float32Array(4);
  const text = `@group(0) @binding(0) var<storage, read> a: array<vec4f>;
    @group(0) @binding(1) var<storage, read_write> out: array<vec4f>;
    @group(0) @binding(2) var<uniform> n: vec4u;
    @compute @workgroup_size(1) fn main() {
      var at = n.y; let other = n.z; var sum = vec4f();
      for (var i = 0u; i < n.x; i++) { ${body} }
      out[0] = sum;
    }`;
  runWgsl(text, { arrays: { 0: a, 1: out, 2: Uint32Array.from(n) } });
  return out[0]!;
}

Deno.test("a loop that is checked once reads what it should before and behind its counting", () => {
  assertEquals(sumOfLoop("sum += a[at]; at += 1u; sum += a[at];", [3, 2, 0, 0]), 4 + 8 + 8 + 16 + 16 + 32);
  assertEquals(sumOfLoop("sum += a[at]; at += 2u;", [4, 1, 0, 0]), 2 + 8 + 32 + 128);
  // The last index is one past the end, behind the counting alone.
  assertEquals(sumOfLoop("at += 1u; sum += a[at];", [4, 4, 0, 0]), 32 + 64 + 128 + 128);
});

Deno.test("what a loop may never read is not read before it", () => {
  const body = "sum += a[at]; if (i == n.w) { sum += a[other]; } at += 1u;";
  assertEquals(sumOfLoop(body, [3, 0, 5, 1]), 1 + 2 + 4 + 32);
  assertEquals(sumOfLoop(body, [3, 0, 0x08000000, 1]), 1 + 2 + 4 + 128);
  assertEquals(sumOfLoop(body, [3, 0, 0x08000000, 9]), 1 + 2 + 4);
});

Deno.test("overrides take their given values, shape workgroup memory and remove branches", () => {
  const out = new Uint32Array(4);
  const text =
    `override N: u32 = 2; override TWICE: u32 = 2 * N; override ON: bool = false; @id(7) override X: f32;
    var<workgroup> memory: array<u32, N * 3>;
    @group(0) @binding(0) var<storage, read_write> out: array<u32>;
    @compute @workgroup_size(1) fn main(@builtin(workgroup_id) group: vec3u) {
      memory[group.x] += 1u;
      out[0] += memory[group.x]; out[1] = TWICE; if (ON) { out[2] = u32(X); } out[3] = arrayLength(&out) + N * 3u;
    }`;
  runWgsl(text, { arrays: { 0: out }, constants: { N: 5, ON: 1, 7: 2.5 }, workgroups: [3] });
  assertEquals([...out], [3, 10, 2, 19]);
});

Deno.test("private variables begin anew in every invocation", () => {
  const out = new Uint32Array(6);
  runWgsl(
    `var<private> n: u32 = 3u; var<private> a: array<u32, 6>;
    @group(0) @binding(0) var<storage, read_write> out: array<u32>;
    fn count(i: u32) -> u32 { n += i; a[i] += 1u; return n + a[i]; }
    @compute @workgroup_size(2) fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = count(id.x) + a[(id.x + 5u) % 6u]; }`,
    { arrays: { 0: out }, workgroups: [3] },
  );
  assertEquals([...out], [4, 5, 6, 7, 8, 9]);
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

Deno.test("a barrier stops a workgroup of more than one invocation at its line", () => {
  const text =
    "var<workgroup> w: u32;\noverride N: u32 = 2;\n@compute @workgroup_size(N) fn main() {\n  workgroupBarrier();\n w = 1u;\n}";
  const compile = (N: number) =>
    compileKernel(checkModule(text), "main", { constants: { N }, relaxed: true, shared: false });
  const error = assertThrows(() => compile(2), WgslError, "a barrier in a workgroup of 2 invocations");
  assertEquals(error.line, 4);
  compile(1);
});

Deno.test("&& and || leave out a call that does not decide", () => {
  assertEquals(
    integers(
      `var n = 0u; if (out[3] == 1u && more(&n)) { out[0] = 1u; } if (out[3] == 0u || more(&n)) { out[1] = n; } _ = more(&n) && false; out[2] = n;`,
      {
        more: `fn more(n: ptr<function, u32>) -> bool { *n += 1u; return true; }`,
      },
    ),
    [0, 0, 1, 0],
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
