import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename } from "@std/path";
import { encodeSafetensors } from "../../src/format/safetensors.ts";
import { loadCheckpoint, saveCheckpoint } from "../../src/train/checkpoint.ts";
import { exists } from "../../src/runs/run_folder.ts";
import { marking, slowOptions } from "./slowly.ts";
import { command, decode, task, tiny, until, withFolder } from "./task.ts";

/** A trained run at `<folder>/run`. */
async function withRun(use: (run: string, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const { code, stderr } = await task("train", [
      tiny,
      "--set",
      "log.every=50",
      "--quiet",
      "--out",
      `${folder}/run`,
    ]);
    assertEquals(code, 0, stderr);
    await use(`${folder}/run`, folder);
  });
}

Deno.test("eval repeats the summary's evaluation, plays others, and refuses what is no checkpoint", async (t) => {
  await withRun(async (run, folder) => {
    await t.step("eval prints a table row a run", async () => {
      const { code, stdout, stderr } = await task("eval", [run, run, "--checkpoint", "last"]);
      assertEquals([code, stderr], [0, ""]);
      const lines = stdout.trimEnd().split("\n");
      assertEquals(lines.length, 3);
      assertMatch(lines[0]!, /^run +environment +episodes +mean +std +min +max$/);
      assertMatch(lines[1]!, /^\S+\/run +CartPole-v1 +6 +[\d.]+ +[\d.]+ +\d+ +\d+$/);
      assertEquals(lines[1], lines[2]);
    });

    await t.step(
      "eval --summary shows a row a configuration without playing, a run given twice once",
      async () => {
        const summary = JSON.parse(await Deno.readTextFile(`${run}/summary.json`));
        const { code, stdout } = await task("eval", [
          run,
          `${folder}/../${basename(folder)}/run/`,
          "--summary",
          "--json",
        ]);
        assertEquals(code, 0);
        assertEquals(JSON.parse(stdout), {
          preset: "tiny",
          configuration: "",
          values: {},
          environment: "CartPole-v1",
          seeds: [0],
          means: [summary.evaluation.mean],
          winRates: [],
          steps: [250],
          wallSeconds: [summary.wallSeconds],
        });
        const lines = (await task("eval", [run, run, "--summary"])).stdout.trimEnd().split("\n");
        assertMatch(lines[0]!, /^preset +environment +runs +mean +min +max +steps +seconds$/);
        assertMatch(lines[1]!, /^tiny +CartPole-v1 +1( +[\d.]+){3} +250 +[\d.]+$/);
        await Deno.rename(`${run}/summary.json`, `${run}/kept.json`);
        const { code: refused, stderr } = await task("eval", [run, "--summary"]);
        assertEquals([refused, stderr], [
          2,
          `error: Cannot summarize the run ${run}: it has no summary.json, wanted a run that has ended\n`,
        ]);
        await Deno.rename(`${run}/kept.json`, `${run}/summary.json`);
      },
    );

    await t.step("eval --json repeats the summary's evaluation", async () => {
      const { code, stdout } = await task("eval", [run, "--json"]);
      assertEquals(code, 0);
      const { returns, lengths, run: named, checkpoint, step, environment, seed, ...evaluation } = JSON.parse(
        stdout,
      );
      const summary = JSON.parse(await Deno.readTextFile(`${run}/summary.json`));
      assertEquals(evaluation, summary.evaluation);
      assertEquals([named, checkpoint, environment, seed], [
        run,
        `${run}/checkpoints/best.safetensors`,
        "CartPole-v1",
        0,
      ]);
      assertEquals([returns.length, lengths.length, step % 50], [6, 6, 0]);
    });

    await t.step("eval --episodes --seed plays other episodes", async () => {
      const args = [run, "--json", "--episodes", "9", "--seed", "7", "--checkpoint"];
      const { code, stdout } = await task("eval", [...args, `${run}/checkpoints/best.safetensors`]);
      assertEquals(code, 0);
      const { episodes, seed, returns } = JSON.parse(stdout);
      assertEquals([episodes, seed, returns.length], [9, 7, 9]);
    });

    await t.step({
      name:
        "eval that is interrupted says how much it did and ends with 130, also when its terminal is closed",
      ignore: Deno.build.os !== "linux",
      async fn() {
        const [slow, mark] = [`${folder}/slow`, `${folder}/mark`];
        const args = [tiny, ...slowOptions, "--set", "environment.id=Slow-v0", "--quiet", "--out", slow];
        assertEquals((await task("train", args)).code, 0);
        const more = ["--episodes", "1000000", ...slowOptions];
        const child = command("eval", [slow, ...more], { env: marking(mark) }).spawn();
        await until(() => exists(mark)); // It listens by then.
        child.kill("SIGHUP");
        const { code, stdout, stderr } = decode(await child.output());
        assertEquals([code, stdout], [130, ""]);
        assertStringIncludes(stderr, "interrupted: 0 of 1 run evaluated; the same command begins again\n");
      },
    });

    await t.step("eval refuses checkpoints that are cut, foreign or another agent's", async () => {
      const best = `${run}/checkpoints/best.safetensors`;
      const bytes = await Deno.readFile(best);
      await Deno.writeFile(`${folder}/cut`, bytes.subarray(0, bytes.length - 5));
      const foreign = { w: { dtype: "F32", shape: [2], data: new Float32Array(2) } } as const;
      await Deno.writeFile(`${folder}/foreign`, encodeSafetensors(foreign));
      const { state } = await loadCheckpoint(best);
      const narrow = { ...state, "online.layers.0.weight": { shape: [4, 4], data: new Float32Array(16) } };
      await saveCheckpoint(`${folder}/narrow`, narrow);
      for (
        const [file, message] of [
          ["cut", "wanted a whole safetensors file"],
          ["foreign", "its metadata names no format"],
          ["narrow", "online.layers.0.weight"],
          ["none", "there is no such file"],
        ] as const
      ) {
        const { code, stdout, stderr } = await task("eval", [run, "--checkpoint", `${folder}/${file}`]);
        assertEquals([code, stdout], [2, ""], stderr);
        assertStringIncludes(stderr, "error: Cannot load ");
        assertStringIncludes(stderr, message);
        assert(!stderr.includes("    at "), stderr);
      }
    });
  });
});

