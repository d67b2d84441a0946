import { assert, assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { experimentSchemaText } from "../../src/cli/schema.ts";
import { expand } from "../../src/config/expansion.ts";
import { experimentNames, loadExperiment } from "../../src/config/experiment.ts";
import { UsageError } from "../../src/core/errors.ts";

const tiny = fromFileUrl(new URL("tiny.json", import.meta.url));
const folder = fromFileUrl(new URL("../../configs/experiments", import.meta.url));
const usual = { description: "A test.", base: tiny };

async function withExperiment<T>(experiment: unknown, use: (path: string) => Promise<T>): Promise<T> {
  return await withText(JSON.stringify(experiment), use);
}

async function withText<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, text);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

/** The experiment that `tiny.json` with these keys is. */
function load(keys: Record<string, unknown>, options: { seeds?: number[] } = {}) {
  return withExperiment({ ...usual, ...keys }, (path) => loadExperiment(path, options));
}

/** What is wrong with these keys, without the first line. */
async function problems(keys: Record<string, unknown>): Promise<string[]> {
  return await withExperiment({ ...usual, ...keys }, async (path) => {
    const [first, ...lines] = (await assertRejects(() => loadExperiment(path), UsageError)).message.split(
      "\n  ",
    );
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    assertEquals(first, `Cannot use ${path}: ${count}`);
    return lines;
  });
}

const gamma = { "agent.gamma": [0.9, 0.99] };

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

Deno.test("expand() makes every combination of a grid, the last key fastest", () => {
  const vary = { "agent.gamma": [0, 1], "agent.target.every": [5], "agent.hidden": [[8], [8, 8]] };
  const known = ["agent.gamma", "agent.target.every", "agent.train.every", "agent.hidden"];
  assertEquals(
    expand({ vary, search: "grid" }, known),
    [
      [0, [8], "[8]"] as const,
      [0, [8, 8], "[8,8]"] as const,
      [1, [8], "[8]"] as const,
      [1, [8, 8], "[8,8]"] as const,
    ].map(([gamma, hidden, text]) => ({
      name: `gamma ${gamma}, target.every 5, hidden ${text}`,
      values: { "agent.gamma": gamma, "agent.target.every": 5, "agent.hidden": hidden },
    })),
  );
});

Deno.test("expand() draws different configurations within bounds, the same every time", () => {
  const range = { low: 3, high: 7, scale: "linear", integer: true } as const;
  const vary = {
    n: range,
    rate: { low: 0.5, high: 2, scale: "linear", integer: false } as const,
    word: ["a", "b"],
  };
  const search = { vary, search: "random", samples: 300 } as const;
  const points = expand(search, []).map(({ values }) => values as { n: number; rate: number; word: string });
  assertEquals(points.length, 300);
  assertEquals(new Set(points.map((point) => JSON.stringify(point))).size, 300);
  assertEquals(expand(search, []).map(({ values }) => values), points);
  assertEquals(expand({ ...search, samples: 10 }, []).map(({ values }) => values), points.slice(0, 10));
  assertEquals([...new Set(points.map(({ n }) => n))].sort(), [3, 4, 5, 6, 7]);
  assertEquals([...new Set(points.map(({ word }) => word))].sort(), ["a", "b"]);
  assert(points.every(({ rate }) => rate >= 0.5 && rate <= 2 && rate === Number(rate.toPrecision(4))));
});

/** Largest distance of the distribution of `values` from `cdf`: of n draws, beyond 1.95 / sqrt(n) once in 1,000 times. */
function kolmogorovSmirnov(values: readonly number[], cdf: (value: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(
    ...sorted.map((value, i) =>
      Math.max((i + 1) / sorted.length - cdf(value), cdf(value) - i / sorted.length)
    ),
  );
}

for (const scale of ["linear", "log"] as const) {
  Deno.test(`expand() draws uniformly on a ${scale} scale`, () => {
    const [low, high, samples] = [1e-4, 1, 500];
    const vary = { x: { low, high, scale, integer: false } };
    const values = expand({ vary, search: "random", samples }, []).map(({ values }) => values["x"] as number);
    const cdf = (x: number) =>
      scale === "log" ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low);
    assertLess(kolmogorovSmirnov(values, cdf), 1.95 / Math.sqrt(samples));
  });
}

