import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseQueueAddress } from "../../src/queue/address.ts";
import { Database } from "../../src/queue/database.ts";
import { QueueUnreachable } from "../../src/queue/database_error.ts";
import { filesUnder } from "../cli/task.ts";
import { withPostgres } from "./postgres.ts";
import { Proxy } from "./proxy.ts";
import {
  assertSameSweep,
  follow,
  slowWorker,
  stateIsKept,
  sweepHere,
  withLongRun,
  worker,
} from "./sweeps.ts";

Deno.test("a run whose worker is killed goes on where its last state is, at one that waited for it, once the lease is over", async () => {
  await withLongRun(async ({ server, folder, queue, wanted }) => {
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/laid out/);
    await using one = slowWorker(queue);
    await stateIsKept(server, queue);
    await using two = slowWorker(queue, ["--until-empty"]);
    await two.saying(/waiting for 1 job at other workers/);
    await one.kill();
    assertEquals((await follower.end()).code, 0, follower.said);
    assertEquals((await two.end()).code, 0, two.said);
    assertMatch(
      two.said,
      /^waiting for 1 job at other workers, one of which may be lost\n[^\n]+ begins\n1 run of it goes on from the latest states\n/,
    );
    await assertSameSweep(out, wanted);
  });
});

Deno.test("a worker that is cut off ends its job quietly when it hears that another has it", async () => {
  await withLongRun(async ({ server, folder, queue, wanted }) => {
    using proxy = new Proxy(server.port);
    const cuttable = new URL(queue);
    cuttable.port = `${proxy.port}`;
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/laid out/);
    await using one = slowWorker(cuttable.href, ["--jobs", "1"]);
    await stateIsKept(server, queue);
    proxy.cut();
    await using two = slowWorker(queue, ["--jobs", "1"]);
    await two.saying(/begins/);
    proxy.heal();
    const end = await one.end();
    assertEquals(end.code, 0, one.said);
    assertMatch(one.said, /went to another worker, or was cancelled, after/);
    assertEquals((await follower.end()).code, 0, follower.said);
    assertEquals((await two.end()).code, 0, two.said);
    await assertSameSweep(out, wanted);
    const rows = await server.ask(queue, "select token::int, worker from qernel.job");
    assertEquals(rows.length, 1);
    assertEquals(rows[0]!.token, 2);
    assert(rows[0]!.worker.endsWith(`:${two.process.pid}`), rows[0]!.worker);
  });
});

Deno.test("Database gives up what it asks on a way that is cut, and asks anew once that is healed", async () => {
  await withPostgres(async (server) => {
    using proxy = new Proxy(server.port);
    const direct = await server.database();
    const address = new URL(direct);
    address.port = `${proxy.port}`;
    const database = new Database(parseQueueAddress(address.href), {
      name: "test",
      answerTimeout: 2000,
      longestPause: 4000,
    });
    await server.ask(direct, "create table a (b integer)");
    const write = (b: number, cut: () => void) =>
      database.transaction(async (session) => {
        await session.query("insert into a values ($1)", [b]);
        cut();
      });
    await write(1, () => {});
    await assertRejects(() => write(2, () => proxy.cut()), QueueUnreachable, "timeout");
    await assertRejects(() => database.query("select 1"), QueueUnreachable);
    await server.ask(direct, "begin; lock a; commit"); // Others are not held up until it is healed.
    proxy.heal();
    await write(3, () => {});
    const rows = await database.query("select b from a where b <> 2 order by b"); // Whether 2 is there nobody can know.
    assertEquals(rows, [{ b: 1 }, { b: 3 }]);
    await database.close();
  });
});

Deno.test("training outlives a Postgres that goes away for a while, and its results come in once", async () => {
  await withLongRun(async ({ server, folder, queue, wanted }) => {
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/laid out/);
    await using one = slowWorker(queue, ["--until-empty"]); // It takes its job again if the lease ends meanwhile.
    await stateIsKept(server, queue);
    await server.kill();
    await one.saying(/trying again/);
    await follower.saying(/trying again/);
    await server.start();
    assertEquals((await one.end()).code, 0, one.said);
    assertEquals((await follower.end()).code, 0, follower.said);
    await assertSameSweep(out, wanted);
  });
});

