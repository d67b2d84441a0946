import { assert, assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { presetNames } from "../../src/config/load.ts";
import { leaves, showValue } from "../../src/config/values.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { command, decode, filesUnder, task, tiny, withFolder } from "./task.ts";

const runFiles = [
  "checkpoints/best.safetensors",
  "checkpoints/last.safetensors",
  "config.json",
  "episodes.csv",
  "metrics.csv",
  "state/1-loop.agent.replay-0.safetensors",
  "state/1.json",
  "state/1.safetensors",
  "summary.json",
];

/** What a run leaves by default beside `runFiles`; the event file's name has its time in it. */
const moreFiles = [
  "episode.gif",
  ...["durations", "evaluation", "loss", "loss-updates", "policy", "rewards-train", "running-reward"].map((
    name,
  ) => `pictures/${name}.svg`),
  "tensorboard/events",
  "updates.csv", // As this preset asks for.
];

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

Deno.test("train --help lists every option and preset, and needs nothing else", async () => {
  const { code, stdout, stderr } = await task("train", ["--help", "nonsense", "more"]);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Usage: deno task train [PRESET] [OPTIONS]\n");
  const options = [
    "config FILE",
    "set KEY=VALUE",
    "seed N",
    "seeds N|N,N,...",
    "single-population",
    "out DIR",
  ];
  for (const option of [...options, "quiet", "verbose", "profile", "help"]) {
    assertStringIncludes(stdout, `\n  --${option} `);
  }
  assertStringIncludes(stdout, "TensorBoard files only if asked, as by --set log.tensorBoard=true.\n");
  assertStringIncludes(stdout, `Presets: ${presetNames().join(", ")}. Default: cartpole.`);
});

Deno.test({
  name: "train, eval and play need no adapter where they are not told to; --device goes before the config's",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const env = { DENO_WEBGPU_BACKEND: "vulkan", VK_DRIVER_FILES: "/nowhere", QERNEL_DEVICE: "" };
      const out = ["--out", `${folder}/run`, "--quiet"];
      const trained = await task("train", [tiny, "--set", "device=webgpu", "--device", "wasm", ...out], {
        env,
      });
      assertEquals([trained.code, trained.stderr], [0, ""]);
      const config = await readJson(`${folder}/run/config.json`);
      const { device, adapter, kernelProfile } = await readJson(`${folder}/run/summary.json`);
      assertEquals([config.device, device, kernelProfile], ["wasm", "wasm", "wasm"]);
      assertMatch(adapter, /^WebAssembly SIMD, \d+ threads?$/);
      for (const name of ["eval", "play"] as const) {
        for (
          const [given, code] of [[[], 0], [["--device", "auto"], 0], [["--device", "webgpu"], 2]] as const
        ) {
          const { code: found, stderr } = await task(name, [`${folder}/run`, ...given], { env });
          assertEquals([found, stderr.includes("no adapter answered")], [code, code === 2], stderr);
        }
      }
    }),
});

