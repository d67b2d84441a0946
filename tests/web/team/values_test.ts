import { assertEquals, assertGreater } from "@std/assert";
import { parseConfig } from "../../../src/config/schema.ts";
import { presets } from "../../../src/web/page/presets.ts";
import { keysFor, readMembers, suggest } from "../../../src/web/page/team/values.ts";
import { candidates } from "../../../src/web/trainer/team.ts";

Deno.test("readMembers() reads JSON values with commas between them, no fewer than two and no more than twelve", () => {
  assertEquals(readMembers("seed", " 0, 1 "), [{ seed: 0 }, { seed: 1 }]);
  assertEquals(readMembers("agent.hidden", "[8], [64, 64]"), [{ "agent.hidden": [8] }, {
    "agent.hidden": [64, 64],
  }]);
  assertEquals(readMembers("agent.gamma", "1e-1, 0.5, 1")!.length, 3);
  for (const text of ["", "1", "1,", "a, b", "1 2", "1; 2", "], [", Array(13).fill(1).join()]) {
    assertEquals(readMembers("seed", text), undefined, text);
  }
});

Deno.test("Every preset has values to begin with for each of its keys, of which runs can be made", () => {
  for (const [name, config] of Object.entries(presets)) {
    const keys = keysFor(config);
    assertEquals(keys[0], "seed");
    for (const key of keys) {
      const members = readMembers(key, suggest(config, key));
      assertGreater(members?.length ?? 0, 1, `${name}: ${key}`);
      for (const { config: own } of candidates(config, members!)) parseConfig(own);
    }
  }
  assertEquals(
    suggest(
      { agent: { kind: "dqn", optimizer: { kind: "adam", learningRate: 0.002 } } },
      "agent.optimizer.learningRate",
    ),
    "0.0002, 0.0006, 0.002, 0.006, 0.02",
  );
});
