import { assertEquals, assertNotEquals } from "@std/assert";
import type { DqnAgent } from "../../src/agents/dqn.ts";
import { createRun } from "../../src/config/build.ts";
import { type DeepRunConfig, learnerOptions } from "../../src/config/learner_options.ts";
import { environmentSpaces } from "../../src/config/environment_spaces.ts";
import { createPopulation } from "../../src/config/population.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { jsonSchema, parseConfig } from "../../src/config/schema.ts";
import { Gpu } from "../../src/gpu/device.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { networkLayout } from "../../src/ops/model.ts";
import { base, type Case, type Cases, differs, same, starts } from "./every_key/case.ts";
import { outcomesOnDevice, outcomesOnOwnDevice } from "./every_key/device_keys.ts";
import { environments } from "./every_key/environment_keys.ts";
import { written } from "./every_key/folder_keys.ts";
import { handed } from "./every_key/learner_keys.ts";
import { handedToPqn } from "./every_key/pqn_keys.ts";
import { training } from "./every_key/training_keys.ts";
import { type Facts, folderFacts, learnerFacts, outcomeFacts } from "./run_facts.ts";
import { schemaKeys, withKey } from "./schema_keys.ts";

/** Keys that change nothing that is made, and why. */
const exceptions: Readonly<Record<string, string>> = {
  $schema: "tells editors where the schema is; nothing of it is kept",
  formatVersion: "tells which keys a file may have; there is one version",
  preset: "names what a run is of, in the config that it writes; nothing of it is read",
  description: "is for readers; a run only keeps it",
  "agent(dqn).hidden[].kind": "is of kinds that programs register: see tests/learner/kinds_test.ts",
  "agent(pqn).hidden[].kind": "as that of DQN",
  "agent(pqn).epochs": "is of when a run makes updates: see tests/config/pqn_test.ts",
  "agent(dqn).head.kind": "as agent.hidden[].kind, and tests/learner/golden_heads_test.ts",
  "onDivergence.kind": "matters to a run that diverges: see tests/train/rollback_test.ts",
  "onDivergence(rollback).times": "as onDivergence.kind",
};

type FactsOf = (config: RunConfigInput) => Promise<Facts> | Facts;

/** Makes both runs of each case and compares their facts; a fact that the case does not name is free, or has to stay. */
async function assertCases(cases: Cases, factsOf: FactsOf, { stay = false } = {}): Promise<void> {
  for (const [key, some] of Object.entries(cases)) {
    for (const { values, facts, config } of some) {
      const made: Facts[] = [];
      for (const value of values) {
        const changed = withKey({ ...base, ...config }, [key, value], starts) as RunConfigInput;
        try {
          made.push(await factsOf(changed));
        } catch (cause) {
          throw new Error(`${key} of ${JSON.stringify(value)}: ${cause}`, { cause });
        }
      }
      assertFacts(key, made as [Facts, Facts], facts);
      if (!stay) continue;
      const names = new Set(made.flatMap((facts) => Object.keys(facts)).filter((name) => !(name in facts)));
      for (const name of names) assertEquals(made[0]![name], made[1]![name], `${key} changes ${name}`);
    }
  }
}

function assertFacts(key: string, [from, to]: [Facts, Facts], facts: Case["facts"]): void {
  for (const [name, wanted] of Object.entries(facts)) {
    const label = `${key}: ${name}`;
    if (wanted === same) assertEquals(from[name], to[name], label);
    else if (wanted === differs) assertNotEquals(from[name], to[name], label);
    else assertEquals([from[name], to[name]], [...wanted], label);
  }
}

Deno.test("every key of the run schema has a case that changes it, or is an exception with a reason", () => {
  const all = [
    handed,
    handedToPqn,
    environments,
    training,
    outcomesOnDevice,
    outcomesOnOwnDevice,
    written,
    exceptions,
  ];
  const known = all.flatMap((
    cases,
  ) => Object.keys(cases));
  assertEquals([...new Set(known)].sort(), schemaKeys(jsonSchema()).sort());
});

Deno.test("keys of an agent with a learner: the learner is made with the value, and all else of it stays", async () => {
  const agent = { kind: "dqn", ...starts["dqn"] };
  const cases = Object.entries({ ...handed, ...handedToPqn }).map(([key, some]) =>
    [key, some.map((one) => ({ config: { agent }, ...one }))] as const
  );
  await assertCases(Object.fromEntries(cases), learnerFacts, { stay: true });
});

Deno.test("keys of environment, tabular agent, budget, evaluation and early stopping: the run changes", async () => {
  await assertCases(environments, (config) => outcomeFacts(config));
  await assertCases(training, (config) => outcomeFacts(config));
});

Deno.test("keys of checkpoints and log: the run's folder and what is printed change", async () => {
  await assertCases(written, folderFacts);
});

Deno.test("keys of loop, replay and train: the run on a device changes", async () => {
  const gpu = await Gpu.open();
  await assertCases(outcomesOnDevice, (config) => outcomeFacts(config, gpu));
  gpu.close();
  await assertCases(outcomesOnOwnDevice, (config) => outcomeFacts(config));
});

Deno.test("every phase of a run starts from seeds of its own", async () => {
  const config = { ...base, validation: { transitions: 20 }, test: { episodes: 5 } };
  const facts = await outcomeFacts(config as unknown as RunConfigInput);
  const names = ["firstSeed", "laterSeeds", "finalSeeds", "testSeeds"];
  const seeds = names.flatMap((name) => facts[name] as number | number[]);
  assertEquals(seeds.length, 1 + 1 + 4 * 2 + 3 + 5); // Training, validation, four evaluations, final and test.
  assertEquals(new Set(seeds).size, seeds.length);
});

Deno.test("a learner draws by priorities where its config has replay.prioritized, whatever that holds", () => {
  const prioritized = (replay: object) => {
    const config = parseConfig({
      ...base,
      environment: { id: "CartPole-v1" },
      agent: { kind: "dqn", replay: { batch: 4, ...replay } },
    }) as DeepRunConfig;
    return learnerOptions([config], environmentSpaces(config)).prioritized;
  };
  assertEquals([prioritized({}), prioritized({ prioritized: {} })], [false, true]);
});

Deno.test("createRun and createPopulation hand the learner what learnerOptions() says, on host and device", async () => {
  const gpu = await Gpu.open();
  const config = (seed: number): RunConfigInput => ({
    environment: { id: "CartPole-v1", count: 2 },
    agent: {
      hidden: [4],
      initialization: "he",
      gamma: 0.9,
      double: true,
      loss: { kind: "mse" },
      optimizer: { kind: "adamw", amsgrad: true, learningRate: 0.1 * (seed + 1) },
      clip: { kind: "norm", limit: 2 },
      target: { tau: 0.5, every: 7, unit: "update" },
      replay: { capacity: 64, batch: 8, sampling: "sequential" },
    },
    budget: { steps: 100 },
    seed,
  });
  const run = await createRun({ ...config(3), loop: "host" }, { gpu });
  const population = await createPopulation([config(3), config(4)], { gpu });
  const options = (...runs: (typeof run)[]) =>
    learnerOptions(runs.map(({ config }) => config as DeepRunConfig), run.spaces);
  const laidOut = ({ model, ...rest }: LearnerOptions) => ({ ...rest, widths: networkLayout(model).widths });
  assertEquals(laidOut((run.agent as DqnAgent).learner.options), laidOut(options(run)));
  assertEquals(laidOut(population.learner.options), laidOut(options(...population.members)));
  run.dispose();
  population.dispose();
  gpu.close();
});
