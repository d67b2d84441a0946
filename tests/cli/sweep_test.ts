import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { experimentNames } from "../../src/config/experiment.ts";
import { loadConfig } from "../../src/config/load.ts";
import { capacities, readTable, runTimes, writeExperiment } from "./sweep_experiment.ts";
import { decode, filesUnder, task, withFolder } from "./task.ts";

const runFiles = [
  "checkpoints/best.safetensors",
  "checkpoints/last.safetensors",
  "config.json",
  "episodes.csv",
  "metrics.csv",
  "metrics.jsonl",
  "state/1-loop.agent.replay-0.safetensors",
  "state/1.json",
  "state/1.safetensors",
  "summary.json",
];

/** Numpy's default, written anew; undefined where it is not finite. */
function quantileOf(values: readonly number[], p: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  const value = low === high ? low : low + (at % 1) * (high - low);
  return Number.isFinite(value) ? value : undefined;
}

Deno.test("sweep --help lists every option and experiment", async () => {
  const { code, stdout, stderr } = await task("sweep", ["--help"]);
  assertEquals([code, stderr], [0, ""]);
  for (const option of ["set KEY=VALUE", "out DIR", "seeds N,N,...", "single-population", "quiet", "help"]) {
    assertStringIncludes(stdout, `\n  --${option} `);
  }
  assertStringIncludes(stdout, "TensorBoard files only if asked, as by --set log.tensorBoard=true.\n");
  assertStringIncludes(stdout, `Experiments: ${experimentNames().join(", ")}, or the path of a .json file.`);
});

