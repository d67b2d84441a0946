import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { below, deriveSeed, pcg4d, Random, Stream, unitInterval, type Words } from "../../src/core/random.ts";
import { type State, StateReader } from "../../src/core/state.ts";
import { assertUniform } from "./uniform.ts";

/**
 * Inputs (seed, stream, counter, lane) and outputs, from the paper's listing over Python integers:
 *
 *     v = [(a * 1664525 + 1013904223) % 2**32 for a in v]; round(v); v = [a ^ a >> 16 for a in v]; round(v)
 *
 * where a round is x += y w; y += z x; z += x y; w += y z modulo 2**32, and lowbias32 of each word:
 *
 *     a ^= a >> 16; a = a * 0x7feb352d % 2**32; a ^= a >> 15; a = a * 0x846ca68b % 2**32; a ^= a >> 16
 */
const known: [Words, Words][] = [
  [[0, 0, 0, 0], [1179394469, 2559037571, 2215932719, 1890617383]],
  [[1, 2, 3, 4], [274073623, 1963902529, 2456198819, 3048917877]],
  [[0, 1, 0, 0], [4243199277, 41351071, 3191847194, 2982790358]],
  [[1, 0, 0, 0], [3631351343, 672737144, 3364386144, 2118873999]],
  [[0, 0, 0, 1], [597810308, 3372776966, 1383394875, 605370018]],
  [[42, 2, 1000, 7], [3011280291, 1346932699, 443774956, 874537622]],
  [[4294967295, 4294967295, 4294967295, 4294967295], [4142430087, 710031317, 2372059389, 3178519230]],
  [[2147483648, 2147483647, 3735928559, 305419896], [3983197299, 3348124470, 4184324729, 3543368849]],
];

Deno.test("pcg4d gives the words of the paper's listing, mixed by lowbias32", () => {
  for (const [input, output] of known) assertEquals(pcg4d(...input), output, `of ${input}`);
});

Deno.test("pcg4d gives unrelated numbers for neighbouring inputs", () => {
  const words = [1, 2, 3, 4];
  for (let input = 0; input < 4; input++) {
    const at = (value: number) => pcg4d(...words.with(input, value) as Words).map(unitInterval);
    for (const step of [1, 2, 256, 65536]) {
      const differences = Array.from({ length: 20_000 }, (_, i) => {
        const [before, after] = [at(i), at(i + step)];
        return before.map((value, word) => (after[word]! - value + 1) % 1);
      });
      for (let word = 0; word < 4; word++) assertUniform(differences.map((four) => four[word]!));
    }
  }
});

Deno.test("unitInterval is the upper 24 bits, from 0 to the last float32 below 1", () => {
  assertEquals(unitInterval(0), 0);
  assertEquals(unitInterval(0xff), 0);
  assertEquals(unitInterval(0x100), 2 ** -24);
  assertEquals(unitInterval(0x80000000), 0.5);
  assertEquals(unitInterval(0xffffffff), 1 - 2 ** -24);
  assertEquals(Math.fround(unitInterval(0xffffffff)), unitInterval(0xffffffff));
});

Deno.test("unitInterval is uniform over counters, lanes, seeds and streams", () => {
  const draws = 20_000;
  const of = [
    (i: number) => pcg4d(0, 2, i, 0),
    (i: number) => pcg4d(0, 2, 0, i),
    (i: number) => pcg4d(i, 2, 0, 0),
    (i: number) => pcg4d(0, i, 0, 0),
  ];
  for (const words of of) {
    const drawn = Array.from({ length: draws }, (_, i) => words(i));
    for (let word = 0; word < 4; word++) assertUniform(drawn.map((four) => unitInterval(four[word]!)));
  }
});

Deno.test("below is the high word of the exact 64-bit product", () => {
  const words = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffeffff, 0xffffffff];
  const counts = [1, 2, 3, 7, 10, 255, 65535, 65536, 65537, 1_000_003, 0x7fffffff, 0xfffffffb, 0xffffffff];
  for (let i = 0; i < 2000; i++) words.push(pcg4d(i, 0, 0, 0)[0]);
  for (const count of counts) {
    for (const word of words) {
      assertEquals(below(word, count), Number(BigInt(word) * BigInt(count) >> 32n), `${word} below ${count}`);
    }
  }
});

Deno.test("deriveSeed gives every index and stream a seed of its own", () => {
  const seeds = new Set<number>();
  for (let index = 0; index < 1000; index++) {
    seeds.add(deriveSeed(0, Stream.environmentSeed, index));
    seeds.add(deriveSeed(0, Stream.evaluation, index));
    seeds.add(deriveSeed(1, Stream.environmentSeed, index));
  }
  assertEquals(seeds.size, 3000);
});

Deno.test("Random gives equal sequences for equal seeds and streams only", () => {
  const sequence = (seed: number, stream?: number) => {
    const random = new Random(seed, stream);
    return Array.from({ length: 8 }, () => random.word());
  };
  assertEquals(sequence(5), sequence(5, Stream.host));
  assert(sequence(5).every((word, i) => word !== sequence(6)[i]));
  assert(sequence(5).every((word, i) => word !== sequence(5, Stream.replay)[i]));
});

Deno.test("Random goes on from its counter", () => {
  const random = new Random(9);
  const words = Array.from({ length: 10 }, () => random.word());
  assertEquals(random.counter, 10);
  const resumed = new Random(9);
  resumed.counter = 6;
  assertEquals(Array.from({ length: 4 }, () => resumed.word()), words.slice(6));
});

Deno.test("Random.uniform covers its range and Random.below its integers", () => {
  const random = new Random(1);
  assertUniform(Array.from({ length: 20_000 }, () => (random.uniform(-3, 5) + 3) / 8));
  assertUniform(Array.from({ length: 20_000 }, () => (random.below(32) + 0.5) / 32));
});

Deno.test("Random.from goes on with the draw that was next when it was saved, and with the lanes after it", () => {
  const random = new Random(0xffffffff, Stream.environment, 7);
  for (let draw = 0; draw < 5; draw++) random.word();
  const resumed = Random.from(new StateReader(random.save(), "random"));
  const draws = (of: Random) => [of.counter, of.word(), of.uniform(), of.next().word(), of.counter];
  assertEquals(draws(resumed), draws(random));
});

Deno.test("Random.from refuses what no sequence saves, a counter included that could not go on", () => {
  const state = new Random(1).save() as Record<string, State>;
  const wrong: [string, State, string][] = [
    ["seed", 2 ** 32, "wanted an integer in [0, 4294967295]"],
    ["stream", -1, "it is -1"],
    ["lane", 0.5, "it is 0.5"],
    ["counter", 2 ** 53 - 1, "wanted an integer in [0, 4503599627370496]"],
  ];
  for (const [key, value, part] of wrong) {
    const error = assertThrows(
      () => Random.from(new StateReader({ ...state, [key]: value }, "random")),
      UsageError,
      `Cannot restore random.${key}: `,
    );
    assertStringIncludes(error.message, part);
  }
});
