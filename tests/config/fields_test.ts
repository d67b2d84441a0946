import { assertEquals } from "@std/assert";
import { alternatives } from "../../src/config/fields.ts";

Deno.test("alternatives() quotes words and parts them as a sentence does", () => {
  assertEquals(alternatives(["a"]), '"a"');
  assertEquals(alternatives(["a", "b"]), '"a" or "b"');
  assertEquals(alternatives(["a", "b", "c"]), '"a", "b" or "c"');
});
