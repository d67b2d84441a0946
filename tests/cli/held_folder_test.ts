import { assertEquals, assertThrows } from "@std/assert";
import { NewFolder } from "../../src/cli/held_folder.ts";
import { runPaths } from "../../src/runs/run_folder.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import { filesUnder, withFolder } from "./task.ts";

const config = parseConfig({
  environment: { id: "CliffWalking-v1", maxEpisodeSteps: 20 },
  agent: { kind: "tabular" },
  budget: { steps: 20 },
  evaluation: { every: 20, episodes: 1, final: { episodes: 1 } },
  log: { tensorBoard: false, pictures: false, animation: false },
});

/** Fills a folder with these files, by their paths. */
function fill(folder: string, files: Record<string, string>): void {
  Deno.mkdirSync(`${folder}/checkpoints`, { recursive: true });
  for (const [path, text] of Object.entries(files)) Deno.writeTextFileSync(`${folder}/${path}`, text);
}

Deno.test("a folder of a run that was killed in its start is taken over, and holds nothing of it", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/run`;
    Deno.mkdirSync(out);
    Deno.writeTextFileSync(`${out}/.lock`, "1\n"); // As it was claimed.
    Deno.writeTextFileSync(`${out}/config.json.01234567.tmp`, "{");
    new NewFolder(runPaths(out)).close();
    assertEquals(filesUnder(out), []);
    const half = `{ "formatVersion": 1, "environment": ${" ".repeat(5000)}`;
    const failed = '{ "reason": "diverged", "wallSeconds": 1 }';
    fill(out, {
      "config.json": half,
      "checkpoints/last.safetensors.01234567.tmp": "half",
      "failed.json": failed, // Before its first checkpoint.
    });
    const signal = new AbortController().signal;
    await trainRun({ name: "test", config }, { out, quiet: true, silent: true, signal });
    assertEquals(filesUnder(out), [
      "checkpoints/best.safetensors",
      "checkpoints/last.safetensors",
      "config.json",
      "episodes.csv",
      "metrics.csv",
      "state/1.json",
      "state/1.safetensors",
      "summary.json",
    ]);
    const { formatVersion, preset, ...written } = JSON.parse(Deno.readTextFileSync(`${out}/config.json`));
    assertEquals([formatVersion, preset, written], [1, "test", JSON.parse(JSON.stringify(config))]);
  });
});

Deno.test("NewFolder refuses a folder with anything else in it, and leaves it as it was", async () => {
  const held: [string, Record<string, string>][] = [
    ["a run", { "config.json": "{}", "checkpoints/last.safetensors": "" }],
    ["a run without its config", { "checkpoints/best.safetensors": "" }],
    ["a claim and a file of the user's", { "config.json": "", "notes.tmp": "mine" }],
    ["a claim and a copy of its config", { "config.json": "", "config.json.bak": "mine" }],
  ];
  for (const [name, files] of held) {
    await withFolder((folder) => {
      fill(folder, files);
      const before = filesUnder(folder);
      const message = `Cannot write the run to ${folder}: it is not empty, wanted a new or empty folder`;
      const error = assertThrows(() => new NewFolder(runPaths(folder)), UsageError, message, name);
      const isRun = error.message.endsWith(`: deno task train --resume ${folder} goes on`);
      assertEquals(isRun, name === "a run", error.message);
      assertEquals(filesUnder(folder), before, name);
      return Promise.resolve();
    });
  }
  await withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/config.json`, "{}"); // Perhaps the one that is to be trained.
    assertThrows(() => new NewFolder(runPaths(folder)), UsageError, "it is not empty");
    assertEquals(Deno.readTextFileSync(`${folder}/config.json`), "{}");
    return Promise.resolve();
  });
});

Deno.test("NewFolder keeps others out until it is closed", async () => {
  await withFolder(async (folder) => {
    const paths = runPaths(`${folder}/run`);
    const held = new NewFolder(paths);
    const other = () => new NewFolder(paths);
    const message = `Cannot work in ${folder}/run: this process works there, wanted a folder of its own`;
    assertThrows(other, UsageError, message);
    await held.writeConfig({ name: "test", config });
    assertThrows(other, UsageError, message);
    Deno.writeTextFileSync(paths.last, "");
    assertThrows(other, UsageError, message);
    held.close();
    assertThrows(other, UsageError, "it is not empty");
    Deno.removeSync(paths.last);
    other().close();
  });
});

Deno.test("NewFolder that is taken back leaves nothing that it made", async () => {
  await withFolder((folder) => {
    new NewFolder(runPaths(`${folder}/new`)).takeBack();
    Deno.mkdirSync(`${folder}/old`);
    new NewFolder(runPaths(`${folder}/old`)).takeBack();
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["old"]);
    assertEquals([...Deno.readDirSync(`${folder}/old`)], []);
    return Promise.resolve();
  });
});

Deno.test("a folder's links are taken away, and what they lead to is left as it is", async () => {
  await withFolder(async (folder) => {
    const [out, other] = [`${folder}/run`, `${folder}/other.txt`];
    Deno.mkdirSync(`${out}/checkpoints`, { recursive: true });
    Deno.writeTextFileSync(other, "somebody's");
    Deno.symlinkSync(other, `${out}/config.json`);
    const held = new NewFolder(runPaths(out));
    await held.writeConfig({ name: "test", config });
    held.close();
    assertEquals(Deno.readTextFileSync(other), "somebody's");
    assertEquals(filesUnder(out), ["config.json"]);
  });
});
