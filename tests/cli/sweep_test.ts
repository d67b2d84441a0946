import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { experimentNames } from "../../src/config/experiment.ts";
import { loadConfig } from "../../src/config/load.ts";
import { exists } from "../../src/runs/run_folder.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { assertSameRun } from "./same_run.ts";
import { command, decode, filesUnder, task, tiny, until, withFolder } from "./task.ts";

/** Runs of a moment, one after another: capacities, in the order of the sweep, with two seeds. */
const capacities = {
  description: "A test.",
  base: "./base.json",
  set: { loop: "host", "evaluation.every": 50, "budget.steps": 150, "log.jsonLines": true },
  vary: { "agent.replay.capacity": [20, 500] },
  seeds: [3, 1],
  threshold: 10,
};

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

/** The experiment as a file, beside a base that writes all that a run can. */
async function writeExperiment(folder: string, experiment: unknown): Promise<string> {
  const { log: _, ...base } = JSON.parse(await Deno.readTextFile(tiny));
  await Deno.writeTextFile(`${folder}/base.json`, JSON.stringify(base));
  const path = `${folder}/test.json`;
  await Deno.writeTextFile(path, JSON.stringify(experiment));
  return path;
}

/** The rows of a CSV file as objects. */
async function readTable(path: string): Promise<Record<string, string>[]> {
  const { header, rows } = parseCsv(await Deno.readTextFile(path));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]!])));
}

/** When each file of the runs was last changed. */
function runTimes(out: string): Record<string, number> {
  const files = filesUnder(`${out}/runs`).filter((file) => !/\.lock$|\.tmp$/.test(file)); // As a kill leaves them.
  return Object.fromEntries(
    files.map((file) => [file, Deno.statSync(`${out}/runs/${file}`).mtime!.getTime()]),
  );
}

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
      /^run 1 of 4 {2}capacity 20 {2}seed 3\nrun 2 of 4 {2}capacity 500 {2}seed 3 {2}eta \d+:\d\d\n/,
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

Deno.test("sweep goes on after a kill, does nothing twice, and ends with the tables of one that went through", async () => {
  await withFolder(async (folder) => {
    const file = await writeExperiment(folder, {
      ...capacities,
      set: { ...capacities.set, "budget.steps": 500 },
    });
    const [out, whole] = [`${folder}/out`, `${folder}/whole`];
    const child = command("sweep", [file, "--out", out, "--quiet"]).spawn();
    const output = child.output();
    await until(() => exists(`${out}/runs/capacity-500-3/metrics.csv`));
    child.kill("SIGKILL");
    await output;
    assert(exists(`${out}/runs/capacity-20-3/summary.json`), "the first run is done");
    assert(!exists(`${out}/runs/capacity-500-3/summary.json`), "the second run is not");
    const before = runTimes(out);
    await Deno.writeTextFile(`${out}/runs/capacity-20-3/.lock`, "1\n"); // As if killed right after its end.

    const { code, stdout, stderr } = await task("sweep", [file, "--out", out]);
    assertEquals(code, 0, stderr);
    assertEquals(filesUnder(out).filter((path) => path.endsWith(".lock")), []);
    assertMatch(stderr, /^1 of 4 runs are done already\nrun 2 of 4 {2}capacity 500 {2}seed 3\n/);
    const after = runTimes(out);
    assertEquals(Object.keys(after).filter((name) => name.endsWith("summary.json")).length, 4);
    for (const [name, time] of Object.entries(before)) {
      if (name.startsWith("capacity-20-3/")) assertEquals(after[name], time, name);
      else assertGreater(after[name]!, time, name);
    }

    const again = await task("sweep", [file, "--out", out]);
    assertEquals([again.code, again.stdout, again.stderr], [0, stdout, "4 of 4 runs are done already\n"]);
    assertEquals(runTimes(out), after);

    assertEquals((await task("sweep", [file, "--out", whole, "--quiet"])).code, 0);
    const tables = async (path: string) =>
      (await readTable(`${path}/runs.csv`)).map((row) => ({ ...row, wallSeconds: "" }));
    assertEquals(await tables(out), await tables(whole));
    const same = ["configurations.csv", "best.json"].map((name) => [`${out}/${name}`, `${whole}/${name}`]);
    for (const [a, b] of same) assertEquals(await Deno.readTextFile(a!), await Deno.readTextFile(b!));
  });
});