Deno.test("files go to a folder that all see, and there is nothing there in the end but those of results", async () => {
  await withLongRun(async ({ server, folder, queue, wanted }) => {
    const [out, files] = [`${folder}/out`, `${folder}/files`];
    await using follower = follow(wanted, out, { queue, more: ["--files", files] });
    await follower.saying(/laid out/);
    await using one = slowWorker(queue, ["--files", files]);
    await stateIsKept(server, queue);
    await one.kill();
    const places = async () => (await server.ask(
      queue,
      "select place, bytes is null as apart from qernel.file order by place",
    ));
    assert((await places()).every(({ apart }) => apart));
    await using two = slowWorker(queue, ["--files", files, "--until-empty"]);
    await using three = slowWorker(queue, ["--files", files, "--until-empty"]);
    assertEquals((await follower.end()).code, 0, follower.said);
    await assertSameSweep(out, wanted);
    for (const one of [two, three]) assertEquals((await one.end()).code, 0, one.said);
    assertMatch(two.said + three.said, /1 run of it goes on from the latest states/);
    assertEquals(filesUnder(files), (await places()).map(({ place }) => place).sort());
    await using elsewhere = follow(wanted, `${folder}/none`, { queue });
    await elsewhere.saying(/laid out/); // It is another sweep, as its folder is.
    await Deno.mkdir(`${folder}/late`);
    await Deno.copyFile(`${out}/queue.json`, `${folder}/late/queue.json`);
    await Deno.copyFile(`${out}/experiment.json`, `${folder}/late/experiment.json`);
    await using late = follow(wanted, `${folder}/late`, { queue });
    const { code, stderr } = await late.end();
    assertEquals(code, 2);
    assertMatch(
      stderr,
      /error: Cannot read [^\n]+ of a run: it lies in a folder or bucket that workers write to, wanted --files with that/,
    );
  });
});

Deno.test("a worker without room ends with a message, and its job goes to others, or aside, by name", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder, { seeds: [3], vary: { "agent.replay.capacity": [500] } });
    const out = `${folder}/out`;
    const small = `${folder}/small`;
    await Deno.mkdir(small);
    const mounted = await new Deno.Command("mount", {
      args: ["-t", "tmpfs", "-o", "size=16k", "none", small],
    })
      .output().then(({ success }) => success, () => false);
    assert(mounted, "this test mounts a small disk, for which the system gave no leave: wanted root");
    try {
      await using follower = follow(wanted, out, { queue });
      await follower.saying(/laid out/);
      for (let i = 0; i < 3; i++) {
        await using full = worker(queue, ["--work", small]);
        const { code, stderr } = await full.end();
        assertEquals(code, 1, stderr);
        assertMatch(stderr, /error: Cannot write [^\n]+: No space left on device/);
        assertEquals(Deno.readDirSync(small).next().done, true, "it leaves nothing there");
      }
      const aside = await follower.end();
      assertEquals(aside.code, 1, aside.stderr);
      assertMatch(
        aside.stderr,
        /put aside after three workers failed at it: capacity 500, seed 3: Cannot write [^\n]+: No space left on device[^\n]*\nthe same command hands out again/,
      );
    } finally {
      await new Deno.Command("umount", { args: [small] }).output();
    }
    await using again = follow(wanted, out, { queue });
    await again.saying(/1 job that had been put aside: handed out again/);
    await using one = worker(queue, ["--until-empty"]);
    assertEquals((await again.end()).code, 0, again.said);
    await one.end();
    await assertSameSweep(out, wanted);
  });
});

Deno.test("a worker removes what killed ones of its machine left, and nobody else's", async () => {
  await withLongRun(async ({ server, folder, queue, wanted }) => {
    const [out, place] = [`${folder}/out`, `${folder}/place`];
    await Deno.mkdir(place);
    await Deno.mkdir(`${place}/qernel-worker-elsewhere-1`);
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/laid out/);
    await using one = slowWorker(queue, ["--work", place]);
    await stateIsKept(server, queue);
    await using two = slowWorker(queue, ["--work", place, "--until-empty"]);
    await two.saying(/waiting for 1 job/);
    two.process.kill("SIGTERM");
    await two.end();
    const names = () => [...Deno.readDirSync(place)].map(({ name }) => name).sort();
    assertEquals(
      names(),
      ["qernel-worker-elsewhere-1", `qernel-worker-${Deno.hostname()}-${one.process.pid}`].sort(),
    );
    await one.kill();
    await using three = slowWorker(queue, ["--work", place, "--until-empty"]);
    await three.end();
    assertEquals(names(), ["qernel-worker-elsewhere-1"]);
  });
});
