import { assertEquals } from "@std/assert";
import { schemaText } from "../../src/cli/schema.ts";
import { withMode } from "../../src/config/monitors.ts";
import type { DeepPartial } from "../../src/config/run_config.ts";
import { type DqnConfig, type OptimizerConfig, warmupOf } from "../../src/config/agent_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { dqnOf } from "./dqn.ts";
import { least } from "./least_config.ts";

/** A DQN agent with its defaults. */
function dqn(given: DeepPartial<DqnConfig>): DqnConfig {
  return dqnOf(parseConfig({ ...least, agent: { kind: "dqn", ...given } }));
}

Deno.test("parseConfig fills in every default", () => {
  assertEquals(parseConfig(least), {
    environment: { id: "CartPole-v1", count: 1, options: {}, wrappers: [] },
    agent: {
      kind: "dqn",
      hidden: [128, 128],
      initialization: "pytorch",
      gamma: 0.99,
      steps: 1,
      double: false,
      loss: { kind: "huber", delta: 1 },
      optimizer: {
        kind: "adam",
        learningRate: 1e-3,
        weightDecay: 0,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        amsgrad: false,
      },
      clip: { kind: "none" },
      target: { tau: 1, every: 500, unit: "step" },
      exploration: { kind: "linear", start: 1, end: 0.05, duration: 10_000, per: "step" },
      replay: { capacity: 10_000, batch: 64, prefill: 0, sampling: "with-replacement" },
      train: { every: 1, unit: "step", updates: 1 },
    },
    budget: { steps: 1000 },
    seed: 0,
    loop: "auto",
    evaluation: {
      every: 5000,
      unit: "step",
      episodes: 20,
      noise: false,
      onSolved: "stop",
      environment: {},
      final: { episodes: 100 },
    },
    checkpoints: {
      monitor: "evaluationMean",
      topK: 1,
      state: { every: 5, unit: "minute", keep: 2 },
    },
    onDivergence: { kind: "stop" },
    log: {
      every: 500,
      unit: "step",
      tensorBoard: true,
      updates: false,
      jsonLines: false,
      pictures: true,
      animation: true,
      print: [],
      chart: "none",
    },
    device: "auto",
    kernelProfile: "auto",
  });
});

Deno.test("parseConfig fills in the defaults of the other agents, and of what is off unless asked for", () => {
  const { agent, validation, test, earlyStopping } = parseConfig({
    ...least,
    agent: { kind: "tabular" },
    validation: {},
    test: {},
    earlyStopping: {},
    evaluation: { every: 500 },
  });
  const exploration = { kind: "linear", start: 1, end: 0.05, duration: 10_000, per: "step" } as const;
  assertEquals(agent, { kind: "tabular", gamma: 0.99, learningRate: 0.1, exploration, initial: 0 });
  assertEquals([validation, test], [{ transitions: 256 }, { episodes: 10 }]);
  assertEquals(earlyStopping, {
    monitor: "evaluationMean",
    patience: 3,
    minDelta: 0,
    verbose: false,
  });
  assertEquals(parseConfig({ ...least, agent: { kind: "random" } }).agent, { kind: "random" });
});

Deno.test("parseConfig takes its own result as it is", () => {
  const once = parseConfig({ ...least, $schema: "./schema.json", description: "text" });
  assertEquals(parseConfig(once), once);
  assertEquals("$schema" in once, false);
});

Deno.test("parseConfig fills in the defaults of prioritized replay, which is off unless asked for", () => {
  const beta = { kind: "linear", start: 0.4, end: 1, duration: 100_000, per: "step" } as const;
  assertEquals(dqn({ replay: { prioritized: {} } }).replay.prioritized, { alpha: 0.6, beta, epsilon: 1e-6 });
  assertEquals(dqn({}).replay.prioritized, undefined);
});