Deno.test("sweep that is interrupted goes on with the run at hand, and ends as one that went through", async () => {
  await withFolder(async (folder) => {
    const set = { ...capacities.set, "budget.steps": 3000 };
    const file = await writeExperiment(folder, { ...capacities, set, seeds: [3] });
    const [out, whole] = [`${folder}/out`, `${folder}/whole`];
    const run = `${out}/runs/capacity-20-3`;
    const child = command("sweep", [file, "--out", out]).spawn();
    const output = child.output();
    await until(() => exists(`${run}/metrics.csv`));
    child.kill("SIGINT");
    const { code, stderr } = decode(await output);
    assertEquals(code, 130, stderr);
    assertMatch(
      stderr,
      /\ninterrupted: 0 of 2 runs are done, 1 more is begun; the same command again goes on\n$/,
    );
    assertEquals([exists(`${run}/state/1.json`), exists(`${run}/summary.json`)], [true, false]);
    assertEquals(await readTable(`${out}/runs.csv`), []);
    for (const to of [out, whole]) assertEquals((await task("sweep", [file, "--out", to])).code, 0);
    assertGreater((await readTable(`${run}/metrics.csv`)).length, 50);
    for (const name of ["capacity-20-3", "capacity-500-3"]) {
      await assertSameRun(`${out}/runs/${name}`, `${whole}/runs/${name}`);
    }
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
      const path = `${out}/runs/steps-50000-0/updates.csv`;
      assertEquals([code, stderr], [1, `error: Cannot write ${path}: File too large (os error 27)\n`]);
      assertEquals((await readTable(`${out}/runs.csv`)).map(({ folder }) => folder), ["runs/steps-100-0"]);
      const again = await task("sweep", [file, "--out", out]);
      assertEquals(again.code, 0);
      assertMatch(again.stderr, /^1 of 2 runs are done already\nrun 2 of 2 {2}steps 50000 {2}seed 0\n$/);
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

Deno.test("sweep adds seeds to a sweep that is done, and shows those alone that are asked for", async () => {
  await withFolder(async (folder) => {
    const set = { "agent.kind": "tabular", "environment.id": "CliffWalking-v1", "budget.steps": 200 };
    const file = await writeExperiment(folder, {
      ...capacities,
      set: { ...set, "environment.maxEpisodeSteps": 50, "evaluation.every": 100 },
      vary: { "agent.gamma": [0.9, 0.99] },
      threshold: undefined,
    });
    const out = `${folder}/out`;
    const sweep = async (seeds: string) => {
      const { code, stderr } = await task("sweep", [file, "--out", out, "--seeds", seeds]);
      assertEquals(code, 0, stderr);
      const found = (await readTable(`${out}/runs.csv`)).map(({ seed }) => seed).join();
      const counts = (await readTable(`${out}/configurations.csv`)).map(({ runs }) => Number(runs));
      return { stderr, found, counts };
    };
    assertEquals((await sweep("0,1")).counts, [2, 2]);
    const before = runTimes(out);
    const more = await sweep("0,2,1");
    assertMatch(more.stderr, /^4 of 6 runs are done already\nrun 5 of 6 {2}gamma 0.9 {2}seed 2\n/);
    assertEquals([more.found, more.counts], ["0,0,2,2,1,1", [3, 3]]);
    const after = runTimes(out);
    for (const [name, time] of Object.entries(before)) assertEquals(after[name], time, name);
    const fewer = await sweep("2");
    assertEquals(fewer, { stderr: "2 of 2 runs are done already\n", found: "2,2", counts: [1, 1] });
    assertEquals(runTimes(out), after);
  });
});

Deno.test("sweep refuses a folder with another experiment and says what differs, or with anything else", async () => {
  await withFolder(async (folder) => {
    const schedule = { ...capacities, seeds: undefined, threshold: undefined, kind: "schedule" };
    const file = await writeExperiment(folder, { ...schedule, vary: { "agent.gamma": [0.9, 0.99] } });
    const out = `${folder}/out`;
    assertEquals((await task("sweep", [file, "--out", out])).code, 0);
    await writeExperiment(folder, {
      ...schedule,
      description: "Other words.",
      vary: { "agent.gamma": [0.9, 0.99] },
    });
    assertEquals((await task("sweep", [file, "--out", out])).code, 0);
    await writeExperiment(folder, { ...schedule, counts: 10, vary: { "agent.gamma": [0.9, 0.95] } });
    const other = await task("sweep", [file, "--out", out]);
    assertEquals([other.code, other.stderr.split("\n  ")], [2, [
      `error: Cannot sweep in ${out}: it holds another experiment, wanted this one or a new folder (--out)`,
      "counts: 1000 there, 10 here",
      'configurations[1].name: "gamma 0.99" there, "gamma 0.95" here',
      "configurations[1].values.agent.gamma: 0.99 there, 0.95 here",
      'configurations[1].slug: "gamma-0.99" there, "gamma-0.95" here',
      "configurations[1].config.agent.gamma: 0.99 there, 0.95 here\n",
    ]]);

    await Deno.mkdir(`${folder}/full`);
    await Deno.writeTextFile(`${folder}/full/notes.txt`, "mine");
    const full = await task("sweep", [file, "--out", `${folder}/full`]);
    assertEquals([full.code, full.stderr], [
      2,
      `error: Cannot sweep in ${folder}/full: it holds no experiment.json, wanted a new or empty folder, or that of a sweep\n`,
    ]);
    assertEquals(filesUnder(`${folder}/full`), ["notes.txt"]);
  });
});

Deno.test("sweep refuses a folder in which another process works", async () => {
  await withFolder(async (folder) => {
    const file = await writeExperiment(folder, {
      ...capacities,
      set: { loop: "host", "budget.steps": 1_000_000 },
    });
    const child = command("sweep", [file, "--out", `${folder}/out`]).spawn();
    const output = child.output();
    await until(() => exists(`${folder}/out/runs/capacity-20-3/config.json`));
    const { code, stderr } = await task("sweep", [file, "--out", `${folder}/out`]);
    assertEquals([code, stderr], [
      2,
      `error: Cannot work in ${folder}/out: process ${child.pid} works there, wanted a folder of its own\n`,
    ]);
    assert(exists(`${folder}/out/runs/capacity-20-3/config.json`));
    child.kill("SIGKILL");
    await output;
  });
});

Deno.test("sweep epsilon-decay writes epsilon over 1,000 episodes and trains nothing", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await task("sweep", ["epsilon-decay"], { cwd: folder });
    assertEquals([code, stdout, stderr], [0, "folder: sweeps/epsilon-decay\n", ""]);
    const out = `${folder}/sweeps/epsilon-decay`;
    assertEquals(
      filesUnder(out),
      ["epsilon.csv", "experiment.json", "pictures/epsilon.png", "pictures/epsilon.svg"],
    );
    const { header, rows } = parseCsv(await Deno.readTextFile(`${out}/epsilon.csv`));
    assertEquals(header, ["count", "decay 1", "decay 100", "decay 2000", "decay 10000"]);
    assertEquals(rows.length, 1001);
    for (const [n, row] of rows.entries()) {
      const wanted = [1, 100, 2000, 10_000].map((decay) => 0.05 + (0.9 - 0.05) * Math.exp(-n / decay));
      assertEquals(row.map(Number), [n, ...wanted]);
    }
    assertStringIncludes(await Deno.readTextFile(`${out}/pictures/epsilon.svg`), ">Epsilon vs N<");
  });
});

Deno.test("sweep tells a mistake in the experiment before anything runs", async () => {
  await withFolder(async (folder) => {
    const file = await writeExperiment(folder, {
      ...capacities,
      vary: { "agent.replay.capacity": [500, 2] },
    });
    const { code, stdout, stderr } = await task("sweep", [file, "--out", `${folder}/out`]);
    assertEquals([code, stdout, stderr], [
      2,
      "",
      `error: Cannot use ${file}: 1 problem\n  agent.replay.batch: 8, wanted at most the capacity of 2\n`,
    ]);
    assert(!exists(`${folder}/out`));
    const seeds = await task("sweep", [file, "--seeds", "1,x"]);
    assertEquals([seeds.code, seeds.stderr], [
      2,
      'error: Option --seeds is "x", wanted an integer from 0 to 4294967295\n',
    ]);
  });
});
