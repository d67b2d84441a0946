import { assert, assertEquals, assertMatch } from "@std/assert";
import { slowOptions } from "../cli/slowly.ts";
import { task, until } from "../cli/task.ts";
import { password, withPostgres } from "./postgres.ts";
import { capacities, writeExperiment } from "../cli/sweep_experiment.ts";
import { type SlurmCluster, withSlurm } from "./slurm_cluster.ts";
import { assertSameSweep, follow, longSweepHere, slowly, stateIsKept, sweepHere } from "./sweeps.ts";

/** What `--emit slurm` prints. */
async function emitted(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await task("worker", [
    ...["--emit", "slurm", "--cpus", "1", "--memory", "2G", "--time", "0:10:00", ...args],
  ]);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("Slurm runs the array that --emit prints: what was asked for is granted, and the sweep is that of one process", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder);
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/4 runs laid out in 4 jobs/);
    const script = await emitted("--queue", queue, "--workers", "3", "--gpus", "1", "--until-empty");
    assert(!script.includes(password), script);
    await withSlurm(folder, async (slurm) => {
      const job = await slurm.submit(script, { cwd: folder, env: { QERNEL_QUEUE: queue } });
      assertEquals((await follower.end()).code, 0, follower.said);
      const tasks = await slurm.end(job);
      for (const [i, task] of tasks.entries()) {
        const log = await logOf(job, folder, i);
        assertEquals(task["JobState"], "COMPLETED", log);
        assertEquals([task["ArrayTaskId"], task["JobName"], task["TimeLimit"]], [
          `${i}`,
          "qernel-worker",
          "00:10:00",
        ]);
        assertEquals([task["TRES"], task["TresPerNode"], task["Requeue"]], [
          "cpu=1,mem=2G,node=1,billing=1",
          "gres:gpu:1",
          "1",
        ]);
      }
      assertEquals(tasks.length, 3);
    });
    await assertSameSweep(out, wanted);
  });
});

/** Hands a script for one worker in, and waits until that has begun. @returns The number of its job. */
async function begin(slurm: SlurmCluster, script: string, folder: string): Promise<string> {
  const env = { PGPASSWORD: decodeURIComponent(password), ...slowly };
  const job = await slurm.submit(script, { cwd: folder, env });
  await until(async () => / begins\n/.test(await logOf(job, folder)));
  return job;
}

/** What a worker of a job has said. */
async function logOf(job: string, folder: string, worker = 0): Promise<string> {
  return await Deno.readTextFile(`${folder}/qernel-worker-${job}_${worker}.log`).catch(() => "");
}

/** An address without its password. */
function withoutPassword(queue: string): string {
  const address = new URL(queue);
  address.password = "";
  return address.href;
}

Deno.test("a worker whose time is nearly over gives its job back with its states", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const set = { loop: "host", "evaluation.every": 25_000, "budget.steps": 1_000_000_000 };
    const one = { set, seeds: [3], vary: { "agent.replay.capacity": [500] } };
    const experiment = await writeExperiment(folder, { ...capacities, ...one });
    await using follower = follow({ experiment }, `${folder}/out`, { queue });
    await follower.saying(/1 run laid out/);
    const script = await emitted("--queue", withoutPassword(queue));
    await withSlurm(folder, async (slurm) => {
      const job = await begin(slurm, script, folder);
      await new Promise((resolve) => setTimeout(resolve, 5000)); // It trains for hours, and keeps no state by itself so soon.
      await slurm.run(["scontrol", "update", `JobId=${job}`, "TimeLimit=0:01:00"]); // So that it is told, and not yet killed.
      const [task] = await slurm.end(job);
      assertMatch(await logOf(job, folder), / begins\n[^]* was given back after/);
      assertEquals([task!["JobState"], task!["ExitCode"]], ["FAILED", "130:0"]);
    });
    const [held] = await server.ask(queue, "select state from qernel.job");
    assertEquals(held, { state: "waiting" });
    const kept = await server.ask(queue, "select path from qernel.file");
    assert(kept.some(({ path }) => /^state\/\d+\.json$/.test(path)), JSON.stringify(kept));
  });
});

Deno.test("a worker that is cancelled gives its job back, and the next goes on where it was", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await longSweepHere(folder);
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/1 run laid out/);
    const script = await emitted("--queue", withoutPassword(queue), "--jobs", "1", ...slowOptions);
    await withSlurm(folder, async (slurm) => {
      const cancelled = await begin(slurm, script, folder);
      await stateIsKept(server, queue);
      await slurm.run(["scancel", cancelled]);
      await slurm.end(cancelled);
      assertMatch(await logOf(cancelled, folder), / begins\n[^]* was given back after/);
      const next = await begin(slurm, script, folder);
      assertEquals((await follower.end()).code, 0, follower.said);
      assertEquals((await slurm.end(next))[0]!["JobState"], "COMPLETED");
      assertMatch(await logOf(next, folder), /goes on from the latest states[^]*is done after/);
    });
    await assertSameSweep(out, wanted);
  });
});
