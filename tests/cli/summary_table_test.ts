import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { readSummaries, summaryTable } from "../../src/cli/summary_table.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { UsageError } from "../../src/core/errors.ts";
import { withFolder } from "./task.ts";

/** What a run leaves of which its summary is read. */
async function writeRun(
  folder: string,
  { seed, mean, preset = "cartpole", ...config }: RunConfigInput & {
    readonly seed: number;
    readonly mean: number;
    readonly preset?: string;
  },
): Promise<string> {
  const environment = { id: "CartPole-v1", ...config.environment };
  const summary = {
    preset,
    seed,
    environmentSteps: 1500,
    updates: 100,
    episodes: 50,
    wallSeconds: 2,
    stopReason: "budget of 1500 steps",
    adapter: "an adapter",
    kernelProfile: "software",
    evaluation: { episodes: 1, mean, std: 0, min: mean, max: mean },
  };
  await Deno.mkdir(folder);
  await Deno.writeTextFile(
    `${folder}/config.json`,
    JSON.stringify({ budget: { steps: 1500 }, ...config, environment, seed }),
  );
  await Deno.writeTextFile(`${folder}/summary.json`, JSON.stringify(summary));
  return folder;
}

Deno.test("readSummaries() has a row a configuration: runs of another time limit are not pooled", async () => {
  await withFolder(async (folder) => {
    const short = { environment: { maxEpisodeSteps: 20 } };
    const endless = { environment: { maxEpisodeSteps: null } };
    const runs = [
      await writeRun(`${folder}/a0`, { seed: 0, mean: 18.5 }),
      await writeRun(`${folder}/b0`, { seed: 0, mean: 18, ...short }),
      await writeRun(`${folder}/a1`, { seed: 1, mean: 114.5 }),
      await writeRun(`${folder}/b1`, { seed: 1, mean: 20, ...short }),
      await writeRun(`${folder}/c0`, { seed: 0, mean: 7, ...endless }),
      await writeRun(`${folder}/d0`, { seed: 2, mean: 1, preset: "copy" }), // Of another name, but the same.
      await writeRun(`${folder}/e0`, { seed: 0, mean: 5, preset: "other", agent: { gamma: 0.5 } }),
    ];
    const found = await readSummaries([...runs, `${folder}/./a0`]);
    const key = "environment.maxEpisodeSteps";
    assertEquals(found.map(({ preset, values, seeds, means }) => [preset, values, seeds, means]), [
      ["cartpole, copy", {}, [0, 1, 2], [18.5, 114.5, 1]],
      ["cartpole", { [key]: 20 }, [0, 1], [18, 20]],
      ["cartpole", { [key]: null }, [0], [7]],
      ["other", {}, [0], [5]],
    ]);
    const lines = summaryTable(found).split("\n");
    assertMatch(lines[0]!, /^preset +configuration +environment +runs +mean +min +max +steps +seconds$/);
    assertMatch(lines[2]!, /^cartpole +maxEpisodeSteps 20 +CartPole-v1 +2 +19 +18 +20 +1,500 +2$/);
    assertMatch(lines[3]!, /^cartpole +maxEpisodeSteps null +CartPole-v1 +1 +7 /);
  });
});

Deno.test("readSummaries() refuses two runs of one configuration and seed", async () => {
  await withFolder(async (folder) => {
    const runs = [
      await writeRun(`${folder}/a`, { seed: 5, mean: 1 }),
      await writeRun(`${folder}/b`, { seed: 5, mean: 1, environment: { maxEpisodeSteps: 500 } }),
    ];
    await assertRejects(
      () => readSummaries(runs),
      UsageError,
      `Cannot compare ${folder}/a and ${folder}/b: both are of one configuration and of seed 5, wanted each seed once`,
    );
  });
});
