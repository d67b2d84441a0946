import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { packBits, unpackBits } from "../../src/ops/bits.ts";

Deno.test("packBits() has entry i in bit i mod 32 of word i div 32, and unpackBits() finds it there", () => {
  const words = new Uint32Array(2).fill(0xffffffff);
  packBits(Float32Array.from({ length: 35 }, (_, i) => Number([0, 5, 31, 34].includes(i))), words);
  assertEquals([...words], [1 + 2 ** 5 + 2 ** 31, 2 ** 2]);
  const random = new Random(3);
  for (const width of [1, 31, 32, 33, 400]) {
    const observation = Float32Array.from({ length: width }, () => random.below(2));
    const packed = new Uint32Array(Math.ceil(width / 32));
    packBits(observation, packed);
    assertEquals(unpackBits(packed, width), observation, `${width}`);
  }
});

Deno.test("packBits() refuses what is neither 0 nor 1", () => {
  for (const entry of [0.5, -1, 2, NaN]) {
    assertThrows(
      () => packBits(Float32Array.from({ length: 40 }, (_, i) => i === 33 ? entry : 1), new Uint32Array(2)),
      RangeError,
      `Cannot observe: entry 33 of an observation is ${entry}, wanted 0 or 1 as its space is binary`,
    );
  }
});
