import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { describeResults } from "../../src/cli/results_table.ts";
import { planRuns, sweepPaths } from "../../src/cli/sweep_folder.ts";
import { drawSweep } from "../../src/cli/sweep_pictures.ts";
import { type RunResult, SweepResults } from "../../src/cli/sweep_results.ts";
import { writeTables } from "../../src/cli/sweep_tables.ts";
import { loadExperiment } from "../../src/config/experiment.ts";
import { texts } from "../report/svg.ts";
import { filesUnder, tiny, withFolder } from "./task.ts";

/** Two configurations with three seeds, or others, of which nothing has run. */
async function load(folder: string, changes: Record<string, unknown> = {}) {
  const file = `${folder}/test.json`;
  const vary = { "agent.gamma": [0.9, 0.99] };
  const written = { description: "A test.", base: tiny, vary, seeds: [0, 1, 2], threshold: 10, ...changes };
  await Deno.writeTextFile(file, JSON.stringify(written));
  const experiment = await loadExperiment(file);
  const paths = sweepPaths(`${folder}/sweep`);
  await Deno.mkdir(paths.folder, { recursive: true });
  const runs = planRuns(experiment, paths);
  return { experiment, paths, runs, results: new SweepResults(runs) };
}

type Loaded = Awaited<ReturnType<typeof load>>;

/** A result without files: the mean of a final evaluation, or a failure. */
function ended(run: Loaded["runs"][number], mean?: number): RunResult {
  return {
    run,
    failed: mean === undefined,
    stepsToThreshold: mean === undefined ? Infinity : 10 * mean,
    ...mean === undefined ? {} : { final: { mean, std: 0 } },
    wallSeconds: 1,
    stopReason: mean === undefined ? "failed: it did" : "budget of 250 steps",
  };
}

Deno.test("SweepResults finds what a configuration's runs say anew only when it has another run", async () => {
  await withFolder(async (folder) => {
    const { runs, results } = await load(folder);
    assertEquals([results.runs, results.configurations], [[], []]);
    results.add(ended(runs[1]!, 20));
    results.add(ended(runs[0]!, 10));
    assertEquals(results.runs.map(({ run }) => run), runs.slice(0, 2));
    const [first, second] = results.configurations;
    assertEquals([first!.configuration.name, second!.configuration.name], ["gamma 0.9", "gamma 0.99"]);
    assertEquals([first!.final!.mean, second!.final!.mean], [10, 20]);
    results.add(ended(runs[2]!, 14)); // Of the first configuration.
    const [changed, same] = results.configurations;
    assertEquals([changed!.final!.mean, changed!.runs.length], [12, 2]);
    assertStrictEquals(same, second);
    assertEquals(results.missing, runs.slice(3));
  });
});

Deno.test("SweepResults forgets a result of which the folder holds nothing any more", async () => {
  await withFolder(async (folder) => {
    const { runs, results } = await load(folder);
    const [run] = runs as [Loaded["runs"][number]];
    await Deno.mkdir(run.folder, { recursive: true });
    await Deno.writeTextFile(`${run.folder}/failed.json`, '{ "reason": "it did", "wallSeconds": 1 }');
    assertEquals([await results.read(run), results.has(run)], [true, true]);
    assertEquals(results.configurations[0]!.failed, 1);
    await Deno.remove(`${run.folder}/failed.json`); // As where it goes on to another rung.
    assertEquals([await results.read(run), results.has(run)], [false, false]);
    assertEquals([results.configurations, results.missing[0]], [[], run]);
  });
});

Deno.test("drawSweep() and the table say how many runs failed, and nothing of it where none did", async () => {
  await withFolder(async (folder) => {
    const { experiment, paths, runs, results } = await load(folder);
    const shown = async (name: string) =>
      texts(await Deno.readTextFile(`${paths.pictures}/${name}.svg`)).join(" ");
    for (const [i, run] of runs.entries()) results.add(ended(run, 10 + i));
    await drawSweep(experiment, { results: results.configurations, folder: paths.pictures });
    assert(!(await shown("effect-return")).includes("failed"));
    assert(!describeResults(results.configurations).includes("failed"));
    results.add(ended(runs[0]!));
    await drawSweep(experiment, { results: results.configurations, folder: paths.pictures });
    assert((await shown("effect-return")).includes("over 3 seeds; 1 failed run left out"));
    assert(
      (await shown("effect-steps")).includes("half of the runs never get there; 1 failed run never did"),
    );
    assert(
      describeResults(results.configurations).endsWith(
        "\nfailed: could not go on; unsolved, and in no final return",
      ),
    );
  });
});

