import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "../../src/runs/run_folder.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { assertSameRun } from "./same_run.ts";
import { atPace, slow, slowOptions } from "./slowly.ts";
import { capacities, readTable, runTimes, writeExperiment } from "./sweep_experiment.ts";
import { command, decode, filesUnder, task, until, withFolder } from "./task.ts";

Deno.test("sweep goes on after a kill, does nothing twice, and ends with the tables of one that went through", async () => {
  await withFolder(async (folder) => {
    const file = await writeExperiment(folder, {
      ...capacities,
      set: { ...capacities.set, ...slow, "evaluation.every": 500, "budget.steps": 500 },
    });
    const [out, whole] = [`${folder}/out`, `${folder}/whole`];
    const child = command("sweep", [file, "--out", out, "--quiet", ...slowOptions], { env: atPace(10) })
      .spawn();
    const output = child.output();
    await until(() => exists(`${out}/runs/capacity-500-3/metrics.csv`));
    child.kill("SIGKILL");
    await output;
    assert(exists(`${out}/runs/capacity-20-3/summary.json`), "the first run is done");
    assert(!exists(`${out}/runs/capacity-500-3/summary.json`), "the second run is not");
    const before = runTimes(out);
    await Deno.writeTextFile(`${out}/runs/capacity-20-3/.lock`, "1\n"); // As if killed right after its end.

    const { code, stdout, stderr } = await task("sweep", [file, "--out", out, ...slowOptions]);
    assertEquals(code, 0, stderr);
    assertEquals(filesUnder(out).filter((path) => path.endsWith(".lock")), []);
    assertMatch(stderr, /^1 of 4 runs are done already\nrun 2 of 4 {2}capacity 500 {2}seed 3\n/);
    const after = runTimes(out);
    assertEquals(Object.keys(after).filter((name) => name.endsWith("summary.json")).length, 4);
    for (const [name, time] of Object.entries(before)) {
      if (name.startsWith("capacity-20-3/")) assertEquals(after[name], time, name);
      else assertGreater(after[name]!, time, name);
    }

    const again = await task("sweep", [file, "--out", out, ...slowOptions]);
    assertEquals([again.code, again.stdout, again.stderr], [0, stdout, "4 of 4 runs are done already\n"]);
    assertEquals(runTimes(out), after);

    assertEquals((await task("sweep", [file, "--out", whole, "--quiet", ...slowOptions])).code, 0);
    const tables = async (path: string) =>
      (await readTable(`${path}/runs.csv`)).map((row) => ({ ...row, wallSeconds: "" }));
    assertEquals(await tables(out), await tables(whole));
    const same = ["configurations.csv", "best.json"].map((name) => [`${out}/${name}`, `${whole}/${name}`]);
    for (const [a, b] of same) assertEquals(await Deno.readTextFile(a!), await Deno.readTextFile(b!));
  });
});

Deno.test("sweep that is interrupted goes on with the run at hand, and ends as one that went through", async () => {
  await withFolder(async (folder) => {
    const set = { ...capacities.set, ...slow, "budget.steps": 3000 };
    const file = await writeExperiment(folder, { ...capacities, set, seeds: [3] });
    const [out, whole] = [`${folder}/out`, `${folder}/whole`];
    const run = `${out}/runs/capacity-20-3`;
    const child = command("sweep", [file, "--out", out, ...slowOptions], { env: atPace(3) }).spawn();
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
    for (const to of [out, whole]) {
      assertEquals((await task("sweep", [file, "--out", to, ...slowOptions])).code, 0);
    }
    assertGreater((await readTable(`${run}/metrics.csv`)).length, 50);
    for (const name of ["capacity-20-3", "capacity-500-3"]) {
      await assertSameRun(`${out}/runs/${name}`, `${whole}/runs/${name}`);
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
