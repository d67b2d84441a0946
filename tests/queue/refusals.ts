import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { parseQueueAddress } from "../../src/queue/address.ts";
import { migrations } from "../../src/queue/migrations.ts";
import { Queue } from "../../src/queue/queue.ts";
import { writeExperiment } from "../cli/sweep_experiment.ts";
import { capacities } from "../cli/sweep_experiment.ts";
import { filesUnder, task } from "../cli/task.ts";
import { password, withPostgres } from "./postgres.ts";
import { assertSameSweep, follow, sweepHere, worker } from "./sweeps.ts";

const secret = decodeURIComponent(password);

Deno.test("a queue that cannot be used is told in a sentence, with exit code 2, and without its password", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const experiment = await writeExperiment(folder, capacities);
    const other = (change: (url: URL) => void) => {
      const url = new URL(queue);
      change(url);
      return url.href;
    };
    const cases: readonly (readonly [address: string, says: RegExp])[] = [
      [
        server.address("postgres", "postgres:wr0ng"),
        /^error: Cannot use the queue: the password is wrong or missing, /,
      ],
      [
        other((url) => url.password = ""),
        /^error: Cannot use the queue: the password is wrong or missing, /,
      ],
      [
        other((url) => [url.username, url.password] = ["", ""]),
        /^error: Cannot use the queue: no role is named, wanted one: in the address, PGUSER or USER \(/,
      ],
      [
        server.address("none"),
        /^error: Cannot use the queue: there is no such database, .*\(database "none" does not exist\)/,
      ],
      [
        other((url) => url.port = "1"),
        /^error: Cannot use the queue: nothing listens there \(connect ECONNREFUSED 127.0.0.1:1\)/,
      ],
      [
        other((url) => url.hostname = "no-such-host.invalid"),
        /^error: Cannot use the queue: there is no such host, /,
      ],
      [
        other((url) => url.searchParams.set("sslmode", "require")),
        /^error: Cannot use the queue: The server does not support SSL connections, wanted /,
      ],
      [
        "mysql://a:wr0ng@b/c",
        /^error: Cannot use the queue: its address is not one of Postgres, wanted postgres:/,
      ],
    ];
    for (const [address, says] of cases) {
      for (
        const [name, args] of [["sweep", [experiment, "--out", `${folder}/out`]], ["worker", []]] as const
      ) {
        const { code, stdout, stderr } = await task(name, [...args, "--queue", address], {
          env: { USER: "", PGUSER: "", PGPASSFILE: `${folder}/none` },
        });
        assertEquals([code, stdout], [2, ""], `${name} ${address}: ${stderr}`);
        assertMatch(stderr, says);
        assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
        for (const hidden of [password, secret, "wr0ng"]) assert(!stderr.includes(hidden), stderr);
      }
    }
    assertEquals(filesUnder(folder).filter((path) => path.startsWith("out/")), []);

    const empty = await task("worker", ["--queue", queue]);
    assertEquals([empty.code, empty.stderr], [
      2,
      `error: Cannot use the queue: it holds no tables of Qernel, wanted version ${migrations.length}, to which deno task sweep --queue brings them\n`,
    ]);
    await server.ask(queue, "create schema qernel");
    await server.ask(queue, "create table qernel.version as select 99 as number");
    for (const [name, args] of [["sweep", [experiment, "--out", `${folder}/out`]], ["worker", []]] as const) {
      const { code, stderr } = await task(name, [...args, "--queue", queue]);
      assertEquals([code, stderr], [
        2,
        `error: Cannot use the queue: its tables are of version 99, wanted at most ${migrations.length}: a newer Qernel has laid them out, use that one\n`,
      ]);
    }
  });
});

