import { assertEquals, assertThrows } from "@std/assert";
import { kernelInterface } from "../../src/gpu/kernel_interface.ts";
import { WgslError } from "../../src/gpu/wgsl_tokens.ts";

/** The interface of an entry point in one text. */
function interfaceOf(text: string, entryPoint: string) {
  return kernelInterface([text], entryPoint);
}

/** What every text here declares, with names that no keyword has. */
const declarations = `struct Params {
  size: u32,
  factor: f32,
}
struct Pair { left: u32, right: u32 }
@group(0) @binding(2) var<storage, read_write> results: array<u32>;
@group(0) @binding(0) var<storage, read> inputs: array<Pair>;
@group(0) @binding(1) var<uniform> window: array<vec4u, 4>;
@group(0) @binding(3) var<storage> weights: array<u32>;
@group(0) @binding(8) var<uniform> params: Params;
var<private> kept: u32;
var<workgroup> shared_sums: array<u32, 4>;
override GROUP: u32 = 1;
`;

/** Names of what the entry point `run` binds in `text`. */
function bound(text: string): string[] {
  return interfaceOf(declarations + text, "run").bindings.map(({ name }) => name);
}

function entry(body: string): string {
  return `@compute @workgroup_size(GROUP) fn run(@builtin(global_invocation_id) id: vec3u) { ${body} }\n`;
}

Deno.test("kernelInterface() binds what the entry point names, by number, each as it is declared", () => {
  const { bindings } = interfaceOf(
    declarations + entry("results[0] = weights[1] + window[id.x].y + inputs[id.x].left + kept;"),
    "run",
  );
  assertEquals(bindings, [
    { name: "inputs", binding: 0, type: "read-only-storage" },
    { name: "window", binding: 1, type: "uniform" },
    { name: "results", binding: 2, type: "storage" },
    { name: "weights", binding: 3, type: "read-only-storage" },
  ]);
});

Deno.test("kernelInterface() binds what functions name that the entry point calls, in any order and depth", () => {
  const called =
    "fn outer() -> u32 { return inner(0u); }\nfn inner(at: u32) -> u32 { return inputs[at].left; }\n";
  assertEquals(bound(called + entry("results[0] = outer();")), ["inputs", "results"]);
  assertEquals(bound(entry("results[0] = outer();") + called), ["inputs", "results"]);
});

Deno.test("kernelInterface() leaves out what other functions and entry points name, and what nothing names", () => {
  const others = "fn other() -> u32 { return weights[0]; }\n" +
    "@compute @workgroup_size(1) fn second() { results[0] = other() + window[0].x; }\n";
  assertEquals(bound(others + entry("results[0] = 1u;")), ["results"]);
  const { bindings } = interfaceOf(declarations + others, "second");
  assertEquals(bindings.map(({ name }) => name), ["window", "results", "weights"]);
});

Deno.test("kernelInterface() takes a parameter or a local variable for what it is, whatever else has its name", () => {
  const callee = "fn sum(weights: u32) -> u32 { return weights + 1u; }\n";
  assertEquals(bound(callee + entry("results[0] = sum(2u);")), ["results"]);
  for (
    const declared of ["let inputs = 1u;", "var inputs = 1u;", "var inputs: u32 = 1u;", "const inputs = 1u;"]
  ) {
    assertEquals(bound(entry(`${declared} results[0] = inputs;`)), ["results"], declared);
  }
  // Another function may name the variable all the same.
  const reads = "fn first() -> u32 { return inputs[0].left; }\n";
  assertEquals(bound(reads + entry("let inputs = first(); results[0] = inputs;")), ["inputs", "results"]);
});

Deno.test("kernelInterface() takes a local variable for one from the end of its declaration to that of its block", () => {
  for (
    const body of [
      "let inputs = inputs[0].left; results[0] = inputs;",
      "{ let inputs = 1u; results[0] = inputs; } results[0] = inputs[0].left;",
      "for (var inputs = 0u; inputs < 1u; inputs++) { results[0] = 1u; } results[1] = inputs[0].left;",
      "if (kept > 0u) { var inputs = 2u; results[0] = inputs; } else { results[0] = inputs[0].right; }",
      "for (var i = 0u; i < 2u; i++) { let inputs = i; results[i] = inputs; } results[2] = inputs[0].left;",
    ]
  ) assertEquals(bound(entry(body)), ["inputs", "results"], body);
  for (
    const body of [
      "var<function> inputs: u32 = 1u; results[0] = inputs;",
      "for (var inputs = 0u; inputs < 1u; inputs++) { results[0] = inputs; }",
    ]
  ) {
    assertEquals(bound(entry(body)), ["results"], body);
  }
});

