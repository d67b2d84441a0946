/** Programs that are valid WGSL and use no more than this compiler has. @module */
import { atModule, inMain } from "./program.ts";

/** A program. */
export interface ValidProgram {
  /** The program. */
  readonly text: string;
  /** Why WebGPU's adapter refuses it though the specification has it. */
  readonly adapterRefuses?: string;
}

type Row = string | readonly [body: string, adapterRefuses: string];

const statements: readonly Row[] = [
  // Numbers, operators, conversions.
  "let x = 1 + 2u; let y: u32 = x;",
  "let x: f32 = 1; let y: vec3f = vec3(1, 2, 3); let z = 1 + 2.5f;",
  "let x = 0x1.8p1 + .5 + 1. + 1e3 + 0x.8p0 + 1f + 0f + 1.5e-3f;",
  "let x = 0xffffffffu; let y = -2147483648; let z: i32 = -2147483648; let w = 0x7fffffffi;",
  "let x = 1u << 31u; let y = 1 << 3; let z = vec2u(1, 2) << vec2u(3, 4); let w = -8 >> 1u;",
  "let x = (1 & 2) | 3 | 4; let y = ~1u ^ 5u; let z = (true & false) | (true & true);",
  "let x = vec2f(1) * 2 + 3 * vec2f(1, 2) - vec2f() / 2 % vec2f(1);",
  "let x = mat2x3f() * vec2f() + vec3f() * 2; let y = vec3f() * mat2x3f(); let z = mat2x2f() * mat2x2f() * 2.0 + 2 * mat2x2f();",
  "let x = mat4x2f() * mat2x4f() - mat2x2f();",
  "let x = (1 < 2 && 2u <= 3u) || 1.0 == 2.0;",
  "let x = vec3f() < vec3f(1); let y = all(x) || any(!x); let z = vec2<bool>(true) == vec2<bool>(false, true);",
  "let x = u32(1.5) + u32(true) + u32(-1i); let y = i32(4294967295u); let z = f32(true) + f32(3u); let w = bool(1.0);",
  "let x = vec3u(vec3f(1)); let y = vec2<bool>(vec2u()); let z = vec4f(vec2f(), 1, 2); let w = vec4(1, vec2(2), 3.5);",
  "let x = vec3(vec3f()); let y = vec2(1); let z = vec2(1.0, 2); let w: vec2u = vec2(1, 2);",
  "let x = mat2x2(1, 2, 3, 4); let y = mat2x2(vec2f(), vec2f()); let z = mat2x2f(mat2x2f()); let w = mat3x2f(1, 2, 3, 4, 5, 6);",
  "let x = array(1, 2.5, 3); let y = array<u32, 2>(1, 2); let z = array(vec2f(), vec2f()); let w = array<array<f32, 2>, 2>();",
  "var x = array<f32, 3>(); let y = x[1] + x[2u] + x[0i]; var i = 1u; x[i] = x[i + 1u];",
  "let x = array(1, 2, 3)[1]; let y = vec3(1, 2, 3).yx; let z = mat2x2(1, 2, 3, 4)[1][0]; let w = vec3f().rgb.x;",
  "var i = 1; let x = array(1, 2, 3)[i]; let y = vec3f(1)[i]; let z = mat2x2f()[i][i];",
  "let x = bitcast<f32>(1u) + bitcast<f32>(1); let y = bitcast<vec2u>(vec2f()); let z = bitcast<u32>(4294967295); let w = bitcast<i32>(5u);",
  // Constants.
  "const x = 1; const y = x + 2.5; const z: f32 = y; let w: f32 = x; let v = array<f32, x + 1>();",
  "const x = vec3(1, 2, 3); const y = x.zy; const z = x[2]; const_assert y.x == 3 && z == 3; let w: vec3f = x;",
  "const x = array(1, 2, 3); const_assert x[1] == 2; const y = array<f32, x[2]>(); let z = y[0];",
  "const x = min(3, 2) + max(1.5, 1) + abs(-2) + clamp(5, 1, 3); const_assert x == 8.5;",
  "const x = false && (1 / 0 == 0); const y = true || (1u << 40u) == 0u;",
  "const x = sqrt(4.0); const_assert x == 2; const y = pow(2, 3) == 8.0; const z = floor(-1.5); const_assert z == -2;",
  "const_assert 7 / 2 == 3; const_assert -7 / 2 == -3; const_assert -7 % 3 == -1; const_assert 2147483647i + 1i == -2147483648;",
  "const_assert select(1, 2, true) == 2; const_assert all(vec2(1, 2) == vec2(1, 2)); const_assert dot(vec2(1, 2), vec2(3, 4)) == 11;",
  "const_assert countOneBits(7u) == 3; const_assert reverseBits(1u) == 0x80000000u;",
  // Functions of the language.
  "let x = 2.5; let y = abs(x) + min(x, 1) + max(1, x) + clamp(x, 0, 1) + floor(x) + ceil(x) + round(x) + trunc(x) + fract(x) + sign(x);",
  "let x = 2.5; let y = sqrt(x) + inverseSqrt(x) + exp(x) + exp2(x) + log(x) + log2(x) + pow(x, 2) + fma(x, x, 1);",
  "let x = 0.5; let y = sin(x) + cos(x) + tan(x) + asin(x) + acos(x) + atan(x) + atan2(x, 1) + sinh(x) + cosh(x) + tanh(x) + asinh(x) + acosh(x + 1) + atanh(x);",
  "let x = 0.5; let y = mix(x, 1, 0.5) + step(x, 1) + smoothstep(0, 1, x) + saturate(x) + degrees(x) + radians(x) + ldexp(x, 2);",
  "let x = vec3f(1); let y = cross(x, x) + normalize(x) + mix(x, x, 0.5) + mix(x, x, x) + reflect(x, x) + faceForward(x, x, x) + refract(x, x, 1.5); let z = dot(x, x) + length(x) + distance(x, x);",
  "let x = vec3u(1); let y = dot(x, x) + countOneBits(1u); let z = countLeadingZeros(x) + countTrailingZeros(x) + firstLeadingBit(x) + firstTrailingBit(x) + reverseBits(x);",
  "let x = 5u; let y = extractBits(x, 1, 2) + insertBits(x, x, 1u, 2u); let z = extractBits(-5, 1u, 2u);",
  "let x = transpose(mat2x3f()); let y = determinant(mat3x3f()); let z: mat3x2f = x;",
  "let x = pack4x8unorm(vec4f()) + pack4x8snorm(vec4f()) + pack2x16unorm(vec2f()) + pack2x16snorm(vec2f()); let y = unpack4x8unorm(x) + unpack4x8snorm(x); let z = unpack2x16unorm(x) + unpack2x16snorm(x);",
  "var b = true; let x = select(1, 2, b); let y = select(vec2f(), vec2f(1), b); let z = select(vec2f(), vec2f(1), vec2<bool>(b));",
  "workgroupBarrier(); storageBarrier();",
  // Statements.
  "var x = 1; x = 2; x += 3; x -= 1; x *= 2; x /= 2; x %= 2; x &= 1; x |= 2; x ^= 3; x <<= 1; x >>= 1u; x++; x--;",
  "var x = vec3f(); x.x = 1; x.y += 2; x[2] = 3; x *= 2; x = x.zyx; _ = x; _ = x.x;",
  "var x = mat2x2f(); x[0] = vec2f(1); x[0][1] = 2; x[1].x = 3; x *= 2; x *= x; x += x;",
  "if (true) {} else if (false) {} else {} if true {}",
  "for (var i = 0u; i < 10u; i++) { if (i == 5u) { continue; } if (i == 7u) { break; } }",
  "for (;;) { break; } var i = 0; for (; i < 3;) { i++; } for (i = 0; i < 2; i += 1) {}",
  "var i = 0; while i < 3 { i++; } while (true) { break; }",
  "var i = 0; loop { if (i > 3) { break; } i++; } loop { i++; continuing { break if i > 9; } } loop { i++; continuing { let j = i; break if j > 20; } }",
  "var i = 0; loop { let j = i; i++; if (i < 2) { continue; } let k = 1; continuing { _ = j; break if i > 9; } }",
  "var i = 1; switch (i) { case 1, 2: { i = 2; } case 3 { i = 4; } default: { i = 5; } }",
  "var i = 1u; switch i { case 1 { break; } case 2, default { } }",
  "switch (1) { default { } case 2: { } }",
  "var i = 1; switch (i) { case default, 1: {} } for (var j = 0; j < 2; j++) { switch (j) { case 1: { continue; } default: { break; } } }",
  "let x = 1; { let x = 2.0; var y = x; y = 3; } let z: i32 = x;",
  "var x = 1; let p = &x; *p = 2; (*p)++; let y = *p + 1; let q = &(*p); *q += y;",
  "var x = vec2f(); let p = &x; (*p).x = 1; p.y = 2; let y = p.x + p[1]; (*p)[0] += 1;",
  "var x = array<vec2f, 2>(); let p = &x[1]; *p = vec2f(1); let q = &x; q[0] = (*q)[1];",
  "{ } { { } } ; ;",
  "return;",
  "let a = 1; let b = 2; let c = a < b; let d = (a > b) == (a < b);",
  ["@diagnostic(off, derivative_uniformity) if (true) {}", "naga has it not yet"],
  ["const_assert extractBits(0xf0u, 4u, 4u) == 15;", "naga does not compute it"],
  "var<function> x: u32 = 1; var y: u32; let z: u32 = x + y;",
  "let æøå = 1; let ζ = æøå; let _x = ζ; let a_1 = _x;",
  "/* a /* b */ c */ let x = 1; // d\n/* e */ let y = x;",
  "let min = 1; let x = min + 1;",
  "let x = vec2<f32>(1).x; let y = vec2<f32>(1) < vec2<f32>(2); let z = array<vec2<f32>, 2>(); let a = array<array<f32,2>,3>()[1][1];",
  "let i = 1; let j = 2; let x = (i < j) == (j > (i)); let y = vec2<bool>(i < j, (j > i));",
  "let x: vec3f = vec3(); let y = vec2().x;",
];

