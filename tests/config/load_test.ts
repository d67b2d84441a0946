import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { UsageError } from "../../src/core/errors.ts";
import { gymnasiumPrefix } from "../../src/envs/gymnasium/gymnasium.ts";
import { loadConfig, presetNames } from "../../src/config/load.ts";
import { warmupOf } from "../../src/config/agent_config.ts";
import { environmentSpaces } from "../../src/config/environment_spaces.ts";
import { dqnOf } from "./dqn.ts";

const configs = fromFileUrl(new URL("../../configs", import.meta.url));

/** The message with which loading fails. */
async function failure(reference: string, set: readonly string[] = []): Promise<string> {
  return (await assertRejects(() => loadConfig(reference, { set }), UsageError)).message;
}

async function withFile(text: string, use: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, text);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}

for (const name of presetNames()) {
  Deno.test(`preset ${name} is valid, described and names the schema`, async () => {
    const loaded = await loadConfig(name);
    assertEquals(loaded.name, name);
    // Its environments can be made, and its agent fits them; those of Python make the interoperability tests.
    if (!loaded.config.environment.id.startsWith(gymnasiumPrefix)) environmentSpaces(loaded.config);
    assert(loaded.config.description);
    const written = JSON.parse(await Deno.readTextFile(join(configs, `${name}.json`)));
    assertEquals(written["$schema"], "./schema.json");
  });
}

Deno.test("presets say what their sources say", async () => {
  const agent = async (name: string) => dqnOf((await loadConfig(name)).config);
  const pytorch = await agent("pytorch-cartpole");
  assertEquals(pytorch.optimizer, {
    kind: "adamw",
    learningRate: 1e-4,
    weightDecay: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    amsgrad: true,
  });
  assertEquals(pytorch.clip, { kind: "value", limit: 100 });
  assertEquals(pytorch.target, { tau: 0.005, every: 1, unit: "update" });
  const easy = await agent("easy-cartpole");
  assertEquals(easy.target, { tau: 1, every: 10, unit: "episode" });
  const { start, decay } = easy.exploration as { start: number; decay: number };
  assert(Math.abs(start - (0.05 + 0.85 * Math.exp(-1 / decay))) < 1e-7);
  assertEquals((await agent("td-cartpole")).target, { tau: 1, every: 32, unit: "update" });
  assertEquals((await agent("handson-cartpole")).target, { kind: "none" });
  const lightning = await agent("lightning-cartpole");
  assertEquals(lightning.target, { tau: 1, every: 400, unit: "update", first: 40 });
  assertEquals([lightning.replay.prefill, warmupOf(lightning.replay)], [10_000, 0]);
});

Deno.test("loadConfig reads a file and names it after its base name", async () => {
  const { name, config } = await loadConfig(join(configs, "td-cartpole.json"));
  assertEquals([name, config], ["td-cartpole", (await loadConfig("td-cartpole")).config]);
});

Deno.test("loadConfig names the nearest preset and all of them", async () => {
  const known = presetNames().join(", ");
  assertEquals(
    await failure("cartpol"),
    `Cannot find preset "cartpol", wanted one of ${known}, or the path of a .json file; did you mean "cartpole"?`,
  );
  assertEquals(
    await failure("../deno"),
    `Cannot find preset "../deno", wanted one of ${known}, or the path of a .json file`,
  );
});

Deno.test("loadConfig refuses a file that is not there", async () => {
  assertEquals(await failure("/nowhere/a.json"), "Cannot read /nowhere/a.json: there is no such file");
});

Deno.test("loadConfig shows line and column of a syntax error", async () => {
  await withFile('{\n  "seed": 1,\n  "loop" "auto"\n}\n', async (path) => {
    assertEquals(await failure(path), `Cannot read ${path}: line 3, column 10: colon expected, wanted JSON`);
  });
  await withFile('{ "seed": 1', async (path) => {
    assertEquals(
      await failure(path),
      `Cannot read ${path}: line 1, column 12: close brace expected, wanted JSON`,
    );
  });
});

/** The smallest config, and more of its text. */
const least = '"environment": { "id": "CartPole-v1" }, "budget": { "steps": 900 }';

