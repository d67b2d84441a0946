import { assertEquals } from "@std/assert";
import { environmentSpaces } from "../../src/config/environment_spaces.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { rowWidth } from "../../src/envs/rows.ts";
import { environmentIds, makeEnv } from "../../src/envs/environment_registry.ts";
import {
  agentKindOf,
  agentKinds,
  canLearn,
  configOf,
  environments,
} from "../../src/web/page/environments.ts";
import { presets } from "../../src/web/page/presets.ts";

Deno.test("The page knows every environment, and how many numbers it shows", () => {
  assertEquals(Object.keys(environments).toSorted(), environmentIds());
  for (const [id, numbers] of Object.entries(environments)) {
    const { observationSpace } = makeEnv(id);
    assertEquals(observationSpace.kind === "discrete" ? 0 : rowWidth(observationSpace), numbers, id);
  }
});

Deno.test("configOf() makes a run of every environment and agent that go together", () => {
  for (const id of Object.keys(environments)) {
    for (const kind of agentKinds) {
      if (!canLearn(id, kind)) continue;
      const config = parseConfig(configOf(id, kind));
      assertEquals([config.environment.id, config.agent.kind], [id, kind]);
      environmentSpaces(config); // Throws unless the agent fits.
    }
  }
  assertEquals(canLearn("Gridworld-v0", "tabular"), false);
});

Deno.test("configOf() takes the first preset that there is", () => {
  assertEquals(configOf("CartPole-v1", "dqn"), presets["cartpole"]!);
  assertEquals(configOf("Taxi-v4", "tabular"), presets["taxi"]!);
  assertEquals(agentKindOf({ environment: { id: "CartPole-v1" } }), "dqn");
});
