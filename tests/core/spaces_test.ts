import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import {
  binaryBox,
  box,
  contains,
  describe,
  discrete,
  equalSpaces,
  sample,
  sizeOf,
  spaceFault,
} from "../../src/core/spaces.ts";
import { assertUniform } from "./uniform.ts";

Deno.test("discrete is plain data and wants a positive integer", () => {
  assertEquals(discrete(3), { kind: "discrete", n: 3 });
  for (const n of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => discrete(n),
      RangeError,
      `Cannot make a discrete space: n is ${n}, wanted a positive integer`,
    );
  }
});

Deno.test("box takes one bound or one an entry, rounded to float32", () => {
  assertEquals(box([2], -1, [1, Infinity]), { kind: "box", shape: [2], low: [-1, -1], high: [1, Infinity] });
  assertEquals(box([], 0, 4.8).high, [Math.fround(4.8)]);
});

Deno.test("box refuses shapes and bounds that describe nothing", () => {
  const wrong = (shape: number[], low: number | number[], high: number | number[], message: string) => {
    assertThrows(() => box(shape, low, high), RangeError, `Cannot make a box space: ${message}`);
  };
  wrong([2, 0], 0, 1, "shape is [2,0], wanted positive integers");
  wrong([2], [0], 1, "there are 1 low and 2 high bounds, wanted 2 of each");
  wrong([2], 0, [1, -1], "entry 1 is bound to [0, -1], wanted low <= high");
  wrong([1], NaN, 1, "entry 0 is bound to [NaN, 1], wanted low <= high");
});

Deno.test("spaceFault finds what a type checker has not seen", () => {
  assertEquals(spaceFault(discrete(2)), undefined);
  assertEquals(spaceFault(undefined), "it is undefined, wanted a Discrete or a Box");
  assertEquals(spaceFault({ kind: "tuple" }), 'kind is tuple, wanted "discrete" or "box"');
  assertEquals(
    spaceFault({ kind: "box", shape: [1], low: 0, high: 1 }),
    "low or high is no array, wanted one bound per entry",
  );
});

Deno.test("contains takes the integers of a Discrete", () => {
  const space = discrete(3);
  assertEquals([0, 1, 2].map((value) => contains(space, value)), [true, true, true]);
  for (const value of [-1, 3, 0.5, NaN, "1", undefined, null, new Float32Array(1)]) {
    assert(!contains(space, value), String(value));
  }
});

Deno.test("contains takes Float32Arrays of a Box's size and bounds", () => {
  const space = box([2], [-4.8, -Infinity], [4.8, Infinity]);
  assert(contains(space, Float32Array.of(4.8, -1e30)));
  assert(contains(space, Float32Array.of(-4.8, 0)));
  assert(!contains(space, Float32Array.of(4.81, 0)));
  assert(!contains(space, Float32Array.of(0, NaN)));
  assert(!contains(space, Float32Array.of(0)));
  assert(!contains(space, Float64Array.of(0, 0)));
  assert(!contains(space, [0, 0]));
  assert(!contains(space, 0));
});

Deno.test("sizeOf counts entries, one-hot for a Discrete", () => {
  assertEquals(sizeOf(discrete(16)), 16);
  assertEquals(sizeOf(box([4, 4, 4], 0, 1)), 64);
  assertEquals(sizeOf(box([], 0, 1)), 1);
});

Deno.test("sample of a Discrete is uniform over what the mask allows", () => {
  const random = new Random(1);
  const space = discrete(32);
  assertUniform(Array.from({ length: 20_000 }, () => (sample(space, random) + 0.5) / 32));
  const masked = new Set(Array.from({ length: 200 }, () => sample(discrete(4), random, [0, 1, 0, 1])));
  assertEquals([...masked].sort(), [1, 3]);
  assertThrows(
    () => sample(discrete(2), random, Uint8Array.of(0, 0)),
    RangeError,
    "Cannot sample Discrete(2): the mask allows nothing, wanted an entry of 1",
  );
});

Deno.test("sample of a Box lies in it, with the distribution that its bounds leave", () => {
  const random = new Random(2);
  const space = box([4], [-2, 1, -Infinity, -Infinity], [2, Infinity, 3, Infinity]);
  const values = Array.from({ length: 20_000 }, () => sample(space, random));
  assert(values.every((value) => contains(space, value)));
  assertUniform(values.map((value) => (value[0]! + 2) / 4));
  assertUniform(values.map((value) => -Math.expm1(1 - value[1]!)));
  assertUniform(values.map((value) => -Math.expm1(value[2]! - 3)));
  // Six standard errors of a unit normal's mean and of its variance.
  const mean = values.reduce((sum, value) => sum + value[3]!, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + value[3]! ** 2, 0) / values.length;
  assertLess(Math.abs(mean), 6 / Math.sqrt(values.length));
  assertAlmostEquals(variance, 1, 6 * Math.sqrt(2 / values.length));
});

Deno.test("equalSpaces compares kind, shape and bounds", () => {
  assert(equalSpaces(discrete(2), discrete(2)));
  assert(equalSpaces(box([2], 0, 1), box([2], [0, 0], 1)));
  assert(!equalSpaces(discrete(2), discrete(3)));
  assert(!equalSpaces(discrete(2), box([2], 0, 1)));
  assert(!equalSpaces(box([4], 0, 1), box([2, 2], 0, 1)));
  assert(!equalSpaces(box([2], 0, 1), box([2], 0, 2)));
});

Deno.test("describe names a space in a line", () => {
  assertEquals(describe(discrete(2)), "Discrete(2)");
  assertEquals(describe(box([2, 3], -1, 1)), "Box([2, 3], -1 to 1)");
  assertEquals(describe(box([2], -Infinity, [4.8, 1])), "Box([2], -Infinity to [4.8, 1])");
  assertEquals(
    describe(box([9], 0, [1, 2, 3, 4, 5, 6, 7, 8, 9])),
    "Box([9], 0 to [1, 2, 3, 4, 5, 6, 7, 8, ...])",
  );
});

Deno.test("binaryBox holds zeros and ones, and nothing between them", () => {
  const space = binaryBox([2, 2]);
  assertEquals(space, { ...box([2, 2], 0, 1), binary: true });
  assert(contains(space, Float32Array.of(0, 1, 1, 0)));
  for (const entry of [0.5, -1, 2, NaN]) {
    assert(!contains(space, Float32Array.of(0, entry, 1, 0)), `${entry}`);
  }
  assert(!contains(space, new Float32Array(3)));
  const drawn = Array.from({ length: 100 }, (_, seed) => [...sample(space, new Random(seed))]).flat();
  assertEquals([...new Set(drawn)].sort(), [0, 1]);
  assert(equalSpaces(space, binaryBox([2, 2])) && !equalSpaces(space, box([2, 2], 0, 1)));
  assertEquals(spaceFault({ ...space, binary: false }), "binary is false, wanted true or nothing");
  assertEquals(
    spaceFault({ ...box([2], 0, [1, 2]), binary: true }),
    "entry 1 is bound to [0, 2], wanted [0, 1] as it is binary",
  );
  assertEquals(
    spaceFault({ ...box([2], -1, 1), binary: true }),
    "entry 0 is bound to [-1, 1], wanted [0, 1] as it is binary",
  );
});
