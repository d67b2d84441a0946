import { assert, assertEquals, assertRejects } from "@std/assert";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { createRun } from "../../src/config/build.ts";
import { createPopulation, type Population } from "../../src/config/population.ts";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import { inspectDeviceEnvironment } from "../../src/device_envs/inspect.ts";
import { makeEnv, registerEnvironment } from "../../src/envs/environment_registry.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { isLegal, taxiActions, taxiId, taxiText, taxiWidth } from "./mini_taxi.ts";

type Agent = NonNullable<RunConfigInput["agent"]>;

/** Agents that between them have every head and every way to learn. */
const agents: Readonly<Record<string, Agent>> = {
  "dueling, double, three steps, by priorities": {
    head: { dueling: true },
    double: true,
    steps: 3,
    replay: { prioritized: {} },
  },
  "categorical, noisy": {
    hidden: [{ kind: "dense", width: 12, noisy: true }],
    head: { kind: "categorical", atoms: 7, vMin: -5, vMax: 1, noisy: true },
    exploration: 0,
  },
  munchausen: { munchausen: { temperature: 0.5 } },
  quantile: { head: { kind: "quantile", quantiles: 5 } },
  pqn: { kind: "pqn", rollout: 16, minibatches: 4, epochs: 2 },
};

function taxiRun(agent: Agent, changes: RunConfigInput = {}): RunConfigInput {
  const ofDqn = {
    kind: "dqn",
    exploration: 0.3,
    target: { tau: 1, every: 20, unit: "update" },
    ...agent,
    replay: { capacity: 300, batch: 8, warmup: 20, ...(agent as { readonly replay?: object }).replay },
  };
  return {
    environment: { id: taxiId, count: 2 },
    agent: { hidden: [12], ...agent.kind === "pqn" ? agent : ofDqn } as Agent,
    budget: { steps: 200 },
    evaluation: { every: 100, episodes: 3 },
    ...changes,
  };
}

for (const [name, agent] of Object.entries(agents)) {
  Deno.test(`legal actions alone are chosen, learned from and played on the device as on the host: ${name}`, async () => {
    const told = [];
    for (const loop of ["device", "host"] as const) {
      const run = await createRun(taxiRun(agent, { loop }));
      const { update } = await run.train();
      told.push({ update, agent: await run.agent.save({ full: true }), final: await run.evaluate() });
      run.dispose();
    }
    assert(told[0]!.update > 20);
    assertEquals(told[0], told[1]);
  });
}

/** (observation, action, legal actions of the next state) of all that a population has stored. */
async function storedBy({ learner: { replay: { layout, rows } } }: Population) {
  const floats = await rows.read();
  return Array.from({ length: floats.length / layout.row }, (_, i) => {
    const row = floats.subarray(i * layout.row, (i + 1) * layout.row);
    return {
      seen: row.slice(0, taxiWidth),
      next: row.slice(layout.next, layout.next + taxiWidth),
      action: row[layout.outcome]!,
      nextMask: [...row.subarray(layout.mask, layout.mask + taxiActions)],
    };
  });
}

Deno.test("at epsilon 1 and at epsilon 0 no illegal action is taken, and replay holds the masks of next states", async () => {
  const members = [1, 0, 0.5].map((exploration, seed) =>
    taxiRun({ exploration, replay: { capacity: 200 } }, { seed })
  );
  const population = await createPopulation(members);
  await population.train();
  const stored = await storedBy(population);
  assertEquals(stored.length, 3 * 200);
  for (const { seen, next, action, nextMask } of stored) {
    assert(isLegal(seen, action), `action ${action} where ${seen} is seen`);
    assertEquals(nextMask, Array.from({ length: taxiActions }, (_, a) => Number(isLegal(next, a))));
  }
  const atRandom = new Set(stored.slice(0, 200).map(({ action }) => action));
  assert(atRandom.size === taxiActions, `${[...atRandom]} were chosen at random`);
  for (const [i, run] of population.members.entries()) {
    const alone = await createRun(members[i]!);
    await alone.train();
    assertEquals(await run.agent.save({ full: true }), await alone.agent.save({ full: true }), `member ${i}`);
    alone.dispose();
  }
  population.dispose();
});

