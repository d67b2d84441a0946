import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  beforeTraining,
  DeviceError,
  didYouMean,
  DivergenceError,
  excerpt,
  textOf,
  TrainingError,
  UsageError,
} from "../../src/core/errors.ts";

Deno.test("errors escape control characters of their messages, line breaks and tabs left out", () => {
  for (const Kind of [UsageError, TrainingError]) {
    const { message, cause } = new Kind("a\n\tb\x1b[2J\x07\x9b\u202ec", { cause: "d" });
    assertEquals(message, "a\n\tb\\u001b[2J\\u0007\\u009b\\u202ec");
    assertEquals(cause, "d");
  }
});

Deno.test("excerpt shows a hundred characters on one line", () => {
  assertEquals(excerpt("a\nb\x00"), "a\\nb\\u0000");
  assertEquals(excerpt("x".repeat(100)), "x".repeat(100));
  assertEquals(excerpt("x".repeat(101)), `${"x".repeat(97)}...`);
});

Deno.test("didYouMean names the nearest, and none for what is no misspelt name", () => {
  assertEquals(didYouMean("gama", ["gamma", "hidden"]), '; did you mean "gamma"?');
  assertEquals(didYouMean("zzzzzz", ["gamma", "hidden"]), "");
  assertEquals(didYouMean("gpu", ["auto", "webgpu"]), '; did you mean "webgpu"?');
  assertEquals(didYouMean("a".repeat(101), ["a".repeat(102)]), "");
});

Deno.test("textOf() has a text for every value", () => {
  const values = [1, "a", null, undefined, Symbol("s"), 3n, { toString: 0 }, Object.create(null)];
  assertEquals(values.map(textOf), [
    "1",
    "a",
    "null",
    "undefined",
    "Symbol(s)",
    "3",
    "an object",
    "an object",
  ]);
});

Deno.test("beforeTraining() makes a mistake of the user's out of what could not go on, but for a lost device", () => {
  assertEquals(beforeTraining(() => 3), 3);
  const throwing = (error: Error) => () =>
    beforeTraining(() => {
      throw error;
    });
  for (const error of [new TrainingError("Cannot reset: it hangs"), new DivergenceError("Cannot use NaN")]) {
    assertStrictEquals(assertThrows(throwing(error), UsageError, error.message).cause, error);
  }
  const others = [
    new DeviceError("lost"),
    new TrainingError("of a lost one", { cause: new DeviceError("lost") }),
    new RangeError("a bug"),
  ];
  for (const error of others) assertStrictEquals(assertThrows(throwing(error)), error);
});
