import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { FileStore } from "../../src/queue/file_store.ts";
import { openFiles } from "../../src/queue/open_files.ts";
import { filesUnder, task, withFolder } from "../cli/task.ts";
import { withPostgres } from "./postgres.ts";
import { type S3Server, withS3 } from "./s3.ts";
import {
  assertSameSweep,
  follow,
  type LongSweep,
  slowWorker,
  stateIsKept,
  sweepHere,
  withLongRun,
} from "./sweeps.ts";

/** Where the tests keep files. */
const bucket = "s3://sweeps/of/tests";

/** The sweep of a long run, and a bucket. */
async function withBucket(
  use: (
    sweep: LongSweep & {
      readonly s3: S3Server;
      /** Starts a worker with the bucket. */
      readonly start: (more?: readonly string[]) => ReturnType<typeof slowWorker>;
    },
  ) => Promise<void>,
): Promise<void> {
  await withS3((s3) =>
    withLongRun((sweep) => {
      const start = (more: readonly string[] = []) =>
        slowWorker(sweep.queue, ["--files", bucket, ...more], { env: s3.env });
      return use({ ...sweep, s3, start });
    })
  );
}

Deno.test("a worker goes on from the states in the bucket that a killed one left, and in the end there is nothing but results", async () => {
  await withBucket(async ({ server, s3, folder, queue, wanted, start }) => {
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue, more: ["--files", bucket], env: s3.env });
    await follower.saying(/laid out/);
    await using one = start();
    await stateIsKept(server, queue);
    await one.kill();
    await using two = start(["--jobs", "1"]);
    assertEquals((await follower.end()).code, 0, follower.said);
    await assertSameSweep(out, wanted);
    assertEquals((await two.end()).code, 0, two.said);
    assertMatch(two.said, /1 run of it goes on from the latest states/);
    const rows = await server.ask(
      queue,
      "select place, bytes is null as apart from qernel.file order by place",
    );
    assert(rows.length > 0 && rows.every(({ apart, place }) => apart && place.split("/")[2] === "2"));
    assertEquals(await s3.keys(), rows.map(({ place }) => `of/tests/${place}`).sort());

    const secret = s3.env.AWS_SECRET_ACCESS_KEY;
    const [{ text }] = await server.ask(
      queue,
      "select string_agg(schema_to_xml(name::name, true, false, '')::text, '') as text from unnest(array['qernel', 'qernel_boss']) as name",
    ) as [{ text: string }];
    const files = filesUnder(out).map((path) =>
      new TextDecoder("latin1").decode(Deno.readFileSync(`${out}/${path}`))
    );
    for (const place of [one.said, two.said, follower.said, text, ...files]) assert(!place.includes(secret));
  });
});

Deno.test("training outlives a server of files that goes away, and a key that may no longer write fails the worker, not the job", async () => {
  await withBucket(async ({ server, s3, folder, queue, wanted, start }) => {
    const out = `${folder}/out`;
    await using follower = follow(wanted, out, { queue, more: ["--files", bucket], env: s3.env });
    await follower.saying(/laid out/);
    await using one = start(["--jobs", "1"]);
    await stateIsKept(server, queue);
    await s3.tell("stop");
    await one.saying(
      /Cannot use s3:\/\/sweeps\/of\/tests: 127.0.0.1:\d+ does not answer \([^\n]+\); trying again/,
    );
    await new Promise((resolve) => setTimeout(resolve, 15_000)); // Longer than the lease.
    await s3.tell("start");
    assertEquals((await one.end()).code, 0, one.said);
    assertEquals((await follower.end()).code, 0, follower.said);
    await assertSameSweep(out, wanted);
    const held = await server.ask(queue, "select state, token::int, failures::int from qernel.job");
    assertEquals(held, [{ state: "done", token: 1, failures: 0 }]); // It was at one worker alone.

    await using again = follow(wanted, `${folder}/again`, { queue, more: ["--files", bucket], env: s3.env });
    await again.saying(/laid out/);
    await using two = start();
    await two.saying(/begins/);
    await s3.tell("close");
    const { code, stderr } = await two.end();
    assertEquals(code, 1, stderr);
    assertMatch(
      stderr,
      /\nerror: Cannot use s3:\/\/sweeps\/of\/tests: the key may not do that, wanted [^\n]+\n$/,
    );
    const jobs = await server.ask(queue, "select state, failures::int from qernel.job where state <> 'done'");
    assertEquals(jobs, [{ state: "waiting", failures: 0 }]);
  });
});

