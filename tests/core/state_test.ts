import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { type State, StateReader, StateRows } from "../../src/core/state.ts";

const none = () => Promise.resolve(new Float32Array());
const rows = new StateRows({ written: 7, capacity: 5, width: 2 }, none);
const state: State = {
  count: 3,
  number: -0,
  flag: false,
  text: "a",
  list: [1, 2],
  mixed: [1, -1],
  child: { inner: 1 },
  children: [{ a: 1 }, { a: 2 }],
  floats: Float32Array.of(1, 2),
  rows,
  nothing: undefined,
};

Deno.test("StateReader gives what is there", () => {
  const reader = new StateReader(state, "test");
  assertEquals(reader.keys, Object.keys(state).filter((key) => key !== "nothing"));
  assertEquals([reader.has("count"), reader.has("nothing"), reader.has("toString")], [true, false, false]);
  assertEquals([reader.count("count"), reader.count("count", 3), reader.number("number")], [3, 3, -0]);
  assertEquals([reader.flag("flag"), reader.text("text")], [false, "a"]);
  assertEquals([reader.list("list", 2), reader.counts("list")], [[1, 2], [1, 2]]);
  assertEquals(reader.child("child").count("inner"), 1);
  assertEquals(reader.children("children").map((child) => child.count("a")), [1, 2]);
  assertStrictEquals(reader.array("floats", "Float32Array", 2), (state as { floats: Float32Array }).floats);
  assertStrictEquals(reader.rows("rows", { capacity: 5, width: 2 }), rows);
  assertEquals([rows.filled, new StateRows({ ...rows, written: 4 }, none).filled], [5, 4]);
});

Deno.test("StateReader refuses what is not as it should be, with its path, what it is and what was wanted", () => {
  const reader = new StateReader(state, "test");
  const cases: [() => unknown, string][] = [
    [() => reader.count("none"), "test.none: it is missing, wanted an integer in [0, 9007199254740991]"],
    [() => reader.count("count", 2), "test.count: it is 3, wanted an integer in [0, 2]"],
    [() => reader.count("text"), 'test.text: it is "a", wanted an integer'],
    [() => reader.number("flag"), "test.flag: it is false, wanted a number"],
    [() => reader.flag("count"), "test.count: it is 3, wanted true or false"],
    [() => reader.text("child"), "test.child: it is an object, wanted a text"],
    [() => reader.list("list", 3), "test.list: it is a list of 2, wanted a list of 3"],
    [() => reader.list("floats"), "test.floats: it is a Float32Array of 2, wanted a list"],
    [() => reader.counts("mixed"), "test.mixed[1]: it is -1, wanted an integer of 0 or more"],
    [() => reader.child("list"), "test.list: it is a list of 2, wanted an object"],
    [() => reader.child("rows"), "test.rows: it is 5 rows of 2 numbers, wanted an object"],
    [() => reader.child("child").count("other"), "test.child.other: it is missing"],
    [() => reader.children("list"), "test.list[0]: it is 1, wanted an object"],
    [() => reader.array("floats", "Float64Array"), "it is a Float32Array of 2, wanted a Float64Array"],
    [() => reader.array("floats", "Float32Array", 3), "wanted a Float32Array of 3"],
    [() => reader.rows("rows", { capacity: 5, width: 3 }), "wanted 5 rows of 3 numbers"],
    [() => new StateReader(null, "test"), "Cannot restore test: it is null, wanted an object"],
    [() => new StateReader(undefined, "test"), "Cannot restore test: it is missing"],
  ];
  for (const [read, message] of cases) assertThrows(read, UsageError, message);
});
