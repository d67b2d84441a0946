import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { experimentSchemaText } from "../../src/cli/schema.ts";
import { experimentNames, loadExperiment } from "../../src/config/experiment.ts";
import { UsageError } from "../../src/core/errors.ts";
import { folder, gamma, load, problems, tiny, usual, withExperiment, withText } from "./experiments.ts";

for (const name of experimentNames()) {
  Deno.test(`experiment ${name} is valid and names its schema`, async () => {
    const experiment = await loadExperiment(name);
    assertEquals(experiment.name, name);
    assert(experiment.configurations.length > 1);
    const written = JSON.parse(await Deno.readTextFile(join(folder, `${name}.json`)));
    assertEquals(written["$schema"], "./schema.json");
  });
}

Deno.test("configs/experiments/schema.json is up to date; deno task schema writes it", async () => {
  assertEquals(await Deno.readTextFile(join(folder, "schema.json")), experimentSchemaText());
});

Deno.test("loadExperiment takes a byte order mark and comments, and refuses a key that is given twice", async () => {
  const vary = '"vary": { "agent.gamma": [0.5], }';
  const text = `\ufeff{ "description": "A test.", "base": ${JSON.stringify(tiny)}, // the base\n${vary},`;
  const { configurations } = await withText(`${text} }`, (path) => loadExperiment(path));
  assertEquals(configurations.map(({ name }) => name), ["gamma 0.5"]);
  await withText(`${text}\n ${vary} }`, async (path) => {
    const { message } = await assertRejects(() => loadExperiment(path), UsageError);
    const mistake = 'line 3, column 2: key "vary" is given twice, wanted once; the first is in line 2';
    assertEquals(message, `Cannot read ${path}: ${mistake}`);
  });
});

Deno.test("td-first-try holds the source's failing parameters beside the preset", async () => {
  const { configurations: [first, preset], seeds } = await loadExperiment("td-first-try");
  const { agent } = first!.config;
  assert(agent.kind === "dqn" && agent.optimizer.kind === "adam");
  assertEquals([agent.replay.batch, agent.optimizer.learningRate], [12, 2]);
  assertEquals(agent.exploration, {
    kind: "exponential",
    start: 0.1,
    end: 0.05,
    decay: 1000,
    per: "episode",
  });
  const base = (await loadExperiment("td-cartpole-grid")).configurations;
  assertEquals(preset!.config, base.find(({ slug }) => slug === "capacity-10000-target.every-32")!.config);
  assertEquals([base.length, seeds, preset!.threshold], [9, [0, 1, 2, 3, 4], 475]);
});

Deno.test("loadExperiment sets set, then what varies, on the base", async () => {
  const { configurations, keys, given, seeds, name } = await load({
    set: { "agent.gamma": 0.5, "agent.optimizer.kind": "sgd", "agent.optimizer.momentum": 0.9 },
    vary: { "agent.gamma": [0.6, 0.7], "evaluation.final.episodes": [3] },
    seeds: [7, 3],
  });
  assertEquals(
    configurations.map(({ name, slug, config: { agent, evaluation, environment, budget } }) => {
      assert(agent.kind === "dqn");
      const { gamma, optimizer, hidden } = agent;
      assertEquals([optimizer.kind, optimizer.learningRate, hidden], ["sgd", 1e-3, [8]]);
      assertEquals([environment.id, budget], ["CartPole-v1", { steps: 250 }]);
      return [name, slug, gamma, evaluation.final.episodes];
    }),
    [
      ["gamma 0.6, final.episodes 3", "gamma-0.6-final.episodes-3", 0.6, 3],
      ["gamma 0.7, final.episodes 3", "gamma-0.7-final.episodes-3", 0.7, 3],
    ],
  );
  assertEquals([keys, given, seeds], [
    ["agent.gamma", "evaluation.final.episodes"],
    ["agent.gamma", "agent.optimizer.kind", "agent.optimizer.momentum", "evaluation.final.episodes"],
    [7, 3],
  ]);
  assert(!name.endsWith(".json") && !name.includes("/"));
  assertEquals((await load({ vary: gamma }, { seeds: [4] })).seeds, [4]);
});

Deno.test("loadExperiment gives configurations slugs that differ where case does not count", async () => {
  const names = ["A b", "a/b", "a-b", "..", "ü"];
  const { configurations } = await load({ configurations: names.map((name) => ({ name })) });
  assertEquals(configurations.map(({ slug }) => slug), ["A-b", "a-b_2", "a-b_3", "run", "run_2"]);
});

Deno.test("loadExperiment takes its threshold from file, evaluation or environment", async () => {
  const threshold = async (keys: Record<string, unknown>) =>
    (await load({ vary: gamma, ...keys })).configurations[0]!.threshold;
  assertEquals(await threshold({ threshold: 20, set: { "evaluation.threshold": 30 } }), 20);
  assertEquals(await threshold({ set: { "evaluation.threshold": 30 } }), 30);
  assertEquals(await threshold({}), 475);
  const cliff = { "environment.id": "CliffWalking-v1", "agent.kind": "tabular" };
  assertEquals(await threshold({ set: cliff }), undefined);
  assertEquals(await problems({ vary: gamma, threshold: 40, set: { "evaluation.threshold": 30 } }), [
    "threshold: 40, wanted at most evaluation.threshold, which ends a run at 30",
  ]);
});

Deno.test("loadExperiment judges each configuration by its own threshold, unless the file has one", async () => {
  const thresholds = async (keys: Record<string, unknown>) =>
    (await load(keys)).configurations.map(({ threshold }) => threshold);
  const ids = { "environment.id": ["CartPole-v0", "CartPole-v1"] };
  assertEquals(await thresholds({ vary: ids }), [195, 475]);
  assertEquals(await thresholds({ vary: ids, threshold: 100 }), [100, 100]);
  assertEquals(await thresholds({ vary: { "evaluation.threshold": [20, 30] } }), [20, 30]);
  const scaled = (factor: number) => [[{ kind: "scale-reward", factor }]];
  assertEquals(await thresholds({ vary: { "environment.wrappers": [[], ...scaled(100), ...scaled(-1)] } }), [
    475,
    47_500,
    undefined,
  ]);
});

Deno.test("loadExperiment sets values of all configurations, after the file's own", async () => {
  const set = { "agent.optimizer.kind": "sgd", "agent.optimizer.momentum": 0.9, "budget.steps": 50 };
  const given = await withExperiment(
    { ...usual, vary: gamma, set },
    (path) => loadExperiment(path, { set: ["agent.optimizer.kind=adam", "log.updates=true"] }),
  );
  assertEquals(given.given, [
    "agent.optimizer.momentum",
    "budget.steps",
    "agent.optimizer.kind",
    "log.updates",
    "agent.gamma",
  ]);
  for (const { config: { agent, budget, log } } of given.configurations) {
    assert(agent.kind === "dqn");
    assertEquals([agent.optimizer.kind, budget.steps, log.updates], ["adam", 50, true]);
  }
});

Deno.test("loadExperiment reads its base by its path from the file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "inner"));
    await Deno.copyFile(tiny, join(folder, "base.json"));
    const path = join(folder, "inner", "one.json");
    await Deno.writeTextFile(path, JSON.stringify({ ...usual, base: "../base.json", vary: gamma }));
    assertEquals((await loadExperiment(path)).configurations.length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
