import { assert, assertEquals } from "@std/assert";
import schema from "../../configs/schema.json" with { type: "json" };
import { parseConfig } from "../../src/config/schema.ts";
import { presets } from "../../src/web/page/presets.ts";
import type { Schema } from "../../src/web/page/schema.ts";
import { valueAt, withValue } from "../../src/web/page/schema.ts";
import { checkBySchema } from "../../src/web/page/schema_check.ts";

const check = (config: unknown) =>
  checkBySchema(schema as Schema, config).map(({ path, text }) => `${path.join(".")}: ${text}`);

const config = {
  environment: { id: "CartPole-v1" },
  agent: { exploration: { kind: "linear", start: 1, end: 0.1, duration: 10 } },
  budget: { steps: 1000 },
};

Deno.test("checkBySchema() finds nothing in a preset, nor in one with all its defaults", () => {
  for (const [name, preset] of Object.entries(presets)) {
    assertEquals(check(preset), [], name);
    assertEquals(check(JSON.parse(JSON.stringify(parseConfig(preset)))), [], name);
  }
});

Deno.test("checkBySchema() says where, what and what was wanted, as the trainer does", () => {
  const cases: [path: string, value: unknown, wanted: string][] = [
    ["agent.gamma", 1.5, "agent.gamma: 1.5, wanted a number from 0 to 1"],
    ["environment.count", 0, "environment.count: 0, wanted an integer from 1 to 65536"],
    ["environment.count", 1.5, "environment.count: 1.5, wanted an integer from 1 to 65536"],
    ["budget.seconds", 0, "budget.seconds: 0, wanted a number above 0"],
    ["agent.double", "no", 'agent.double: "no", wanted true or false'],
    ["agent.loss.kind", "l1", 'agent.loss.kind: "l1", wanted "mse" or "huber"'],
    ["agent.exploration.duration", -1, "agent.exploration.duration: -1, wanted a number above 0"],
    ["agent.exploration", 2, "agent.exploration: 2, wanted a number from 0 to 1"],
    ["agent.optimizer", { kind: "sgd", beta1: 1 }, "agent.optimizer.beta1: unknown key, wanted "],
    ["agent.clip", { kind: "norm" }, "agent.clip.limit: missing, wanted a number above 0"],
    ["agent.target", { kind: "none", tau: 1 }, "agent.target.tau: unknown key, wanted none"],
    ["agent.target", { tau: 2 }, "agent.target.tau: 2, wanted a number above 0 and at most 1"],
    ["agent.hidden", [128, 0], "agent.hidden.1: 0, wanted an integer from 1 to 65536"],
    ["loop", "gpu", 'loop: "gpu", wanted "auto", "host" or "device"'],
    ["gamma", 0.9, "gamma: unknown key, wanted "],
    ["environment", undefined, "environment: missing, wanted an object"],
    ["environment.maxEpisodeSteps", "x", 'environment.maxEpisodeSteps: "x", wanted an integer from 1 to'],
  ];
  for (const [path, value, wanted] of cases) {
    const [found, ...others] = check(withValue(config, path.split("."), value));
    assert(found?.startsWith(wanted), `${path}: ${found}`);
    assertEquals(others, [], path);
  }
  let deep: unknown = 1;
  for (let i = 0; i < 100; i++) deep = [deep];
  assertEquals(check({ ...config, environment: { id: "a", options: { deep } } }), [
    ": values nested too deeply, wanted at most 64 levels",
  ]);
});

Deno.test("checkBySchema() refuses what zod refuses by itself, and nothing else: values one by one", () => {
  const values = [0, 1, -1, 0.5, 1e10, "", "adam", true, null, [], {}, [1], { kind: "none" }];
  const paths = [
    "seed",
    "agent.gamma",
    "agent.hidden",
    "agent.target",
    "agent.exploration",
    "agent.optimizer",
    "agent.replay.sampling",
    "environment.options",
    "environment.wrappers",
    "environment.maxEpisodeSteps",
    "evaluation.threshold",
    "log.print",
  ];
  for (const path of paths) {
    for (const value of values) {
      const changed = withValue(config, path.split("."), value);
      const problems = check(changed);
      let refused = "";
      try {
        parseConfig(changed);
      } catch (error) {
        refused = (error as Error).message;
      }
      assertEquals(
        problems.length > 0,
        refused !== "",
        `${path}: ${JSON.stringify(value)}: ${problems} ${refused}`,
      );
    }
  }
});

Deno.test("withValue() changes one place, keeps the order of keys, and takes keys away", () => {
  const changed = withValue(config, ["agent", "exploration", "end"], 0.2);
  assertEquals(valueAt(changed, ["agent", "exploration", "end"]), 0.2);
  assertEquals(Object.keys(changed as object), Object.keys(config));
  assertEquals(config.agent.exploration.end, 0.1);
  assertEquals(valueAt(withValue(config, ["budget", "steps"], undefined), ["budget"]), {});
  assertEquals(valueAt(config, ["agent", "constructor", "name"]), undefined);
});