Deno.test("train fills the run's folder, and equal seeds give bit-equal checkpoints", async () => {
  await withFolder(async (folder) => {
    const runs = [["a", "5"], ["b", "5"], ["c", "6"]] as const;
    const outcomes = [];
    for (const [name, seed] of runs) {
      outcomes.push(
        await task("train", [
          tiny,
          ...["--set", "log.every=50", "--seed", seed, "--out", `${folder}/${name}`],
          ...name === "a" ? ["--verbose"] : [],
        ]),
      );
    }
    for (const { code, stderr } of outcomes) assertEquals(code, 0, stderr);

    const a = `${folder}/a`;
    assertEquals(filesUnder(a), runFiles);
    const config = await readJson(`${a}/config.json`);
    const { formatVersion, preset, ...parsed } = config;
    assertEquals([formatVersion, preset, parseConfig(config)], [1, "tiny", parsed]);
    assertEquals([config.seed, config.agent.hidden, config.agent.train.every], [5, [8], 1]);

    const summary = await readJson(`${a}/summary.json`);
    const { wallSeconds, device, adapter, kernelProfile, episodes, evaluation, ...rest } = summary;
    assertEquals(rest, {
      preset: "tiny",
      seed: 5,
      environmentSteps: 250,
      updates: 235,
      stopReason: "budget of 250 steps",
    });
    assert(wallSeconds > 0 && adapter !== "");
    assert((device === "wasm" ? ["wasm"] : ["software", "gpu"]).includes(kernelProfile), kernelProfile);
    const { mean, std, min, max } = evaluation;
    assertEquals(Object.keys(evaluation), ["episodes", "mean", "std", "min", "max"]);
    assert(evaluation.episodes === 6 && std >= 0 && min <= mean && mean <= max && min >= 8);

    const played = parseCsv(await Deno.readTextFile(`${a}/episodes.csv`));
    assertEquals(played.rows.length, episodes);
    const metrics = parseCsv(await Deno.readTextFile(`${a}/metrics.csv`));
    assertEquals(metrics.rows.map(([step]) => step), ["50", "100", "150", "200", "250"]);
    const { metadata } = await loadCheckpoint(`${a}/checkpoints/last.safetensors`);
    assertEquals([metadata["step"], metadata["preset"]], ["250", "tiny"]);
    assertEquals(JSON.parse(metadata["config"]!), parsed);

    const tensors = async (name: string, file: string) =>
      (await loadCheckpoint(`${folder}/${name}/checkpoints/${file}.safetensors`)).state;
    for (const file of ["best", "last"]) {
      assertEquals(await tensors("a", file), await tensors("b", file));
      assert(JSON.stringify(await tensors("a", file)) !== JSON.stringify(await tensors("c", file)));
    }
    const { stdout, stderr } = outcomes[0]!;
    assertMatch(stdout, /^environment {2}CartPole-v1, on the device$/m);
    assertMatch(stdout, /^network {6}4-8-2, 58 parameters, adam, huber loss$/m);
    assertMatch(
      stdout,
      /^device {7}(webgpu: .+, kernel profile (software|gpu)|wasm: .+, kernel profile wasm)$/m,
    );
    assertMatch(stdout, /^learning {5}1 update per environment step, batch 8, from step 16 on$/m);
    assertMatch(stdout, /^run {10}tiny, seed 5$/m);
    const told = new Set(stdout.split("\n").map((line) => line.replace(/ +/, ": ")));
    for (const [path, value] of leaves(parsed)) assert(told.has(`${path}: ${showValue(value)}`), path);
    assert(!outcomes[1]!.stdout.includes("agent.hidden"), "keys are told without --verbose");
    assertMatch(stdout, /^trained {6}250 steps, 235 updates \(0\.94 per step\), \d+ episodes, [\d.]+ s$/m);
    assertStringIncludes(stdout, `\nevaluate     deno task eval ${a}\n`);
    assertStringIncludes(stderr, "step 250 of 250");
  });
});

Deno.test("train --quiet --profile prints the result and the kernels alone", async () => {
  await withFolder(async (folder) => {
    const args = ["--config", tiny, "--quiet", "--profile", "--out", `${folder}/run`];
    const { code, stdout, stderr } = await task("train", args);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(
      stdout,
      /^ended .*\ntrained .*\nbest .*\nfolder .*\nevaluate .*\n\n([\d,]+) of \1 dispatches were timed\nkernel +timed +ms +us each +share\n/,
    );
    assertMatch(stdout, /^optimizer\.wgsl:optimizer_step\w* +\d+ +[\d.]+ +[\d.]+ +[\d.]+%$/m);
  });
});

/** The permissions that configs/README.md says are enough. */
async function namedPermissions(): Promise<string[]> {
  const page = await Deno.readTextFile(new URL("../../configs/README.md", import.meta.url));
  const [, flags] = /^deno run ((?:--allow-\S+ )+)src\/cli\/train\.ts$/m.exec(page)!;
  return flags!.trim().split(" ");
}

