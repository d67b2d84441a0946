import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { checkModule } from "../../../src/wasm/wgsl/check.ts";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import type { Expression, Statement } from "../../../src/wasm/wgsl/tree.ts";
import { typeName } from "../../../src/wasm/wgsl/types.ts";
import { atModule, inMain } from "./program.ts";

/** An expression of the tree in short. */
function show(node: Expression): string {
  switch (node.kind) {
    case "constant":
      return `${JSON.stringify(node.value)}:${typeName(node.type)}`;
    case "variable":
      return node.variable.name;
    case "load":
    case "address":
    case "dereference":
    case "convert":
      return `${node.kind}(${show(node.of)})${node.kind === "convert" ? `:${typeName(node.type)}` : ""}`;
    case "member":
      return `${show(node.of)}.${node.index}`;
    case "index":
      return `${show(node.of)}[${show(node.index)}]`;
    case "swizzle":
      return `${show(node.of)}.{${node.lanes}}`;
    case "unary":
      return `(${node.operator}${show(node.of)})`;
    case "binary":
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case "call":
      return `${node.function.name}(${node.args.map(show)})`;
    case "builtin":
      return `${node.name}(${node.args.map(show)})`;
    case "construct":
      return `${typeName(node.type)}{${node.args.map(show)}}`;
  }
}

/** The value of the last statement, a `let` or an assignment, of a function. */
function last(body: string, declarations = ""): string {
  const { functions } = checkModule(`${declarations}\nfn f(i: u32, x: f32, v: vec3f) {\n${body}\n}`);
  const statement = functions.at(-1)!.body.at(-1)!;
  if (statement.kind === "declare") return show(statement.initializer!);
  if (statement.kind !== "assign") throw new TypeError(`${statement.kind} has no value`);
  const { target, operator = "", value } = statement;
  return `${target ? show(target) : "_"} ${operator}= ${show(value)}`;
}

Deno.test("checkModule writes down loads, conversions and folded constants", () => {
  const cases: Record<string, string> = {
    "let y = x * 2;": "(x * 2:f32)",
    "let y = v * 2;": "(v * 2:f32)",
    "let y = 1 + 2 * x;": "(1:f32 + (2:f32 * x))",
    "let y = x + 2 * 3;": "(x + 6:f32)",
    "var a = 1u; let y = a + i;": "(load(a) + i)",
    "var a = v; let y = a.x;": "load(a[0:u32])",
    "var a = v; let y = a.zy;": "load(a).{2,1}",
    "let y = v.z;": "v.{2}",
    "let y = v[i];": "v[i]",
    "var a = v; a.y = 1;": "a[1:u32] = 1:f32",
    "var a = v; a[i] += 1;": "a[i] += 1:f32",
    "var a = 1u; a++;": "a += 1:u32",
    "var a = 1; a--;": "a -= 1:i32",
    "var a = 1; _ = a;": "_ = load(a)",
    "var a = 1u; a <<= 2;": "a <<= 2:u32",
    "let y = u32(x);": "convert(x):u32",
    "let y = f32(x);": "x",
    "let y = vec3u(v);": "convert(v):vec3u",
    "let y = vec4f(v, 1);": "vec4f{v,1:f32}",
    "let y = vec3f(x);": "vec3f{x}",
    "let y = vec2(x, 1);": "vec2f{x,1:f32}",
    "let y = array(1, x);": "array<f32, 2>{1:f32,x}",
    "let y = array(1, 2, 3)[i];": "[1,2,3]:array<i32, 3>[i]",
    "let y = min(x, 1);": "min(x,1:f32)",
    "let y = select(1, 2, x > 0);": "select(1:i32,2:i32,(x > 0:f32))",
    "let y = i << 3;": "(i << 3:u32)",
    "let y = 1 << i;": "(1:i32 << i)",
    "let y = true && x > 1;": "(true:bool && (x > 1:f32))",
    "var a = 1.0; let p = &a; let y = *p + 1;": "(load(dereference(p)) + 1:f32)",
    "var a = v; let p = &a; p.x = 2;": "dereference(p)[0:u32] = 2:f32",
    "let y = s[i].b.z;": "load(s[i].1[2:u32])",
    "let y = arrayLength(&s);": "arrayLength(address(s))",
    "let y = S(1, v);": "S{1:f32,v}",
    "let y = S().b;": "[0,0,0]:vec3f",
    "let y = N + 1;": "(N + 1:i32)",
    "let y = C + x;": "(1.5:f32 + x)",
    "let y = helper(1);": "helper(1:f32)",
    "let y = bitcast<u32>(x);": "bitcast(x)",
    "let y = -x;": "(-x)",
    "let y = -(1.0);": "-1:f32",
  };
  const declarations = `struct S { a: f32, b: vec3f }
    @group(0) @binding(0) var<storage> s: array<S>;
    override N = 3; const C = 1.5;
    fn helper(x: f32) -> f32 { return x; }`;
  for (const [text, expected] of Object.entries(cases)) {
    assertEquals(last(text, declarations), expected, text);
  }
});

