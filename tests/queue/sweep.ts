import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { filesUnder } from "../cli/task.ts";
import { withPostgres } from "./postgres.ts";
import {
  assertSameSweep,
  follow,
  longSweepHere,
  slowWorker,
  stateIsKept,
  sweepHere,
  worker,
} from "./sweeps.ts";

Deno.test("four workers on 60 runs leave what one process does, in any order, and no run twice", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const seeds = Array.from({ length: 15 }, (_, seed) => seed);
    const wanted = await sweepHere(folder, { vary: { "agent.replay.capacity": [20, 50, 100, 500] }, seeds });
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/60 runs laid out in 60 jobs/);
    const workers = Array.from({ length: 4 }, () => worker(queue, ["--until-empty"]));
    const ends = await Promise.all(workers.map((worker) => worker.end()));
    for (const { code, stderr } of ends) assertEquals(code, 0, stderr);
    const begun = ends.map(({ stderr }) => [...stderr.matchAll(/ begins$/gm)].length);
    assertEquals(begun.reduce((sum, runs) => sum + runs), 60);
    const { code, stderr } = await follower.end();
    assertEquals(code, 0, stderr);
    const told = [
      ...stderr.matchAll(/^(capacity \d+, seed \d+): final return [\d.]+, 150 steps, .*solved/gm),
    ];
    assertEquals([told.length, new Set(told.map(([, run]) => run)).size], [60, 60]);
    await assertSameSweep(out, wanted);
    const [counts] = await server.ask(
      queue,
      "select count(*)::int as runs, count(distinct result)::int as results, min(result)::int as first, max(result)::int as last from qernel.run",
    );
    assertEquals(counts, { runs: 60, results: 60, first: 1, last: 60 });
  });
});

Deno.test("populations are jobs of at most --together runs, and equal to those of one process", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const set = { loop: "device", "evaluation.every": 50, "budget.steps": 150, device: "wasm" };
    const wanted = await sweepHere(folder, { set: set as never, seeds: [3, 1, 4] });
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue, more: ["--together", "4"] });
    await follower.saying(/6 runs laid out in 2 jobs/);
    await using one = worker(queue, ["--jobs", "2"]);
    assertEquals((await one.end()).code, 0, one.said);
    assertMatch(one.said, /seed 3 and 2 more is done after/);
    assertEquals((await follower.end()).code, 0, follower.said);
    await assertSameSweep(out, wanted);
  });
});

Deno.test("a sweep is found again by its folder: Ctrl-C leaves the queue to the workers, and new seeds are laid out", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder);
    const out = `${folder}/out`;
    await using first = follow(wanted, out, { queue, more: ["--seeds", "3"] });
    await first.saying(/2 runs laid out in 2 jobs/);
    first.process.kill("SIGINT");
    const interrupted = await first.end();
    assertEquals(interrupted.code, 130);
    assertStringIncludes(
      interrupted.stderr,
      "0 of 2 runs are done; the workers go on, and the same command follows them again",
    );
    await using one = worker(queue, ["--until-empty"]);
    assertEquals((await one.end()).code, 0, one.said);
    await using again = follow(wanted, out, { queue });
    await again.saying(/2 runs laid out in 2 jobs/);
    await using two = worker(queue, ["--until-empty"]);
    assertEquals((await again.end()).code, 0, again.said);
    await assertSameSweep(out, wanted);
    await two.end();
  });
});

Deno.test("--cancel takes from the queue what is not done, and the same command lays it out again", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder);
    const out = `${folder}/out`;
    await using first = follow(wanted, out, { queue });
    await first.saying(/4 runs laid out/);
    first.process.kill("SIGINT");
    await first.end();
    await using one = worker(queue, ["--jobs", "1"]);
    await one.end();
    const cancelled = await follow(wanted, out, { queue, more: ["--cancel"] }).end();
    assertEquals([cancelled.code, cancelled.stdout], [
      0,
      "cancelled: 3 runs taken from the queue; what is done stays\n",
    ]);
    await using idle = worker(queue, ["--until-empty"]);
    assertEquals(await idle.end(), { code: 0, stdout: "", stderr: "" });
    await using again = follow(wanted, out, { queue });
    await again.saying(/3 runs laid out in 3 jobs/);
    await using two = worker(queue, ["--until-empty"]);
    assertEquals((await again.end()).code, 0, again.said);
    await assertSameSweep(out, wanted);
    await two.end();
  });
});

Deno.test("a worker that is told to end gives its job back, and the next goes on where it was", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await longSweepHere(folder);
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/1 run laid out/);
    await using one = slowWorker(queue);
    await one.saying(/begins/);
    await stateIsKept(server, queue);
    one.process.kill("SIGTERM");
    assertEquals((await one.end()).code, 130);
    assertMatch(one.said, /was given back after/);
    const kept = await server.ask(queue, "select path from qernel.file order by path");
    assert(kept.some(({ path }) => /^state\/\d+\.json$/.test(path)), JSON.stringify(kept));
    await using two = slowWorker(queue, ["--until-empty"]);
    assertEquals((await follower.end()).code, 0, follower.said);
    await two.end();
    assertMatch(two.said, / begins\n/);
    await assertSameSweep(out, wanted);
    const left = await server.ask(queue, "select path from qernel.file where path like 'state/%'");
    assertEquals(left, []);
    assertEquals(filesUnder(`${out}/runs`).some((path) => path.includes("state/")), false);
  });
});