/** The taxi under another name, with another text. */
function taxiAs(id: string, text: string) {
  const file = { name: "taxi.wgsl", text };
  return { id, file, observations: taxiWidth, actions: taxiActions, maxEpisodeSteps: 17 };
}

Deno.test("inspectDeviceEnvironment() tells where no action is legal, and what env_legal has to be", () =>
  withGpu(async (gpu) => {
    const cases = [
      [
        "return legal[action];",
        "return legal[action] && state.passenger < 0u;",
        /^no action is legal after a reset, wanted one at least while the episode goes on$/,
      ],
      [
        "return legal[action];",
        "return legal[action] && !aboard;",
        /^no action is legal after action 4 at step 1, wanted one at least while the episode goes on$/,
      ],
      [
        "fn env_legal(state: State, action: u32) -> bool {",
        "fn env_legal(state: State, action: i32) -> bool {",
        /^it does not compile\n[^]*env_(?:legal|step)/, // The taxi's step asks it too, and naga names who asks.
      ],
    ] as const;
    for (const [part, other, wanted] of cases) {
      const spec = taxiAs("Stuck-v0", taxiText.replace(part, other));
      const error = await assertRejects(() => inspectDeviceEnvironment(gpu, spec), UsageError);
      const message = error.message.replace('Cannot use environment "Stuck-v0": ', "");
      assert(wanted.test(message), message);
    }
    // Where the task is over nothing needs to be legal.
    const over = "return legal[action] && state.passenger != state.destination;";
    await inspectDeviceEnvironment(gpu, taxiAs("Over-v0", taxiText.replace("return legal[action];", over)));
  }));

/** The taxi, in which nothing is legal any more where `stuck` holds; what is looked at before has small seeds. */
function stuckTaxi(id: string, stuck: string) {
  const text = taxiText.replace("passenger: u32,", "passenger: u32, seed: u32,")
    .replace("passenger, destination);", "passenger, stream.seed, destination);")
    .replace("return legal[action];", `return legal[action] && !(state.seed > 255u && ${stuck});`);
  return taxiAs(id, text);
}

Deno.test("training and evaluation end with an error where nothing is legal", async () => {
  registerDeviceEnvironment(stuckTaxi("TestStuckAboard-v0", "aboard"));
  registerDeviceEnvironment(stuckTaxi("TestStuckAtOnce-v0", "true"));
  const run = async (id: string) => {
    const environment = { id, count: 1 };
    return await createRun(taxiRun({ exploration: 1 }, { environment, budget: { steps: 200 }, seed: 3 }));
  };
  const aboard = await run("TestStuckAboard-v0");
  const { message } = await assertRejects(() => aboard.train(), TrainingError);
  assert(
    /^Cannot go on training: the environment gave no legal action at step \d+, wanted one\. /.test(message),
    message,
  );
  aboard.dispose();
  const atOnce = await run("TestStuckAtOnce-v0");
  await assertRejects(
    () => atOnce.train(),
    TrainingError,
    "the environment gave no legal action at step 1, wanted one",
  );
  await assertRejects(
    () => atOnce.evaluate({ episodes: 2 }),
    TrainingError,
    "Cannot choose an action in episode 0, at its reset: none is legal, wanted one",
  );
  atOnce.dispose();
});

Deno.test("a run on the device refuses an environment of which one twin alone masks actions", async () => {
  const id = "TestHalfMasked-v0";
  registerDeviceEnvironment(taxiAs(id, taxiText.replaceAll("env_legal", "legal_here")));
  registerEnvironment({ id, create: () => makeEnv(taxiId), maxEpisodeSteps: 17 });
  await assertRejects(
    () => createRun(taxiRun({}, { environment: { id } })),
    UsageError,
    `Cannot run ${id} on the device: on the host it masks actions, and its WGSL has no env_legal; wanted the same of both`,
  );
});
