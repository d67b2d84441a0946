import { assertEquals } from "@std/assert";
import { checkModule } from "../../../src/wasm/wgsl/check.ts";
import { joinedShaders } from "../shaders.ts";

Deno.test("checkModule takes every shader of ours in every form that a kernel joins", () => {
  for (const { name, text } of joinedShaders) {
    const { functions } = checkModule(text);
    const entries = [...text.matchAll(/^@compute.*\nfn (\w+)/gm)].map(([, entry]) => entry);
    const found = functions.filter(({ workgroupSize }) => workgroupSize).map((entry) => entry.name);
    assertEquals(found, entries, name);
  }
});

Deno.test("joinedShaders leaves no file of shaders/ out", () => {
  const files = [...Deno.readDirSync(new URL("../../../shaders", import.meta.url))].map(({ name }) => name)
    .filter((name) => name.endsWith(".wgsl"));
  const joined = new Set(joinedShaders.flatMap(({ name }) => name.split(" ")));
  assertEquals(files.filter((file) => !joined.has(file.replace(".wgsl", ""))), []);
});