Deno.test("files that cannot be kept are told before a job is taken, in a sentence, without the key's secret", async () => {
  await withS3((s3) =>
    withPostgres(async (server, folder) => {
      const queue = await server.database();
      const wanted = await sweepHere(folder, { seeds: [3] });
      await using follower = follow(wanted, `${folder}/out`, { queue });
      await follower.saying(/laid out/);
      const secret = s3.env.AWS_SECRET_ACCESS_KEY;
      const cases: readonly (readonly [files: string, env: Record<string, string>, says: RegExp])[] = [
        [
          "s3://no-such-bucket",
          {},
          /s3:\/\/no-such-bucket: there is no such bucket, wanted one that has been made \(/,
        ],
        [
          "s3://closed/x",
          {},
          /s3:\/\/closed\/x: the key may not do that, wanted one that may list the bucket, and get, /,
        ],
        [
          bucket,
          { AWS_ACCESS_KEY_ID: "AKIDNONE" },
          /: the server does not know the key, wanted one of its own in AWS_ACCESS_KEY_ID \(/,
        ],
        [
          bucket,
          { AWS_SECRET_ACCESS_KEY: `${secret}x` },
          /: the secret is not that of the key, wanted it in AWS_SECRET_ACCESS_KEY \(/,
        ],
        [bucket, { AWS_ENDPOINT_URL: "http://127.0.0.1:2" }, /: 127.0.0.1:2 does not answer \([^\n]*refused/],
        [
          bucket,
          { AWS_ENDPOINT_URL_S3: "http://no-such-host.invalid" },
          /: no-such-host.invalid does not answer \(/,
        ],
        [
          bucket,
          { AWS_ENDPOINT_URL: "host:1" },
          /: its endpoint is no address, wanted https:\/\/HOST in AWS_ENDPOINT_URL\n/,
        ],
        [
          bucket,
          { AWS_SECRET_ACCESS_KEY: "" },
          /: AWS_SECRET_ACCESS_KEY holds nothing, wanted a key of the server/,
        ],
        [
          "s3://Sweeps/../x",
          {},
          /Cannot use "s3:\/\/Sweeps\/..\/x": it is no address of a bucket, wanted s3:\/\/BUCKET\/PREFIX/,
        ],
        ["gs://sweeps", {}, /Cannot keep files in "gs:\/\/...", wanted a folder, or s3:\/\/BUCKET\/PREFIX\n/],
      ];
      for (const [files, changed, says] of cases) {
        const env = { ...s3.env, ...changed };
        for (
          const [name, args] of [["worker", []], ["sweep", [
            wanted.experiment,
            "--out",
            `${folder}/none`,
          ]]] as const
        ) {
          const { code, stdout, stderr } = await task(name, [...args, "--queue", queue, "--files", files], {
            env,
          });
          assertEquals([code, stdout], [2, ""], `${name} ${files}: ${stderr}`);
          assertMatch(stderr, says);
          assertMatch(stderr, /^error: [^\n]+\n$/);
          assert(!stderr.includes(secret), stderr);
        }
      }
      await Deno.writeTextFile(`${folder}/file`, "");
      for (const files of [`${folder}/file`, `${folder}/file/below`]) {
        const { code, stderr } = await task("worker", ["--queue", queue, "--files", files]);
        assertEquals(code, 1, stderr);
        assertMatch(stderr, /^error: Cannot write [^\n]+\/file[^\n]*: [^\n]+\n$/);
      }
      const jobs = await server.ask(
        queue,
        "select distinct state, failures::int, token::int from qernel.job",
      );
      assertEquals(jobs, [{ state: "waiting", failures: 0, token: 0 }]);
    })
  );
});

/** What every store is to do. */
async function assertFences(store: FileStore): Promise<void> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const text = async (place: string) => new TextDecoder().decode(await store.read(place));
  const owner = (token: number, run = "7") => ({ sweep: "a-b", run, token });
  await store.assertWritable();
  await store.assertReadable();
  const [lost, held, late] = [owner(2), owner(10), owner(11)];
  const path = "state/2-a%2Fb-0.safetensors";
  const [first, second] = [
    await store.write(lost, path, bytes("2")),
    await store.write(held, path, bytes("10")),
  ];
  const other = await store.write(owner(2, "70"), path, bytes("another run"));
  const kept = await store.write(held, "state/2.json", bytes("kept"));
  const next = await store.write(late, path, bytes("11"));
  await store.write(lost, path, bytes("2 again")); // It has not heard that it lost the job.
  assertEquals([await text(first), await text(second), await text(next)], ["2 again", "10", "11"]);
  await store.write(held, path, bytes("10 again"));
  assertEquals(await text(second), "10 again");
  await store.prune(lost, new Set());
  assertEquals([await text(second), await text(kept)], ["10 again", "kept"]);
  await assertRejects(() => store.read(first), UsageError, "wanted the");
  await store.prune(held, new Set([kept]));
  assertEquals([await text(kept), await text(next), await text(other)], ["kept", "11", "another run"]);
  await assertRejects(() => store.read(second), UsageError, `Cannot read ${second} in `);
  for (const place of ["../a", "a/../../b", "/etc/a", "", "a//b"]) {
    await assertRejects(() => store.read(place), UsageError, "leads elsewhere", place);
    await assertRejects(() => store.write(held, place, bytes("")), UsageError, "leads elsewhere", place);
  }
}

Deno.test("in a folder and in a bucket alike, no hand-out of a job writes over the files of another, nor removes those of a later one", async () => {
  await withFolder(async (folder) => {
    await assertFences(await openFiles(`${folder}/files`, () => undefined));
    assertEquals(filesUnder(`${folder}/files`).filter((path) => path.includes("probe")), []);
  });
  await withS3(async (s3) => {
    await assertFences(await openFiles(bucket, (name) => s3.env[name as keyof typeof s3.env]));
    assertEquals((await s3.keys()).filter((key) => !key.startsWith("of/tests/a-b/")), []);
  });
});
