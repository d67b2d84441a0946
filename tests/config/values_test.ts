import { assert, assertEquals } from "@std/assert";
import { distinct, isSame, shortName, showValue } from "../../src/config/values.ts";

Deno.test("shortName() is the shortest end of a path that no other path has", () => {
  const known = ["agent.replay.capacity", "agent.target.every", "log.every", "every"];
  assertEquals(shortName("agent.replay.capacity", known), "capacity");
  assertEquals(shortName("agent.target.every", known), "target.every");
  assertEquals(shortName("seed", known), "seed");
});

Deno.test("showValue() leaves out the quotes of a text, and tells of a key that is not set", () => {
  const values = ["relu", 0.5, true, [8, 8], { kind: "adam" }, null, undefined];
  assertEquals(values.map(showValue), [
    "relu",
    "0.5",
    "true",
    "[8,8]",
    '{"kind":"adam"}',
    "null",
    "not set",
  ]);
});

Deno.test("distinct() and isSame() compare lists and objects by what they hold", () => {
  const values = [[8], 3, "3", [8], { a: 1 }, undefined, { a: 1 }, 3, undefined, null, [8, 8]];
  assertEquals(distinct(values), [[8], 3, "3", { a: 1 }, undefined, null, [8, 8]]);
  assert(isSame([{ a: [1] }], [{ a: [1] }]) && !isSame([1], [2]) && !isSame(undefined, null));
});
