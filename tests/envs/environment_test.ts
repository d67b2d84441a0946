import { assert, assertEquals, assertThrows } from "@std/assert";
import { pcg4d, Random, Stream } from "../../src/core/random.ts";
import { discrete } from "../../src/core/spaces.ts";
import { checkAction, randomFor } from "../../src/envs/environment.ts";

Deno.test("randomFor starts episode 0 of a seed, else the one after the current, whatever that has drawn", () => {
  let current = randomFor(undefined, 3);
  for (let episode = 0; episode < 3; episode++) {
    const words = Array.from({ length: 5 }, (_, i) => pcg4d(3, Stream.environment, i, episode)[0]);
    assertEquals(words.map(() => current.word()), words);
    for (let i = 0; i < episode; i++) current.word();
    current = randomFor(current, undefined);
  }
  const word = new Random(0, Stream.environment).word();
  assertEquals(randomFor(current, 0).word(), word);
  assertEquals(randomFor(undefined, 0).word(), word);
});

Deno.test("randomFor starts anywhere without a seed and a stream", () => {
  const words = Array.from({ length: 4 }, () => randomFor(undefined, undefined).word());
  assert(new Set(words).size > 1);
});

Deno.test("randomFor refuses seeds that are no unsigned 32-bit integers", () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 32]) {
    const message = `Cannot reset: seed is ${seed}, wanted an integer in [0, 4294967295]`;
    assertThrows(() => randomFor(undefined, seed), RangeError, message);
  }
  randomFor(undefined, 2 ** 32 - 1);
});

Deno.test("checkAction refuses numbers outside the space and other kinds", () => {
  checkAction(discrete(2), 1);
  for (const action of [2, -1, 0.5, NaN]) {
    const message = `Cannot step: action is ${action}, wanted an integer in [0, 1]`;
    assertThrows(() => checkAction(discrete(2), action), RangeError, message);
  }
  assertThrows(
    () => checkAction(discrete(2), "1" as unknown as number),
    TypeError,
    "Cannot step: action is 1, wanted an integer in [0, 1]",
  );
});
