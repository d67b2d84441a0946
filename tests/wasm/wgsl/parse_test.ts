import { assertEquals, assertThrows } from "@std/assert";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import { parseModule } from "../../../src/wasm/wgsl/parse.ts";
import type { ExpressionSyntax } from "../../../src/wasm/wgsl/syntax.ts";

function parse(expression: string): string {
  const [declaration] = parseModule(`const x = ${expression};`).declarations;
  return show((declaration as { initializer: ExpressionSyntax }).initializer);
}

function show(syntax: ExpressionSyntax): string {
  switch (syntax.kind) {
    case "name":
      return syntax.name + (syntax.template ? `<${syntax.template.map(show)}>` : "");
    case "number":
      return String(syntax.number.value);
    case "bool":
      return String(syntax.value);
    case "call":
      return `${show(syntax.callee)}(${syntax.args.map(show)})`;
    case "index":
      return `${show(syntax.of)}[${show(syntax.index)}]`;
    case "member":
      return `${show(syntax.of)}.${syntax.name}`;
    case "unary":
      return `(${syntax.operator}${show(syntax.of)})`;
    case "binary":
      return `(${show(syntax.left)} ${syntax.operator} ${show(syntax.right)})`;
  }
}

Deno.test("parseModule binds operators as WGSL's grammar does", () => {
  const cases: Record<string, string> = {
    "a + b * c": "(a + (b * c))",
    "a - b - c": "((a - b) - c)",
    "a / b * c % d": "(((a / b) * c) % d)",
    "a * b + c * d": "((a * b) + (c * d))",
    "a + b < c - d": "((a + b) < (c - d))",
    "a < b && c > d && e": "(((a < b) && (c > d)) && e)",
    "a || b == c || d": "((a || (b == c)) || d)",
    "(a && b) || c": "((a && b) || c)",
    "a << b": "(a << b)",
    "a << b == c >> d": "((a << b) == (c >> d))",
    "a & b & c": "((a & b) & c)",
    "a | (b & c)": "(a | (b & c))",
    "-a & ~b": "((-a) & (~b))",
    "-a.b[c].d": "(-a.b[c].d)",
    "- - a": "(-(-a))",
    "!!a": "(!(!a))",
    "*a.b": "(*a.b)",
    "&a[b]": "(&a[b])",
    "(*a)[b]": "(*a)[b]",
    "a(b, c,)[d].e": "a(b,c)[d].e",
    "vec3<f32>(a).x": "vec3<f32>(a).x",
    "array<vec2<f32>, 2>()": "array<vec2<f32>,2>()",
    "a < b": "(a < b)",
    "a >= b": "(a >= b)",
  };
  for (const [text, expected] of Object.entries(cases)) assertEquals(parse(text), expected, text);
});

Deno.test("parseModule refuses operators that need parentheses between them", () => {
  const refused = [
    "a & b | c",
    "a ^ b & c",
    "a && b || c",
    "a || b && c",
    "a << b << c",
    "a << b + c",
    "a + b << c",
    "a * b >> c",
    "a == b == c",
    "a < b <= c",
    "a & b == c",
    "a == b & c",
    "a + b & c",
    "a & b + c",
    "a & b && c",
    "a && b & c",
    "a < b | c",
  ];
  for (const text of refused) assertThrows(() => parse(text), WgslError, "need parentheses", text);
});

Deno.test("parseModule reads statements in all their forms", () => {
  const { declarations } = parseModule(`fn f() {
    if a { } else if (b) { } else { }
    switch a { case 1, default: { } case 2 { } }
    for (;;) { }
    loop { continuing { break if a; } }
    while a { continue; }
    a = b; a += b; a++; _ = a; a(); return a; ;
  }`);
  const [syntax] = declarations;
  assertEquals(
    syntax?.kind === "function" ? syntax.body.body.map(({ kind, line }) => `${kind} ${line}`) : [],
    [
      "if 2",
      "switch 3",
      "loop 4",
      "loop 5",
      "loop 6",
      ...["assign", "assign", "assign", "assign", "call", "return"].map((kind) => `${kind} 7`),
    ],
  );
});