const modules: readonly Row[] = [
  "fn main2() { helper(); } fn helper() { other(1); } fn other(x: f32) -> f32 { return x; }",
  "const a = b + 1; const b = c * 2; const c = 3; var<private> x: array<f32, a> ;",
  "alias Real = f32; alias Pair = vec2<Real>; fn f(x: Pair) -> Real { let y = Pair(1, 2); return (x + y).x; }",
  "struct A { x: f32, y: vec3f, z: B } struct B { a: array<u32, 4>, b: mat3x3f, } fn f() -> A { var a: A; a.z.a[1] = 2; let b = A(1, vec3f(), a.z); return b; }",
  "struct A { @align(16) x: f32, @size(32) y: u32, z: vec3f }; @group(0) @binding(0) var<uniform> a: A;",
  "struct A { n: u32, x: array<vec4f> } @group(0) @binding(0) var<storage, read_write> a: A; fn f() -> u32 { a.x[1] = vec4f(f32(a.n)); a.x[2].y += 1; return arrayLength(&a.x); }",
  "@group(0) @binding(0) var<storage> a: array<u32>; fn f() -> u32 { let p = &a; return arrayLength(p) + (*p)[1] + p[2]; }",
  "@group(0) @binding(0) var<storage, read> a: array<u32>; @group(0) @binding(1) var<storage, read_write> b: array<u32>; fn f(i: u32) { b[i] = a[i]; b[i]++; b[i] += 2; }",
  "struct P { a: array<vec4f, 3>, b: mat2x2f } @group(0) @binding(0) var<uniform> p: P; fn f(i: u32) -> f32 { let x = p; return x.a[i].x + p.b[1].y; }",
  "@group(0) @binding(0) var<uniform> p: mat3x3f; @group(0) @binding(1) var<uniform> q: vec3u; fn f() -> vec3f { return p * vec3f(q); }",
  "var<workgroup> a: array<bool, 4>; var<workgroup> b: u32; fn f() { a[0] = true; b = 1; }",
  "override N: u32 = 4; var<workgroup> a: array<f32, N>; @compute @workgroup_size(N) fn f(@builtin(local_invocation_index) i: u32) { a[i] = 1; }",
  "override N = 4; override M: f32 = 1.5; override B: bool; override K: i32; @id(7) override L = f32(N) * M; fn f() -> f32 { if (B) { return L; } return f32(K + N); }",
  "override N = 4; @compute @workgroup_size(N, 2 * N, 1) fn f() {}",
  "const N = 4; @compute @workgroup_size(N, 2u) fn f(@builtin(workgroup_id) a: vec3u, @builtin(local_invocation_id) b: vec3<u32>, @builtin(num_workgroups) c: vec3u, @builtin(global_invocation_id) d: vec3u) {}",
  "struct I { @builtin(workgroup_id) a: vec3u, @builtin(local_invocation_index) b: u32 } @compute @workgroup_size(1) fn f(i: I, @builtin(num_workgroups) n: vec3u) { let x = i.a.x + i.b; }",
  "var<private> a = 1; var<private> b: vec3f; var<private> c = array(1.0, 2); fn f() -> f32 { a++; b.x = c[a]; return b.y; }",
  "fn f(p: ptr<function, i32>) -> i32 { *p += 1; return *p; } fn g() -> i32 { var x = 1; let q = &x; return f(&x) + f(q); } fn h(p: ptr<function, i32>) { _ = f(p); }",
  "var<private> a: vec2f; fn f(p: ptr<private, vec2f>) { (*p).x = 1; p.y = 2; } fn g() { f(&a); }",
  "fn f(p: ptr<function, array<f32, 4>>, i: u32) -> f32 { (*p)[i] = 1; p[1] = 2; return p[i]; } fn g() { var a: array<f32, 4>; let x = f(&a, 1); }",
  "fn f(x: bool) -> f32 { if (x) { return 1; } else { return 2; } }",
  "fn f(x: u32) -> f32 { switch (x) { case 1: { return 1; } default: { return 2; } } }",
  ["fn f() -> f32 { loop { return 1; } }", "naga sees no ends of loops"],
  [
    "fn f(x: u32) -> u32 { for (var i = 0u; ; i++) { if (i > x) { return i; } } }",
    "naga sees no ends of loops",
  ],
  "fn f(x: u32) -> u32 { loop { if (x > 1) { return 1; } continuing { break if x > 3; } } return 2; }",
  "fn f() -> i32 { { return 1; } }",
  "@must_use fn f() -> f32 { return 1; } fn g() -> f32 { _ = f(); return f(); } fn h() -> f32 { return 1; } fn i() { h(); }",
  "fn f(a: f32, b: vec2f,) -> f32 { return a + b.x; } fn g() -> f32 { return f(1, vec2f(2),); }",
  "@group(0) @binding(0) var<storage, read_write> a: u32; @group(0) @binding(0) var<storage, read_write> b: f32; @compute @workgroup_size(1) fn f() { a = 1; } @compute @workgroup_size(1) fn g() { b = 1; }",
  "diagnostic(off, derivative_uniformity); fn f() {}",
  "const_assert 1 < 2; const x = 1; const_assert x == 1; ;",
  "fn min(a: u32, b: u32) -> u32 { return a; } fn f() -> u32 { return min(1, 2); }",
  "const a = vec4(1, 2, 3, 4); const b = a.wzyx + 1.5; const c: vec4f = b; fn f() -> f32 { return c.x; }",
  "const a: array<vec2f, 2> = array(vec2(1, 2), vec2(3.5, 4)); fn f(i: u32) -> f32 { return a[i].x + a[1].y; }",
  "struct S { a: i32, b: f32 } const s = S(1, 2); const t = s.b; fn f() -> f32 { let x = s; return x.b + t; }",
];

function programs(rows: readonly Row[], around: (text: string) => string): ValidProgram[] {
  return rows.map((row) => {
    const [text, adapterRefuses] = typeof row === "string" ? [row] : row;
    return { text: around(text), ...adapterRefuses ? { adapterRefuses } : {} };
  });
}

/** All of them. */
export const validPrograms: readonly ValidProgram[] = [
  ...programs(statements, inMain),
  ...programs(modules, atModule),
];