Deno.test("train names its folder after preset, seed and time, and fills it with all that is on by default, by the permissions that configs/README.md names", async () => {
  await withFolder(async (folder) => {
    const args = ["td-cartpole", "--set", "budget.episodes=3", "--set", "evaluation.episodes=1", "--seed=3"];
    const permissions = ["--no-prompt", ...await namedPermissions()];
    const { code, stdout, stderr } = await task("train", args, { cwd: folder, permissions });
    assertEquals(code, 0, stderr);
    const [, run] = /^folder +(runs\/td-cartpole-3-\d{8}-\d{6})$/m.exec(stdout)!;
    const files = filesUnder(`${folder}/${run}`).map((path) =>
      path.replace(/events\.out\.tfevents\..*/, "events")
    );
    assertEquals(files, [...runFiles, ...moreFiles].sort());
  });
});

Deno.test("train keeps the last good checkpoint when a loss is not finite, and names the update", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/run`;
    const set = ["agent.optimizer.learningRate=1e30", "agent.replay.warmup=150"];
    const args = [tiny, ...set.flatMap((value) => ["--set", value]), "--quiet", "--out", out];
    const { code, stdout, stderr } = await task("train", args);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(
      stderr,
      /^error: Training diverged: the loss of update \d+ is \S+, wanted a finite number\. The last checkpoint is kept\./,
    );
    assertStringIncludes(stderr, `\nThe run's folder is ${out}\n`);
    assert(!stderr.includes("    at "), stderr);
    const left = runFiles.filter((file) => !/^(state|summary)/.test(file));
    assertEquals(filesUnder(out), [...left, "failed.json"].sort());
    const { reason } = JSON.parse(await Deno.readTextFile(`${out}/failed.json`));
    assertMatch(reason, /^Training diverged: the loss of update \d+ is \S+, wanted a finite number/);
    for (const file of ["best", "last"]) {
      const { metadata } = await loadCheckpoint(`${out}/checkpoints/${file}.safetensors`);
      assertEquals(metadata["step"], "100");
    }
  });
});

const ways = [
  ["SIGINT", ["SIGINT"]],
  ["SIGHUP, however often it comes", ["SIGHUP", "SIGHUP"]],
  ["a second signal", ["SIGINT", "SIGTERM"]],
] as const;
for (const [name, signals] of ways) {
  Deno.test({
    name: `train ends by ${name} with code 130 and whole files`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await withFolder(async (folder) => {
        const out = `${folder}/run`;
        const process = command("train", [
          tiny,
          ...["budget.steps=1000000", "log.every=50"].flatMap((value) => ["--set", value]),
          "--out",
          out,
        ]).spawn();
        const isTraining = () => {
          try {
            return Deno.readTextFileSync(`${out}/metrics.csv`).split("\n").length > 4;
          } catch {
            return false;
          }
        };
        while (!isTraining()) await new Promise((resolve) => setTimeout(resolve, 20));
        for (const signal of signals) {
          try {
            process.kill(signal);
          } catch (error) {
            assertInstanceOf(error, TypeError); // It has ended by the first one already.
          }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        const { code, stdout, stderr } = decode(await process.output());
        assertEquals(code, 130, stderr);
        for (const file of ["best", "last"]) await loadCheckpoint(`${out}/checkpoints/${file}.safetensors`);
        for (const file of ["metrics", "episodes"]) {
          const text = await Deno.readTextFile(`${out}/${file}.csv`);
          assert(text.endsWith("\n"));
          parseCsv(text);
        }
        if (signals.includes("SIGTERM" as never)) return;
        assertEquals(filesUnder(out), runFiles);
        const summary = await readJson(`${out}/summary.json`);
        assertEquals([summary.stopReason, summary.evaluation.episodes], ["interrupted", 6]);
        assertMatch(stdout, /^ended {8}interrupted$/m);
        assertStringIncludes(stderr, "interrupted: ending the run; once more ends it at once");
        assert(stderr.endsWith(`\ninterrupted: deno task train --resume ${out} goes on\n`), stderr);
      });
    },
  });
}
