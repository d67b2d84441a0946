import { assertEquals } from "@std/assert";
import { FolderLock } from "../../../src/runs/folder_lock.ts";
import { ClosedFolder } from "../../../src/web/dashboard/closed_folder.ts";
import type { RunInfo } from "../../../src/web/dashboard/protocol.ts";
import { WatchedRun } from "../../../src/web/dashboard/watched_run.ts";
import { withFolder } from "../../cli/task.ts";
import { configOf, summary, writeRun } from "./run_files.ts";

async function withRun(use: (folder: string, look: () => Promise<RunInfo>) => Promise<void>): Promise<void> {
  await withFolder(async (path) => {
    const folder = writeRun(`${path}/run`);
    const run = new WatchedRun(new ClosedFolder(path), { key: 7, place: ["run"] });
    await use(folder, async () => {
      await run.refresh();
      return run.info;
    });
  });
}

/** What `summary.json` or `failed.json` makes of a run, while nobody works there, somebody does, or somebody was killed. */
const cases: [files: Record<string, unknown>, [free: string, held: string, left: string]][] = [
  [{}, [
    "unfinished: it ended without a summary",
    "running: ",
    "interrupted: its process was killed",
  ]],
  [{ "summary.json": summary }, [
    "finished: budget of 1000 steps",
    "running: ",
    "finished: budget of 1000 steps",
  ]],
  [{ "summary.json": { ...summary, evaluation: null } }, [
    "finished: budget of 1000 steps, not evaluated yet",
    "running: ",
    "finished: budget of 1000 steps, not evaluated yet",
  ]],
  [{ "summary.json": { ...summary, stopReason: "interrupted" } }, [
    "interrupted: it was ended",
    "running: ",
    "interrupted: it was ended",
  ]],
  [{ "failed.json": { reason: "loss is NaN", wallSeconds: 1 } }, [
    "failed: loss is NaN",
    "running: ",
    "failed: loss is NaN",
  ]],
  [{ "summary.json": "no summary" }, [
    "unfinished: it ended without a summary",
    "running: ",
    "interrupted: its process was killed",
  ]],
];

for (const [files, wanted] of cases) {
  Deno.test(`a run with ${Object.entries(files).map(([name, text]) => `${name} ${JSON.stringify(text)}`).join() || "neither summary nor failure"} has its status`, async () => {
    await withRun(async (folder, look) => {
      for (const [name, text] of Object.entries(files)) {
        Deno.writeTextFileSync(`${folder}/${name}`, JSON.stringify(text));
      }
      const status = async () => {
        const { status, reason } = await look();
        return `${status}: ${reason}`;
      };
      const free = await status();
      const lock = new FolderLock(folder);
      const held = await status();
      lock.close();
      Deno.writeTextFileSync(`${folder}/.lock`, "1\n"); // As a killed process leaves it.
      assertEquals([free, held, await status()], wanted);
    });
  });
}

Deno.test("a run whose process is killed is interrupted, though no file changes", async () => {
  await withRun(async (folder, look) => {
    const process = Deno.openSync(`${folder}/.lock`, { write: true, create: true });
    process.tryLockSync(true);
    assertEquals((await look()).status, "running");
    process.close();
    assertEquals((await look()).status, "interrupted");
  });
});

Deno.test("a look at a lock keeps nobody from working in the folder", async () => {
  await withRun(async (folder, look) => {
    Deno.writeTextFileSync(`${folder}/.lock`, "1\n");
    using looking = Deno.openSync(`${folder}/.lock`);
    looking.tryLockSync(false); // In the midst of a look, which ends while the other waits.
    const other = new Worker(new URL("./lock_worker.ts", import.meta.url), { type: "module" });
    const told = () => new Promise((resolve) => other.onmessage = ({ data }) => resolve(data));
    assertEquals(await told(), "ready");
    const free = new Int32Array(new SharedArrayBuffer(4));
    other.postMessage([folder, free]);
    assertEquals(await told(), "waits");
    looking.unlockSync();
    const locked = told();
    Atomics.store(free, 0, 1);
    Atomics.notify(free, 0);
    assertEquals(await locked, "locked");
    assertEquals((await look()).status, "running");
    other.terminate();
  });
});

Deno.test("a run tells its config, progress, best checkpoint and files, and nothing of what is no run's", async () => {
  await withRun(async (folder, look) => {
    const { created: _, changed: __, ...info } = await look();
    const known = {
      key: 7,
      name: "run",
      preset: "corridor",
      environment: "CartPole-v1",
      algorithm: "DQN",
      seed: 0,
      budget: { steps: 1000 },
      status: "unfinished",
      reason: "it ended without a summary",
      progress: { step: 30, update: 15, episode: 3, seconds: 0.03 },
      metrics: [],
      files: ["config.json", "metrics.csv"],
    };
    assertEquals(info as unknown, known);
    Deno.mkdirSync(`${folder}/pictures`);
    for (
      const name of ["pictures/loss.svg", "pictures/<b>.svg", "pictures/x.html", "other.txt", "episode.gif"]
    ) {
      Deno.writeTextFileSync(`${folder}/${name}`, "");
    }
    Deno.symlinkSync("/etc/hostname", `${folder}/summary.json`);
    assertEquals((await look()).files, ["config.json", "metrics.csv", "episode.gif", "pictures/loss.svg"]);
    Deno.writeTextFileSync(
      `${folder}/config.json`,
      JSON.stringify({ ...configOf(0), seed: "x", agent: 3, budget: [] }),
    );
    const { seed, algorithm, budget } = await look();
    assertEquals([seed, algorithm, budget], [undefined, undefined, undefined]);
  });
});
