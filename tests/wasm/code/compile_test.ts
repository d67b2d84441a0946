import { assert, assertEquals, assertThrows } from "@std/assert";
import { i32 } from "../../../src/wasm/code/builder.ts";
import { compileKernel } from "../../../src/wasm/code/compile.ts";
import { encode } from "../../../src/wasm/code/encode.ts";
import type { Instruction, Register } from "../../../src/wasm/code/ir.ts";
import { checkModule } from "../../../src/wasm/wgsl/check.ts";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import { integers, runWgsl } from "../run_wgsl.ts";

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