Deno.test("loadConfig refuses a key that is given twice, with its line, whatever its letters are written as", async () => {
  await withFile(`{\n  ${least},\n  "agent": { "gamma": 0.5 },\n  "\\u0061gent": {}\n}`, async (path) => {
    assertEquals(
      await failure(path),
      `Cannot read ${path}: line 4, column 3: key "agent" is given twice, wanted once; the first is in line 3`,
    );
  });
  await withFile(`{ ${least},\n"agent": { "gamma": 0.5, "gamma": 0.9 } }`, async (path) => {
    assert((await failure(path)).includes('line 2, column 26: key "gamma" is given twice'));
  });
});

Deno.test("loadConfig takes a byte order mark, comments and trailing commas", async () => {
  const text =
    `\ufeff// What is learned.\r\n{ ${least}, /* its discount */ "agent": { "gamma": 0.5, "hidden": [8,], }, }`;
  await withFile(text, async (path) => {
    const { gamma, hidden } = dqnOf((await loadConfig(path)).config);
    assertEquals([gamma, hidden], [0.5, [8]]);
  });
});

Deno.test("loadConfig refuses what is nested too deeply, in the file, in a value that is set and in its path", async () => {
  const [deep, deeper] = [90, 10_000].map((levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  const before = `{ ${least}, "agent": `;
  await withFile(`${before}${deeper} }`, async (path) => {
    const at = `line 1, column ${before.length + 99 * '{"a":'.length + 1}`;
    assertEquals(
      await failure(path),
      `Cannot read ${path}: ${at}: values are nested too deeply, wanted at most 100 levels`,
    );
  });
  const messages = await Promise.all([
    failure(tiny, [`environment.options=${deeper}`]),
    failure(tiny, [`environment.options.${"a.".repeat(10_000)}a=1`]),
    failure(tiny, [`environment.options=${deep}`]),
  ]);
  assertEquals(messages.map((message) => message.replace(/^.*\n.*: /s, "")), [
    "values are nested too deeply, wanted at most 100 levels",
    "a path of 10003 keys, wanted at most 64",
    "values nested too deeply, wanted at most 64 levels",
  ]);
  for (const message of messages) assert(message.length < 400, message);
});

Deno.test("loadConfig shows little of a file, without its control characters", async () => {
  const [noise, long] = ["\\u001b[2J\\u009b\\n", "x".repeat(10_000)];
  const keys = Array.from({ length: 1000 }, (_, i) => `"${noise}${i}": 1`).join(", ");
  const text =
    `{ ${least}, "agent": { "kind": "${noise}${long}" }, "${long}": 1, "loop": "${long}", ${keys} }`;
  await withFile(text, async (path) => {
    const message = await failure(path);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(message), message);
    const lines = message.split("\n");
    assertEquals([lines.length, lines.at(-1)], [22, "  and 983 more"]);
    for (const line of lines) assert(line.length < 500, line);
  });
});

Deno.test("loadConfig names the file that is not valid", async () => {
  await withFile('{ "environment": { "id": "x" }, "budget": { "steps": "x" } }', async (path) => {
    const message = await failure(path);
    assertEquals(
      message,
      `Cannot use ${path}: 1 problem\n  budget.steps: "x", wanted an integer from 1 to 4294967295`,
    );
  });
});

const tiny = fromFileUrl(new URL("tiny.json", import.meta.url));

/** The config of tiny.json with values set. */
async function withSet(...set: string[]) {
  return (await loadConfig(tiny, { set })).config;
}

Deno.test("set replaces values: JSON, or else texts", async () => {
  const config = await withSet(
    "agent.gamma=0.9",
    "agent.hidden=[32]",
    "agent.double=false",
    "environment.id=CartPole-v0",
    'agent.target={"kind":"none"}',
    "agent.exploration=0.1",
    "environment.maxEpisodeSteps=null",
    "environment.options.depth.of=3",
  );
  const agent = dqnOf(config);
  assertEquals(agent.gamma, 0.9);
  assertEquals(agent.hidden, [32]);
  assertEquals(agent.double, false);
  assertEquals(config.environment, {
    id: "CartPole-v0",
    count: 1,
    maxEpisodeSteps: null,
    options: { depth: { of: 3 } },
    wrappers: [],
  });
  assertEquals(agent.target, { kind: "none" });
  assertEquals(agent.exploration, 0.1);
});

Deno.test("set leaves to their defaults what follows from what is set", async () => {
  const agent = dqnOf(
    await withSet('agent.replay={"batch":32}', "agent.replay.batch=16", "agent.target.every=10"),
  );
  assertEquals([warmupOf(agent.replay), agent.target], [16, { tau: 0.1, every: 10, unit: "update" }]);
});

Deno.test("set fills in an object that the config leaves out", async () => {
  const { evaluation, log } = await withSet("evaluation.final.episodes=7", "log.unit=episode");
  assertEquals(evaluation.final, { episodes: 7 });
  assertEquals([log.every, log.unit, log.chart], [500, "episode", "none"]);
});

Deno.test("set keeps what a new kind knows and drops the rest", async () => {
  const set = ["agent.optimizer.kind=sgd", "agent.optimizer.momentum=0.9"];
  const { optimizer } = dqnOf((await loadConfig("pytorch-cartpole", { set })).config);
  assertEquals(optimizer, { kind: "sgd", learningRate: 1e-4, weightDecay: 0.01, momentum: 0.9 });
  assertEquals(dqnOf(await withSet("agent.target.kind=none")).target, { kind: "none" });
  assertEquals((await withSet("agent.kind=tabular", "agent.learningRate=0.5")).agent, {
    kind: "tabular",
    gamma: 0.99,
    learningRate: 0.5,
    exploration: { kind: "linear", start: 1, end: 0.05, duration: 10_000, per: "step" },
    initial: 0,
  });
});

Deno.test("set refuses a key that is given twice, and takes a text that is no JSON as it is", async () => {
  assertEquals((await failure(tiny, ['agent={"gamma":0.5,"gamma":0.9}'])).split("\n  "), [
    "Cannot set values of the config",
    'agent={"gamma":0.5,"gamma":0.9}: line 1, column 14: key "gamma" is given twice, wanted once; the first is in line 1',
  ]);
  assertEquals((await withSet("description=5 // five")).description, "5 // five");
});

Deno.test("set refuses the names that every object has", async () => {
  const paths = ["agent.__proto__.gamma", "environment.options.__proto__.gamma", "agent.constructor"];
  const message = await failure(tiny, paths.map((path) => `${path}=1`));
  assertEquals(message.split("unknown key").length - 1, paths.length);
  assertEquals(({} as { gamma?: number }).gamma, undefined);
});

Deno.test("set can mend what is wrong", async () => {
  await withFile('{ "environment": { "id": "x" }, "budget": { "steps": 0 } }', async (path) => {
    assertEquals((await loadConfig(path, { set: ["budget.steps=5000"] })).config.budget, { steps: 5000 });
  });
});

Deno.test("set names every path that leads nowhere, and the nearest key", async () => {
  const set = ["agent.gama=0.9", "agent.hidden.x=1", "novalue", "agent.optimizer.learningRat=1", "zzzzzz=1"];
  assertEquals((await failure(tiny, set)).split("\n  "), [
    "Cannot set values of the config",
    'agent.gama=0.9: agent.gama: unknown key; did you mean "gamma"?',
    "agent.hidden.x=1: agent.hidden is [8], wanted an object",
    "novalue: wanted KEY=VALUE, as in agent.gamma=0.9",
    'agent.optimizer.learningRat=1: agent.optimizer.learningRat: unknown key for kind "adam"; ' +
    'did you mean "learningRate"?',
    "zzzzzz=1: zzzzzz: unknown key, wanted $schema, formatVersion, preset, description, environment, agent, budget, seed, " +
    "loop, evaluation, validation, test, checkpoints, onDivergence, earlyStopping, log, device, kernelProfile",
  ]);
});

Deno.test("set is named where it makes a config that is not valid", async () => {
  assertEquals(
    await failure(tiny, ["agent.gamma=2"]),
    `Cannot use ${tiny} with agent.gamma=2: 1 problem\n  agent.gamma: 2, wanted a number from 0 to 1`,
  );
});
