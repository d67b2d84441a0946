import { assertEquals } from "@std/assert";
import { loadConfig, presetNames, readConfig } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { gymnasiumPrefix } from "../../src/envs/gymnasium/gymnasium.ts";
import { presets } from "../../src/web/page/presets.ts";

Deno.test("The page has every preset as its file has it, but those that need Python", async () => {
  const names = await Array.fromAsync(presetNames(), async (name) => {
    const { config } = await loadConfig(name);
    return config.environment.id.startsWith(gymnasiumPrefix) ? [] : [name];
  });
  assertEquals(Object.keys(presets).toSorted(), names.flat());
  for (const [name, config] of Object.entries(presets)) {
    assertEquals(config, (await readConfig(name)).written, name);
    assertEquals(parseConfig(config), (await loadConfig(name)).config, name);
  }
});
