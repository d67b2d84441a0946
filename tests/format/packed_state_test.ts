import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { type State, StateRows } from "../../src/core/state.ts";
import { type Json, packState, unpackState } from "../../src/format/packed_state.ts";

Deno.test("packState names arrays by their paths, and keeps the shape of what has one", () => {
  const rows = new StateRows(
    { written: 1, capacity: 2, width: 3 },
    () => Promise.resolve(new Float32Array()),
  );
  const state: State = {
    agent: { weight: { shape: [2, 1], data: Float32Array.of(1, 2) }, ring: rows },
    many: [Uint8Array.of(3), { shape: [3], data: Float32Array.of(4) }],
    number: -0,
  };
  const packed = packState(state);
  assertEquals(packed.arrays, {
    "agent.weight": { dtype: "F32", shape: [2, 1], data: Float32Array.of(1, 2) },
    "many.0": { dtype: "U8", shape: [1], data: Uint8Array.of(3) },
    "many.1.data": { dtype: "F32", shape: [1], data: Float32Array.of(4) }, // Its shape is another.
  });
  assertEquals([...packed.rows], [["agent.ring", rows]]);
  assertEquals(packed.values, {
    agent: { weight: { shape: [2, 1], data: { $array: "agent.weight" } }, ring: { $rows: "agent.ring" } },
    many: [{ $array: "many.0" }, { shape: [3], data: { $array: "many.1.data" } }],
    number: { $number: "-0" },
  });
  assertEquals(unpackState({ ...packed, values: JSON.parse(JSON.stringify(packed.values)) }), state);
});

Deno.test("packState refuses what no state has", () => {
  const cases: [unknown, string][] = [
    [{ a: { $array: "b" } }, "Cannot save a.$array: keys that begin with $ are taken"],
    [{ a: () => 1 }, "Cannot save a: it is a function, wanted plain data"],
    [{ a: 1n }, "Cannot save a: it is a bigint, wanted plain data"],
    [{ a: Float16Array.of(1) }, "Cannot save a: it is a Float16Array"],
    [{ "a.b": Uint8Array.of(1), a: { b: Uint8Array.of(2) } }, "Cannot save a.b: two arrays have this path"],
  ];
  for (const [state, message] of cases) assertThrows(() => packState(state as State), TypeError, message);
});

Deno.test("unpackState refuses names of what is not there, and takes keys for what they are", () => {
  const parts = { arrays: {}, rows: new Map() };
  for (const values of [{ $array: "none" }, { $rows: "none" }, { $number: "toString" }, { $other: "x" }]) {
    const error = assertThrows(() => unpackState({ ...parts, values: values as Json }), UsageError);
    assertStringIncludes(error.message, "Cannot read the state: there is no ");
  }
  const values = JSON.parse('{ "__proto__": { "a": 1 } }');
  const state = unpackState({ ...parts, values }) as Record<string, unknown>;
  assertEquals([Object.keys(state), Object.getPrototypeOf(state) === Object.prototype], [
    ["__proto__"],
    true,
  ]);
});
