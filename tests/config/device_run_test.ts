import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { trainRun } from "../../src/cli/train_run.ts";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { EvaluationEvent, TrainEvent } from "../../src/core/events.ts";
import { deviceEnvironmentSpec, registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import { Gpu } from "../../src/gpu/device.ts";
import { filesUnder } from "../cli/task.ts";
import { withFolder } from "../train/fakes.ts";

/** Runs the example in the docstring of `DeviceEnvironmentSpec`. */
async function registerExample(): Promise<void> {
  const source = await Deno.readTextFile(
    new URL("../../src/device_envs/device_environment.ts", import.meta.url),
  );
  const lines = source.split("\n").map((line) => line.replace(/^ \* ?/, ""));
  const first = lines.indexOf("registerDeviceEnvironment({");
  const code = lines.slice(first, lines.indexOf("```", first)).join("\n");
  new Function("registerDeviceEnvironment", code)(registerDeviceEnvironment);
}

await registerExample();

/** A run in the example. */
function catching(more: RunConfigInput = {}): RunConfigInput {
  return {
    environment: { id: "Catch-v0", count: 8 },
    agent: {
      hidden: [64],
      gamma: 0.95,
      exploration: { kind: "linear", start: 1, end: 0.05, duration: 6000 },
      optimizer: { kind: "adam", learningRate: 5e-3 },
      target: { tau: 1, every: 256, unit: "step" },
      replay: { capacity: 20_000, batch: 64, warmup: 512 },
      train: { every: 8, updates: 4 },
    },
    budget: { steps: 12_000 },
    evaluation: { every: 5000, episodes: 50, final: { episodes: 200 } },
    ...more,
  };
}

Deno.test("createRun on the device gives equal seeds equal checkpoints, bit for bit", async () => {
  const gpu = await Gpu.open();
  const trained = async (seed: number, loop: "auto" | "device") => {
    const events: TrainEvent[] = [];
    const run = await createRun({
      environment: { id: "CartPole-v1", count: 2 },
      agent: { hidden: [16], target: { tau: 0.5, every: 10 }, replay: { capacity: 500, batch: 16 } },
      budget: { episodes: 20 },
      evaluation: { every: 7, unit: "episode", episodes: 3 },
      loop,
      seed,
    }, { gpu, callbacks: [{ notify: (event) => void events.push(event) }] });
    const { step, update, episode } = await run.train();
    const state = await run.agent.save({ full: true });
    run.dispose();
    const evaluations = events.filter((event): event is EvaluationEvent => event.kind === "evaluation");
    return {
      state,
      counts: [step, update, episode],
      evaluations: evaluations.map(({ evaluation }) => evaluation),
    };
  };
  const first = await trained(3, "auto");
  const memory = [gpu.buffers, gpu.bytes]; // What the device keeps to read with.
  assertEquals(await trained(3, "device"), first);
  assert((await trained(4, "auto")).counts[0] !== first.counts[0]);
  assert([20, 21].includes(first.counts[2]!), `${first.counts}`); // Two may end at once.
  assertEquals(first.evaluations.length, 3); // At 7, 14 and the end.
  assertEquals([gpu.buffers, gpu.bytes], memory);
  gpu.close();
});

Deno.test("createRun trains in a person's own device environment far beyond chance", async () => {
  const run = await createRun(catching());
  const { winRate: untrained } = await run.evaluate();
  assertEquals((await run.train()).reason, "budget of 12000 steps");
  const { winRate, mean, lengths } = await run.evaluate();
  assertEquals(mean, winRate); // A reward of 1 for a catch.
  assertEquals(new Set(lengths), new Set([10]));
  assert(winRate! > 0.75 && untrained! < 0.5, `${untrained} of the balls caught before, ${winRate} after`);
  run.dispose();
});

Deno.test("a run of an environment that lives on the device alone leaves all that needs no host", () =>
  withFolder(async (folder) => {
    const config = parseConfig(
      catching({ budget: { steps: 1000 }, evaluation: { every: 500, episodes: 5 } }),
    );
    const summary = await trainRun({ name: "test", config }, {
      out: `${folder}/run`,
      quiet: true,
      silent: true,
      signal: new AbortController().signal,
    });
    assertEquals([summary.environmentSteps, summary.evaluation!.episodes], [1000, 100]);
    const files = filesUnder(`${folder}/run`);
    for (const file of ["summary.json", "metrics.csv", "episodes.csv"]) {
      assert(files.includes(file), `${files}`);
    }
    assert(files.some((file) => file.startsWith("tensorboard/")), `${files}`);
    assert(!files.includes("episode.gif"), `${files}`);
  }));

Deno.test("createRun tells why an environment that lives on the device alone cannot be used", async () => {
  await assertRejects(
    () => createRun(catching({ agent: { kind: "tabular" } })),
    UsageError,
    'Cannot run Catch-v0 with loop "device": agent.kind is "tabular", wanted "dqn" or "pqn"',
  );
  await assertRejects(
    () => createRun(catching({ loop: "host" })),
    UsageError,
    'Cannot make environment "Catch-v0" on the host: it lives on the device alone, wanted one registered with ' +
      "registerEnvironment",
  );
  const run = await createRun(catching());
  assertThrows(() => run.makeEnvironment(), UsageError, "it lives on the device alone");
  run.dispose();
});

Deno.test("createRun names the number that is not finite in a device environment", async () => {
  const { file, observations, actions } = deviceEnvironmentSpec("Catch-v0")!;
  const broken = (id: string, text: string) =>
    registerDeviceEnvironment({
      id,
      observations,
      actions,
      file: { ...file, text: text.replace("override WIND: f32", "const WIND = 0.5") },
    });
  // Divisions that no compiler can do beforehand.
  broken(
    "NaNReward-v0",
    file.text.replace("Step(next, f32(caught), ", "Step(next, log(next.ball.y - 5.5), "),
  );
  broken("NaNSeen-v0", file.text.replace("state.paddle / COLUMNS)", "sqrt(state.ball.y - 5.0))"));
  await assertRejects(
    () => createRun(catching({ environment: { id: "NaNReward-v0" } })),
    UsageError,
    'Cannot use environment "NaNReward-v0": the reward is NaN after action',
  );
  await assertRejects(
    () => createRun(catching({ environment: { id: "NaNSeen-v0" } })),
    UsageError,
    'Cannot use environment "NaNSeen-v0": observation 2 is NaN after action',
  );
});