Deno.test("expand() gives the integers of a log scale the intervals from each to the next", () => {
  // One value a configuration: a second, unimportant key keeps the configurations apart.
  const vary = {
    n: { low: 1, high: 3, scale: "log", integer: true },
    x: { low: 0, high: 1, scale: "linear", integer: false },
  } as const;
  const samples = 2000;
  const values = expand({ vary, search: "random", samples }, []).map(({ values }) => values["n"]);
  for (const n of [1, 2, 3]) {
    const share = Math.log((n + 1) / n) / Math.log(4);
    const found = values.filter((value) => value === n).length / samples;
    assertLess(Math.abs(found - share), 4 * Math.sqrt(share * (1 - share) / samples));
  }
});

Deno.test("expand() refuses more samples than there are configurations", () => {
  const error = assertThrows(
    () => expand({ vary: { a: [1, 2], b: [true, false] }, search: "random", samples: 5 }, []),
    UsageError,
  );
  assertEquals(
    error.message,
    "Cannot draw configurations: samples is 5, wanted at most 4, as many as there are",
  );
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

Deno.test("loadExperiment refuses more than 1,000,000 runs by their number, before it lays them out", async () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i + 1) / 2000);
  const vary = { "agent.gamma": values, "agent.target.tau": values };
  const seeds = Array.from({ length: 2000 }, (_, i) => i);
  const started = performance.now();
  assertEquals(await problems({ vary, seeds }), [
    "2,000,000,000 runs: 1,000,000 configurations, each with 2,000 seeds; wanted at most 1,000,000",
  ]);
  assertLess(performance.now() - started, 5000); // To lay out 1,000,000 configurations takes many minutes.
  const named = Array.from({ length: 11 }, (_, i) => ({ name: `${i}` }));
  assertEquals(
    await problems({ configurations: named, seeds: Array.from({ length: 100_000 }, (_, i) => i) }),
    [
      "1,100,000 runs: 11 configurations, each with 100,000 seeds; wanted at most 1,000,000",
    ],
  );
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

Deno.test("loadExperiment refuses to set what configurations vary, and what leads nowhere", async () => {
  const message = async (keys: Record<string, unknown>, ...set: string[]) =>
    (await withExperiment(
      { ...usual, ...keys },
      (path) => assertRejects(() => loadExperiment(path, { set }), UsageError),
    ))
      .message;
  const target = { "agent.target": [{ tau: 1, every: 8, unit: "update" }, { kind: "none" }] };
  assertEquals(
    await message({ vary: { ...gamma, ...target } }, "agent.gamma=1", "agent.target.tau=0.1", "budget.steps"),
    "Cannot set values of the experiment\n" +
      "  agent.gamma=1: the experiment varies agent.gamma, wanted another key\n" +
      "  agent.target.tau=0.1: the experiment varies agent.target, wanted another key\n" +
      "  budget.steps: wanted KEY=VALUE, as in agent.gamma=0.9",
  );
  const named = { configurations: [{ name: "a" }, { name: "b", set: { "budget.steps": 9 } }] };
  assertEquals(
    await message(named, "budget.steps=7"),
    "Cannot set values of the experiment\n  budget.steps=7: the experiment varies budget.steps, wanted another key",
  );
  assertEquals(
    (await message({ vary: gamma }, "seed=3")).split("\n")[1],
    '  seed: set by the experiment, wanted the key "seeds"',
  );
  assertEquals(
    (await message({ vary: gamma }, "agent.gama=1")).split("\n")[1],
    '  agent.gama: unknown key; did you mean "gamma"?',
  );
});

Deno.test("loadExperiment names every key that is unknown, and the nearest", async () => {
  assertEquals(await problems({ vary: { "agent.gama": [0.9, 0.99] }, set: { "agent.hidden.x": 1 } }), [
    "agent.hidden is [8], wanted an object",
    'agent.gama: unknown key; did you mean "gamma"?',
  ]);
  assertEquals(await problems({ varry: gamma, vary: gamma }), ['varry: unknown key; did you mean "vary"?']);
});

Deno.test("loadExperiment names every value that the config refuses, in all configurations", async () => {
  assertEquals(
    await problems({ vary: { "agent.gamma": [0.9, 1.5, 2], "agent.target.tau": [0, 1] } }),
    [
      "agent.target.tau: 0, wanted a number above 0 and at most 1",
      "agent.gamma: 1.5, wanted a number from 0 to 1",
      "agent.gamma: 2, wanted a number from 0 to 1",
    ],
  );
  const [message, ...more] = await problems({ set: { "environment.id": "CartPole-v7" }, vary: gamma });
  assert(message!.startsWith('Cannot make environment: id is "CartPole-v7", wanted one of'), message);
  assertEquals(more, []);
});

Deno.test("loadExperiment names what is wrong in the file", async () => {
  const cases: [Record<string, unknown>, string[]][] = [
    [{}, ["vary: missing, wanted one of vary and configurations"]],
    [{ vary: {} }, ["vary: {}, wanted at least one key"]],
    [{ vary: gamma, configurations: [{ name: "a" }] }, [
      'configurations: [{"name":"a"}], wanted one of vary and configurations',
    ]],
    [{ vary: { "agent.gamma": [] } }, ["vary.agent.gamma: [], wanted at least one value"]],
    [{ vary: { "agent.gamma": 0.9 } }, [
      "vary.agent.gamma: 0.9, wanted a list of values, or an object with low and high",
    ]],
    [{ vary: { "agent.gamma": [0.9, 0.9] } }, ["vary.agent.gamma: [0.9,0.9], wanted values that differ"]],
    [{ vary: { "agent.gamma": { low: 0, high: 1 } } }, [
      'vary.agent.gamma: {"low":0,"high":1}, wanted a list of values: a range needs search "random"',
    ]],
    [{ vary: { "agent.gamma": { low: 1, high: 1 } }, search: "random", samples: 2 }, [
      "vary.agent.gamma.high: 1, wanted a number above low, which is 1",
    ]],
    [{ vary: { "agent.gamma": { low: 0, high: 1, scale: "log" } }, search: "random", samples: 2 }, [
      'vary.agent.gamma.low: 0, wanted a number above 0 for scale "log"',
    ]],
    [{ vary: { "agent.gamma": { low: 0, high: 1.5, integer: true } }, search: "random", samples: 2 }, [
      "vary.agent.gamma.high: 1.5, wanted an integer, as integer is true",
    ]],
    [{ vary: gamma, search: "random" }, [
      'samples: missing, wanted a number of configurations for search "random"',
    ]],
    [{ vary: gamma, samples: 3 }, ['samples: 3, wanted none without search "random"']],
    [{ configurations: [{ name: "a\x1b[2J" }] }, [
      'configurations[0].name: "a\\u001b[2J", wanted a name without control characters',
    ]],
    [{ configurations: [{ name: "a" }], search: "random", samples: 1 }, [
      'search: "random", wanted "grid" beside configurations',
    ]],
    [{ configurations: [{ name: "a" }, { name: "a" }] }, [
      'configurations: [{"name":"a"},{"name":"a"}], wanted names that differ',
    ]],
    [{ vary: gamma, seeds: [] }, ["seeds: [], wanted at least one seed"]],
    [{ vary: gamma, seeds: [1, 1] }, ["seeds: [1,1], wanted seeds that differ"]],
    [{ vary: gamma, seeds: [-1] }, ["seeds[0]: -1, wanted an integer from 0 to 4294967295"]],
    [{ vary: gamma, set: { seed: 3 } }, ['seed: set by the experiment, wanted the key "seeds"']],
    [{ vary: gamma, counts: 10 }, ['counts: 10, wanted none for an experiment of kind "training"']],
    [{ vary: gamma, kind: "schedule", seeds: [1], threshold: 2 }, [
      'seeds: [1], wanted none for an experiment of kind "schedule"',
      'threshold: 2, wanted none for an experiment of kind "schedule"',
    ]],
    [{ configurations: [{ name: "a", set: { "agent.kind": "random" } }], kind: "schedule" }, [
      'agent.kind: "random", wanted an agent that has a schedule of exploration',
    ]],
  ];
  for (const [keys, wanted] of cases) assertEquals(await problems(keys), wanted);
});

Deno.test("loadExperiment names the experiments, and the base that is not there", async () => {
  const known = experimentNames().join(", ");
  const failure = async (name: string) =>
    (await assertRejects(() => loadExperiment(name), UsageError)).message;
  assertEquals(
    await failure("td-cartpole-gri"),
    `Cannot find experiment "td-cartpole-gri", wanted one of ${known}, or the path of a .json file; ` +
      'did you mean "td-cartpole-grid"?',
  );
  assertEquals(await failure("/nowhere/a.json"), "Cannot read /nowhere/a.json: there is no such file");
  const error = await assertRejects(() => load({ base: "cartpol", vary: gamma }), UsageError);
  assert(error.message.startsWith('Cannot find preset "cartpol", wanted one of '), error.message);
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

Deno.test("loadExperiment refuses an agent that does not fit its environment, before anything runs", async () => {
  const [line] = await problems({ set: { "environment.id": "Taxi-v4" }, vary: gamma });
  assertEquals(line!.startsWith("Cannot give Taxi-v4 to a DQN agent"), true, line);
});
