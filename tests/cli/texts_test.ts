import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describeEpisode } from "../../src/cli/play_run.ts";
import { describeQTable } from "../../src/cli/q_values.ts";
import { describeEnd, describeRun, kernelTable } from "../../src/cli/texts.ts";
import { evaluationTable } from "../../src/cli/evaluate_run.ts";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import type { TrainingRun } from "../../src/config/training_run.ts";
import { box, discrete } from "../../src/core/spaces.ts";

/** Of an agent whose rewards are scaled down. */
const small = { episodes: 5, mean: 3.0604e-4, std: 1.1806e-4, min: 1.5e-4, max: 4.9e-4 };

const summary = {
  preset: "small",
  seed: 0,
  environmentSteps: 1000,
  updates: 0,
  episodes: 42,
  wallSeconds: 0.034,
  stopReason: "budget of 1000 steps",
  adapter: "none",
  kernelProfile: "none",
  evaluation: small,
};

const agentOf = (kind: "dqn" | "tabular" | "random") =>
  parseConfig({ environment: { id: "x" }, agent: { kind }, budget: { steps: 1000 } }).agent;

Deno.test("describeEnd() and evaluationTable() tell small returns", () => {
  const text = describeEnd(summary, { folder: "runs/a", agent: agentOf("dqn") });
  assertStringIncludes(
    text,
    "mean return 0.000306, std 0.0001181, 0.00015 to 0.00049, over 5 greedy episodes",
  );
  const table = evaluationTable([{ ...small, run: "runs/a", environment: "CartPole-v1" }]);
  assertMatch(table, /\nruns\/a +CartPole-v1 +5 +0\.000306 +0\.0001181 +0\.00015 +0\.00049$/);
});

Deno.test("describeEnd() says nothing of updates where there are none to be made", () => {
  const describe = (kind: "dqn" | "random") =>
    describeEnd(summary, { folder: "runs/a", agent: agentOf(kind) });
  assertMatch(describe("random"), /^trained {6}1,000 steps, 42 episodes, 0\.034 s$/m);
  assert(!/update|learned/.test(describe("random")));
  assertMatch(describe("dqn"), /^trained {6}1,000 steps, 0 updates \(0 per step\), 42 episodes, 0\.034 s$/m);
  assertMatch(describe("dqn"), /^ {13}nothing was learned/m);
});

Deno.test("describeEpisode() tells small returns", () => {
  const episode = { return: 3.7e-4, length: 37, terminated: true, truncated: false };
  assertEquals(describeEpisode(episode), "return 0.00037, 37 steps, terminated");
});

Deno.test("kernelTable() tells small times", () => {
  const times = [{ kernel: "a", dispatches: 4, milliseconds: 0.0123 }];
  assertMatch(kernelTable(times, 0), /\na +4 +0\.0123 +3\.08 +100%$/);
});

Deno.test("describeRun() tells a short budget of seconds, describeQTable() shows shut doors as a dash", async () => {
  const run = await createRun({
    environment: { id: "Rooms-v0", wrappers: [{ kind: "scale-reward", factor: 0.01 }] },
    agent: { kind: "tabular", initial: 1 / 3 },
    budget: { seconds: 0.25 },
  });
  assertMatch(describeRun(run, { name: "a", folder: "b" }), /^until {8}0\.25 seconds$/m);
  assertEquals(
    describeQTable(run)!.split("\n").map((line) => line.trim().split(/ +(?!\d+ |\d+$)/).join(" ")),
    [
      "Q values",
      "state action 0 action 1 action 2 action 3 action 4 action 5",
      "0 - - - - 0.33333 -",
      "1 - - - 0.33333 - 0.33333",
      "2 - - - 0.33333 - -",
      "3 - 0.33333 0.33333 - 0.33333 -",
      "4 0.33333 - - 0.33333 - 0.33333",
      "5 - 0.33333 - - 0.33333 0.33333",
    ],
  );
  run.dispose();
});

/** The text of a run of a config on CartPole, on a device that is never used. */
function textOf(config: Partial<RunConfigInput>): string {
  const run = {
    config: parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 900 }, ...config }),
  };
  const spaces = { observationSpace: box([4], -1, 1), actionSpace: discrete(2) };
  const gpu = { kind: "webgpu", adapter: "a", kernelProfile: { name: "b" } };
  return describeRun({ ...run, spaces, gpu } as unknown as TrainingRun, { name: "a", folder: "b" });
}

Deno.test("describeRun() tells what keeps a run off the device, where loop is auto and the device has the environment", () => {
  const lineOf = (config: Partial<RunConfigInput>) => /^environment +(.*)$/m.exec(textOf(config))?.[1];
  const agent = { kind: "dqn", hidden: [4096] } as const;
  assertEquals(
    lineOf({ agent }),
    "CartPole-v1, on the host: agent.hidden makes 4096 numbers of 4 while acting, wanted at most 4088 together",
  );
  assertEquals(lineOf({ agent, loop: "host" }), "CartPole-v1");
  assertEquals(lineOf({}), "CartPole-v1, on the device");
  assertEquals(lineOf({ agent: { kind: "random" } }), "CartPole-v1");
});

Deno.test("describeRun() names the loss that acts: of a distribution, that of its head", () => {
  const lossOf = (head: { kind: string; [key: string]: unknown }) =>
    /, adam, (.*) loss$/m.exec(textOf({ agent: { kind: "dqn", loss: { kind: "mse" }, head } }))?.[1];
  assertEquals(lossOf({ kind: "value" }), "mse");
  assertEquals(lossOf({ kind: "categorical", vMin: 0, vMax: 1 }), "cross-entropy");
  assertEquals(lossOf({ kind: "quantile" }), "quantile huber");
  assertEquals(lossOf({ kind: "implicit" }), "quantile huber");
});
