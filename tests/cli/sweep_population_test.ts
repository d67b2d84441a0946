import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sweepPaths } from "../../src/cli/sweep_folder.ts";
import { runSweep } from "../../src/cli/run_sweep.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { loadExperiment } from "../../src/config/experiment.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { Gpu } from "../../src/gpu/device.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { assertSameRun } from "./same_run.ts";
import { command, decode, filesUnder, task, tiny, withFolder } from "./task.ts";

/** Runs of a moment on the device: three rates, with two seeds. */
const rates = {
  description: "A test.",
  base: tiny,
  set: { loop: "device", "evaluation.every": 50, "budget.steps": 150, "evaluation.episodes": 2 },
  vary: { "agent.optimizer.learningRate": [1e-3, 1e-2, 1e30] },
  seeds: [3, 1],
  threshold: 5,
};

async function writeExperiment(folder: string, changes: Record<string, unknown> = {}): Promise<string> {
  const path = `${folder}/test.json`;
  await Deno.writeTextFile(path, JSON.stringify({ ...rates, ...changes }));
  return path;
}

/** The rows of a CSV file, without columns that tell of time. */
async function readTable(path: string): Promise<Record<string, string>[]> {
  const { header, rows } = parseCsv(await Deno.readTextFile(path));
  return rows.map((row) =>
    Object.fromEntries(
      header.map((name, i) => [name, row[i]!] as const)
        .filter(([name]) => !["seconds", "stepsPerSecond", "wallSeconds"].includes(name)),
    )
  );
}

Deno.test("sweep trains runs on the device together; each folder holds what the run leaves alone", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/out`;
    const file = await writeExperiment(folder);
    const { code, stdout, stderr } = await task("sweep", [file, "--out", out]);
    assertEquals(code, 0, stderr);
    const lines = stderr.trimEnd().split("\n");
    assertEquals(lines[0], "runs 1 to 6 of 6  population of 6");
    for (const [i, seed] of [3, 1].entries()) {
      const start = `learningRate 1e+30, seed ${seed} failed: Training diverged: the loss of update `;
      assert(lines[3 * i + 3]!.startsWith(start), stderr);
    }
    assertEquals(lines.length, 7);

    const rows = await readTable(`${out}/runs.csv`);
    assertEquals(rows.map(({ seed, solved }) => [seed, solved]), [
      ["3", "1"],
      ["3", "1"],
      ["3", "0"],
      ["1", "1"],
      ["1", "1"],
      ["1", "0"],
    ]);
    for (const row of rows) {
      const rate = row["agent.optimizer.learningRate"]!, run = `${out}/${row["folder"]}`;
      if (rate === "1e+30") {
        const { reason } = JSON.parse(await Deno.readTextFile(`${run}/failed.json`));
        assertEquals(row["stopReason"], `failed: ${reason}`);
        continue;
      }
      if (row["seed"] !== "3") continue; // Two are enough.
      const alone = `${folder}/alone-${rate}-${row["seed"]}`;
      const set = Object.entries({ ...rates.set, "agent.optimizer.learningRate": rate })
        .flatMap(([key, value]) => ["--set", `${key}=${value}`]);
      const args = [tiny, ...set, "--seed", row["seed"]!, "--out", alone, "--quiet"];
      assertEquals((await task("train", args)).code, 0);
      assertEquals(filesUnder(run), filesUnder(alone));
      for (const name of ["metrics.csv", "episodes.csv"]) {
        assertEquals(await readTable(`${run}/${name}`), await readTable(`${alone}/${name}`), name);
      }
      for (const name of ["best", "last"]) {
        const [one, other] = await Promise.all(
          [run, alone].map((path) => loadCheckpoint(`${path}/checkpoints/${name}.safetensors`)),
        );
        assertEquals(one!.state, other!.state, name);
      }
      const [summary, other] = await Promise.all(
        [run, alone].map(async (path) => JSON.parse(await Deno.readTextFile(`${path}/summary.json`))),
      );
      assertEquals(summary, { ...other, preset: summary.preset, wallSeconds: summary.wallSeconds });
    }
    assertMatch(stdout, /^learningRate 1e\+30 +2 +2 +0% /m);
    const again = await task("sweep", [file, "--out", out]);
    assertEquals([again.stdout, again.stderr], [stdout, "6 of 6 runs are done already\n"]);
  });
});

Deno.test("sweep splits runs by what shapes them, and refuses that with --single-population", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/out`;
    const vary = { "agent.hidden": [[8], [4]], "agent.gamma": [0.9, 0.99] };
    const file = await writeExperiment(folder, { vary, seeds: [1] });
    const refused = await task("sweep", [file, "--out", out, "--single-population"]);
    assertEquals([refused.code, refused.stdout], [2, ""]);
    assertStringIncludes(
      refused.stderr,
      "error: Cannot train 4 runs as one population: agent.hidden differs, wanted the same in all. What may differ: seed, ",
    );
    assertEquals(filesUnder(folder), ["test.json"]);

    const { code, stderr } = await task("sweep", [file, "--out", out]);
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /^runs 1 to 2 of 4 {2}population of 2\n(hidden \[8\][^\n]+\n){2}runs 3 to 4 of 4 {2}population of 2 {2}eta \d:\d\d\n(hidden \[4\][^\n]+\n){2}$/,
    );
    const order = (await readTable(`${out}/runs.csv`)).map((
      row,
    ) => [row["agent.hidden"], row["agent.gamma"]]);
    assertEquals(order, [["[8]", "0.9"], ["[8]", "0.99"], ["[4]", "0.9"], ["[4]", "0.99"]]);

    const kept = await writeExperiment(folder, {
      singlePopulation: true,
      set: { "agent.train.unit": "episode" },
    });
    const host = await task("sweep", [kept, "--out", `${folder}/other`]);
    assertEquals(host.code, 2);
    assertStringIncludes(
      host.stderr,
      'singlePopulation: true, but agent.train.unit is "episode", wanted "step"',
    );
  });
});