Deno.test("checkModule tells variables, overrides and entry points", () => {
  const { variables, overrides, functions } = checkModule(`
    @group(0) @binding(2) var<storage, read_write> a: array<f32>;
    @group(0) @binding(1) var<storage> b: u32;
    @id(3) override N: u32 = 4;
    override M: f32;
    var<workgroup> w: array<f32, N>;
    struct I { @builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32 }
    @compute @workgroup_size(N, 2) fn f(i: I, @builtin(num_workgroups) n: vec3u) {}`);
  assertEquals(
    variables.map(({ name, space, access, group, binding }) => [name, space, access, group, binding]),
    [
      ["a", "storage", "read_write", 0, 2],
      ["b", "storage", "read", 0, 1],
      ["w", "workgroup", undefined, undefined, undefined],
    ],
  );
  assertEquals(
    overrides.map((
      { name, id, type, initializer },
    ) => [name, id, typeName(type), initializer && show(initializer)]),
    [
      ["N", 3, "u32", "4:u32"],
      ["M", undefined, "f32", undefined],
    ],
  );
  assertEquals(functions[0]!.workgroupSize!.map(show), ["N", "2:i32", "1:u32"]);
  assertEquals(functions[0]!.parameters.map(({ builtins }) => builtins), [
    ["workgroup_id", "local_invocation_index"],
    ["num_workgroups"],
  ]);
});

Deno.test("checkModule finds helpers, constants and types declared after their use", () => {
  const { functions } = checkModule(
    "fn f() -> T { return g(C); } fn g(x: T) -> T { return x; } const C = D; const D = 2; alias T = f32;",
  );
  const [statement] = functions[0]!.body;
  assertEquals(statement?.kind === "return" && show(statement.value!), "g(2:f32)");
});

Deno.test("checkModule gives loops, their parts and lines", () => {
  const { functions } = checkModule(
    inMain("for (var i = 0; i < 3; i++) {\n let x = i; }\nloop { break; continuing { break if true; } }"),
  );
  const loops = functions[0]!.body as (Statement & { kind: "loop" })[];
  assertEquals(
    loops.map(({ line, initializer, condition, body, continuing, breakIf }) => [
      line,
      initializer.length,
      condition && show(condition),
      body.length,
      continuing.length,
      breakIf && show(breakIf),
    ]),
    [[2, 1, "(load(i) < 3:i32)", 1, 1, undefined], [4, 0, undefined, 1, 0, "true:bool"]],
  );
});

Deno.test("checkModule refuses texts that would overflow a compiler's stack, with a line", () => {
  const many = 20000;
  const nested = (open: string, close: string) =>
    inMain(`let x = ${open.repeat(many)}1${close.repeat(many)};`);
  const row = (make: (i: number) => string) => Array.from({ length: 2000 }, (_, i) => make(i)).join("\n");
  const sum = `${"(".repeat(200)}x${`${"+ 1".repeat(250)})`.repeat(200)}`;
  const texts = [
    nested("(", ")"),
    nested("- ", ""),
    nested("abs(", ")"),
    nested("a[", "]"),
    nested("array<", ">"),
    inMain("{".repeat(many)),
    inMain(`if true {}${" else if true {}".repeat(many)}`),
    inMain(`let x = 1${" + 1".repeat(many)};`),
    inMain(`let x = y${".x".repeat(many)};`),
    inMain(`let x = y${"<y".repeat(many)};`),
    inMain(`var x = 1; let y = ${sum};`),
    atModule(row((i) => `fn f${i}() { f${i + 1}(); }`) + "fn f2000() {}"),
    atModule(row((i) => `const c${i} = c${i + 1};`) + "const c2000 = 1;"),
    atModule(`alias A0 = f32; ${row((i) => `alias A${i + 1} = array<A${i}, 1>;`)}`),
    atModule(`struct S0 { a: f32 } ${row((i) => `struct S${i + 1} { a: S${i} }`)}`),
    atModule("/*".repeat(many)),
  ];
  for (const text of texts) {
    const error = assertThrows(() => checkModule(text), WgslError, undefined, text.slice(0, 200));
    assertEquals(error.line > 0, true);
    assertMatch(error.message, /^.{10,300}$/);
  }
});

Deno.test("checkModule answers texts made of pieces with a tree or a WgslError", () => {
  const pieces =
    ("fn f ( ) { } < > [ ] let var const = ; : , . x y 1 2u 0.5 + - * / & && | ! ~ @ compute workgroup_size vec3 array " +
      "f32 u32 struct S if else loop for while switch case default break continue return -> ptr function storage ++ += <<= >> true _ \n")
      .split(" ");
  let seed = 1;
  const draw = (count: number) => {
    seed = Math.imul(seed, 1664525) + 1013904223 >>> 0;
    return Math.floor(seed / 2 ** 32 * count);
  };
  for (let i = 0; i < 3000; i++) {
    const words = Array.from({ length: 1 + draw(20) }, () => pieces[draw(pieces.length)]);
    const text = i % 2 === 0 ? words.join(" ") : inMain(words.join(" "));
    try {
      checkModule(text);
    } catch (error) {
      if (!(error instanceof WgslError)) throw new Error(text, { cause: error });
    }
  }
});
