import { assert, assertEquals, assertMatch } from "@std/assert";
import { exists } from "../../src/runs/run_folder.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { loadConfig } from "../../src/config/load.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { readEvents } from "../format/tensorboard_reader.ts";
import {
  command,
  commandLine,
  decode,
  filesUnder,
  type Outcome,
  task,
  tiny,
  until,
  withFolder,
} from "./task.ts";

const linux = Deno.build.os === "linux";

/** Runs a command whose standard streams are as a shell is told; `CODE` in it stands for the file of its exit code. */
async function inShell(line: string, args: string[]): Promise<Outcome> {
  return decode(
    await new Deno.Command("sh", { args: ["-c", line, Deno.execPath(), ...args], stdin: "null" }).output(),
  );
}

for (
  const [how, line] of [
    ["is closed after a line", '{ "$0" "$@"; echo code $? >&2; } | head -n 1'],
    ["is closed after a line, with standard error", '{ "$0" "$@" 2>&1; echo code $? >&3; } 3>&2 | head -n 1'],
    ["was closed before, with standard error", '"$0" "$@" >&- 2>&-; echo code $? >&2'],
  ] as const
) {
  Deno.test({
    name: `a run whose standard output ${how} goes on to its end, without a word about it`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await withFolder(async (folder) => {
        const args = commandLine("train", [tiny, "--set", "budget.steps=1000", "--out", `${folder}/run`]);
        const { stderr } = await inShell(line, args);
        assertMatch(stderr, /^code 0$/m);
        assert(!/error| {4}at /i.test(stderr), stderr);
        assert(exists(`${folder}/run/summary.json`));
      });
    },
  });
}

Deno.test("a run whose folder vanishes ends with one error and code 1, and makes no other", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/run`;
    const args = [
      tiny,
      "--set",
      "budget.steps=100000000",
      "--set",
      "evaluation.every=5000",
      "--quiet",
      "--out",
      out,
    ];
    const child = command("train", args).spawn();
    const output = child.output();
    const files = ["checkpoints/last.safetensors", "metrics.csv", "episodes.csv"].map((name) =>
      `${out}/${name}`
    );
    await until(() => files.every(exists));
    await until(() => Deno.remove(out, { recursive: true }).then(() => true, () => !exists(out))); // It is being written.
    const { code, stdout, stderr } = decode(await output);
    assertEquals([code, stdout], [1, ""], stderr);
    assertMatch(
      stderr,
      /^error: Cannot write \S+: No such file or directory \(os error 2\)\n(The run's folder is \S+\n)?$/,
    );
    assertEquals(filesUnder(folder), []);
  });
});

Deno.test({
  name: "a folder that is read-only is refused before anything starts",
  ignore: !linux,
  async fn() {
    const out = "/sys/qernel"; // Nobody makes a folder there, not even root.
    for (
      const [name, args] of [["train", [tiny]], ["train", [tiny, "--seeds", "2"]], ["sweep", [
        "td-first-try",
      ]]] as const
    ) {
      const { code, stdout, stderr } = await task(name, [...args, "--out", out]);
      assertEquals([code, stdout], [2, ""], stderr);
      assertMatch(
        stderr,
        /^error: Cannot write to \/sys\/qernel: [^\n]+, wanted a folder that can be written\n$/,
      );
    }
  },
});

Deno.test("a clock that is set back again and again makes no time negative, nor any event earlier than one before", async () => {
  const { now } = Date;
  let time = now();
  try {
    Date.now = () => time -= 3_600_000;
    await withFolder(async (folder) => {
      const loaded = await loadConfig(tiny, { set: ["log.tensorBoard=true", "log.every=50"] });
      const { signal } = new AbortController();
      const { wallSeconds } = await trainRun(loaded, { out: folder, quiet: true, silent: true, signal });
      assert(wallSeconds > 0, `${wallSeconds}`);
      const { header, rows } = parseCsv(await Deno.readTextFile(`${folder}/metrics.csv`));
      const column = header.findIndex((name) => /seconds/i.test(name));
      const seconds = rows.map((row) => Number(row[column]));
      assert(rows.length >= 5 && seconds[0]! > 0, `${seconds}`);
      assertEquals(seconds, seconds.toSorted((a, b) => a - b));
      const [file] = Array.from(Deno.readDirSync(`${folder}/tensorboard`), ({ name }) => name);
      const { events } = readEvents(await Deno.readFile(`${folder}/tensorboard/${file}`));
      const times = events.map(({ wallTime }) => wallTime);
      assert(times.length > 10);
      assertEquals(times, times.toSorted((a, b) => a - b));
    });
  } finally {
    Date.now = now;
  }
});