Deno.test("sweep runs every configuration with every seed, and its tables say what the runs' files say", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/out`;
    const file = await writeExperiment(folder, capacities);
    const { code, stdout, stderr } = await task("sweep", [file, "--out", out]);
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /^run 1 of 4 {2}capacity 20 {2}seed 3\ncapacity 20, seed 3: final return [\d.]+, 150 steps, (not )?solved[^\n]*\nrun 2 of 4 {2}capacity 500 {2}seed 3 {2}eta \d+:\d\d\n/,
    );

    const order: [number, number][] = [[20, 3], [500, 3], [20, 1], [500, 1]];
    const rows = await readTable(`${out}/runs.csv`);
    assertEquals(Object.keys(rows[0]!), [
      "configuration",
      "agent.replay.capacity",
      "seed",
      "solved",
      "stepsToThreshold",
      "finalMean",
      "finalStd",
      "wallSeconds",
      "stopReason",
      "folder",
    ]);
    assertEquals(rows.map((row) => [Number(row["agent.replay.capacity"]), Number(row["seed"])]), order);
    const steps: Record<string, number[]> = { 20: [], 500: [] };
    const finals: Record<string, number[]> = { 20: [], 500: [] };
    for (const [i, [capacity, seed]] of order.entries()) {
      const row = rows[i]!, run = `runs/capacity-${capacity}-${seed}`;
      assertEquals(filesUnder(`${out}/${run}`), runFiles);
      const config = JSON.parse(await Deno.readTextFile(`${out}/${run}/config.json`));
      assertEquals([config.agent.replay.capacity, config.seed, config.budget.steps], [capacity, seed, 150]);
      const summary = JSON.parse(await Deno.readTextFile(`${out}/${run}/summary.json`));
      const reached = (await readTable(`${out}/${run}/metrics.csv`))
        .find(({ evaluationMean }) => evaluationMean && Number(evaluationMean) >= 10);
      assertEquals(row, {
        configuration: `capacity ${capacity}`,
        "agent.replay.capacity": `${capacity}`,
        seed: `${seed}`,
        solved: reached ? "1" : "0",
        stepsToThreshold: reached?.["step"] ?? "",
        finalMean: `${summary.evaluation.mean}`,
        finalStd: `${summary.evaluation.std}`,
        wallSeconds: `${summary.wallSeconds}`,
        stopReason: "budget of 150 steps",
        folder: run,
      });
      steps[capacity]!.push(reached ? Number(reached["step"]) : Infinity);
      finals[capacity]!.push(summary.evaluation.mean);
    }
    assertEquals(new Set(rows.map(({ solved }) => solved)).size, 2, "the threshold is to part the runs");

    const configurations = await readTable(`${out}/configurations.csv`);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [i, capacity] of [20, 500].entries()) {
      const { finalLow, finalHigh, ...row } = configurations[i]!;
      const quartile = (p: number) => `${quantileOf(steps[capacity]!, p) ?? ""}`;
      assertEquals(row, {
        configuration: `capacity ${capacity}`,
        "agent.replay.capacity": `${capacity}`,
        runs: "2",
        failed: "0",
        solvedShare: `${steps[capacity]!.filter(Number.isFinite).length / 2}`,
        stepsToThresholdMedian: quartile(0.5),
        stepsToThresholdLowerQuartile: quartile(0.25),
        stepsToThresholdUpperQuartile: quartile(0.75),
        finalInterquartileMean: `${mean(finals[capacity]!)}`, // Of two, nothing is cut off.
      });
      // The mean of two draws of two values is the least of them in a quarter of all cases, and the greatest.
      assertEquals([Number(finalLow), Number(finalHigh)], [
        Math.min(...finals[capacity]!),
        Math.max(...finals[capacity]!),
      ]);
    }

    const best = mean(finals[500]!) > mean(finals[20]!) ? 500 : 20;
    const { config } = await loadConfig(`${out}/best.json`);
    assert(config.agent.kind === "dqn");
    assertEquals([config.agent.replay.capacity, config.seed, config.budget], [best, 3, { steps: 150 }]);
    assert(config.log.animation && config.log.pictures && config.log.tensorBoard, "what was spared is back");
    assertStringIncludes(
      config.description!,
      `Best of the experiment test: capacity ${best}. Greedy return `,
    );

    assertEquals(
      filesUnder(`${out}/pictures`),
      ["curves-evaluation", "curves-training", "effect-return", "effect-steps"]
        .filter((name) =>
          name !== "effect-steps" || configurations.some((row) => row["stepsToThresholdMedian"])
        )
        .flatMap((name) => [`${name}.png`, `${name}.svg`]),
    );
    assertMatch(stdout, /^configuration +runs +solved +steps to solve +final return +95% interval\n/);
    assertMatch(stdout, new RegExp(`^capacity ${best} .*  best$`, "m"));
    assert(stdout.endsWith(`\nfolder: ${out}\n`), stdout);
  });
});

Deno.test("sweep notes a run that fails, counts it as unsolved, and goes on", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/out`;
    const file = await writeExperiment(folder, {
      ...capacities,
      vary: undefined,
      configurations: [{ name: "too far", set: { "agent.optimizer.learningRate": 1e30 } }, {
        name: "as it is",
      }],
      seeds: [1],
      threshold: 1,
    });
    const { code, stdout, stderr } = await task("sweep", [file, "--out", out]);
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /^too far, seed 1 failed: Training diverged: the loss of update \d+ is \S+, wanted a finite/m,
    );
    const [failed, fine] = await readTable(`${out}/runs.csv`);
    const { configuration, solved, stepsToThreshold, finalMean, stopReason, ...rest } = failed!;
    assertEquals([configuration, solved, stepsToThreshold, finalMean], ["too far", "0", "", ""]);
    assertMatch(stopReason!, /^failed: Training diverged: /);
    assertEquals([rest["agent.optimizer.learningRate"], fine!["agent.optimizer.learningRate"]], [
      "1e+30",
      "",
    ]);
    assertEquals([fine!["solved"], fine!["stepsToThreshold"]], ["1", "50"]);
    assertEquals(
      (await readTable(`${out}/configurations.csv`)).map((
        row,
      ) => [row["failed"], row["solvedShare"], !!row["finalInterquartileMean"]]),
      [["1", "0", false], ["0", "1", true]],
    );
    assertMatch(stdout, /^as it is .* best$/m);
    const before = runTimes(out);
    assertMatch((await task("sweep", [file, "--out", out])).stderr, /^2 of 2 runs are done already\n$/);
    assertEquals(runTimes(out), before);
  });
});

