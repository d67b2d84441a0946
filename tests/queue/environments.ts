import { assertEquals, assertMatch } from "@std/assert";
import { ownEnvironment } from "../cli/own_environment.ts";
import { type Postgres, withPostgres } from "./postgres.ts";
import {
  assertSameSweep,
  follow,
  longSweepHere,
  slowWorker,
  stateIsKept,
  sweepHere,
  worker,
} from "./sweeps.ts";

/** How the jobs of a queue stand. */
function jobs(server: Postgres, queue: string) {
  return server.ask(
    queue,
    "select s.name, j.state, j.failures::int, count(*)::int as jobs from qernel.job j join qernel.sweep s on s.id = j.sweep " +
      "group by 1, 2, 3 order by 1",
  );
}

Deno.test("environments of --environments are trained in, and a worker without it leaves them to others, not failed", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const file = `${folder}/own.js`;
    await Deno.writeTextFile(file, ownEnvironment);
    const set = { "environment.id": "Own-v0", loop: "host", "evaluation.every": 50, "budget.steps": 150 };
    const changed = { set: set as never, threshold: undefined as never }; // The environment's own counts then.
    const wanted = await sweepHere(folder, changed, ["--environments", file]);
    const plain = `${folder}/plain`;
    await Deno.mkdir(plain);
    const other = await sweepHere(plain);
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/4 runs laid out in 4 jobs/);
    await using second = follow(other, `${plain}/out`, { queue });
    await second.saying(/4 runs laid out in 4 jobs/);

    await using without = worker(queue, ["--until-empty"]);
    const end = await without.end();
    assertEquals(end.code, 2, end.stderr);
    const [sentence] = end.stderr.split("\n").filter((line) => line.startsWith("Cannot train"));
    assertEquals(
      sentence,
      'Cannot train capacity 20, seed 3: environment "Own-v0" is not known here, wanted --environments with the file that registers it',
    );
    assertEquals([...end.stderr.matchAll(/is left to other workers, after/g)].length, 1, end.stderr);
    assertEquals(await jobs(server, queue), [
      { name: "test", state: "done", failures: 0, jobs: 4 },
      { name: "test", state: "waiting", failures: 0, jobs: 4 },
    ]);
    assertEquals((await second.end()).code, 0, second.said);
    await assertSameSweep(`${plain}/out`, other);

    await using one = worker(queue, ["--until-empty", "--environments", file]);
    assertEquals((await one.end()).code, 0, one.said);
    assertEquals((await follower.end()).code, 0, follower.said);
    await assertSameSweep(out, wanted);
    assertEquals(await jobs(server, queue), [{ name: "test", state: "done", failures: 0, jobs: 8 }]);
  });
});

Deno.test("a worker that lacks the folder of the files leaves the job to others, not failed", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await longSweepHere(folder);
    const [out, files] = [`${folder}/out`, `${folder}/files`];
    await using follower = follow(wanted, out, { queue, more: ["--files", files] });
    await follower.saying(/laid out/);
    await using one = slowWorker(queue, ["--files", files]);
    await one.saying(/begins/);
    await stateIsKept(server, queue);
    one.process.kill("SIGTERM");
    await one.end();
    await using without = slowWorker(queue, ["--until-empty"]);
    assertEquals((await without.end()).code, 2, without.said);
    assertMatch(
      without.said,
      /Cannot read [^\n]+ of a run: it lies in a folder or bucket that workers write to, wanted --files/,
    );
    assertEquals(await jobs(server, queue), [{ name: "test", state: "waiting", failures: 0, jobs: 1 }]);
    await using two = slowWorker(queue, ["--files", files, "--until-empty"]);
    assertEquals((await follower.end()).code, 0, follower.said);
    await two.end();
    await assertSameSweep(out, wanted);
  });
});
