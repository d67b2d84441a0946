import { assertEquals } from "@std/assert";
import { loadConfig, presetNames, readConfig } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { presets } from "../../src/web/page/presets.ts";

Deno.test("The page has every preset as its file has it", async () => {
  assertEquals(Object.keys(presets).toSorted(), presetNames());
  for (const [name, config] of Object.entries(presets)) {
    assertEquals(config, (await readConfig(name)).written, name);
    assertEquals(parseConfig(config), (await loadConfig(name)).config, name);
  }
});