Deno.test({
  name:
    "sweep ends with an error when a file cannot be written, and the run is done when there is room again",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withFolder(async (folder) => {
      const out = `${folder}/out`;
      const file = await writeExperiment(folder, {
        ...capacities,
        set: {
          "agent.kind": "tabular",
          "environment.id": "CliffWalking-v1",
          "environment.maxEpisodeSteps": 50,
          "evaluation.every": 25_000,
          "log.updates": true,
        },
        vary: { "budget.steps": [100, 50_000] },
        seeds: [0],
        threshold: undefined,
      });
      // A limit on the size of a file stands for a full disk: the second run's updates.csv needs more.
      const script = fromFileUrl(new URL("../../src/cli/sweep.ts", import.meta.url));
      const shell = `trap "" XFSZ; ulimit -f 1000; exec "$0" run -A --no-check --no-lock "$@"`;
      const limited = new Deno.Command("sh", {
        args: ["-c", shell, Deno.execPath(), script, file, "--out", out, "--quiet"],
      });
      const { code, stderr } = decode(await limited.output());
      const path = `${out}/runs/budget.steps-50000-0/updates.csv`;
      assertEquals([code, stderr], [1, `error: Cannot write ${path}: File too large (os error 27)\n`]);
      assertEquals((await readTable(`${out}/runs.csv`)).map(({ folder }) => folder), [
        "runs/budget.steps-100-0",
      ]);
      const again = await task("sweep", [file, "--out", out]);
      assertEquals(again.code, 0);
      assertMatch(
        again.stderr,
        /^1 of 2 runs are done already\nrun 2 of 2 {2}budget.steps 50000 {2}seed 0\nbudget.steps 50000, seed 0: final return [^\n]+\n$/,
      );
      assertEquals((await readTable(`${out}/runs.csv`)).map(({ stopReason }) => stopReason), [
        "budget of 100 steps",
        "budget of 50000 steps",
      ]);
    });
  },
});

Deno.test("sweep draws a heat map of a grid over two keys, and takes the seeds of the command line", async () => {
  await withFolder(async (folder) => {
    const set = { "agent.kind": "tabular", "environment.id": "CliffWalking-v1", "budget.steps": 2000 };
    const wide = { ...set, "environment.maxEpisodeSteps": 100, "evaluation.every": 1000 };
    const learning = { "agent.gamma": [0.9, 0.99], "agent.learningRate": [0.1, 0.5, 1] };
    const file = await writeExperiment(folder, {
      ...capacities,
      set: wide,
      vary: learning,
      threshold: undefined,
    });
    const out = `${folder}/out`;
    const { code, stderr } = await task("sweep", [file, "--out", out, "--seeds", "5", "--quiet"]);
    assertEquals([code, stderr], [0, ""]);
    const rows = await readTable(`${out}/runs.csv`);
    assertEquals(rows.map((row) => [row["seed"], row["solved"]]), Array(6).fill(["5", ""]));
    assertEquals(
      filesUnder(`${out}/pictures`),
      ["curves-evaluation", "curves-training", "heat-map-return"].flatMap((
        name,
      ) => [`${name}.png`, `${name}.svg`]),
    );
    const svg = await Deno.readTextFile(`${out}/pictures/heat-map-return.svg`);
    for (const text of ["agent.gamma", "agent.learningRate", "0.99", "0.5"]) {
      assertStringIncludes(svg, `>${text}<`);
    }
  });
});