Deno.test("parseConfig has PyTorch's defaults for each optimizer", () => {
  const optimizer = (given: DeepPartial<OptimizerConfig>) => dqn({ optimizer: given }).optimizer;
  const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false };
  assertEquals(optimizer({ kind: "adam" }), { kind: "adam", weightDecay: 0, ...adam });
  assertEquals(optimizer({ kind: "adamw" }), { kind: "adamw", weightDecay: 0.01, ...adam });
  const rmsprop = { learningRate: 1e-2, weightDecay: 0, alpha: 0.99, momentum: 0, epsilon: 1e-8 };
  assertEquals(optimizer({ kind: "rmsprop" }), {
    kind: "rmsprop",
    ...rmsprop,
    centered: false,
    epsilonInside: false,
  });
  assertEquals(optimizer({ kind: "sgd" }), { kind: "sgd", learningRate: 1e-3, weightDecay: 0, momentum: 0 });
});

Deno.test("parseConfig takes float32's ends, and the bounds themselves", () => {
  const [least, most] = [2 ** -126, 3.4028234663852886e38];
  const clip = { kind: "value", limit: most } as const;
  const optimizer = { kind: "adam", beta1: 0, beta2: 0.9999999, epsilon: least, learningRate: 0 } as const;
  const config = dqn({ gamma: 1, exploration: 1, clip, optimizer });
  assertEquals([config.gamma, config.exploration, config.clip], [1, 1, clip]);
  assertEquals(config.optimizer, { amsgrad: false, weightDecay: 0, ...optimizer });
});

Deno.test("parseConfig takes a run that ends right after its first update", () => {
  const agent = { replay: { batch: 9, warmup: 9 }, train: { every: 9 } };
  const at = (steps: number) => ({ environment: { id: "CartPole-v1", count: 12 }, agent, budget: { steps } });
  assertEquals(parseConfig(at(12)).budget.steps, 12); // Of which the ninth ends an interval.
});

Deno.test("parseConfig warms up for a batch by default", () => {
  assertEquals(warmupOf(dqn({ replay: { batch: 256 } }).replay), 256);
  assertEquals(warmupOf(dqn({ replay: { batch: 256, prefill: 200 } }).replay), 56);
  assertEquals(warmupOf(dqn({ replay: { batch: 256, prefill: 300 } }).replay), 0);
});

Deno.test("configs/schema.json is up to date; deno task schema writes it", async () => {
  const url = new URL("../../configs/schema.json", import.meta.url);
  assertEquals(await Deno.readTextFile(url), schemaText());
});

Deno.test("every key of the schema is described", () => {
  const undescribed: string[] = [];
  function visit(schema: Record<string, unknown>, path: string): void {
    for (const [key, value] of Object.entries(schema["properties"] ?? {})) {
      if (!("description" in value) && key !== "kind") undescribed.push(`${path}${key}`);
      visit(value, `${path}${key}.`);
    }
    for (const branch of ["anyOf", "oneOf"]) {
      for (const inner of schema[branch] as Record<string, unknown>[] ?? []) visit(inner, path);
    }
  }
  visit(JSON.parse(schemaText()), "");
  assertEquals(undescribed, []);
});

Deno.test("parseConfig() writes a convolution that is not normalized as before it could be, so that sweeps go on", () => {
  const plain = { kind: "conv", channels: 4, size: 3, stride: 1, padding: "valid" };
  const normalized = { ...plain, normalization: "layer" };
  assertEquals(dqn({ hidden: [plain, { ...plain, normalization: "none" }, normalized, 8] }).hidden, [
    plain,
    plain,
    normalized,
    8,
  ]);
});

Deno.test("withMode() takes the better direction of a metric by default", () => {
  assertEquals(withMode({ monitor: "validation/loss" }).mode, "min");
  assertEquals(withMode({ monitor: "winRate" }).mode, "max");
  assertEquals(withMode({ monitor: "winRate", mode: "min" }).mode, "min");
});
