import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { drawComparison } from "../../src/cli/comparison_pictures.ts";
import { readRunData } from "../../src/cli/run_data.ts";
import { groupRuns } from "../../src/cli/run_groups.ts";
import { drawRun } from "../../src/cli/run_pictures.ts";
import { type NamedRun, nameRuns } from "../../src/runs/run_names.ts";
import { UsageError } from "../../src/core/errors.ts";
import { saveCheckpoint } from "../../src/train/checkpoint.ts";
import { texts } from "../report/svg.ts";
import { filesUnder, task, withFolder } from "./task.ts";

/** What differs between the runs of these tests. */
interface RunOptions {
  readonly seed?: number;
  readonly tau?: number;
  readonly capacity?: number;
  readonly episodes?: number;
  readonly hidden?: readonly number[];
  /** More files by their names. */
  readonly files?: Record<string, string>;
}

/** Writes what a short run leaves. */
async function writeRun(folder: string, options: RunOptions = {}): Promise<string> {
  const { seed = 0, tau = 0.1, capacity = 1000, episodes = 3, hidden = [8], files = {} } = options;
  const config = {
    environment: { id: "CartPole-v1" },
    agent: { hidden, target: { tau, every: 1, unit: "update" }, replay: { capacity } },
    budget: { steps: 250 },
    evaluation: { every: 100, episodes: 4, threshold: 475 },
    seed,
  };
  const numbers = Array.from({ length: episodes }, (_, i) => i + 1);
  const mean = 100 * tau + seed;
  const all: Record<string, string> = {
    "config.json": JSON.stringify(config),
    "summary.json": JSON.stringify({
      preset: "tiny",
      seed,
      environmentSteps: 250,
      updates: 0,
      episodes,
      wallSeconds: 1,
      stopReason: "budget of 250 steps",
      adapter: "a GPU",
      kernelProfile: "gpu",
      evaluation: { episodes: 4, mean, std: 0, min: mean, max: mean },
    }),
    "episodes.csv": ["episode,step,return,length", ...numbers.map((i) => `${i},${10 * i},${i},${i}`)].join(
      "\n",
    ),
    "metrics.csv": "step,loss,evaluationMean,evaluationMin,evaluationMax,surprise\n" +
      "100,0.5,,,,1\n200,0.25,20,10,30,\n250,,25,20,30,\n",
    ...files,
  };
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(all)) await Deno.writeTextFile(join(folder, name), text);
  return folder;
}

const pictureNames = ["durations", "evaluation", "loss", "rewards-train", "running-reward"];

