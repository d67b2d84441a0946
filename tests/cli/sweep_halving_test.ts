import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { planRuns, sweepPaths } from "../../src/cli/sweep_folder.ts";
import { HalvingSearch } from "../../src/cli/sweep_halving.ts";
import { loadExperiment } from "../../src/config/experiment.ts";
import { atPace, slow, slowOptions } from "./slowly.ts";
import { readTable, writeExperiment } from "./sweep_experiment.ts";
import { command, decode, filesUnder, task, withFolder } from "./task.ts";

/** Four configurations with two seeds each, of which one goes to the end. */
const halved = {
  description: "A test.",
  base: "./base.json",
  set: { "evaluation.every": 20, "budget.steps": 360, "agent.replay.capacity": 60 },
  vary: { "agent.optimizer.learningRate": [1e-4, 1e-3, 1e-2, 1e-1] },
  seeds: [3, 1],
  threshold: 10,
  halving: { reduction: 2, grace: 90 },
};

const onHost = { ...halved, set: { ...halved.set, loop: "host" } };

/** The rows of a table without times, and where runs ran. */
async function untimed(path: string): Promise<Record<string, string>[]> {
  return (await readTable(path)).map(({ wallSeconds: _, seconds: __, stepsPerSecond: ___, ...row }) => row);
}

/** What a file of safetensors holds behind its header, which has a time. */
async function weights(path: string): Promise<Uint8Array> {
  const bytes = await Deno.readFile(path);
  return bytes.subarray(8 + Number(new DataView(bytes.buffer).getBigUint64(0, true)));
}

/** Everything that a sweep says, but for times. */
async function outcome(out: string) {
  const tables = await Promise.all(
    ["runs", "configurations", "rungs"].map((name) => untimed(`${out}/${name}.csv`)),
  );
  return { tables, best: await Deno.readTextFile(`${out}/best.json`) };
}

for (const [where, experiment] of Object.entries({ host: onHost, device: halved })) {
  Deno.test(`sweep that is halved on the ${where} cuts whom the rungs' table names, and trains the best as one whole run`, async () => {
    await withFolder(async (folder) => {
      const out = `${folder}/out`;
      const file = await writeExperiment(folder, experiment);
      const { code, stdout, stderr } = await task("sweep", [file, "--out", out]);
      assertEquals(code, 0, stderr);
      assertMatch(stderr, /^rung 1 of 3: 4 configurations to 90 steps\nruns? 1 .*of 14/m);
      assertMatch(stderr, /^rung 2 of 3: 2 configurations to 180 steps$/m);
      assertMatch(stderr, /^rung 3 of 3: 1 configuration to 360 steps$/m);

      const rungs = await readTable(`${out}/rungs.csv`);
      assertEquals(rungs.length, 8 + 4 + 2);
      const means = (rung: number) => {
        const rows = rungs.filter((row) => Number(row["rung"]) === rung);
        const groups = Map.groupBy(rows, ({ configuration }) => configuration!);
        return [...groups].map(([name, [a, b]]) => ({
          name,
          mean: (Number(a!["value"]) + Number(b!["value"])) / 2,
        })).toSorted((a, b) => b.mean - a.mean);
      };
      const slugs = (rung: number) => new Set(means(rung).map(({ name }) => name));
      assertEquals(slugs(1), new Set(means(0).slice(0, 2).map(({ name }) => name)));
      assertEquals(slugs(2), new Set([means(1)[0]!.name]));

      const [last] = slugs(2);
      for (const run of await readTable(`${out}/runs.csv`)) {
        const slug = run["folder"]!.replace(/^runs\/|-\d+$/g, "");
        const steps = slugs(2).has(slug) ? 360 : slugs(1).has(slug) ? 180 : 90;
        assertEquals([run["steps"], run["stopReason"]], [`${steps}`, `budget of ${steps} steps`]);
      }
      assertEquals((stdout.match(/ cut at \d+: /g) ?? []).length, 3);
      assertMatch(stdout, /to the end {2}best$/m);
      const best = JSON.parse(await Deno.readTextFile(`${out}/best.json`));
      assertEquals(`learningRate-${best.agent.optimizer.learningRate}`, last);
      assertEquals(best.budget.steps, 360);

      const { halving: _, ...whole } = experiment;
      const uncut = {
        ...whole,
        vary: { "agent.optimizer.learningRate": [best.agent.optimizer.learningRate] },
      };
      const other = `${folder}/whole`;
      const made = await task("sweep", [await writeExperiment(folder, uncut), "--out", other, "--quiet"]);
      assertEquals(made.code, 0, made.stderr);
      for (const seed of halved.seeds) {
        const [a, b] = [`${out}/runs/${last}-${seed}`, `${other}/runs/${last}-${seed}`];
        assertEquals(await untimed(`${a}/metrics.csv`), await untimed(`${b}/metrics.csv`));
        for (const name of ["best", "last"]) {
          const file = `checkpoints/${name}.safetensors`;
          assertEquals(await weights(`${a}/${file}`), await weights(`${b}/${file}`), file);
        }
      }
    });
  });
}

