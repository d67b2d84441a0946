import { assert, assertEquals } from "@std/assert";
import { integers, runWgsl } from "../run_wgsl.ts";

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

Deno.test("a loop whose body assigns its counter is not written out", () => {
  assertEquals(integers(`for (var i = 0u; i < 6u; i++) { i += 1u; out[0] += i; out[1]++; }`), [9, 3, 0, 0]);
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