Deno.test("sweep that is interrupted goes on with the population at hand, and ends as one that went through", async () => {
  await withFolder(async (folder) => {
    const set = { ...rates.set, "budget.steps": 15_000 };
    const vary = { "agent.gamma": [0.9, 0.99] };
    const file = await writeExperiment(folder, { set, vary });
    const [out, whole] = [`${folder}/out`, `${folder}/whole`];
    const child = command("sweep", [file, "--out", out]).spawn();
    const output = child.output();
    for (let i = 0; i < 6000; i++) {
      const files = await Array.fromAsync(Deno.readDir(`${out}/runs/gamma-0.99-1`)).catch(() => []);
      if (files.some(({ name }) => name === "metrics.csv")) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGINT");
    const { code, stderr } = decode(await output);
    assertEquals(code, 130, stderr);
    assertMatch(
      stderr,
      /\ninterrupted: 0 of 4 runs are done, 4 more are begun; the same command again goes on\n$/,
    );
    for (const to of [out, whole]) {
      const { code, stderr } = await task("sweep", [file, "--out", to]);
      assertEquals(code, 0, stderr);
    }
    for (const { name } of Deno.readDirSync(`${out}/runs`)) {
      await assertSameRun(`${out}/runs/${name}`, `${whole}/runs/${name}`);
    }
  });
});

Deno.test("runSweep() that is interrupted keeps members whose training was over, and evaluates them the next time", async () => {
  await withFolder(async (folder) => {
    const configurations = [
      { name: "short", set: { "budget.steps": 100 } },
      { name: "too far", set: { "budget.steps": 100, "agent.optimizer.learningRate": 1e30 } },
      { name: "long", set: { "budget.steps": 1_000_000_000 } },
    ];
    const file = await writeExperiment(folder, { vary: undefined, configurations, seeds: [3] });
    const experiment = await loadExperiment(file);
    const paths = sweepPaths(`${folder}/out`);
    const isIn = (text: string, path: string) =>
      Deno.readTextFile(path).then((all) => all.includes(text), () => false);
    /** Sweeps, until `test` holds. */
    const sweepUntil = async (test: () => Promise<boolean>) => {
      const controller = new AbortController();
      const outcome = runSweep(experiment, { paths, quiet: true, signal: controller.signal });
      for (let i = 0; i < 6000 && !await test(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
      controller.abort();
      const { done, trained, begun, total } = await outcome;
      return {
        done,
        trained,
        begun,
        total,
        left: [...Deno.readDirSync(paths.runs)].map(({ name }) => name).sort(),
      };
    };
    const summaryOf = async (run: string) => JSON.parse(await Deno.readTextFile(`${run}/summary.json`));

    const short = `${paths.runs}/short-3`;
    assertEquals(await sweepUntil(() => isIn("\n100,", `${short}/metrics.csv`)), {
      done: 1, // It failed.
      trained: 1,
      begun: 1,
      total: 3,
      left: ["long-3", "short-3", "too-far-3"],
    });
    assertEquals((await summaryOf(short)).evaluation, null);
    assertEquals((await readTable(paths.runTable)).map(({ configuration }) => configuration), ["too far"]);

    assertEquals(await sweepUntil(() => isIn("\n500,", `${paths.runs}/long-3/metrics.csv`)), {
      done: 2,
      trained: 0,
      begun: 1,
      total: 3,
      left: ["long-3", "short-3", "too-far-3"],
    });
    const { wallSeconds: _, ...summary } = await summaryOf(short);
    const { config } = experiment.configurations[0]!;
    const alone = { out: `${folder}/alone`, quiet: true, silent: true, signal: new AbortController().signal };
    const { wallSeconds: __, ...wanted } = await trainRun({
      name: "short",
      config: { ...config, seed: 3 },
    }, alone);
    assertEquals(summary, wanted);
  });
});

Deno.test("train --seeds compares the seeds of one config, and goes on with --out", async () => {
  await withFolder(async (folder) => {
    const args = [tiny, "--seed", "4", "--seeds", "3", "--set", "budget.steps=120", "--single-population"];
    const { code, stdout, stderr } = await task("train", args, { cwd: folder });
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /^runs 1 to 3 of 3 {2}population of 3\n(tiny, seed [456]: final return [^\n]+\n){3}$/,
    );
    const [out] = [...Deno.readDirSync(`${folder}/runs`)].map(({ name }) => `runs/${name}`);
    assertMatch(out!, /^runs\/tiny-seeds-\d{8}-\d{6}$/);
    assertMatch(stdout, /^configuration +runs +solved +steps to solve +final return +95% interval\n/);
    assertMatch(stdout, /^tiny +3 +0% +- +[\d.]+ +[\d.]+ to [\d.]+\n/m);
    assert(stdout.endsWith(`\nfolder: ${out}\n`), stdout);
    const rows = await readTable(`${folder}/${out}/runs.csv`);
    assertEquals(rows.map((row) => [row["seed"], row["stopReason"]]), [
      ["4", "budget of 120 steps"],
      ["5", "budget of 120 steps"],
      ["6", "budget of 120 steps"],
    ]);

    const more = [tiny, "--seeds", "6,9", "--set", "budget.steps=120", "--out", out!, "--quiet"];
    const next = await task("train", more, { cwd: folder });
    assertEquals([next.code, next.stderr], [0, ""]);
    const seeds = (await readTable(`${folder}/${out}/runs.csv`)).map(({ seed }) => seed);
    assertEquals(seeds, ["6", "9"]);
  });
});

Deno.test("train --seeds --single-population says how many members fit, and writes nothing", async () => {
  await withFolder(async (folder) => {
    const args = [tiny, "--seeds", "9000", "--set", "agent.replay.capacity=2000000", "--single-population"];
    const { code, stdout, stderr } = await task("train", args, { cwd: folder });
    assertEquals([code, stdout], [2, ""]);
    assertMatch(
      stderr,
      /^error: Cannot train a population of 9,000: replay \[9000, 2000000, 12\] needs 864,000,000,000 bytes, the adapter allows [\d,]+ per tensor, wanted at most \d+ members\n$/,
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("train refuses seeds that are none, and what does not go with them", async () => {
  const cases = [
    [["--seeds", "0"], 'Option --seeds is "0", wanted an integer from 1 to 10000'],
    [["--seeds", "1,x"], 'Option --seeds is "x", wanted an integer from 0 to 4294967295'],
    [["--seeds", "3,3"], 'Option --seeds is "3,3", wanted seeds that differ'],
    [["--seeds", "2", "--profile"], "Found --profile and --seeds, wanted one of them"],
    [["--single-population"], "Found --single-population without --seeds, wanted both or none"],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await task("train", [tiny, ...args]);
    assertEquals([code, stdout, stderr], [2, "", `error: ${message}\n`]);
  }
});

Deno.test("runSweep() whose device is lost goes on from the latest states of its population on another one", async () => {
  await withFolder(async (folder) => {
    const set = { ...rates.set, "budget.steps": 2000, "checkpoints.state": { every: 400, unit: "step" } };
    const file = await writeExperiment(folder, { set, vary: { "agent.gamma": [0.9, 0.99] } });
    const experiment = await loadExperiment(file);
    const { signal } = new AbortController();
    const [mended, whole] = ["mended", "whole"].map((name) => sweepPaths(`${folder}/${name}`));
    await runSweep(experiment, { paths: whole!, quiet: true, signal });
    const open = Gpu.open;
    const opened: Gpu[] = [];
    Gpu.open = async (options) => {
      opened.push(await open.call(Gpu, options));
      return opened.at(-1)!;
    };
    try {
      const outcome = runSweep(experiment, { paths: mended!, quiet: true, signal });
      const state = `${mended!.runs}/gamma-0.9-3/state/2.json`;
      for (let i = 0; i < 6000 && !existsSync(state); i++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      opened[0]!.device.destroy();
      const { done, total } = await outcome;
      assertEquals([done, total, opened.length], [4, 4, 2]);
    } finally {
      Gpu.open = open;
    }
    for (const { name } of Deno.readDirSync(whole!.runs)) {
      await assertSameRun(`${mended!.runs}/${name}`, `${whole!.runs}/${name}`);
    }
  });
});

function existsSync(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