Deno.test("the password stands in no file, table or message of a sweep that is done", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const wanted = await sweepHere(folder, { seeds: [3] });
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/laid out/);
    await using one = worker(queue, ["--until-empty"]);
    const said = [await one.end(), await follower.end()].map(({ stdout, stderr }) => stdout + stderr).join();
    const files = filesUnder(out).map((path) =>
      new TextDecoder("latin1").decode(Deno.readFileSync(`${out}/${path}`))
    );
    const tables = await server.ask(
      queue,
      "select string_agg(schema_to_xml(name::name, true, false, '')::text, '') as text from unnest(array['qernel', 'qernel_boss']) as name",
    );
    const text = tables[0]!.text as string;
    assertStringIncludes(text, "capacity 20");
    for (const hidden of [password, secret]) {
      for (const place of [said, text, ...files]) assert(!place.includes(hidden));
    }
  });
});

Deno.test("a worker needs no more rights than src/queue/README.md lists, and no fewer are told", async () => {
  const page = await Deno.readTextFile(new URL("../../src/queue/README.md", import.meta.url));
  const [, grants] = /## Rights[^]*?```sql\n([^]*?)```/.exec(page)!;
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const halving = { reduction: 2, grace: 50 }; // So that workers lay out jobs, too.
    const wanted = await sweepHere(folder, { seeds: [3], halving });
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue });
    await follower.saying(/laid out/);
    await server.ask(queue, grants!.replace("'...'", "'small'"));
    const small = new URL(queue);
    [small.username, small.password] = ["qernel_worker", "small"];
    await using one = worker(small.href, ["--until-empty"]);
    assertEquals((await one.end()).code, 0, one.said);
    assertEquals((await follower.end()).code, 0, follower.said);
    await assertSameSweep(out, wanted);
    await server.ask(queue, "revoke update on qernel.job from qernel_worker");
    const again = await task("worker", ["--queue", small.href, "--until-empty"]);
    assertEquals(again.code, 0, again.stderr); // It has nothing to do.
    await server.ask(queue, "revoke select on qernel.version from qernel_worker");
    const refused = await task("worker", ["--queue", small.href, "--until-empty"]);
    assertEquals(refused.code, 2);
    assertMatch(
      refused.stderr,
      /^error: Cannot use the queue: the role may not do that, wanted .*README.md lists \(permission denied/,
    );
  });
});

Deno.test("what a queue cannot carry is refused by name, and options of a queue without one", async () => {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    const schedule = await task("sweep", [
      "epsilon-decay",
      "--out",
      `${folder}/out`,
      "--queue",
      queue,
    ]);
    assertEquals([schedule.code, schedule.stderr], [
      2,
      'error: Cannot lay out epsilon-decay on a queue: its kind is "schedule", wanted "training"\n',
    ]);
    const experiment = await writeExperiment(folder, capacities);
    const nowhere = await task("sweep", [experiment, "--out", `${folder}/out`, "--cancel"]);
    assertEquals([nowhere.code, nowhere.stderr], [
      2,
      "error: Option --cancel is of a queue, wanted --queue beside it\n",
    ]);
    {
      await using _laid = await Queue.open(parseQueueAddress(queue), { name: "test", install: true });
    }
    const unknown = await task("sweep", [experiment, "--out", `${folder}/out`, "--queue", queue, "--cancel"]);
    assertEquals([unknown.code, unknown.stderr], [
      2,
      `error: Cannot cancel the sweep in ${folder}/out: it is not on the queue, wanted the folder of one that is\n`,
    ]);
  });
});

Deno.test("a certificate that nobody has signed is refused, unless the address trusts it or asks for none", async () => {
  await withPostgres(async (server) => {
    const queue = await server.database();
    const certificate = await server.encrypt();
    const asked = async (parameters: string) => {
      await using opened = await Queue.open(parseQueueAddress(`${queue}?${parameters}`), {
        name: "test",
        install: true,
      });
      return (await opened.database.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()"))[0]!
        .ssl;
    };
    for (const mode of ["verify-full", "require"]) {
      const refused = await assertRejects(() => asked(`sslmode=${mode}`), UsageError);
      assertMatch(
        refused.message,
        /^Cannot use the queue: .*self.signed certificate.*, wanted a server with a certificate that is trusted here; sslrootcert=FILE/,
      );
    }
    assertEquals(await asked(`sslmode=verify-full&sslrootcert=${certificate}`), true);
    assertEquals(await asked("sslmode=no-verify"), true);
    assertEquals(await asked("sslmode=disable"), false);
  });
});
