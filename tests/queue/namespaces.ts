import { assert, assertEquals, assertMatch } from "@std/assert";
import { Network } from "./network.ts";
import { password, withPostgres } from "./postgres.ts";
import { assertSameSweep, follow, longSweepHere, slowWorker, stateIsKept } from "./sweeps.ts";

Deno.test("a worker whose network is cut for longer than its lease gives its job up, and goes on to the next", async () => {
  await using network = await Network.make();
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const name = new URL(queue).pathname;
    const cuttable = `postgres://postgres:${password}@${
      network.at("server").host
    }:${server.port}${name}?sslmode=disable`;
    const wanted = await longSweepHere(folder);
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/1 run laid out/);
    const { through } = network.at("worker");
    await using one = slowWorker(cuttable, [], { through });
    await stateIsKept(server, queue);
    const losses = () => [...one.said.matchAll(/went to another worker/g)].length;
    const before = losses();

    await network.cut();
    await using two = slowWorker(queue, ["--jobs", "1"]);
    await two.saying(/seed 3 begins\n1 run of it goes on from the latest states/);
    await using next = follow(wanted, `${folder}/next`, { queue, more: ["--seeds", "4"] });
    await next.saying(/1 run laid out/);
    assertEquals(losses(), before, "while it is cut off it cannot know");
    await network.heal();

    for (const other of [two, follower, next]) assertEquals((await other.end()).code, 0, other.said);
    one.process.kill("SIGTERM");
    assertEquals((await one.end()).code, 130, one.said);
    assertMatch(
      one.said,
      /seed 3 went to another worker, or was cancelled, after [^\n]+\n[^\n]+ seed 4 begins\n[^]*seed 4 is done after/,
    );
    await assertSameSweep(out, wanted);
    const jobs = await server.ask(
      queue,
      "select r.seed::int, j.token::int, r.result::int, j.worker from qernel.run r join qernel.job j on j.id = r.job order by r.seed",
    );
    assertEquals(jobs.map(({ seed, result }) => [seed, result]), [[3, 1], [4, 1]]);
    assert(jobs[0]!.token > 1);
    for (const [i, { process }] of [two, one].entries()) {
      assert(jobs[i]!.worker.endsWith(`:${process.pid}`), jobs[i]!.worker);
    }
  }, network.at("server"));
});