Deno.test("eval --help lists every option", async () => {
  const { code, stdout } = await task("eval", ["--help"]);
  assertEquals(code, 0);
  for (const option of ["episodes N", "seed N", "checkpoint best|last|FILE", "json", "help"]) {
    assertStringIncludes(stdout, `\n  --${option} `);
  }
});

Deno.test("eval refuses what is no run and what it does not know, with code 2", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const [name, config] of [["other", '{ "formatVersion": 2 }'], ["empty", "null"]] as const) {
      await Deno.mkdir(`${folder}/${name}`);
      await Deno.writeTextFile(`${folder}/${name}/config.json`, config);
    }
    await Deno.mkdir(`${folder}/sweep`);
    await Deno.writeTextFile(`${folder}/sweep/experiment.json`, "{}");
    for (
      const [args, message] of [
        [[], "Found no argument, wanted deno task eval RUN [RUN ...] [OPTIONS]"],
        [[`${folder}/none`], `Cannot read the run ${folder}/none: there is no such folder`],
        [
          [folder],
          `Cannot read the run ${folder}: it holds no config.json, wanted a folder that deno task train`,
        ],
        [
          [`${folder}/sweep`],
          `Cannot read the run ${folder}/sweep: it holds no config.json, wanted a folder that deno task train wrote; ` +
          `its own runs are in ${folder}/sweep/runs`,
        ],
        [
          [`${folder}/file`],
          `Cannot read the run ${folder}/file: it is a file, wanted a folder that deno task train wrote`,
        ],
        [
          [`${folder}/other`],
          `Cannot read the run ${folder}/other: it is of format version 2, wanted 1`,
        ],
        [
          [`${folder}/empty`],
          `Cannot use ${folder}/empty/config.json: 1 problem\n  config: null, wanted an object`,
        ],
        [
          [folder, "--episode", "3"],
          "Unknown option --episode, wanted one of --episodes, --seed, --checkpoint",
        ],
        [[folder, "--q", "1", "--seed", "1"], "Found --q and --seed, wanted one of them: nothing is played"],
        [[folder, "--summary", "--episodes", "1"], "Found --episodes and --summary, wanted one of them"],
        [[folder, "--q", "1", "--noise"], "Found --q and --noise, wanted one of them: nothing is played"],
        [[folder, "--episodes", "0"], 'Option --episodes is "0", wanted an integer from 1 to 1000000'],
      ] as const
    ) {
      const { code, stdout, stderr } = await task("eval", [...args]);
      assertEquals([code, stdout], [2, ""], stderr);
      assertStringIncludes(stderr, `error: ${message}`);
    }
  });
});
