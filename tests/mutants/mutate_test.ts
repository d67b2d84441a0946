import { assertEquals } from "@std/assert";
import { codeOf } from "./code.ts";
import { equivalents } from "./equivalent.ts";
import { mutantsOf, mutated, nameOf } from "./mutate.ts";

/** What the lines of a text become, without the blanks around. */
function afterOf(file: string, line: string): string[] {
  return mutantsOf(file, line).map(({ after }) => after.trim()).sort();
}

const typescript: [line: string, mutants: string[]][] = [
  ["const a = 0;", ["const a = 1;"]],
  ["const a = 1;", ["const a = 0;"]],
  ["const a = 1_000;", ["const a = 1001;"]],
  ["const a = 0xff;", ["const a = 256;"]],
  ["const a = 0.5;", ["const a = 1.0;"]],
  ["const a = 1e-3;", ["const a = 0.002;"]],
  ["const a = true;", ["const a = false;"]],
  ["const a = b1 < c.d2;", ["const a = b1 <= c.d2;"]],
  ["const a = b ?? c;", ["const a = b && c;"]],
  ["const a = !b;", ["const a = b;"]],
  ["const a = b! >= c[d]!;", ["const a = b! > c[d]!;"]],
  ["const a = b === c && d;", ["const a = b !== c && d;", "const a = b === c || d;"]],
  ["const a = b ? c : d;", ["const a = !(b) ? c : d;"]],
  ["  return f(a) ? c : d;", ["return !(f(a)) ? c : d;"]],
  ["  const a = { b, c: d };", ["const a = { b};", "const a = { c: d };"]],
  ["const a = f(b, g(c));", ["const a = f( g(c));", "const a = f(b);"]],
  ["const a = [b];", ["const a = [];"]],
  ["const a = Math.min(b);", ["const a = Math.max(b);"]],
  ["  if (a || b) return;", ["if (!(a || b)) return;", "if (a && b) return;", ""].sort()],
  ["  f(a);", [""]],
  ["  this.#a += b;", ["", "this.#a -= b;"]],
  ["  gamma: agent.gamma,", [""]],
  ["  for (const a of b) c++;", ["", "for (const a of b) c--;"]],
  ["function f(a: number, b: Map<string, Array<number>>): void {", []],
  ['import { a } from "../1.ts"; // 1', []],
  ["type A = 1 | 2;", []],
  ['const a = "1 < 2"; // 1', []],
  ["const a = `1 ${b[`${1}`]} 2`;", []],
  ["const a = /1 < \\/[/]2/.test(b);", []],
];

const wgsl: [line: string, mutants: string[]][] = [
  ["let a = 0u;", ["let a = 1u;"]],
  ["let a = 1.0;", ["let a = 0.0;"]],
  ["let a = b % c; // 1", ["let a = b * c; // 1"]],
  ["  if (HUBER) {", ["if (!(HUBER)) {"]],
  ["  workgroupBarrier();", [""]],
  ["let a = max(b, c) >> d;", ["let a = max(b, c) << d;", "let a = min(b, c) >> d;"]],
  ["let a = select(b, c, d <= e);", ["let a = select(b, c, d < e);"]],
  ["@group(0) @binding(1) var<storage, read> a: array<f32>;", []],
  ["override GROUP: u32 = 64;", []],
  ["struct A {\n  b: array<f32, 2>,\n}", []],
];

for (const [name, cases] of Object.entries({ "a.ts": typescript, "a.wgsl": wgsl })) {
  Deno.test(`mutantsOf() of ${name} changes constants, operators, conditions, arguments and statements`, () => {
    for (const [line, mutants] of cases) assertEquals(afterOf(name, line), mutants, line);
  });
}

Deno.test("mutantsOf() numbers lines, and names a mutant by its lines, not their number", () => {
  const text = "/** Is 1. */\nconst a = 1;\n\nconst a = 1;\n";
  const found = mutantsOf("src/a.ts", text);
  assertEquals(found.map(({ line, id }) => [line, id]), [
    [2, "src/a.ts: const a = 1; → const a = 0;"],
    [4, "src/a.ts: const a = 1; → const a = 0; (2)"],
  ]);
  assertEquals(mutated(text, found[1]!), "/** Is 1. */\nconst a = 1;\n\nconst a = 0;\n");
});

Deno.test("codeOf() blanks what is not run and moves nothing", () => {
  const text = "/* a\n */ b('c', /d/); // e\ninterface F {\n  g: 1;\n}\nh / i / j\n";
  assertEquals(codeOf("a.ts", text), "    \n    b(   ,    );     \n             \n       \n \nh / i / j\n");
});

Deno.test("every mutant that is listed as equivalent is one of a line that exists, listed once", async () => {
  const names = new Map<string, Set<string>>();
  for (const file of new Set(equivalents.map(({ file }) => file))) {
    const text = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
    names.set(file, new Set(mutantsOf(file, text).map(nameOf)));
  }
  assertEquals(equivalents.filter((listed) => !names.get(listed.file)!.has(nameOf(listed))).map(nameOf), []);
  assertEquals(new Set(equivalents.map(nameOf)).size, equivalents.length);
});
