import { assertEquals } from "@std/assert";
import { shapeKey } from "../../src/config/population_shape.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { differingPaths, settingsKey, settingsOf } from "../../src/config/same_configuration.ts";
import { parseConfig } from "../../src/config/schema.ts";

const settings = (changes: RunConfigInput) =>
  settingsOf(parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 1000 }, ...changes }));

/** Paths in which two configs differ; their keys are the same just when there is none. */
function differences(one: RunConfigInput, other: RunConfigInput): string[] {
  const [a, b] = [settings(one), settings(other)];
  const paths = differingPaths([a, b]);
  assertEquals(settingsKey(a) === settingsKey(b), paths.length === 0);
  return paths;
}

const limit = (maxEpisodeSteps?: number | null): RunConfigInput => ({
  environment: { id: "CartPole-v1", ...maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps } },
});

Deno.test("settingsOf() tells a key that is null from one that is left out", () => {
  assertEquals(differences(limit(), limit(null)), ["environment.maxEpisodeSteps"]);
  assertEquals(differences(limit(), limit(20)), ["environment.maxEpisodeSteps"]);
  assertEquals(differences(limit(null), limit(20)), ["environment.maxEpisodeSteps"]);
  const keys = [limit(), limit(null), limit(20)].map((config) => settingsKey(settings(config)));
  assertEquals(new Set(keys).size, 3);
});

Deno.test("settingsOf() leaves out what is said as it would be without a word", () => {
  const { agent } = parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 1000 } });
  const same: RunConfigInput[] = [
    limit(500),
    { seed: 7, description: "Other words.", log: { updates: true }, kernelProfile: "gpu" },
    { loop: "device" },
    { agent },
    { agent: { replay: { warmup: 64 } } }, // The batch.
    { checkpoints: { monitor: "evaluationMean", mode: "max" } },
    { evaluation: { environment: { maxEpisodeSteps: 500 } } },
    { evaluation: { environment: { options: {} } } },
  ];
  for (const changes of same) assertEquals(differences({}, changes), [], JSON.stringify(changes));
  const target = (first: object): RunConfigInput => ({ agent: { target: { every: 8, ...first } } });
  assertEquals(differences(target({}), target({ first: 8 })), []);
  assertEquals(differences(target({}), target({ first: 7 })), ["agent.target.first"]);
});

Deno.test("settingsOf() names what makes another configuration", () => {
  const cases: [RunConfigInput, string][] = [
    [{ loop: "host" }, "loop"],
    [{ budget: { steps: 1001 } }, "budget.steps"],
    [{ agent: { replay: { warmup: 65 } } }, "agent.replay.warmup"],
    [{ agent: { gamma: 0.5 } }, "agent.gamma"],
    [{ checkpoints: { monitor: "loss", mode: "max" } }, "checkpoints.mode"],
    [{ evaluation: { environment: { maxEpisodeSteps: 200 } } }, "evaluation.environment.maxEpisodeSteps"],
    [{ evaluation: { threshold: 475 } }, "evaluation.threshold"],
    [
      { environment: { id: "CartPole-v1", wrappers: [{ kind: "scale-reward", factor: 2 }] } },
      "environment.wrappers",
    ],
  ];
  for (const [changes, path] of cases) {
    const found = differences({}, changes).filter((one) => one !== "checkpoints.monitor");
    assertEquals(found, [path]);
  }
  // With a batch of their own, warm-ups that are left out differ with it, and are no difference of their own.
  assertEquals(differences({}, { agent: { replay: { batch: 32 } } }), ["agent.replay.batch"]);
});

Deno.test("shapeKey() has the same notion of what is left out", () => {
  const key = (changes: RunConfigInput) => shapeKey(parseConfig({ budget: { steps: 1000 }, ...changes }));
  assertEquals(key(limit()), key(limit(500)));
  assertEquals(key(limit()) === key(limit(null)), false);
});