Deno.test("kernelInterface() wants all fields of params where they are taken together", () => {
  for (
    const body of [
      "let p = params; results[0] = p.size;",
      "results[0] = (params).size;",
      "results[0] = sum(params);",
    ]
  ) {
    const text = `${declarations}fn sum(p: Params) -> u32 { return p.size; }\n${entry(body)}`;
    assertEquals([...interfaceOf(text, "run").sizes], ["size", "factor"], body);
  }
});

Deno.test("kernelInterface() takes a member for none of the variables of its name", () => {
  const other = "struct Other { weights: u32, window: vec2u }\n";
  const body = "var other: Other; results[0] = other.weights + other . window.x;";
  assertEquals(bound(other + entry(body)), ["results"]);
});

Deno.test("kernelInterface() takes no word of a comment", () => {
  assertEquals(bound(entry("/* weights[0] /* inputs */ */ results[0] = 1u; // window")), ["results"]);
});

Deno.test("kernelInterface() tells variables of one number apart by who names them", () => {
  const text = `@group(0) @binding(0) var<storage, read> taken: array<u32>;
@group(0) @binding(0) var<storage, read_write> made: array<u32>;
@compute @workgroup_size(1) fn take() { let x = taken[0]; }
@compute @workgroup_size(1) fn give() { made[0] = 1u; }
`;
  assertEquals(interfaceOf(text, "take").bindings, [
    { name: "taken", binding: 0, type: "read-only-storage" },
  ]);
  assertEquals(interfaceOf(text, "give").bindings, [{ name: "made", binding: 0, type: "storage" }]);
});

Deno.test("kernelInterface() reads declarations however they are written", () => {
  const text = `@binding(5) @group(0)
var < storage , read_write > results: array< u32 > ;
@group(0) @binding(1u) var<uniform>window:array<vec4u,4>;
@compute @workgroup_size(1)
fn run() { results[0]=window[0].x; }
`;
  assertEquals(interfaceOf(text, "run").bindings.map(({ binding, type }) => [binding, type]), [
    [1, "uniform"],
    [5, "storage"],
  ]);
  const other = `@group(0) @binding(0x3u) var<storage, read_write,> results: array<u32>;
@group(1) @binding(0) var<storage> apart: array<u32>;
@compute @workgroup_size(1) fn run() { results[0] = apart[0]; }
`;
  assertEquals(interfaceOf(other, "run").bindings, [{ name: "results", binding: 3, type: "storage" }]);
});

Deno.test("kernelInterface() tells which fields of params the entry point and what it calls read", () => {
  const helper = "fn scaled(x: u32) -> f32 { return params.factor * f32(x); }\n";
  const of = (text: string) => {
    const { params, sizes, bindings } = interfaceOf(declarations + helper + text, "run");
    return { params, sizes: [...sizes].sort(), bound: bindings.map(({ name }) => name) };
  };
  assertEquals(of(entry("results[0] = params.size;")), {
    params: "Params",
    sizes: ["size"],
    bound: ["results"],
  });
  assertEquals(of(entry("results[0] = params.size + u32(scaled(1u));")).sizes, ["factor", "size"]);
  assertEquals(of(entry("results[0] = inputs[0].left;")), {
    params: undefined,
    sizes: [],
    bound: ["inputs", "results"],
  });
});

Deno.test("kernelInterface() gives the fields of every structure in order, with their types, alignments and sizes", () => {
  const text = `struct Inner {
  @align(16) first: u32, // wanted: 16
  second: vec2u,
  @size(16) @align(32) third: array<vec4f, 2>
}
struct Params { inner: array<Inner, 3>, last: f32, }
`;
  const { structs } = interfaceOf(text, "none");
  assertEquals([...structs], [
    ["Inner", [
      { name: "first", type: "u32", align: 16, size: 0 },
      { name: "second", type: "vec2u", align: 0, size: 0 },
      { name: "third", type: "array<vec4f,2>", align: 32, size: 16 },
    ]],
    ["Params", [
      { name: "inner", type: "array<Inner,3>", align: 0, size: 0 },
      { name: "last", type: "f32", align: 0, size: 0 },
    ]],
  ]);
});

Deno.test("kernelInterface() of an entry point that is not there binds nothing", () => {
  const { bindings, params, sizes } = interfaceOf(
    declarations + entry("results[0] = params.size;"),
    "absent",
  );
  assertEquals([bindings, params, [...sizes]], [[], undefined, []]);
});

Deno.test("kernelInterface() of a text that breaks off, or is none of declarations, is no error", () => {
  for (
    const text of [
      "",
      ";",
      "fn run( {",
      "fn run() { results[0] = 1u;",
      "struct",
      "affine",
      "} } {",
      "@group(0)",
    ]
  ) {
    interfaceOf(text, "run");
    interfaceOf(declarations + text, "run");
  }
});

Deno.test("kernelInterface() of what is not made of WGSL's words tells the line", () => {
  const error = assertThrows(() => interfaceOf("fn run() {}\n\n#include", "run"), WgslError);
  assertEquals(error.line, 3);
});
