import { assertEquals } from "@std/assert";
import { runWgsl } from "../run_wgsl.ts";

/** What a run ended with: 0, or the line of a loop, counted from the body's first; and what it wrote. */
interface Ended {
  readonly line: number;
  readonly out: readonly number[];
}

/** Runs a body whose first line is line 1, with `n`, numbers that the compiler does not know, and `out` to write to. */
function run(
  body: string,
  { n = [0], more = "", invocations = 1 }: { n?: number[]; more?: string; invocations?: number } = {},
): Ended {
  const out = new Uint32Array(4);
  const before = `@group(0) @binding(0) var<storage, read> n: array<u32>;
    @group(0) @binding(1) var<storage, read_write> out: array<u32>;
    @compute @workgroup_size(${invocations}) fn main(@builtin(global_invocation_id) id: vec3u) {
`;
  const line = runWgsl(`${before}${body}\n}\n${more}`, { arrays: { 0: new Uint32Array(n), 1: out } });
  return { line: line && line - before.split("\n").length + 1, out: [...out] };
}

/** Where a run ended. */
const lineOf = (...args: Parameters<typeof run>) => run(...args).line;

/** As many turns as an invocation may not take. */
const most = 2 ** 28;

Deno.test("a loop without an end ends the dispatch with its line", () => {
  const body = `out[0] = 1u;
    while (out[0] > 0u) {
      out[1] = 2u;
    }
    out[2] = 3u;`;
  assertEquals(run(body), { line: 2, out: [1, 2, 0, 0] });
});

Deno.test("a loop that would count too far is not begun", () => {
  const body = (limit: string) =>
    `out[1] = 1u;
    for (var i = 0u; i < ${limit}; i++) { out[0] = i; }
    out[2] = 3u;`;
  for (const limit of [`${most}u`, "4294967295u", "n[0]"]) {
    assertEquals(run(body(limit), { n: [2 ** 32 - 1] }), { line: 2, out: [0, 1, 0, 0] });
  }
  const after = `for (var i = 0u; i < ${most / 2}u; i++) { }\n${body("4294967295u")}`; // More than 2^32 together.
  assertEquals(run(after), { line: 3, out: [0, 1, 0, 0] });
});

Deno.test("loops that count end the dispatch where their turns are too many together, at the line that was reached", () => {
  const two = (a: string, b: string) => `
    for (var i = 0u; i < ${a}; i++) {
      for (var j = 0u; j < ${b}; j++) {
        out[0] = j;
      }
    }`;
  const three = (a: string, b: string, c: string) => `
    for (var i = 0u; i < ${a}; i++) {
      for (var j = 0u; j < ${b}; j++) {
        for (var k = 0u; k < ${c}; k++) { out[0] = k; }
      }
    }`;
  const half = most / 2;
  assertEquals(lineOf(two("9u", `${half}u`)), 3);
  assertEquals(lineOf(two("n[0]", "n[1]"), { n: [4, half] }), 3);
  assertEquals(lineOf(two("4u", "n[i & 1u]"), { n: [half, half - 5] }), 3);
  assertEquals(lineOf(three("9u", "9u", `${half}u`)), 4);
  assertEquals(lineOf(three("n[0]", "n[1]", "n[2]"), { n: [3, 3, half] }), 4);
  assertEquals(lineOf(three(`${most - 1}u`, "n[0]", "n[1]"), { n: [1, 0] }), 3); // The outer ones' turns count too.
  assertEquals(run(two("30u", "n[0]"), { n: [40] }), { line: 0, out: [39, 0, 0, 0] });
});

Deno.test("a loop that counts takes as many turns as it does, whichever way it counts", () => {
  const spent = (more: number) => `
    for (var i = 0u; i < ${most - 1 - 10 - 20 - 20 - 15 - 9 - 7 + more}u; i++) { }
    for (var i = 0u; i < n[0]; i++) { out[1]++; }
    for (var i = 2u; i < 60u; i += 3u) { out[1] += n[0]; out[2] = out[1] % 9u; out[3] = out[2] % 8u; }
    for (var i = -5; i < i32(n[0]) + 5; i++) { out[1]++; }
    for (var i = i32(n[0]); i > -5; i--) { out[1]++; }
    for (var i = n[1]; i <= 11u; i++) { out[1]++; }
    for (var i = i32(n[0]); i < -5; i++) { out[1]++; }
    for (var i = n[0]; i < n[1]; i++) { out[1]++; }
    for (var i = 0u; i < n[2]; i++) { out[0]++; }`;
  assertEquals(lineOf(spent(0), { n: [10, 3, 7] }), 0);
  assertEquals(lineOf(spent(1), { n: [10, 3, 7] }), 10);
});

