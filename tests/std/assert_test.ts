import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
} from "@std/assert";

/** The message of the AssertionError that `fn` must throw; written without the functions under test. */
function refusal(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    if (error instanceof AssertionError && error.name === "AssertionError") return error.message;
    throw error;
  }
  throw new Error("did not throw");
}

/** As {@linkcode refusal}, for a promise. */
async function rejection(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(() => undefined, (error: unknown) => error);
  return refusal(() => {
    if (outcome !== undefined) throw outcome;
  });
}

function expectIncludes(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`"${text}" lacks "${part}"`);
}

Deno.test("assertThrows() checks the class and the message and returns the error", () => {
  const thrower = () => {
    throw new RangeError("got 3, wanted 2");
  };
  const error: RangeError = assertThrows(thrower, RangeError, "wanted 2");
  assertStrictEquals(error.message, "got 3, wanted 2");
  assertThrows(thrower);
  assertThrows(thrower, Error);
  expectIncludes(
    refusal(() => assertThrows(thrower, TypeError)),
    'instance of "TypeError", but was "RangeError"',
  );
  expectIncludes(refusal(() => assertThrows(thrower, RangeError, "wanted 9")), 'to include "wanted 9"');
  expectIncludes(refusal(() => assertThrows(() => 1, RangeError, "", "note")), "to throw: note");
  expectIncludes(refusal(() => assertThrows(() => 1, "note")), "to throw: note");
});

Deno.test("assertThrows() refuses a thrown non-error only where a class is wanted", () => {
  const thrower = () => {
    throw "text";
  };
  assertStrictEquals(assertThrows(thrower), "text");
  expectIncludes(refusal(() => assertThrows(thrower, Error)), "A non-Error object was thrown.");
});

Deno.test("assertRejects() checks the class and the message and resolves to the error", async () => {
  const rejecter = () => Promise.reject(new RangeError("got 3, wanted 2"));
  const error: RangeError = await assertRejects(rejecter, RangeError, "wanted 2");
  assertStrictEquals(error.message, "got 3, wanted 2");
  await assertRejects(rejecter);
  expectIncludes(await rejection(assertRejects(rejecter, TypeError)), 'but was "RangeError"');
  expectIncludes(await rejection(assertRejects(rejecter, RangeError, "9")), 'to include "9"');
  expectIncludes(await rejection(assertRejects(() => Promise.resolve(1))), "Expected function to reject.");
});

Deno.test("assertRejects() refuses a function that throws before it returns a promise", async () => {
  const thrower = () => {
    throw new RangeError("early");
  };
  expectIncludes(await rejection(assertRejects(thrower, RangeError)), "throws when expected to reject");
});

Deno.test("equal() compares deeply: NaN is NaN, 0 is -0, absent is not undefined", () => {
  const pairs: [unknown, unknown, boolean][] = [
    [NaN, NaN, true],
    [0, -0, true],
    [{ a: undefined }, {}, false],
    [{ a: 1, b: [2, { c: 3 }] }, { b: [2, { c: 3 }], a: 1 }, true],
    [[1, 2], [1, 2, 3], false],
    [new Float32Array([1, NaN]), new Float32Array([1, NaN]), true],
    [new Float32Array([1]), [1], false],
    [new Float32Array([1]), new Float64Array([1]), false],
    [new Map([["a", { x: 1 }]]), new Map([["a", { x: 1 }]]), true],
    [new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]]), true],
    [new Set([1, 2]), new Set([2, 1]), true],
    [new Set([{ a: 1 }]), new Set([{ a: 2 }]), false],
    [new Date(1), new Date(2), false],
    [/a/g, /a/i, false],
    ["1", 1, false],
    [null, undefined, false],
    [null, {}, false],
    [Object.create(null), {}, true],
  ];
  for (const [a, b, wanted] of pairs) {
    assertStrictEquals(equal(a, b), wanted);
    assertStrictEquals(equal(b, a), wanted);
  }
  const ring: Record<string, unknown> = {};
  ring.self = ring;
  const other: Record<string, unknown> = {};
  other.self = other;
  assert(equal(ring, other));
});

Deno.test("assertEquals() shows the lines that differ", () => {
  const message = refusal(() => assertEquals({ a: 1, b: [2, 3] }, { a: 1, b: [2, 4] }, "note"));
  expectIncludes(message, "Values are not equal: note");
  expectIncludes(message, "-       3");
  expectIncludes(message, "+       4");
});

Deno.test("every assertion passes on its own case and fails on the opposite", () => {
  const cases: [() => void, () => void][] = [
    [() => assert(1), () => assert(0)],
    [() => assertEquals([1], [1]), () => assertEquals([1], [2])],
    [() => assertNotEquals(1, 2), () => assertNotEquals([1], [1])],
    [() => assertStrictEquals(NaN, NaN), () => assertStrictEquals<unknown>([1], [1])],
    [() => assertAlmostEquals(1, 1 + 1e-8), () => assertAlmostEquals(1, 1 + 1e-6)],
    [() => assertAlmostEquals(1, 1.5, 0.5), () => assertAlmostEquals(NaN, 1, 9)],
    [() => assertStringIncludes("abc", "b"), () => assertStringIncludes("abc", "d")],
    [() => assertMatch("abc", /b/), () => assertMatch("abc", /d/)],
    [() => assertGreater(2, 1), () => assertGreater(1, 1)],
    [() => assertGreaterOrEqual(1, 1), () => assertGreaterOrEqual(NaN, 1)],
    [() => assertLess(1, 2), () => assertLess(1, 1)],
    [() => assertLessOrEqual(1, 1), () => assertLessOrEqual(2, 1)],
    [() => assertInstanceOf(new Date(), Date), () => assertInstanceOf({}, Date)],
    [() => assertExists(0), () => assertExists(null)],
    [() => assertArrayIncludes([1, [2]], [[2]]), () => assertArrayIncludes([1], [2])],
    [() => {}, () => fail("always")],
  ];
  for (const [passes, fails] of cases) {
    passes();
    refusal(fails);
  }
});