Deno.test("deno task plot RUN draws the run's pictures into its folder", async () => {
  await withFolder(async (folder) => {
    const run = await writeRun(join(folder, "run"));
    const { code, stdout, stderr } = await task("plot", [run, "--format", "both"]);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const names = pictureNames.flatMap((name) => [`${name}.png`, `${name}.svg`]);
    assertEquals(filesUnder(join(run, "pictures")), names);
    const listed = stdout.trim().split("\n").sort();
    assertEquals(listed, names.map((name) => join(run, "pictures", name)));
    const png = await Deno.readFile(join(run, "pictures", "loss.png"));
    assertEquals([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const whose = "tiny on CartPole-v1, seed 0";
    for (const name of pictureNames.filter((name) => name !== "rewards-train")) {
      const found = texts(await Deno.readTextFile(join(run, "pictures", `${name}.svg`)));
      assert(found.includes(whose), `${name}: ${found.join(" | ")}`);
    }
    const rewards = texts(await Deno.readTextFile(join(run, "pictures", "rewards-train.svg")));
    assert(
      rewards.includes("Training: DQN on CartPole-v1") && rewards.includes(`${whose}; a GPU`),
      rewards.join(" | "),
    );
  });
});

Deno.test("deno task plot tells a mistake in a line, with exit code 2", async () => {
  await withFolder(async (folder) => {
    const run = await writeRun(join(folder, "run"));
    const cases: [string[], string][] = [
      [[join(folder, "none")], `error: Cannot read the run ${join(folder, "none")}: there is no such folder`],
      [[folder], `error: Cannot read the run ${folder}: it holds no config.json`],
      [
        [run, "--format", "pgn"],
        'error: Option --format is "pgn", wanted one of svg, png, both; did you mean "png"?',
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await task("plot", args);
      assertEquals(
        [code, stderr.startsWith(message), stderr.trim().includes("\n")],
        [2, true, false],
        stderr,
      );
    }
  });
});

Deno.test("drawRun() draws the test phase, the win rate and the validation loss of a run that has them", async () => {
  await withFolder(async (folder) => {
    const run = await writeRun(folder, {
      files: {
        "test.csv": "episode,return,length\n1,200,200\n2,198,198\n",
        "metrics.csv": "step,loss,validation/loss,evaluationMean,evaluationMin,evaluationMax,winRate\n" +
          "100,0.5,0.6,5,1,9,0.25\n",
      },
    });
    const out = join(folder, "out");
    const files = await drawRun(run, { out });
    assertEquals(
      filesUnder(out),
      [...pictureNames, "rewards-test", "win-rate"].sort().map((name) => `${name}.svg`),
    );
    assertEquals(files.length, 7);
    const shown = async (name: string) => texts(await Deno.readTextFile(join(out, `${name}.svg`)));
    assert((await shown("rewards-test")).includes("Testing: DQN on CartPole-v1"));
    for (const path of files) {
      const found = texts(await Deno.readTextFile(path));
      assert(found.some((text) => text.startsWith("tiny on CartPole-v1, seed 0")), `${path}: ${found}`);
    }
    assert((await shown("loss")).includes("Validation loss"));
    assert((await shown("evaluation")).includes("Threshold 475"));
  });
});

Deno.test("drawRun() draws a run that was killed before its metrics and summary", async () => {
  await withFolder(async (folder) => {
    const run = await writeRun(folder);
    for (const name of ["summary.json", "metrics.csv"]) await Deno.remove(join(run, name));
    await drawRun(run);
    const names = ["durations", "rewards-train", "running-reward"].map((name) => `${name}.svg`);
    assertEquals(filesUnder(join(run, "pictures")), names);
  });
});

Deno.test("drawRun() draws the policy of the best checkpoint, as PNG too", async () => {
  await withFolder(async (folder) => {
    const run = await writeRun(folder, {
      seed: 3,
      files: {
        "config.json": JSON.stringify({
          environment: { id: "CliffWalking-v1" },
          agent: { kind: "tabular", initial: 0.5 },
          budget: { steps: 250 },
          seed: 3,
        }),
      },
    });
    const table = new Float32Array(48 * 4).fill(0.5);
    table.set([-1, 7, -1, -1], 36 * 4); // At the start, to the right.
    await Deno.mkdir(join(run, "checkpoints"));
    await saveCheckpoint(join(run, "checkpoints", "best.safetensors"), {
      q: { shape: [48, 4], data: table },
    });
    const files = await drawRun(run, { format: "both" });
    assertEquals(["policy.png", "policy.svg"].map((name) => files.includes(join(run, "pictures", name))), [
      true,
      true,
    ]);
    const shown = texts(await Deno.readTextFile(join(run, "pictures", "policy.svg")));
    const wanted = [
      "tiny on CliffWalking-v1, seed 3",
      "7",
      "S: start",
      "nothing learned: every Q value is still 0.5",
    ];
    assertEquals(wanted.filter((text) => !shown.includes(text)), [], shown.join(" | "));
  });
});

Deno.test("nameRuns() says preset, environment and seeds", () => {
  const run = (name: string, seed: number) => ({ name, config: { environment: { id: "E-v0" }, seed } });
  const named = (...seeds: number[]) => nameRuns(seeds.map((seed) => run("a", seed)) as NamedRun[]);
  assertEquals(named(3), "a on E-v0, seed 3");
  assertEquals(named(2, 0, 1, 1), "a on E-v0, seeds 0 to 2");
  assertEquals(named(4, 5), "a on E-v0, seeds 4, 5");
  assertEquals(named(1, 5, 7), "a on E-v0, seeds 1, 5, 7");
  assertEquals(named(0, 2, 4, 6, 8, 10, 12), "a on E-v0, 7 seeds");
  const many = ["a", "b", "c", "d"].map((name) => run(name, 0)) as NamedRun[];
  assertEquals(nameRuns(many), "4 presets on E-v0, seed 0");
});

Deno.test("drawRun() rejects a run without episodes, and files that no run writes", async () => {
  await withFolder(async (folder) => {
    const empty = await writeRun(join(folder, "empty"), { episodes: 0 });
    const message = `Cannot draw ${empty}: the run has no episodes, wanted at least one`;
    await assertRejects(() => drawRun(empty), UsageError, message);
    const broken = await writeRun(join(folder, "broken"), {
      files: { "episodes.csv": "episode,return\n1\n" },
    });
    const path = join(broken, "episodes.csv");
    await assertRejects(
      () => drawRun(broken),
      UsageError,
      `Cannot read ${path}: Cannot read CSV line 2: 1 fields`,
    );
    const torn = await writeRun(join(folder, "torn"), { files: { "summary.json": "{" } });
    await assertRejects(() => drawRun(torn), UsageError, `Cannot read ${join(torn, "summary.json")}: `);
  });
});

Deno.test("drawComparison() groups seeds, and names groups by what differs", async () => {
  await withFolder(async (folder) => {
    const runs = [];
    for (const tau of [1, 0.1]) {
      for (const seed of [1, 2]) {
        runs.push(await writeRun(join(folder, `${tau}-${seed}`), { tau, seed, episodes: 2 + seed }));
      }
    }
    const out = join(folder, "out");
    const files = await drawComparison(runs, { out });
    assertEquals(files, ["returns", "evaluation", "loss"].map((name) => join(out, `${name}.svg`)));
    const found = texts(await Deno.readTextFile(join(out, "returns.svg")));
    const spread =
      "inter-quartile mean, with the middle half of the seeds; a run that ended early keeps its last value";
    for (
      const text of [
        "Mean return of 100 episodes: effect of agent.target.tau",
        "tiny on CartPole-v1, seeds 1, 2",
        "tau 0.1 (2 seeds)",
        "tau 1 (2 seeds)",
        spread,
        "Threshold 475",
      ]
    ) {
      assert(found.includes(text), found.join(" | "));
    }
  });
});

Deno.test("drawComparison() draws a grid where two keys differ: means over seeds, in order of the values", async () => {
  await withFolder(async (folder) => {
    const runs = [];
    for (const [tau, capacity, seed] of [[1, 1000, 0], [1, 500, 0], [0.1, 500, 0], [0.1, 500, 1]] as const) {
      runs.push(await writeRun(join(folder, `${tau}-${capacity}-${seed}`), { tau, capacity, seed }));
    }
    const out = join(folder, "out");
    await drawComparison(runs, { out });
    const found = texts(await Deno.readTextFile(join(out, "grid.svg")));
    for (const text of ["tau", "capacity", "0.1", "1", "500", "1,000", "10.5", "100"]) {
      assert(found.includes(text), `${text} is not in ${found.join(" | ")}`);
    }
  });
});

Deno.test("drawComparison() draws a grid over lists: a row for each that differs in what it holds", async () => {
  await withFolder(async (folder) => {
    const runs = [];
    for (const hidden of [[8], [8, 8]]) {
      for (const tau of [0.1, 1]) {
        runs.push(
          await writeRun(join(folder, `${hidden.length}-${tau}`), { hidden, tau, seed: hidden.length }),
        );
      }
    }
    const out = join(folder, "out");
    await drawComparison(runs, { out });
    const found = texts(await Deno.readTextFile(join(out, "grid.svg")));
    // Axes and their labels, row by row the cells, and the bar of colours.
    assertEquals(found.slice(0, 8), ["hidden", "tau", "[8]", "[8,8]", "0.1", "1", "11", "101"]);
    assertEquals(found.slice(8, 12), ["12", "102", "11", "102"]);
  });
});

Deno.test("groupRuns() tells runs apart by as little as it can", async () => {
  await withFolder(async (folder) => {
    let count = 0;
    const read = async (options: RunOptions) =>
      readRunData(await writeRun(join(folder, `${count++}`), options));
    const alike = groupRuns([await read({ seed: 1 }), await read({ seed: 2 })]);
    assertEquals([alike.keys, alike.groups.map(({ name, runs }) => [name, runs.length])], [[], [[
      "tiny",
      2,
    ]]]);
    const one = groupRuns([
      await read({ tau: 1 }),
      await read({ tau: 0.1 }),
      await read({ tau: 1, seed: 4 }),
    ]);
    assertEquals(one.keys, ["agent.target.tau"]);
    assertEquals(one.groups.map(({ name, runs }) => [name, runs.length]), [["tau 0.1", 1], ["tau 1", 2]]);
    const two = groupRuns([await read({ tau: 1 }), await read({ tau: 0.1, capacity: 500 })]);
    assertEquals(two.groups.map(({ values }) => values), [[1, 1000], [0.1, 500]]);
    assertEquals(two.groups.map(({ name }) => name), ["tau 1, capacity 1000", "tau 0.1, capacity 500"]);
  });
});

Deno.test("drawComparison() takes a run that is given twice once, and refuses two of one configuration and seed", async () => {
  await withFolder(async (folder) => {
    const [one, same, other] = [join(folder, "one"), join(folder, "same"), join(folder, "other")];
    for (const run of [one, same]) await writeRun(run, { seed: 3 });
    await writeRun(other, { seed: 4 });
    await drawComparison([one, other, join(folder, "other", "..", "one")], { out: join(folder, "out") });
    const found = texts(await Deno.readTextFile(join(folder, "out", "returns.svg")));
    assert(found.includes("tiny (2 seeds)"), found.join(" | "));
    await assertRejects(
      () => drawComparison([one, other, same], { out: join(folder, "out") }),
      UsageError,
      `Cannot compare ${one} and ${same}: both are of one configuration and of seed 3, wanted each seed once`,
    );
  });
});