Deno.test("a loop that ends early is charged with the turns that it takes", () => {
  const nest = (end: string) => `
    for (var i = 0u; i < 1000u; i++) {
      for (var j = 0u; j < 4000000000u; j++) { ${end} out[0] = j; }
    }`;
  assertEquals(run(nest("if (j == 9u) { break; }")), { line: 0, out: [8, 0, 0, 0] });
  assertEquals(run(nest("if (i + j == 9u) { return; }")), { line: 0, out: [8, 0, 0, 0] });
  assertEquals(run(nest("for (var k = 0u; k < 3u; k++) { if (j + k == 9u) { return; } }")).line, 0);
  assertEquals(lineOf(nest("switch n[0] { case 0u: { return; } default: { break; } }")), 0);
  assertEquals(lineOf(nest("if (n[0] == 9u) { break; }")), 3);
  assertEquals(run(nest("switch n[0] { case 0u: { break; } default: { out[1] = 1u; } }")), {
    line: 3,
    out: [0, 0, 0, 0], // This `break` does not end the loop.
  });
});

Deno.test("turns that are left by `continue` count", () => {
  const counted = `
    for (var i = 0u; i < n[0]; i++) {
      for (var j = 0u; j < n[1]; j++) { if (j % 2u == 0u) { continue; } out[0] = j; }
    }`;
  assertEquals(lineOf(counted, { n: [9, most / 2] }), 3);
  assertEquals(run(counted, { n: [20, 20] }), { line: 0, out: [19, 0, 0, 0] });
  assertEquals(
    lineOf(`
    loop {
      if (n[0] == 0u) { continue; }
      out[0]++;
      continuing { break if n[0] == 1u; }
    }`),
    2,
  );
});

Deno.test("loops that count and loops that do not share the turns of their invocation", () => {
  assertEquals(
    lineOf(
      `
    for (var i = 0u; i < 9u; i++) {
      var x = n[0];
      while (x > 0u) { x--; }
    }`,
      { n: [most / 2] },
    ),
    4,
  );
  assertEquals(
    lineOf(`
    while (out[1] < 9u) {
      out[1]++;
      for (var j = 0u; j < ${most / 2}u; j++) { out[0] = j; }
    }`),
    4,
  );
  assertEquals(
    lineOf(
      `
    for (var i = 0u; i < ${most - 1000}u; i++) { }
    var x = 0u;
    while (x < n[0]) { x++; }`,
      { n: [999] },
    ),
    0,
  );
});

Deno.test("a loop in a function that is called in loops is told by its own line, however it is called", () => {
  const more = `fn sum(last: u32) -> u32 {
    var total = 0u;
    for (var i = 0u; i < last; i++) { total += i; }
    return total;
  }
  fn twice(last: u32) -> u32 { return sum(last) + sum(last); }`;
  const body = (limit: string) => `
    for (var i = 0u; i < n[0]; i++) { out[0] += twice(${limit}); }`;
  assertEquals(lineOf(body("n[1]"), { more, n: [2, most / 2] }), 6);
  assertEquals(run(body("5u + n[1]"), { more, n: [3, 5] }), { line: 0, out: [270, 0, 0, 0] });
});

Deno.test("an end that takes a call is asked for once where it does something", () => {
  const more = "fn begin(calls: ptr<function, u32>) -> u32 { *calls += 1u; return *calls; }";
  const body = `
    var calls = 0u;
    for (var i = begin(&calls); i < n[0]; i++) { out[0] += i; }
    out[1] = calls;`;
  assertEquals(run(body, { more, n: [20] }), { line: 0, out: [190, 1, 0, 0] });
});

Deno.test("every invocation has turns of its own", () => {
  const body = `
    for (var i = 0u; i < n[0]; i++) { out[id.x] = i; }`;
  const n = [most / 2 + 1];
  assertEquals(run(body, { n, invocations: 3 }), { line: 0, out: [most / 2, most / 2, most / 2, 0] });
});

Deno.test("a turn with many others written out in it counts as several", () => {
  const body = (limit: number) => `
    for (var i = 0u; i < ${limit}u; i++) {
      for (var a = 0u; a < 8u; a++) {
        for (var b = 0u; b < 8u; b++) {
          for (var c = 0u; c < 8u; c++) { out[(i + a) & 3u] += (i ^ (a * b)) * c; }
        }
      }
    }`;
  assertEquals(run(body(2 ** 23)), { line: 2, out: [0, 0, 0, 0] });
  assertEquals(lineOf(body(2 ** 14)), 0);
});