Deno.test("an interval of one seed is none, in tables, texts and pictures", async () => {
  await withFolder(async (folder) => {
    const { experiment, paths, runs, results } = await load(folder, { seeds: [0] });
    for (const [i, run] of runs.entries()) results.add(ended(run, 10 + i));
    await writeTables(experiment, { results, paths });
    assertEquals(
      await Deno.readTextFile(paths.configurationTable),
      [
        "configuration,agent.gamma,runs,failed,solvedShare,stepsToThresholdMedian,stepsToThresholdLowerQuartile," +
        "stepsToThresholdUpperQuartile,finalInterquartileMean,finalLow,finalHigh",
        "gamma 0.9,0.9,1,0,1,100,,,10,,",
        "gamma 0.99,0.99,1,0,1,110,,,11,,\n",
      ].join("\n"),
    );
    const { description } = JSON.parse(await Deno.readTextFile(paths.best));
    assertEquals(description, "Best of the experiment test: gamma 0.99. Greedy return 11 over 1 seed.");
    assert(
      !/interval|mean/.test(describeResults(results.configurations)),
      describeResults(results.configurations),
    );
    await drawSweep(experiment, { results: results.configurations, folder: paths.pictures });
    for (
      const [name, subtitle] of [
        ["return", "best checkpoint of one seed"],
        ["steps", "one seed; left out where it never gets there"],
      ] as const
    ) {
      const found = texts(await Deno.readTextFile(`${paths.pictures}/effect-${name}.svg`));
      assert(found.includes(subtitle) && !found.includes("Interval"), `${found}`);
    }
  });
});

Deno.test("drawSweep() and the table judge each configuration by its own threshold", async () => {
  await withFolder(async (folder) => {
    const vary = { "evaluation.threshold": [8, 12] };
    const { experiment, paths, runs, results } = await load(folder, { vary, threshold: undefined });
    for (const run of runs) {
      results.add({
        ...ended(run, 10),
        stepsToThreshold: run.configuration.threshold === 8 ? 100 : Infinity,
      });
    }
    const [header, first, second, note] = describeResults(results.configurations).split("\n");
    assertMatch(
      header!,
      /^configuration +runs +threshold +solved +steps to solve +final return +95% interval$/,
    );
    assertMatch(first!, /^threshold 8 +3 +8 +100% +100 +10 +10 to 10 +best$/);
    assertMatch(second!, /^threshold 12 +3 +12 +0% +- +10 +10 to 10$/);
    assertMatch(note!, /^solved: an evaluation reached the threshold; /);
    await drawSweep(experiment, { results: results.configurations, folder: paths.pictures });
    const found = texts(await Deno.readTextFile(`${paths.pictures}/effect-steps.svg`));
    assert(found.includes("Steps to the threshold by evaluation.threshold"), `${found}`);
  });
});

Deno.test("drawSweep() draws the effect of a key where one of its values alone has a point", async () => {
  await withFolder(async (folder) => {
    const { experiment, paths, runs, results } = await load(folder);
    for (const run of runs) {
      results.add(run.configuration.values["agent.gamma"] === 0.9 ? ended(run, 10) : ended(run));
    }
    await drawSweep(experiment, { results: results.configurations, folder: paths.pictures });
    for (const name of ["effect-return", "effect-steps"]) {
      const svg = await Deno.readTextFile(`${paths.pictures}/${name}.svg`);
      const found = texts(svg);
      assert(found.includes("0.9") && found.includes("0.98"), `all that was tried: ${found}`);
    }
  });
});

Deno.test("drawSweep() and writeTables() remove what former results left and these have not", async () => {
  await withFolder(async (folder) => {
    const { experiment, paths, runs, results } = await load(folder);
    const update = async () => {
      await writeTables(experiment, { results, paths });
      await drawSweep(experiment, { results: results.configurations, folder: paths.pictures });
      return filesUnder(paths.folder);
    };
    const tables = ["configurations.csv", "runs.csv"];
    const pictures = ["effect-return", "effect-steps"].flatMap((name) => [`${name}.png`, `${name}.svg`]);
    for (const run of runs) results.add(ended(run, 10));
    const all = ["best.json", ...tables, ...pictures.map((name) => `pictures/${name}`)];
    assertEquals(await update(), all.sort());
    for (const run of runs) results.add(ended(run));
    await Deno.writeTextFile(`${paths.pictures}/mine.svg`, "");
    assertEquals(await update(), ["configurations.csv", "pictures/mine.svg", "runs.csv"]);
  });
});
