import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readTable } from "../cli/sweep_experiment.ts";
import { filesUnder, until } from "../cli/task.ts";
import { type Postgres, withPostgres } from "./postgres.ts";
import { assertSameSweep, follow, longRun, longSweepHere, slowWorker, sweepHere, worker } from "./sweeps.ts";

/** Four configurations with two seeds each, of which one goes to the end. */
const halved = {
  set: { "evaluation.every": 20, "budget.steps": 360, "agent.replay.capacity": 60 },
  vary: { "agent.optimizer.learningRate": [1e-4, 1e-3, 1e-2, 1e-1] },
  halving: { reduction: 2, grace: 90 },
};
const onHost = { ...halved, set: { ...halved.set, loop: "host", "log.jsonLines": true } };

/** Two configurations, of which one goes on to a rung that takes its time. */
const long = {
  ...longRun,
  vary: { "agent.optimizer.learningRate": [1e-3, 1e-2] } as never,
  halving: { reduction: 10, grace: 2000, metric: "loss" },
};

/** What is left of runs in the tables, by rung. */
async function left(server: Postgres, queue: string) {
  return await server.ask(
    queue,
    `select r.rung, count(distinct r.id)::int as runs, count(distinct r.id) filter (where f.path like 'state/%')::int as kept
     from qernel.run r left join qernel.file f on f.run = r.id where r.result is not null group by r.rung order by r.rung`,
  );
}

for (
  const { where, experiment, jobs, together, isShared } of [
    { where: "host", experiment: onHost, jobs: [8, 4, 2], together: "16", isShared: false },
    {
      where: "device",
      experiment: { ...halved, set: { ...halved.set, device: "wasm" } },
      jobs: [3, 2, 1],
      together: "3",
      isShared: true,
    },
  ]
) {
  Deno.test(`a sweep that is halved on the ${where} leaves with four workers what it does with one process, by its rungs' table too`, async () => {
    await withPostgres(async (server, folder) => {
      const queue = await server.database();
      const wanted = await sweepHere(folder, experiment);
      const out = `${folder}/out`;
      const files = `${folder}/files`;
      const shared = isShared ? ["--files", files] : [];
      await using follower = follow(wanted, out, { queue, more: ["--together", together, ...shared] });
      await follower.saying(/^rung 1 of 3: 8 runs laid out in/m);
      const workers = Array.from({ length: 4 }, () => worker(queue, ["--until-empty", ...shared]));
      for (const { code, stderr } of await Promise.all(workers.map((worker) => worker.end()))) {
        assertEquals(code, 0, stderr);
      }
      assertEquals((await follower.end()).code, 0, follower.said);
      await assertSameSweep(out, wanted);
      const laidOut = await server.ask(
        queue,
        "select count(distinct job)::int as jobs from qernel.run group by rung order by rung",
      );
      assertEquals(laidOut.map((row) => row.jobs), jobs);
      assertEquals(await left(server, queue), [
        { rung: 0, runs: 8, kept: 0 },
        { rung: 1, runs: 4, kept: 0 },
        { rung: 2, runs: 2, kept: 0 },
      ]);
      if (isShared) assertEquals(filesUnder(files).filter((path) => path.includes("/state/")), []);
    });
  });
}

Deno.test("a sweep that is halved goes on without its follower, which takes in what came meanwhile", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder, onHost);
    const out = `${folder}/out`;
    await using first = follow(wanted, out, { queue });
    await first.saying(/laid out/);
    await using one = worker(queue, ["--jobs", "9"]);
    await one.end(); // In the midst of the second rung.
    await until(async () => (await readTable(`${out}/rungs.csv`).catch(() => [])).length > 0);
    await first.kill();
    assertEquals(await left(server, queue), [{ rung: 0, runs: 8, kept: 4 }, { rung: 1, runs: 1, kept: 1 }]);
    await using two = worker(queue, ["--until-empty"]);
    assertEquals((await two.end()).code, 0, two.said);
    await using again = follow(wanted, out, { queue });
    assertEquals((await again.end()).code, 0, again.said);
    await assertSameSweep(out, wanted);
    await using last = follow(wanted, out, { queue });
    assertEquals((await last.end()).code, 0, last.said);
    assert(!last.said.includes("laid out"), last.said);
    await assertSameSweep(out, wanted);
  });
});

Deno.test("a worker that is killed in a run that was promoted is followed by one that goes on with it", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await longSweepHere(folder, long);
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/^rung 1 of 2: 2 runs laid out in 2 jobs$/m);
    await using one = slowWorker(queue, ["--jobs", "2"]); // The first rung.
    assertEquals((await one.end()).code, 0, one.said);
    await using two = slowWorker(queue);
    await two.saying(/begins/);
    await until(async () => {
      const [kept] = await server.ask(
        queue,
        "select from qernel.job where state = 'active' and kept is not null",
      );
      return kept !== undefined || two.hasEnded;
    });
    await two.kill();
    const held = await server.ask(
      queue,
      "select distinct r.rung from qernel.run r join qernel.file f on f.run = r.id where r.result is null",
    );
    assertEquals(held, [{ rung: 1 }]);
    await using three = slowWorker(queue, ["--until-empty"]);
    assertEquals((await follower.end()).code, 0, follower.said);
    assertEquals((await three.end()).code, 0, three.said);
    assertMatch(three.said, /goes on from the latest states/);
    await assertSameSweep(out, wanted);
  });
});

Deno.test("--cancel takes from a sweep that is halved the rung at hand, and the same command lays it out again", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder, onHost);
    const out = `${folder}/out`;
    await using first = follow(wanted, out, { queue });
    await first.saying(/laid out/);
    first.process.kill("SIGINT");
    assertStringIncludes((await first.end()).stderr, "0 of 14 trainings are done; the workers go on");
    await using one = worker(queue, ["--jobs", "9"]);
    await one.end();
    const cancelled = await follow(wanted, out, { queue, more: ["--cancel"] }).end();
    assertEquals(cancelled.stdout, "cancelled: 3 runs taken from the queue; what is done stays\n");
    await using idle = worker(queue, ["--until-empty"]);
    assertEquals(await idle.end(), { code: 0, stdout: "", stderr: "" });
    await using again = follow(wanted, out, { queue });
    await again.saying(/^rung 2 of 3: 3 runs laid out in 3 jobs$/m);
    await using two = worker(queue, ["--until-empty"]);
    assertEquals((await again.end()).code, 0, again.said);
    await two.end();
    assertEquals((two.said.match(/goes on from the latest states/g) ?? []).length, 5, two.said);
    await assertSameSweep(out, wanted);
  });
});

Deno.test("seeds that are added to a sweep that is halved are searched with the others, as without a queue", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder, onHost);
    const out = `${folder}/out`;
    for (const more of [["--seeds", "3"], []]) {
      await using follower = follow(wanted, out, { queue, more });
      await follower.saying(/^rung 1 of 3: 4 runs laid out/m);
      await using one = worker(queue, ["--until-empty"]);
      assertEquals((await follower.end()).code, 0, follower.said);
      await one.end();
    }
    const rungs = await readTable(`${out}/rungs.csv`);
    const both = await readTable(`${wanted.out}/rungs.csv`);
    const has = (row: Record<string, string>) => JSON.stringify(row);
    const found = new Set(rungs.map(has));
    assert(both.every((row) => found.has(has(row)))); // Beside what the one seed alone had promoted.
    assertEquals(
      await Deno.readTextFile(`${out}/best.json`),
      await Deno.readTextFile(`${wanted.out}/best.json`),
    );
  });
});