Deno.test("sweep that is halved and ended in the middle goes on, and ends as one that went through", async () => {
  await withFolder(async (folder) => {
    const set = { ...onHost.set, ...slow };
    const file = await writeExperiment(folder, { ...onHost, set });
    const [out, whole] = [`${folder}/out`, `${folder}/whole`];
    assertEquals((await task("sweep", [file, "--out", whole, "--quiet", ...slowOptions])).code, 0);
    for (const rows of [3, 9]) {
      const sweep = command("sweep", [file, "--out", out, ...slowOptions], { env: atPace(3) }).spawn();
      while (true) {
        const found = await readTable(`${out}/rungs.csv`).catch(() => []);
        if (found.length >= rows) break;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      sweep.kill("SIGTERM");
      const { code, stderr } = decode(await sweep.output());
      assertEquals(code, 130, stderr);
      assertMatch(stderr, /\ninterrupted: \d+ of 14 runs are done/);
    }
    const { code, stderr } = await task("sweep", [file, "--out", out, ...slowOptions]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, " of 14 trainings are done already\n");
    assertEquals(await outcome(out), await outcome(whole));
    const again = await task("sweep", [file, "--out", out, ...slowOptions]);
    assertEquals(again.code, 0, again.stderr);
    assertStringIncludes(again.stderr, "14 of 14 trainings are done already\n");
    assertEquals(await outcome(out), await outcome(whole));
    assert(filesUnder(out).includes("rungs.csv"));
  });
});

Deno.test("sweep that is halved by a loss takes the least, tells a run that fails as one that is cut, and what is no table", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/out`;
    const rates = { "agent.optimizer.learningRate": [1e-3, 1e-1, 1e30] };
    const halving = { reduction: 2, grace: 90, metric: "loss" };
    const file = await writeExperiment(folder, { ...onHost, vary: rates, halving });
    const { code, stdout, stderr } = await task("sweep", [file, "--out", out]);
    assertEquals(code, 0, stderr);
    const rungs = await readTable(`${out}/rungs.csv`);
    assertEquals(rungs.filter(({ value }) => value === "").map(({ rung }) => rung), ["0", "0"]);
    const mean = (slug: string) =>
      rungs.filter(({ configuration, rung }) => configuration === slug && rung === "0")
        .reduce((sum, { value }) => sum + Number(value), 0);
    const [least] = ["learningRate-0.001", "learningRate-0.1"].toSorted((a, b) => mean(a) - mean(b));
    assertEquals(
      new Set(rungs.filter(({ rung }) => rung === "1").map((row) => row["configuration"])),
      new Set([least]),
    );
    assertMatch(stdout, /cut at 90: failed/);

    await Deno.writeTextFile(`${out}/rungs.csv`, "a,b\n1,2\n");
    const other = await task("sweep", [file, "--out", out]);
    assertEquals(other.code, 2);
    assertStringIncludes(
      other.stderr,
      "rungs.csv: its columns are a,b, wanted configuration,seed,rung,steps,value\n",
    );
  });
});

Deno.test("HalvingSearch has those go on that the experiment names first, of equals by any metric", async () => {
  await withFolder(async (folder) => {
    const next = async (metric: string, values: readonly number[]) => {
      const halving = { ...halved.halving, metric };
      const experiment = await loadExperiment(
        await writeExperiment(folder, { ...onHost, seeds: [0], halving }),
      );
      const paths = sweepPaths(folder);
      const runs = planRuns(experiment, paths);
      const rows = runs.map(({ configuration: { slug }, seed }, i) => `${slug},${seed},0,90,${values[i]}`);
      const text = `configuration,seed,rung,steps,value\n${rows.toReversed().join("\n")}\n`; // The order of rows says nothing.
      await Deno.writeTextFile(paths.rungs, text);
      const search = new HalvingSearch(experiment, { runs, path: paths.rungs });
      await search.open();
      return search.next()!.runs.map(({ configuration }) => experiment.configurations.indexOf(configuration));
    };
    assertEquals(await next("evaluationMean", [1, 1, 1, 1]), [0, 1]);
    assertEquals(await next("loss", [1, 1, 1, 1]), [0, 1]);
    assertEquals(await next("evaluationMean", [0, 2, 1, 1]), [1, 2]); // Equals on both sides of the cut.
    assertEquals(await next("loss", [1, 2, 2, 0]), [0, 3]);
    assertEquals(await next("loss", [2, 1, 2, 2]), [0, 1]);
  });
});
